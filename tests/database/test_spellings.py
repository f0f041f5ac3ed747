"""On one recording two spellings of a name are one person, and only there: rule P7."""

from __future__ import annotations

import asyncio
from itertools import permutations

import pytest

from linernotes.database.decisions import Decision, keep_apart
from linernotes.search.evidence import evidence
from tests.database.conftest import StoredTrack, World, person, said

IDENTIFIED = person("Boi-1da", "musicbrainz:b")


async def says(
    world: World, track: StoredTrack, source: str, *names: str, role: str = "producer", **more: str
) -> None:
    claims = [said(track, person(name), role, source=source, base=0.5, **more) for name in names]
    await world.claim(track, *claims, source=source)


async def identifies(world: World, track: StoredTrack) -> None:
    await world.claim(track, said(track, IDENTIFIED))


@pytest.mark.parametrize("spelt", ["Boi1da", "BOI 1DA", "Boi–1da", "Bói-1da"])
@pytest.mark.parametrize("identified_first", [True, False])
async def test_a_name_spelt_differently_is_the_person_whom_another_source_identifies_there(
    world: World, spelt: str, identified_first: bool
):
    track = await world.track()
    if identified_first:
        await identifies(world, track)
    await says(world, track, "list", spelt)
    await identifies(world, track)
    assert world.credits() == [("Boi-1da", "producer", 0.9625)]
    assert world.db.execute("select bool_or(conflict) from track_producers").fetchone() == (False,)


async def test_two_spellings_that_nobody_identifies_are_the_fullest_one_whoever_answers_first(world: World):
    names = {"one": "Mike Will Made It", "two": "Mike WiLL Made-It", "three": "MikeWillMadeIt"}
    for number, order in enumerate(permutations(names)):
        track = await world.track(f"Song {number}")
        for source in order:
            await says(world, track, source, names[source])
        assert [name for name, _, _ in world.credits(track)] == ["Mike WiLL Made-It"], order


async def test_a_spelling_is_never_joined_across_recordings(world: World):
    one, other = await world.track("One"), await world.track("Two", album="Other")
    await identifies(world, one)
    await says(world, other, "list", "Boi1da")
    assert world.credits(other) == [("Boi1da", "producer", 0.5)]
    assert world.credits(one) == [("Boi-1da", "producer", 0.95)]


async def test_a_spelling_that_two_identified_people_share_stays_apart(world: World):
    track = await world.track()
    await world.claim(track, said(track, IDENTIFIED), said(track, person("Boi 1da", "musicbrainz:c")))
    await says(world, track, "list", "Boi1da")
    assert len(world.credits(track)) == 3


async def test_the_exact_name_goes_before_another_spelling(world: World):
    track = await world.track()
    await world.claim(track, said(track, IDENTIFIED), said(track, person("Boi1da", "musicbrainz:c")))
    await says(world, track, "list", "Boi1da")
    assert world.credits(track) == [("Boi-1da", "producer", 0.95), ("Boi1da", "producer", 0.9625)]


@pytest.mark.parametrize("with_identified", [True, False])
async def test_two_spellings_beside_each_other_in_one_record_are_two_people(world: World, with_identified: bool):
    track = await world.track()
    if with_identified:
        await identifies(world, track)
    await says(world, track, "list", "A.R", "AR", "Boi1da", "Boi.1da")
    await says(world, track, "other", "A-R")
    assert [n for n, _, _ in world.credits(track)] == [
        "A-R", "A.R", "AR", *(["Boi-1da"] if with_identified else []), "Boi.1da", "Boi1da"
    ]  # fmt: skip


async def test_two_spellings_of_one_source_in_two_roles_are_one_person(world: World):
    track = await world.track()
    producer = said(track, person("Boi1da"), source="list")
    writer = said(track, person("Boi-1da"), "writer", source="list")
    await world.claim(track, producer, writer, source="list")
    assert [(name, role) for name, role, _ in world.credits()] == [("Boi-1da", "producer"), ("Boi-1da", "writer")]


async def test_two_spellings_of_one_list_in_two_of_its_rows_are_one_person(world: World):
    track = await world.track()
    rows = [said(track, person(name), source="list", record=name) for name in ("Boi1da", "Boi-1da")]
    await world.claim(track, *rows, source="list")
    assert world.credits() == [("Boi-1da", "producer", 0.95)]


async def test_whom_people_keep_apart_no_spelling_joins(world: World):
    track = await world.track()
    await identifies(world, track)
    await says(world, track, "list", "Boi1da")
    one, other = (r[0] for r in world.db.execute("select id from producers order by name").fetchall())
    keep_apart(world.db, one, other, Decision(by="me", why="two men", at=world.now))
    assert world.credits() == [("Boi-1da", "producer", 0.95), ("Boi1da", "producer", 0.5)]
    await says(world, track, "list", "Boi1da")
    assert world.credits() == [("Boi-1da", "producer", 0.95), ("Boi1da", "producer", 0.5)]


async def test_a_rejected_name_stays_rejected_when_it_is_found_to_mean_somebody(world: World):
    track = await world.track()
    await says(world, track, "list", "Boi1da")
    (who,) = world.db.execute("select id from producers").fetchone() or ()
    world.db.execute(
        "select linernotes.reject_credit(%s, %s, 'producer', 'wrong', 'me', %s)", [track.recording_id, who, world.now]
    )
    await identifies(world, track)
    assert world.credits() == [("Boi-1da", "producer", 0.95)]


async def test_the_evidence_weighs_another_spelling_as_the_credit_does_and_says_so(world: World):
    track = await world.track()
    await identifies(world, track)
    await says(world, track, "list", "Boi1da")
    (credit,) = evidence(world.db, "Song", "Boi-1da").credits
    assert credit.credit is not None
    assert credit.computed == credit.credit.confidence == 0.9625
    assert [(c.source, c.by_spelling) for c in credit.claims] == [("test", False), ("list", True)]
    assert "Spelt differently, and nobody else it could be here: Boi1da." in credit.reasons


async def test_many_workers_that_spell_a_name_differently_come_to_one_credit(world: World):
    track = await world.track()
    names = ["Boi1da", "Boi-1da", "Boi 1da", "boi_1da"]
    await asyncio.gather(*(says(world, track, f"list {n}", name) for n, name in enumerate(names)))
    assert len(world.credits(track)) == 1
