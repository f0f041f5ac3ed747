"""From claims to credits: rules C3 to C5, S2, I5, P1 to P3."""

from __future__ import annotations

import asyncio
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linernotes.pipeline.credits.confidence import combine
from linernotes.pipeline.credits.roles import WEIGHT, RoleCode
from tests.database.conftest import World, person, said

ADA, BOB = person("Ada", "musicbrainz:a"), person("Bob", "musicbrainz:b")


async def test_one_claim_alone_is_a_credit_of_its_own_confidence(world: World):
    track = await world.track()
    await world.claim(track, said(track, ADA))
    assert world.credits() == [("Ada", "producer", 0.95)]


async def test_two_families_add_and_the_second_counts_half(world: World):
    track = await world.track()
    await world.claim(track, said(track, ADA), source="test")
    other = said(track, ADA, source="other", base=0.90)
    await world.claim(track, other, source="other")
    assert world.credits() == [("Ada", "producer", 0.9725)]


async def test_two_claims_of_one_family_do_not_add(world: World):
    track = await world.track()
    await world.claim(track, said(track, ADA), said(track, ADA, record="record 2", base=0.90))
    assert world.credits() == [("Ada", "producer", 0.95)]


async def test_confidence_never_passes_099(world: World):
    track = await world.track()
    for family in "abcdefgh":
        await world.claim(track, said(track, ADA, source=family), source=family)
    assert world.credits() == [("Ada", "producer", 0.99)]


@pytest.mark.parametrize(("second", "verified"), [(0.6, True), (0.59, False)])
async def test_verified_takes_two_families_of_at_least_06(world: World, second: float, verified: bool):
    track = await world.track()
    await world.claim(track, said(track, ADA))
    await world.claim(track, said(track, ADA, source="other", base=second), source="other")
    assert world.db.execute("select verified from track_producers").fetchall() == [(verified,)]


async def test_two_families_that_name_different_producers_are_in_conflict_and_all_claims_are_kept(world: World):
    track = await world.track()
    await world.claim(track, said(track, ADA), said(track, BOB, "mixer"))
    await world.claim(track, said(track, BOB, source="other"), source="other")
    rows = world.db.execute("select role, conflict from track_producers order by role").fetchall()
    assert rows == [("mixer", False), ("producer", True), ("producer", True)]
    assert world.db.execute("select count(*) from linernotes.claims").fetchone() == (3,)


async def test_a_source_that_looked_and_found_none_leaves_a_dated_row(world: World):
    track = await world.track()
    await world.claim(track)
    assert world.db.execute("select source, claims, looked_at from linernotes.lookups").fetchall() == [
        ("test", 0, world.now)
    ]


async def test_what_a_source_no_longer_says_goes(world: World):
    track = await world.track()
    await world.claim(track, said(track, ADA), said(track, BOB))
    await world.claim(track, said(track, BOB))
    assert world.credits() == [("Bob", "producer", 0.95)]


async def test_what_one_source_no_longer_says_another_still_says(world: World):
    track = await world.track()
    await world.claim(track, said(track, ADA))
    await world.claim(track, said(track, ADA, source="other"), source="other")
    await world.claim(track)
    assert world.db.execute("select source, sources from track_producers").fetchall() == [("other", ["other"])]


async def test_a_release_level_producer_holds_for_tracks_without_a_producer_of_their_own(world: World):
    with_own, without = await world.track("One"), await world.track("Two")
    release = {"scope": "release", "record": "release", "base": 0.70}
    await world.claim(with_own, said(with_own, ADA, **release), said(with_own, BOB))
    await world.claim(without, said(without, ADA, **release), said(without, BOB, "mixer"))
    assert world.credits(with_own) == [("Bob", "producer", 0.95)]
    assert world.credits(without) == [("Ada", "producer", 0.7), ("Bob", "mixer", 0.95)]
    scopes = world.db.execute("select scope from track_producers where track_id = %s order by 1", [without.id])
    assert scopes.fetchall() == [("recording",), ("release",)]


async def test_a_remaster_shares_all_credits_but_the_mastering(world: World):
    original, remaster = await world.track("Song"), await world.track("Song - 2011 Remaster", album="Again")
    await world.claim(original, said(original, ADA), said(original, BOB, "writer"), said(original, BOB, "mastering"))
    assert world.credits(remaster) == [("Ada", "producer", 0.95), ("Bob", "writer", 0.95)]


async def test_an_edit_inherits_producers_at_nine_tenths_and_says_so(world: World):
    original, edit = await world.track("Song"), await world.track("Song (Radio Edit)", album="Single")
    await world.claim(original, said(original, ADA), said(original, BOB, "mixer"))
    assert world.credits(edit) == [("Ada", "producer", 0.855)]
    rows = world.db.execute("select inherited from track_producers where track_id = %s", [edit.id]).fetchall()
    assert rows == [(True,)]


@pytest.mark.parametrize("version", ["Live", "Acoustic", "Somebody Remix", "Demo", "Taylor's Version"])
async def test_other_versions_inherit_writers_only(world: World, version: str):
    original, other = await world.track("Song"), await world.track(f"Song ({version})", album="Other")
    await world.claim(original, said(original, ADA), said(original, BOB, "writer"))
    assert world.credits(other) == [("Bob", "writer", 0.95)]


