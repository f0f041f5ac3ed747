"""Forgetting a person: what goes, what stays, and that nothing brings them back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from linernotes.database.forgetting import Receipt, foreseen, forget, lift, receipts, refused_claims
from linernotes.database.store import hand_key_to, keep_problems
from linernotes.errors import NotFound, SettingsError
from linernotes.model.catalogue import ExternalId, Problem
from linernotes.model.forgetting import ForgetKey
from linernotes.model.rows import NameRow, ProfileRow
from tests.counting import statements_sent
from tests.database.belts import NOW
from tests.database.conftest import World, person, said
from tests.database.everywhere import places

MINUTE = timedelta(minutes=1)
KEY = ForgetKey(bytes(range(32)))
MBID = "0f0e0d0c-1111-4222-8333-444455556666"
ADA = person("Ada Lindqvist", f"musicbrainz:{MBID}")


@pytest.fixture
def world(pool: Any, db: psycopg.Connection[Any]) -> World:
    return World(pool, db, forget_key=KEY)


def forget_by_name(db: psycopg.Connection[Any], name: str) -> Receipt:
    row = db.execute("select id from producers where name = %s", [name]).fetchone()
    assert row
    return forget(db, row[0], KEY, NOW)


async def test_a_forgotten_person_stands_nowhere_and_the_recordings_stay(world: World, db) -> None:
    track = await world.track("Song")
    await world.claim(track, said(track, ADA), said(track, person("Bo Ek", "discogs:7")))
    assert places(db, "lindqvist", MBID)

    receipt = forget_by_name(db, "Ada Lindqvist")

    assert places(db, "lindqvist", MBID) == []
    assert world.credits(track) == [("Bo Ek", "producer", 0.95)]
    assert receipt.erased["claims"] == receipt.erased["credits"] == receipt.erased["producers"] == 1
    assert receipt.erased["ids"] == 1


async def test_the_receipt_is_kept_and_says_how_much_went_and_of_whom_nothing(world: World, db) -> None:
    track = await world.track("Song")
    await world.claim(track, said(track, ADA))
    made = forget_by_name(db, "Ada Lindqvist")
    (kept,) = receipts(db)
    assert (kept.id, kept.at, kept.erased, kept.again) == (made.receipt, NOW, made.erased, False)
    assert kept.marks == 4  # the id, its value, the name, the name with the artist


async def test_what_would_be_erased_is_counted_and_nothing_changes(world: World, db) -> None:
    track = await world.track("Song")
    producer = (await world.claim(track, said(track, ADA)))[ADA.key]
    would = foreseen(db, producer, KEY, NOW)
    assert world.credits(track) == [("Ada Lindqvist", "producer", 0.95)]
    assert receipts(db) == []
    assert forget(db, producer, KEY, NOW).erased == would.erased


async def test_who_is_gone_already_is_not_found(world: World, db) -> None:
    track = await world.track("Song")
    producer = (await world.claim(track, said(track, ADA)))[ADA.key]
    forget(db, producer, KEY, NOW)
    with pytest.raises(NotFound):
        forget(db, producer, KEY, NOW)


@pytest.mark.parametrize(
    "again",
    [
        person("Ada Lindqvist", f"musicbrainz:{MBID}"),
        person("Somebody Else", f"musicbrainz:{MBID}"),
        person("Ada Lindqvist", "discogs:99", f"musicbrainz:{MBID.upper()}"),
        person("Ada Lindqvist", "discogs:99"),
        person("ADA LINDQVIST"),
        person("Áda Lîndqvist"),
        person("Ada-Lindqvist."),
    ],
    ids=lambda p: f"{p.name} {len(p.ids)}",
)  # fmt: skip
async def test_no_answer_brings_them_back_in_any_spelling_on_works_of_an_artist_of_theirs(
    world: World, db, again
) -> None:
    track, other = await world.track("Song"), await world.track("Another Song")
    await world.claim(track, said(track, ADA))
    forget_by_name(db, "Ada Lindqvist")
    for source in ("musicbrainz", "file:list"):
        assert await world.claim(other, said(other, again, source=source), source=source) == {}
    assert world.credits() == []
    assert places(db, "lindqvist", "lîndqvist", MBID) == []
    assert refused_claims(db) == 3  # one was erased, two were refused


async def test_a_namesake_with_other_artists_and_an_id_of_their_own_is_let_in(world: World, db) -> None:
    track, other = await world.track("Song"), await world.track("Song", artist="Somebody")
    await world.claim(track, said(track, ADA))
    forget_by_name(db, "Ada Lindqvist")
    await world.claim(other, said(other, person("Ada Lindqvist", "discogs:5")))
    assert world.credits(other) == [("Ada Lindqvist", "producer", 0.95)]


async def test_a_namesake_who_was_here_stays_also_on_works_of_the_same_artist(world: World, db) -> None:
    track = await world.track("Song")
    namesake = person("Ada Lindqvist", "discogs:5")
    await world.claim(track, said(track, ADA), said(track, namesake, "mixer"))
    ada = db.execute("select entity_id from linernotes.external_ids where value = %s", [MBID]).fetchone()[0]
    forget(db, ada, KEY, NOW)
    await world.claim(track, said(track, namesake, "mixer"))
    assert world.credits(track) == [("Ada Lindqvist", "mixer", 0.95)]


async def test_of_who_has_no_id_the_name_alone_is_kept_out(world: World, db) -> None:
    track, other = await world.track("Song"), await world.track("Song", artist="Somebody")
    await world.claim(track, said(track, person("Ada Lindqvist")))
    forget_by_name(db, "Ada Lindqvist")
    await world.claim(other, said(other, person("ada lindqvist")))
    assert world.credits() == []
    await world.claim(other, said(other, person("Ada Lindqvist", "discogs:5")))
    assert world.credits() == [("Ada Lindqvist", "producer", 0.95)]


async def test_who_is_known_by_the_name_only_goes_too_where_it_means_them(world: World, db) -> None:
    track, other = await world.track("Song"), await world.track("Song", artist="Somebody")
    await world.claim(track, said(track, ADA))
    await world.claim(track, said(track, person("Ada Lindqvist"), source="list"), source="list")
    await world.claim(other, said(other, person("Ada Lindqvist"), source="list"), source="list")
    ada = db.execute("select entity_id from linernotes.external_ids where value = %s", [MBID]).fetchone()[0]
    receipt = forget(db, ada, KEY, NOW)
    assert receipt.erased["claims"] == 2
    assert world.credits(track) == []
    assert world.credits(other) == [("Ada Lindqvist", "producer", 0.95)]


async def test_everybody_who_was_merged_with_them_goes(world: World, db) -> None:
    track = await world.track("Song")
    other = person("A. Lindqvist", "discogs:12345")
    ids = await world.claim(track, said(track, ADA), said(track, other, "mixer"))
    db.execute("select linernotes.merge_producers(%s, %s, 'the same', 'somebody')", [ids[other.key], ids[ADA.key]])
    forget(db, ids[ADA.key], KEY, NOW)
    assert places(db, "lindqvist", MBID, "12345") == []
    assert await world.claim(track, said(track, other, "mixer")) == {}


async def test_a_merge_after_forgetting_brings_nothing_back(world: World, db) -> None:
    track = await world.track("Song")
    here = person("Quite Another", "discogs:12345")
    ids = await world.claim(track, said(track, ADA), said(track, here, "mixer"))
    forget(db, ids[ADA.key], KEY, NOW)
    joined = person("Quite Another", "discogs:12345", f"musicbrainz:{MBID}")
    await world.claim(track, said(track, joined, "mixer"))
    assert world.credits(track) == []  # so this source says that it was them
    assert world_names(db) == ["Quite Another"]  # which people judge, since links have errors
    assert places(db, "lindqvist", MBID) == []
    assert db.execute("select kind, entity_id from linernotes.problems").fetchall() == [
        ("forgotten_id", ids[here.key])
    ]


def profile(producer, *ids: str, links=(), aliases=(), source="wikidata") -> ProfileRow:
    return ProfileRow(
        producer_id=producer,
        source=source,
        kind="person",
        image_url=None,
        ids=tuple(ExternalId(*i.split(":", 1)) for i in ids),
        links=tuple(
            {"kind": kind, "value": value, "url": f"https://{value}", "source_url": "https://x.example",
             "source_record_id": "1"}
            for kind, value in links
        ),
        aliases=tuple(NameRow(name=a, name_key=a.lower(), search_key=person(a).search_key) for a in aliases),
        members=(),
    )  # fmt: skip


async def test_who_comes_back_under_another_id_is_erased_as_soon_as_a_source_tells(world: World, db) -> None:
    track, other = await world.track("Song"), await world.track("Song", artist="Somebody")
    await world.claim(track, said(track, ADA))
    forget_by_name(db, "Ada Lindqvist")
    world.now += MINUTE
    back = person("Ada Lindqvist", "discogs:777777")
    producer = (await world.claim(other, said(other, back)))[back.key]
    await world.store([profile(producer, f"musicbrainz:{MBID}", "wikidata:Q777")])
    assert places(db, "lindqvist", MBID, "777777", "q777") == []
    assert [r.again for r in receipts(db)].count(True) == 1
    assert await world.claim(other, said(other, back)) == {}


async def test_a_link_of_theirs_is_stored_for_nobody_and_tells_them_by_name(world: World, db) -> None:
    track, other = await world.track("Song"), await world.track("Song", artist="Somebody")
    ids = await world.claim(track, said(track, ADA))
    await world.store([profile(ids[ADA.key], links=[("instagram", "ada.l")])])
    forget_by_name(db, "Ada Lindqvist")
    bo = person("Bo Ek", "discogs:1")
    bo_id = (await world.claim(track, said(track, bo)))[bo.key]
    await world.store([profile(bo_id, links=[("instagram", "ada.l"), ("homepage", "bo.example")])])
    assert db.execute("select value from linernotes.producer_links").fetchall() == [("bo.example",)]
    world.now += MINUTE
    back = person("Ada Lindqvist", "discogs:777777")
    producer = (await world.claim(other, said(other, back)))[back.key]
    await world.store([profile(producer, links=[("instagram", "Ada.L")])])
    assert places(db, "lindqvist", "ada.l", "777777") == []


async def test_a_profile_of_who_was_forgotten_meanwhile_is_not_stored(world: World, db) -> None:
    track = await world.track("Song")
    producer = (await world.claim(track, said(track, ADA)))[ADA.key]
    forget(db, producer, KEY, NOW)
    await world.store([profile(producer, links=[("homepage", "lindqvist.example")])])
    assert places(db, "lindqvist") == []


def test_the_contract_stores_nobody_by_a_name_that_was_forgotten(db) -> None:
    hand_key_to(db, KEY)
    store = "select process_producer_atomic(%s::jsonb, %s, %s)"
    data = '{"name": "Ada Lindqvist", "email": "ada@lindqvist.example", "instagram_handle": "@ada.l"}'
    producer = db.execute(store, [data, "one", "ada lindqvist"]).fetchone()[0]
    forget(db, producer, KEY, NOW)
    assert places(db, "lindqvist", "ada.l") == []
    with pytest.raises(psycopg.errors.InvalidParameterValue, match="forgotten"):
        db.execute(store, ['{"name": "ADA LINDQVIST"}', "two", "ada lindqvist"])
    db.execute(
        store, ['{"name": "Bo", "email": "ADA@lindqvist.example", "instagram_handle": "ada.l"}', "three", "bo"]
    )
    assert places(db, "lindqvist", "ada.l") == []


async def test_nothing_about_people_is_stored_without_the_key(pool, db) -> None:
    with_key = World(pool, db, forget_key=KEY)
    track = await with_key.track("Song")
    await with_key.claim(track, said(track, ADA))
    forget_by_name(db, "Ada Lindqvist")
    for key, why in ((None, "no key"), (ForgetKey(bytes(32)), "another key")):
        with pytest.raises(psycopg.errors.ObjectNotInPrerequisiteState, match=why):
            await World(pool, db, forget_key=key).claim(track, said(track, person("Bo Ek")))
    await with_key.claim(track, said(track, person("Bo Ek")))
    with pytest.raises(SettingsError, match="LINERNOTES_FORGET_KEY"):
        forget(db, db.execute("select id from producers").fetchone()[0], ForgetKey(bytes(32)), NOW)
    assert world_names(db) == ["Bo Ek"]


def world_names(db) -> list[str]:
    return [name for (name,) in db.execute("select name from producers order by 1")]


async def test_who_is_taken_off_the_list_may_come_back(world: World, db) -> None:
    track = await world.track("Song")
    await world.claim(track, said(track, ADA))
    receipt = forget_by_name(db, "Ada Lindqvist")
    assert lift(db, receipt.receipt) == 4
    await world.claim(track, said(track, ADA))
    assert world.credits(track) == [("Ada Lindqvist", "producer", 0.95)]
    with pytest.raises(NotFound):
        lift(db, track.id)


def test_the_database_makes_the_marks_that_python_makes(db) -> None:
    hand_key_to(db, KEY)
    made = db.execute(
        "select sha256(outer_pad || sha256(inner_pad || convert_to('name' || chr(31) || 'Łódź', 'UTF8')))"
        " from linernotes.forget_pads()"
    ).fetchone()
    assert made == (KEY.mark("name", "Łódź"),)


@pytest.mark.parametrize("role", ["anon", "authenticated", "service_role"])
async def test_no_role_can_forget_anybody_or_read_the_list(world: World, db, role: str) -> None:
    track = await world.track("Song")
    await world.claim(track, said(track, ADA))
    forget_by_name(db, "Ada Lindqvist")
    db.execute(f"set role {role}")
    for statement in (
        "select linernotes.forget_people('{}', null, false, now())",
        "select * from linernotes.forgotten",
        "select * from linernotes.forget_receipts",
        "select * from linernotes.forget_key",
        "delete from linernotes.forgotten",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            db.execute(statement)


async def test_forgetting_takes_as_many_statements_for_much_as_for_little(world: World, db) -> None:
    counted = []
    for number, size in ((1, 1), (2, 40)):
        who = person(f"Person {number} Lindqvist", f"discogs:{number}00000")
        for song in range(size):
            track = await world.track(f"Song {number} {song}", artist=f"Artist {song}")
            producer = (await world.claim(track, said(track, who)))[who.key]
        with statements_sent() as sent:
            forget(db, producer, KEY, NOW)
        counted.append(len(sent))
    assert counted[0] == counted[1]


async def test_no_problem_that_a_source_has_tells_of_them_again(world: World, db) -> None:
    track = await world.track("Song")
    await world.claim(track, said(track, ADA))
    forget_by_name(db, "Ada Lindqvist")
    told = [
        "ÁDA LINDQVIST is named as 'photography': that is not of the music",
        "named as 'x': 'Ada Lindqvist', without a number",
        "Bo Ek is named as 'photography': that is not of the music",
    ]
    problems = [Problem(source="musicbrainz", record=str(n), kind="odd", detail=d) for n, d in enumerate(told)]
    await world.store([], problems)
    keep_problems(db, problems, KEY)
    assert db.execute("select detail from linernotes.problems").fetchall() == [(told[2],)]
