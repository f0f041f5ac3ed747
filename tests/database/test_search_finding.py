"""Finding producers by name, deeds, time and place, page by page, on a real PostgreSQL."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection
from psycopg_pool import AsyncConnectionPool

from linernotes.errors import UsageError
from linernotes.search.finding import Sort, Wanted, find_producers
from linernotes.search.producers import ProducerHit, search_producers
from linernotes.services.refreshing import Refresher, refresh_search
from tests.counting import statements_sent
from tests.factories import World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def refresh(world: World, now: datetime = NOW) -> int:
    row = world.db.execute("select linernotes.refresh_search(100000, %s)", [now]).fetchone()
    assert row
    return int(row[0])


def names(world: World, **wanted: Any) -> list[str]:
    """Everybody who is found, in order, through pages of two."""
    refresh(world)
    return [hit.name for hit in hits(world, Wanted(**wanted))]


def hits(world: World, wanted: Wanted, limit: int = 2) -> list[ProducerHit]:
    found: list[ProducerHit] = []
    cursor = None
    while True:
        page = find_producers(world.db, wanted, limit=limit, cursor=cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def credits(world: World, name: str, count: int, role: str = "producer", **track: Any) -> UUID:
    """A producer with so many recordings of an artist of their own."""
    producer = world.producer(name)
    add(world, producer, name, count, role, **track)
    return producer


def add(world: World, producer: UUID, name: str, count: int, role: str = "producer", **track: Any) -> None:
    for number in range(count):
        at = {"artist": f"{name}'s", "album": f"{name} {track.get('released')}", **track}
        world.credit(world.track(f"{name} {role} {number} {track.get('released')}", **at), producer, role)


def test_without_a_name_those_with_most_recordings_come_first_page_by_page(world: World) -> None:
    for name, count in (("Ada", 3), ("Bo", 1), ("Cy", 2), ("Di", 1), ("Ed", 0)):
        credits(world, name, count)
    assert names(world) == ["Ada", "Cy", "Bo", "Di", "Ed"]


def test_a_recording_on_many_tracks_counts_once_in_the_order_too(world: World) -> None:
    one, two = world.producer("One Hit"), world.producer("Two Songs")
    hit = world.track("Hit")
    for number in range(5):
        world.track("Hit", album=f"Best of {number}", same_recording_as=hit)
    world.credit(hit, one)
    for title in ("First", "Second"):
        world.credit(world.track(title), two)
    assert names(world) == ["Two Songs", "One Hit"]


def test_a_name_is_found_through_typos_accents_and_aliases_nearest_first(world: World) -> None:
    credits(world, "Clarence Öfwerman", 1)
    credits(world, "Clarence Ofwermann", 3)
    world.name(world.producer("Other"), "Clarence Ofwerman", "alias")
    assert names(world, q="clarence ofwerman") == ["Other", "Clarence Öfwerman", "Clarence Ofwermann"]


def test_who_was_not_counted_yet_is_found_by_name_all_the_same(world: World) -> None:
    world.producer("Brand New")
    assert [hit.name for hit in hits(world, Wanted(q="brand new"))] == ["Brand New"]


def test_pages_by_name_show_everybody_once_in_the_order_of_one_long_page(world: World) -> None:
    for number in range(7):
        credits(world, f"Max {number}", number % 3)
    world.producer("Maxi")
    world.producer("Marx")
    refresh(world)
    for sort in Sort:
        wanted = Wanted(q="max", sort=sort)
        assert [h.id for h in hits(world, wanted, 2)] == [h.id for h in hits(world, wanted, 100)]
    assert len(hits(world, Wanted(q="max"), 3)) == 8


def test_the_counts_are_those_of_the_search_that_counts_at_once(world: World) -> None:
    producer = credits(world, "Max", 3)
    add(world, producer, "Max", 2, "composer", artist="Bo Berg")
    world.link(producer)
    refresh(world)
    (counted,) = search_producers(world.db, "max")
    (found,) = find_producers(world.db, Wanted(q="max")).items
    assert found == counted


def test_a_role_or_a_class_keeps_those_credited_so_and_counts_it_alone(world: World) -> None:
    both = credits(world, "Both", 2, "co_producer")
    add(world, both, "Both", 1, "composer")
    credits(world, "Writer", 3, "lyricist")
    assert names(world, roles=("producer",)) == ["Both"]
    assert names(world, roles=("writer",)) == ["Writer", "Both"]
    assert names(world, roles=("Co-Producer", "lyricist")) == ["Both", "Writer"]
    (hit,) = find_producers(world.db, Wanted(q="both", roles=("composer",))).items
    assert hit.recordings == 1


def test_an_unknown_role_is_refused_with_those_there_are(world: World) -> None:
    with pytest.raises(UsageError, match=r"There is no role 'drummer'\. There are"):
        find_producers(world.db, Wanted(roles=("drummer",)))


def test_years_are_those_of_the_first_release_and_of_the_role_that_is_asked_for(world: World) -> None:
    old = credits(world, "Old", 1, released="1983-02-01")
    add(world, old, "Old", 1, "composer", released="2020-02-01")
    hit = world.track("Reissued", artist="Old's", released="1990-01-01", album="Then")
    world.track("Reissued", artist="Old's", released="2024-01-01", album="Now", same_recording_as=hit)
    world.credit(hit, old)
    credits(world, "New", 1, released="2024-05-01")
    assert names(world, year_from=2023) == ["New"]
    assert names(world, year_from=1990, year_to=1990) == ["Old"]
    assert names(world, year_from=2020, year_to=2020) == ["Old"]
    assert names(world, year_from=2020, year_to=2020, roles=("producer",)) == []


def test_a_genre_is_one_of_the_artists_whatever_its_case(world: World) -> None:
    credits(world, "Ada", 1)
    credits(world, "Bo", 1)
    world.db.execute("""update artists set metadata = '{"genres": ["Dream Pop"]}' where name = 'Ada''s'""")
    assert names(world, genre="dream  pop") == ["Ada"]


def test_an_artist_keeps_those_who_worked_with_them(world: World) -> None:
    credits(world, "Ada", 1)
    credits(world, "Bo", 1)
    assert names(world, artist=world.artist("Bo's")) == ["Bo"]


def test_verified_and_reachable_keep_those_who_are_or_those_who_are_not(world: World) -> None:
    ada = credits(world, "Ada", 1)
    credits(world, "Bo", 1)
    assert (names(world, reachable=True), names(world, verified=True)) == ([], [])
    world.link(ada)
    for track in world.db.execute("select track_id from track_producers where producer_id = %s", [ada]).fetchall():
        world.credit(track[0], ada, source="discogs", base=0.9)
    assert (names(world, reachable=True), names(world, reachable=False)) == (["Ada"], ["Bo"])
    assert (names(world, verified=True), names(world, verified=False)) == (["Ada"], ["Bo"])


def test_recent_puts_the_newest_recording_first_and_those_without_a_date_last(world: World) -> None:
    credits(world, "Old", 5, released="1983-02-01")
    credits(world, "New", 1, released="2026-05-01")
    credits(world, "Unknown", 1, released=None)
    credits(world, "Between", 1, released="2001")
    assert names(world, sort=Sort.RECENT) == ["New", "Between", "Old", "Unknown"]


def test_rising_are_those_with_more_credits_lately_a_flat_veteran_is_not_among_them(world: World) -> None:
    veteran = credits(world, "Veteran", 6, released="2023-05-01")
    add(world, veteran, "Veteran", 6, released="2026-05-01")
    rising = credits(world, "Rising", 2, released="2026-03-01")
    add(world, rising, "Rising", 2, released="2026-04-01", artist="Somebody")
    credits(world, "One Song", 1, released="2026-03-01")
    assert names(world, sort=Sort.RISING) == ["Rising", "One Song"]


def test_a_rise_is_counted_again_after_a_week_when_nothing_else_changes(world: World) -> None:
    credits(world, "Rising", 3, released="2026-11-01")
    assert names(world, sort=Sort.RISING) == ["Rising"]
    assert refresh(world) == 0
    assert refresh(world, NOW.replace(year=2029)) == 1
    assert [h.name for h in hits(world, Wanted(sort=Sort.RISING))] == []


def test_who_was_merged_is_found_as_who_they_are_now_and_counted_with_them(world: World) -> None:
    one, other = credits(world, "Max One", 2), credits(world, "Max Other", 1)
    refresh(world)
    world.db.execute("select linernotes.merge_producers(%s, %s, 'same', 'me')", [other, one])
    refresh(world)
    assert [(h.name, h.recordings) for h in hits(world, Wanted())] == [("Max One", 3)]
    assert [h.name for h in hits(world, Wanted(q="max other"))] == ["Max One"]


def test_a_credit_that_goes_is_no_longer_counted(world: World) -> None:
    producer = credits(world, "Max", 2)
    refresh(world)
    world.db.execute("delete from track_producers where track_id in (select track_id from track_producers limit 1)")
    refresh(world)
    assert [h.recordings for h in hits(world, Wanted())] == [1]
    world.db.execute("delete from track_producers")
    world.db.execute("delete from linernotes.claims")
    world.db.execute("delete from producers where id = %s", [producer])
    refresh(world)
    assert hits(world, Wanted()) == []


@pytest.mark.parametrize("typed", ["%", "_", "a_b", "\\", "100%"])
def test_wildcards_stand_for_themselves(world: World, typed: str) -> None:
    world.producer("Plain Name")
    assert hits(world, Wanted(q=typed)) == []
    world.producer(f"{typed}x")
    assert [h.name for h in hits(world, Wanted(q=f"{typed}x"))] == [f"{typed}x"]


def test_one_latin_letter_finds_who_is_called_so_and_two_who_begin_so(world: World) -> None:
    for name in ("M", "Max", "Om Max"):
        world.producer(name)
    assert [h.name for h in hits(world, Wanted(q="m"))] == ["M"]
    assert [h.name for h in hits(world, Wanted(q="ma"))] == ["Max"]
    world.producer("中田ヤスタカ")
    assert [h.name for h in hits(world, Wanted(q="中"))] == ["中田ヤスタカ"]


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(q="x" * 201), Wanted(q="\0"), Wanted(q="\ud800"), Wanted(year_from=-(2**63)), Wanted(year_to=2200),
        Wanted(year_from=2001, year_to=2000), Wanted(genre=" "), Wanted(genre="\0"), Wanted(genre="\udfff"),
        Wanted(roles=("\0",)), Wanted(roles=("",)),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(world: World, wanted: Wanted) -> None:
    with pytest.raises(UsageError):
        find_producers(world.db, wanted)


def test_a_cursor_of_another_question_or_an_altered_one_is_refused(world: World) -> None:
    for name in ("Ada", "Bo", "Cy"):
        world.producer(name)
    refresh(world)
    cursor = find_producers(world.db, Wanted(), limit=1).next
    assert cursor
    assert [h.name for h in find_producers(world.db, Wanted(), cursor=cursor).items] == ["Bo", "Cy"]
    for wrong in (cursor[:-1], cursor + "A", cursor.swapcase(), "x", "", "é", "=" * 3000, cursor + "="):
        with pytest.raises(UsageError, match="cursor does not belong"):
            find_producers(world.db, Wanted(), cursor=wrong)
    with pytest.raises(UsageError, match="cursor does not belong"):
        find_producers(world.db, replace(Wanted(), sort=Sort.RECENT), cursor=cursor)


def test_a_page_is_one_statement_however_long_it_is(world: World, db: Connection[Any]) -> None:
    for number in range(30):
        credits(world, f"Max {number}", 1)
    refresh(world)

    for wanted in (Wanted(), Wanted(q="max"), Wanted(roles=("producer",), year_from=1990, sort=Sort.RECENT)):
        for limit in (1, 30):
            with statements_sent() as sent:
                page = find_producers(db, wanted, limit=limit)
            assert (len(page.items), len(sent)) == (limit, 1)


async def test_who_keeps_it_up_to_date_counts_all_who_are_due_and_stops_when_told(
    world: World, pool: AsyncConnectionPool
) -> None:
    credits(world, "Max", 2)
    assert await refresh_search(pool, NOW) == 1
    credits(world, "Moritz", 1)
    keeper = Refresher(pool, now=lambda: NOW)
    running = asyncio.create_task(keeper.run())
    async with asyncio.timeout(20):
        while [hit.name for hit in hits(world, Wanted())] != ["Max", "Moritz"]:  # noqa: ASYNC110 (another session)
            await asyncio.sleep(0)
        keeper.stop()
        await running


async def test_while_there_is_other_work_it_waits_for_a_quiet_moment(world: World, pool: AsyncConnectionPool) -> None:
    credits(world, "Max", 2)
    asked: list[bool] = []

    def busy() -> bool:
        asked.append(len(asked) < 3)
        if asked[-1]:
            assert hits(world, Wanted()) == []
        return asked[-1]

    keeper = Refresher(pool, now=lambda: NOW, every=0.001, busy=busy)
    running = asyncio.create_task(keeper.run())
    async with asyncio.timeout(20):
        while [hit.name for hit in hits(world, Wanted())] != ["Max"]:  # noqa: ASYNC110 (another session)
            await asyncio.sleep(0)
        keeper.stop()
        await running
    assert asked[:4] == [True, True, True, False]


async def test_what_fails_while_it_is_brought_up_to_date_is_tried_again(
    world: World, pool: AsyncConnectionPool, capsys: pytest.CaptureFixture[str]
) -> None:
    credits(world, "Max", 2)
    world.db.execute("alter function linernotes.index_producers rename to put_aside")
    keeper = Refresher(pool, now=lambda: NOW)
    running = asyncio.create_task(keeper.run())
    async with asyncio.timeout(20):
        said = ""
        while "not brought up to date" not in said:  # its log, of another task
            await asyncio.sleep(0)
            said += capsys.readouterr().out
        assert hits(world, Wanted()) == []
        world.db.execute("alter function linernotes.put_aside rename to index_producers")
        while [hit.name for hit in hits(world, Wanted())] != ["Max"]:  # noqa: ASYNC110 (another session)
            await asyncio.sleep(0)
        keeper.stop()
        await running
