"""When two of our producers are one person: rules P2 to P5, and that it can all be taken back."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection
from typer.testing import CliRunner, Result

from linernotes.cli import app
from linernotes.database import decisions
from linernotes.database.connect import connect
from linernotes.database.decisions import Decision
from linernotes.model.catalogue import ExternalId
from linernotes.model.rows import ProfileRow
from linernotes.search.exports import What, exports
from linernotes.search.people import name_decisions
from linernotes.search.producers import find_producer, search_producers
from linernotes.search.profile import profile
from tests.database.conftest import NOW, World, person, said
from tests.factories import World as Facts

ADA = person("Ada Lind", "musicbrainz:a")
ADA_AT_DISCOGS = person("A. Lind", "discogs:1")
BY_ME = Decision(by="me", why="they told me", at=NOW)
CREDITS = "select track_id, producer_id, role, confidence, source, sources, conflict, verified, credited_as"


def producer(world: Any, name: str) -> UUID:
    found = world.db.execute("select id from producers where name = %s order by normalized_name", [name]).fetchall()
    assert len(found) >= 1, f"there is no {name}"
    return found[0][0]


def credits(db: Connection[Any]) -> list[tuple[Any, ...]]:
    return db.execute(f"{CREDITS} from track_producers order by 1, 2, 3").fetchall()


def merged(db: Connection[Any]) -> list[tuple[Any, ...]]:
    return db.execute(
        "select a.name, b.name from linernotes.producer_redirects d join producers a on a.id = d.merged_id"
        " join producers b on b.id = d.survivor_id order by 1, 2"
    ).fetchall()


def problems(db: Connection[Any]) -> list[tuple[Any, ...]]:
    return db.execute("select kind, record from linernotes.problems order by 1, 2").fetchall()


async def profile_says(
    world: World, of: str, *ids: str, source: str = "musicbrainz", kind: str | None = None
) -> None:
    """A profile source's answer: this producer carries these further ids."""
    row = ProfileRow(
        producer_id=producer(world, of),
        source=source,
        kind=kind,
        image_url=None,
        ids=tuple(ExternalId(*i.split(":", 1)) for i in ids),
        links=(),
        aliases=(),
        members=(),
    )
    await world.store([row])


async def two_sources(world: World) -> None:
    """MusicBrainz and Discogs each credit somebody on a track of their own, and both on a third."""
    one, two, both = await world.track("One"), await world.track("Two"), await world.track("Both")
    await world.claim(one, said(one, ADA, source="musicbrainz"), source="musicbrainz")
    await world.claim(two, said(two, ADA_AT_DISCOGS, source="discogs", base=0.9), source="discogs")
    await world.claim(both, said(both, ADA, source="musicbrainz"), source="musicbrainz")
    await world.claim(both, said(both, ADA_AT_DISCOGS, source="discogs", base=0.9), source="discogs")


# ---- merged by themselves, on a shared id


async def test_two_are_merged_when_a_profile_names_both_ids_as_one_persons(world: World):
    await two_sources(world)
    await profile_says(world, "Ada Lind", "discogs:1")
    assert merged(world.db) == [("A. Lind", "Ada Lind")]
    assert world.credits() == [
        ("Ada Lind", "producer", 0.9),
        ("Ada Lind", "producer", 0.95),
        ("Ada Lind", "producer", 0.9725),
    ]
    why, by, automatic = world.db.execute("select why, by, automatic from linernotes.producer_merges").fetchone()
    assert (why, by, automatic) == ("musicbrainz names one person with discogs 1", "linernotes", True)
    assert problems(world.db) == []


async def test_two_are_merged_when_a_claim_names_both_ids_as_one_persons(world: World):
    await two_sources(world)
    third = await world.track("Three")
    await world.claim(third, said(third, person("Ada", "musicbrainz:a", "discogs:1")))
    assert merged(world.db) == [("A. Lind", "Ada Lind")]
    assert {name for name, _, _ in world.credits()} == {"Ada Lind"}


async def test_a_merge_moves_the_credits_of_recordings_that_no_answer_was_about(world: World):
    await two_sources(world)
    await profile_says(world, "Ada Lind", "discogs:1")
    assert [c[1] for c in credits(world.db)] == [producer(world, "Ada Lind")] * 3


async def test_claims_keep_the_producer_they_were_stored_with(world: World):
    await two_sources(world)
    claims = "select recording_id, producer_id, role, source, record from linernotes.claims order by 1, 2, 3, 4, 5"
    before = world.db.execute(claims).fetchall()
    await profile_says(world, "Ada Lind", "discogs:1")
    assert world.db.execute(claims).fetchall() == before


