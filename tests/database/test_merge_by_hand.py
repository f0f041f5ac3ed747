"""A merge can be made and taken back by hand, and comes apart exactly as it was: rule P4."""

from __future__ import annotations

from linernotes.database import decisions
from tests.database.conftest import World, person, said
from tests.database.merging import (
    ADA_AT_DISCOGS,
    BY_ME,
    credits,
    merged,
    producer,
    two_sources,
)


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
