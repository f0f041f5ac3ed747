"""Who was in a group when: each source's word, each time, and what a group made counts within those days (P5)."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from linernotes.model.rows import MemberRow, ProfileRow
from linernotes.search.producers import find_producer
from linernotes.search.profile import Membership, profile
from tests.database.conftest import World, person, said

GROUP, ADA = person("The Linds", "musicbrainz:g", kind="group"), person("Ada", "musicbrainz:a")
NINETIES = MemberRow(scheme="musicbrainz", value="a", begin=date(1990, 1, 1), end=date(1999, 12, 31))
AGAIN = MemberRow(scheme="musicbrainz", value="a", begin=date(2010, 1, 1))
SOMETIME = MemberRow(scheme="musicbrainz", value="a")


async def a_group(world: World) -> dict[str, UUID]:
    """A group with a record of each of 1985, 1995, 2005 and 2015, and a member who is credited elsewhere."""
    stored = {}
    for year in (1985, 1995, 2005, 2015):
        await world.album(f"Album {year}", release_date=f"{year}-06-01")
        track = await world.track(f"Of {year}", album=f"Album {year}")
        stored |= await world.claim(track, said(track, GROUP))
    other = await world.track("Alone", album="Solo")
    stored |= await world.claim(other, said(other, ADA))
    return {value: id for (kind, _, value), id in stored.items() if kind == "producer"}


async def says(world: World, group: UUID, *members: MemberRow, source: str = "musicbrainz") -> None:
    row = ProfileRow(
        producer_id=group, source=source, kind="group", image_url=None, ids=(), links=(), aliases=(), members=members
    )
    await world.store([row])


def groups_of(world: World, member: UUID) -> list[Membership]:
    return profile(world.db, find_producer(world.db, str(member))).groups


async def test_what_a_group_made_counts_within_the_days_of_a_membership(world: World):
    ids = await a_group(world)
    await says(world, ids["g"], NINETIES)
    (found,) = groups_of(world, ids["a"])
    assert (found.begin_date, found.end_date, found.recordings) == (date(1990, 1, 1), date(1999, 12, 31), 1)
    assert [m.begin_date for m in profile(world.db, find_producer(world.db, str(ids["g"]))).members] == [
        date(1990, 1, 1)
    ]


async def test_who_left_and_joined_again_is_told_twice_and_credited_for_both_times(world: World):
    ids = await a_group(world)
    await says(world, ids["g"], NINETIES, AGAIN)
    assert [(m.begin_date, m.recordings) for m in groups_of(world, ids["a"])] == [
        (date(1990, 1, 1), 1), (date(2010, 1, 1), 1)
    ]  # fmt: skip


async def test_a_source_that_learns_a_date_replaces_what_it_said_before(world: World):
    ids = await a_group(world)
    await says(world, ids["g"], SOMETIME)
    assert [m.recordings for m in groups_of(world, ids["a"])] == [4]
    await says(world, ids["g"], NINETIES)
    await says(world, ids["g"], NINETIES)
    assert [m.recordings for m in groups_of(world, ids["a"])] == [1]
    await says(world, ids["g"])
    assert groups_of(world, ids["a"]) == []


async def test_of_several_sources_the_one_with_dates_is_told(world: World):
    ids = await a_group(world)
    await says(world, ids["g"], SOMETIME, source="discogs")
    await says(world, ids["g"], NINETIES)
    assert [(m.source, m.recordings) for m in groups_of(world, ids["a"])] == [("musicbrainz", 1)]
    await says(world, ids["g"])
    assert [(m.source, m.recordings) for m in groups_of(world, ids["a"])] == [("discogs", 4)]


async def test_an_end_before_the_beginning_is_no_end(world: World):
    ids = await a_group(world)
    wrong = MemberRow(scheme="musicbrainz", value="a", begin=date(2010, 1, 1), end=date(1999, 1, 1))
    await says(world, ids["g"], wrong, AGAIN)
    assert [(m.begin_date, m.end_date) for m in groups_of(world, ids["a"])] == [(date(2010, 1, 1), None)]