async def test_two_different_ids_of_one_scheme_are_never_merged_automatically(world: World):
    await two_sources(world)
    track = await world.track("Three")
    await world.claim(track, said(track, person("Ada Lind", "musicbrainz:a", "discogs:2")))
    before = credits(world.db)
    await profile_says(world, "Ada Lind", "discogs:1")
    assert merged(world.db) == []
    assert credits(world.db) == before
    assert problems(world.db) == [("shared_id", "discogs:1")]
    ((detail,),) = world.db.execute("select detail from linernotes.problems").fetchall()
    assert "they have different ids at discogs" in detail
    assert "linernotes people merge" in detail


async def test_an_id_in_common_does_not_join_two_people_of_one_database(world: World):
    one, two = await world.track("One"), await world.track("Two")
    await world.claim(one, said(one, person("Ada Lind", "musicbrainz:a", "discogs:1")))
    await world.claim(two, said(two, person("Ada Lind", "musicbrainz:b", "discogs:1")))
    assert world.db.execute("select count(distinct producer_id) from track_producers").fetchone() == (2,)
    assert merged(world.db) == []
    assert problems(world.db) == [("shared_id", "discogs:1")]


async def test_a_second_id_of_a_scheme_is_not_taken_and_is_reported(world: World):
    track = await world.track()
    await world.claim(track, said(track, person("Ada Lind", "musicbrainz:a", "discogs:1", "discogs:2")))
    await profile_says(world, "Ada Lind", "discogs:3", "wikidata:Q1", "wikidata:Q2", "isni:1", "isni:2")
    ids = "select scheme || ':' || value from linernotes.external_ids where entity_type = 'producer' order by 1"
    kept = [row[0] for row in world.db.execute(ids)]
    assert kept == ["discogs:1", "isni:1", "isni:2", "musicbrainz:a", "wikidata:Q1"]
    assert problems(world.db) == [("second_id", r) for r in ("discogs:2", "discogs:3", "wikidata:Q2")]


async def test_two_ids_that_their_own_database_calls_one_are_one(world: World):
    one, two = await world.track("One"), await world.track("Two")
    await world.claim(one, said(one, person("Ada Lind", "musicbrainz:old")))
    await world.claim(two, said(two, person("Ada L.", "musicbrainz:new")))
    await profile_says(world, "Ada Lind", "musicbrainz:new", "musicbrainz:old", source="musicbrainz")
    assert merged(world.db) == [("Ada L.", "Ada Lind")]


async def test_a_group_and_a_person_are_never_merged_automatically(world: World):
    track = await world.track()
    band, singer = person("The Linds", "discogs:1", kind="group"), person("Ada Lind", "musicbrainz:a", kind="person")
    await world.claim(track, said(track, band), said(track, singer, "writer"))
    await profile_says(world, "Ada Lind", "discogs:1")
    assert merged(world.db) == []
    assert problems(world.db) == [("shared_id", "discogs:1")]


async def test_namesakes_without_an_id_are_never_merged_automatically(world: World):
    for n in range(4):
        track = await world.track(f"Song {n}")
        await world.claim(track, said(track, ADA), source="musicbrainz")
        await world.claim(track, said(track, person("Ada Lind!"), "writer", source="list"), source="list")
    assert merged(world.db) == []
    assert world.db.execute("select count(*) from producers").fetchone() == (2,)


async def test_a_merge_that_people_took_back_is_never_made_again_automatically(world: World):
    await two_sources(world)
    await profile_says(world, "Ada Lind", "discogs:1")
    (made,) = decisions.live_merges(world.db, producer(world, "Ada Lind"))
    assert decisions.split(world.db, made.id, BY_ME)
    await profile_says(world, "Ada Lind", "discogs:1")
    track = await world.track("Three")
    await world.claim(track, said(track, person("Ada", "musicbrainz:a", "discogs:1")))
    assert merged(world.db) == []
    assert problems(world.db) == []


# ---- merged by hand, and taken back


async def test_undoing_a_merge_restores_the_former_credits_exactly(world: World):
    await two_sources(world)
    before = credits(world.db)
    a, b = producer(world, "A. Lind"), producer(world, "Ada Lind")
    assert decisions.merge(world.db, a, b, BY_ME)
    assert credits(world.db) != before
    (made,) = decisions.live_merges(world.db, b)
    assert (made.merged_id, made.into_id, made.by, made.why) == (a, b, "me", "they told me")
    assert decisions.split(world.db, made.id, BY_ME)
    assert credits(world.db) == before
    assert not decisions.split(world.db, made.id, BY_ME)