async def test_a_version_with_credits_of_its_own_inherits_none_of_that_class(world: World):
    original, remix = await world.track("Song"), await world.track("Song (X Remix)", album="Remixes")
    await world.claim(original, said(original, BOB, "writer"))
    await world.claim(remix, said(remix, ADA, "composer"))
    assert world.credits(remix) == [("Ada", "composer", 0.95)]


async def test_two_originals_of_one_title_share_nothing(world: World):
    one = await world.track("Intro", album="One", duration_ms=60_000)
    two = await world.track("Intro", album="Two", duration_ms=90_000)
    await world.claim(one, said(one, ADA))
    assert world.credits(two) == []


async def test_a_track_that_joins_a_known_recording_gets_its_credits(world: World):
    first = await world.track("Song", isrc="USABC1234567")
    await world.claim(first, said(first, ADA))
    second = await world.track("Song", album="Best of", isrc="USABC1234567")
    await world.claim(second, source="silent")
    assert world.credits(second) == [("Ada", "producer", 0.95)]


# ---- people


async def test_people_are_merged_only_on_a_shared_id(world: World):
    track = await world.track()
    first = person("Dr. Luke", "musicbrainz:a")
    second = person("Lukasz", "musicbrainz:a", "discogs:1")
    third = person("L. Gottwald", "discogs:1")
    for role, who in (("producer", first), ("writer", second), ("mixer", third)):
        await world.claim(track, said(track, who, role, source=role), source=role)
    assert world.db.execute("select count(*), min(name) from producers").fetchone() == (1, "Dr. Luke")


async def test_two_ids_of_one_scheme_are_two_people_of_one_name(world: World):
    track = await world.track()
    namesakes = [person("Roger Taylor", f"musicbrainz:{n}") for n in (1, 2)]
    await world.claim(track, *(said(track, who) for who in namesakes))
    rows = world.db.execute("select name, normalized_name from producers order by 2").fetchall()
    assert rows == [("Roger Taylor", "roger taylor"), ("Roger Taylor", "roger taylor (2)")]


async def test_who_is_known_by_name_only_is_one_person_however_the_name_is_spaced_and_cased(world: World):
    track = await world.track()
    names = ["OZ", "Oz", "V. Jeffrey  Smith", " V. Jeffrey Smith"]
    claims = [said(track, person(n), credited_as=n, record=f"line {i}") for i, n in enumerate(names)]
    await world.claim(track, *claims)
    assert [name for name, _, _ in world.credits()] == ["OZ", "V. Jeffrey Smith"]
    kept = world.db.execute("select name from linernotes.producer_names where kind = 'credited_as' order by 1")
    assert ("Oz",) in kept.fetchall()


async def test_names_that_differ_in_more_than_space_and_case_stay_apart(world: World):
    track = await world.track()
    await world.claim(track, *(said(track, person(n)) for n in ("Dr. Luke", "Dr.Luke", "Greg Perry", "Gregg Perry")))
    assert len(world.credits()) == 4


async def test_a_name_without_an_id_is_not_the_identified_person_of_that_name(world: World):
    one, two = await world.track("One"), await world.track("Two")
    await world.claim(one, said(one, ADA))
    await world.claim(two, said(two, person("Ada"), source="list"), source="list")
    ids = world.db.execute("select distinct producer_id from track_producers").fetchall()
    assert len(ids) == 2


@pytest.mark.parametrize("list_first", [True, False])
async def test_on_one_recording_a_name_is_the_person_whom_another_source_identifies(world: World, list_first: bool):
    track = await world.track()
    answers = [("test", said(track, ADA)), ("list", said(track, person("ada"), source="list", base=0.5))]
    for source, claim in reversed(answers) if list_first else answers:
        await world.claim(track, claim, source=source)
    assert world.credits() == [("Ada", "producer", 0.9625)]


async def test_two_workers_that_bring_one_person_at_once_make_one(world: World):
    tracks = [await world.track(f"Song {n}") for n in range(6)]
    await asyncio.gather(*(world.claim(t, said(t, person("Ada")), said(t, BOB)) for t in tracks))
    assert world.db.execute("select count(*) from producers").fetchone() == (2,)
    assert len(world.credits()) == 12


async def test_concluding_again_from_the_stored_claims_changes_no_row(world: World):
    original, edit = await world.track("Song"), await world.track("Song (Radio Edit)", album="Single")
    await world.claim(original, said(original, ADA), said(original, person("Bob"), "writer"))
    await world.claim(edit, said(edit, BOB, source="other"), source="other")
    rows = "select xmin::text, * from track_producers order by id"
    before = world.db.execute(rows).fetchall()
    world.db.execute("select linernotes.conclude_credits(array(select id from linernotes.recordings))")
    assert world.db.execute(rows).fetchall() == before


# ---- the numbers of the rules stand in Python, to be explained, and in SQL, to be applied


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(st.decimals("0.05", "0.95", places=3), min_size=1, max_size=6))
def test_the_database_combines_confidences_as_the_rules_say(db, strengths: list[Decimal]):
    found = db.execute("select linernotes.combined_confidence(%s::numeric[])", [strengths]).fetchone()[0]
    assert abs(found - combine(strengths)) <= Decimal("0.0001")


def test_the_database_holds_every_role_with_the_weight_of_the_rules(db):
    rows = dict(db.execute("select code, weight from linernotes.roles").fetchall())
    assert set(rows) == set(RoleCode)
    assert {code: weight for code, weight in rows.items() if weight} == {c: w for c, w in WEIGHT.items() if w}