async def test_claims_that_arrive_after_a_merge_follow_it_and_go_home_when_it_is_undone(world: World):
    await two_sources(world)
    a, b = producer(world, "A. Lind"), producer(world, "Ada Lind")
    decisions.merge(world.db, a, b, BY_ME)
    late = await world.track("Late")
    await world.claim(late, said(late, ADA_AT_DISCOGS, source="discogs"), source="discogs")
    assert world.credits(late) == [("Ada Lind", "producer", 0.95)]
    decisions.split(world.db, decisions.live_merges(world.db, b)[0].id, BY_ME)
    assert world.credits(late) == [("A. Lind", "producer", 0.95)]


async def test_chains_of_merges_end_at_the_last_and_come_apart_link_by_link(world: World):
    tracks = [await world.track(f"Song {n}") for n in range(3)]
    names = ["One", "Two", "Three"]
    for track, name in zip(tracks, names, strict=True):
        await world.claim(track, said(track, person(name, f"musicbrainz:{name}")))
    one, two, three = (producer(world, name) for name in names)
    before = credits(world.db)
    decisions.merge(world.db, one, two, BY_ME)
    middle = credits(world.db)
    decisions.merge(world.db, two, three, BY_ME)
    assert merged(world.db) == [("One", "Three"), ("Two", "Three")]
    assert {row[1] for row in credits(world.db)} == {three}
    last, first = decisions.live_merges(world.db, three)
    decisions.split(world.db, last.id, BY_ME)
    assert merged(world.db) == [("One", "Two")]
    assert credits(world.db) == middle
    decisions.split(world.db, first.id, BY_ME)
    assert credits(world.db) == before


async def test_the_first_link_of_a_chain_can_be_taken_out_alone(world: World):
    tracks = [await world.track(f"Song {n}") for n in range(3)]
    names = ["One", "Two", "Three"]
    for track, name in zip(tracks, names, strict=True):
        await world.claim(track, said(track, person(name, f"musicbrainz:{name}")))
    one, two, three = (producer(world, name) for name in names)
    decisions.merge(world.db, one, two, BY_ME)
    decisions.merge(world.db, two, three, BY_ME)
    (link,) = decisions.live_merges(world.db, one)
    decisions.split(world.db, link.id, BY_ME)
    assert merged(world.db) == [("Two", "Three")]
    assert sorted(name for name, _, _ in world.credits()) == ["One", "Three", "Three"]


async def test_merging_two_who_are_one_already_changes_nothing(world: World):
    await two_sources(world)
    a, b = producer(world, "A. Lind"), producer(world, "Ada Lind")
    assert decisions.merge(world.db, a, b, BY_ME)
    assert not decisions.merge(world.db, a, b, BY_ME)
    assert not decisions.merge(world.db, b, a, BY_ME)
    assert len(decisions.live_merges(world.db, a)) == 1


# ---- races


async def test_of_two_who_merge_the_same_two_at_once_one_does(
    world: World, second_connection: Callable[[], Connection[Any]]
):
    await two_sources(world)
    a, b = producer(world, "A. Lind"), producer(world, "Ada Lind")
    made: list[bool] = []
    start = threading.Barrier(2)

    def run(db: Connection[Any], one: UUID, other: UUID) -> None:
        start.wait()
        made.append(decisions.merge(db, one, other, BY_ME))

    threads = [threading.Thread(target=run, args=(second_connection(), *pair)) for pair in ((a, b), (b, a))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, True]
    assert len(merged(world.db)) == 1
    assert len({row[1] for row in credits(world.db)}) == 1


async def test_a_worker_that_stores_claims_while_two_are_merged_credits_who_they_are_now(
    world: World, second_connection: Callable[[], Connection[Any]]
):
    await two_sources(world)
    a, b = producer(world, "A. Lind"), producer(world, "Ada Lind")
    late = await world.track("Late")
    merging = second_connection()
    with merging.transaction():
        assert decisions.merge(merging, a, b, BY_ME)  # not yet committed
        claim = said(late, ADA_AT_DISCOGS, source="discogs")
        working = asyncio.create_task(world.claim(late, claim, source="discogs"))
        await asyncio.to_thread(wait_until_somebody_waits, merging)
    await working
    assert world.credits(late) == [("Ada Lind", "producer", 0.95)]


def wait_until_somebody_waits(db: Connection[Any]) -> None:
    """Until a session stands before a lock."""
    for _ in range(100_000):
        if db.execute("select count(*) from pg_locks where locktype = 'advisory' and not granted").fetchone() != (0,):
            return
    raise AssertionError("nobody waited")


async def test_workers_that_bring_a_shared_id_at_once_merge_once(world: World):
    await two_sources(world)
    tracks = [await world.track(f"More {n}") for n in range(6)]
    both = person("Ada", "musicbrainz:a", "discogs:1")
    await asyncio.gather(*(world.claim(t, said(t, both), source="list") for t in tracks))
    assert merged(world.db) == [("A. Lind", "Ada Lind")]
    assert {name for name, _, _ in world.credits()} == {"Ada Lind"}


# ---- what people see of it


@pytest.fixture
def facts(db: Connection[Any]) -> Facts:
    return Facts(db)


def merge_two(facts: Facts) -> tuple[UUID, UUID]:
    """Dr. Luke with a link and an id, Lukasz with another name, merged into Dr. Luke."""
    luke, lukasz = facts.producer("Dr. Luke", kind="person"), facts.producer("Lukasz Gottwald", "L. Gottwald")
    facts.external_id(luke, "musicbrainz", "m")
    facts.external_id(lukasz, "discogs", "d")
    facts.link(luke, "homepage", "https://luke.example")
    facts.link(lukasz, "homepage", "https://luke.example")
    facts.link(lukasz, "x", "https://x.com/luke")
    facts.claim(facts.track("Song"), luke)
    facts.claim(facts.track("Other song"), lukasz, "writer", source="discogs")
    facts.conclude()
    decisions.merge(facts.db, lukasz, luke, BY_ME)
    return luke, lukasz


def test_a_merged_producer_is_no_hit_of_its_own_and_its_names_find_the_survivor(facts: Facts):
    luke, _ = merge_two(facts)
    for term in ("Dr. Luke", "Lukasz Gottwald", "gottwald", "Lukas Gottwalt"):
        assert [(hit.id, hit.name) for hit in search_producers(facts.db, term)] == [(luke, "Dr. Luke")]
    (hit,) = search_producers(facts.db, "L. Gottwald")
    assert (hit.found_as, hit.kind, hit.roles, hit.links) == (
        "L. Gottwald",
        "person",
        {"producer": 1, "writer": 1},
        2,
    )


def test_the_search_function_of_the_contract_follows_a_merge_and_its_undoing(facts: Facts):
    luke, lukasz = merge_two(facts)

    def found(term: str) -> list[tuple[Any, ...]]:
        return facts.db.execute("select id, track_count from search_producers(%s)", [term]).fetchall()

    assert found("gottwald") == [(luke, 2)]
    assert found("luk") == [(luke, 2)]
    decisions.split(facts.db, decisions.live_merges(facts.db, luke)[0].id, BY_ME)
    assert found("gottwald") == [(lukasz, 1)]
    assert sorted(found("luk")) == sorted([(luke, 1), (lukasz, 1)])


def test_counting_anew_keeps_the_merged_out_of_the_search_function(facts: Facts):
    luke, _ = merge_two(facts)
    before = facts.db.execute("select * from producer_stats order by producer_id").fetchall()
    facts.db.execute("select linernotes.contract_rebuild_stats()")
    assert facts.db.execute("select * from producer_stats order by producer_id").fetchall() == before
    assert facts.db.execute("select id from search_producers('gottwald')").fetchall() == [(luke,)]


def test_an_old_id_leads_to_the_survivor_with_a_remark(facts: Facts):
    luke, lukasz = merge_two(facts)
    found = find_producer(facts.db, str(lukasz))
    assert (found.id, found.name) == (luke, "Dr. Luke")
    assert found.remark == f"Lukasz Gottwald ({lukasz}) was merged into Dr. Luke on 2026-11-22: they told me"
    assert find_producer(facts.db, str(luke)).remark == ""


def test_a_profile_holds_the_names_ids_links_and_sources_of_everybody_merged(facts: Facts):
    luke, _ = merge_two(facts)
    page = profile(facts.db, find_producer(facts.db, str(luke)))
    assert [name.name for name in page.names] == ["Dr. Luke", "Lukasz Gottwald", "L. Gottwald"]
    assert [(i.scheme, i.value) for i in page.ids] == [("discogs", "d"), ("musicbrainz", "m")]
    assert [link.url for link in page.links] == ["https://luke.example", "https://x.com/luke"]
    assert sorted(source.source for source in page.sources) == ["discogs", "musicbrainz"]


def test_exports_list_one_person_once(facts: Facts):
    luke, _ = merge_two(facts)
    ((name, id_, kind, aliases, recordings, *_, links),) = exports(facts.db, What.PRODUCERS, 0.5)
    assert (name, id_, kind, recordings) == ("Dr. Luke", luke, "person", 2)
    assert aliases == "L. Gottwald;Lukasz Gottwald"
    assert links == "https://luke.example;https://x.com/luke"
    assert {row[6] for row in exports(facts.db, What.CREDITS, 0.5)} == {luke}


def test_the_list_of_decisions_names_a_merge_and_who_made_it(facts: Facts):
    merge_two(facts)
    (row,) = name_decisions(facts.db)
    assert (row.decision, row.name, row.other_name) == ("one person", "Dr. Luke", "Lukasz Gottwald")
    assert row.reason == "merged by me: they told me"


def test_a_member_keeps_the_credits_of_the_group_as_via_group_after_a_merge(facts: Facts):
    group, member, alias = facts.producer("The Linds", kind="group"), facts.producer("Ada"), facts.producer("Ada L.")
    facts.member(group, alias)
    facts.credit(facts.track("Song"), group)
    decisions.merge(facts.db, alias, member, BY_ME)
    page = profile(facts.db, find_producer(facts.db, "Ada"))
    assert [(via.name, via.recordings) for via in page.groups] == [("The Linds", 1)]
    assert page.roles == []


def test_merging_and_splitting_run_on_every_promised_postgresql(any_database_url: str):
    with connect(any_database_url) as db:
        facts = Facts(db)
        luke, lukasz = merge_two(facts)
        assert {row[1] for row in credits(db)} == {luke}
        decisions.split(db, decisions.live_merges(db, luke)[0].id, BY_ME)
        assert {row[1] for row in credits(db)} == {luke, lukasz}


# ---- the commands

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(app, words)


def test_people_are_merged_listed_and_split_at_the_shell(facts: Facts, run: Run):
    one, two = facts.producer("Ada Lind"), facts.producer("A. Lind")
    facts.credit(facts.track("Song"), two)
    made = run("people", "merge", "A. Lind", "Ada Lind", "--why", "same address")
    assert made.exit_code == 0, made.output
    assert f"A. Lind ({two}) is Ada Lind ({one}) from now on." in made.stderr
    (row,) = json.loads(run("people", "log", "--json").stdout)
    assert (row["merged"], row["into"], row["why"], row["undone_at"]) == ("A. Lind", "Ada Lind", "same address", None)
    shown = run("show", str(two))
    assert "was merged into Ada Lind" in shown.stderr
    assert "producer: 1 recording" in shown.stdout
    back = run("people", "split", "A. Lind", "--why", "no, they are two")
    assert back.exit_code == 0, back.output
    assert "producer: 1 recording" in run("show", "A. Lind").stdout
    (row,) = json.loads(run("people", "log", "--json").stdout)
    assert row["undone_why"] == "no, they are two"
    assert "undone" in run("people", "log").stdout


def test_splitting_two_who_were_never_merged_keeps_them_apart(facts: Facts, run: Run):
    facts.producer("Greg Lind"), facts.producer("Gregg Lind")
    assert len(json.loads(run("people", "suggest", "--json").stdout)) == 1
    assert run("people", "split", "Greg Lind", "Gregg Lind", "--why", "father and son").exit_code == 0
    assert run("people", "suggest", "--json").stdout == "[]\n"
    assert "kept apart" in run("people", "log").stdout


def test_a_merge_that_ids_speak_against_is_made_by_hand_with_a_warning(facts: Facts, run: Run):
    for name, value in (("Ada Lind", "1"), ("A. Lind", "2")):
        facts.external_id(facts.producer(name), "discogs", value)
    made = run("people", "merge", "A. Lind", "Ada Lind")
    assert made.exit_code == 0
    assert "They have different ids at discogs" in made.stderr


def test_of_several_merges_the_one_to_take_back_has_to_be_named(facts: Facts, run: Run):
    facts.producer("Ada")
    for name in ("Beate", "Clara"):
        facts.producer(name)
        run("people", "merge", name, "Ada")
    refused = run("people", "split", "Ada")
    assert refused.exit_code == 2
    assert "2 merges are meant" in refused.stderr
    assert run("people", "split", "Clara").exit_code == 0
    assert run("people", "split", "Ada").exit_code == 0
    assert run("people", "split", "Ada").exit_code == 1


def test_merging_one_with_itself_is_refused(facts: Facts, run: Run):
    facts.producer("Ada", "Adele")
    refused = run("people", "merge", "Ada", "Adele")
    assert (refused.exit_code, "one producer already" in refused.stderr) == (2, True)


def test_people_without_a_subcommand_lists_the_decisions(facts: Facts, run: Run):
    facts.producer("Boi-1da"), facts.producer("Boi 1da")
    (row,) = json.loads(run("people", "--json").stdout)
    assert row["decision"] == "kept apart"
