"""Which recording a track carries: rules I2, I3 and I6."""

from __future__ import annotations

import asyncio

from linernotes.model.catalogue import ExternalId
from tests.database.conftest import World

ISRC = "USABC1234567"


def mbid(value: str) -> tuple[ExternalId, ...]:
    return (ExternalId("musicbrainz", value),)


async def test_the_same_isrc_is_the_same_recording(world: World):
    first = await world.track("Song", album="Album", isrc=ISRC, duration_ms=200_000)
    second = await world.track("Song (Album Version)", album="Best of", isrc=ISRC, duration_ms=205_000)
    assert first.recording_id == second.recording_id
    assert first.id != second.id


async def test_one_isrc_with_durations_more_than_10_seconds_apart_is_split_and_reported(world: World):
    first = await world.track("Song", album="Album", isrc=ISRC, duration_ms=200_000)
    second = await world.track("Song", album="Single", isrc=ISRC, duration_ms=211_000)
    assert first.recording_id != second.recording_id
    assert world.db.execute("select kind from linernotes.problems").fetchall() == [("isrc_conflict",)]


async def test_different_isrcs_are_one_recording_when_one_mbid_carries_both(world: World):
    first = await world.track("Song", album="Album", isrc=ISRC, recording_ids=mbid("m1"))
    second = await world.track("Song", album="Best of", isrc="USABC7654321", recording_ids=mbid("m1"))
    assert first.recording_id == second.recording_id


async def test_different_isrcs_are_one_recording_when_title_artist_version_agree_within_2_seconds(world: World):
    first = await world.track("Song", album="Album", isrc=ISRC, duration_ms=200_000)
    near = await world.track("Song", album="Best of", isrc="USABC7654321", duration_ms=202_000)
    far = await world.track("Song", album="Later", isrc="USABC7654322", duration_ms=204_500)
    assert first.recording_id == near.recording_id
    assert first.recording_id != far.recording_id


async def test_different_isrcs_without_durations_stay_apart(world: World):
    first = await world.track("Song", album="Album", isrc=ISRC)
    second = await world.track("Song", album="Best of", isrc="USABC7654321")
    assert first.recording_id != second.recording_id


async def test_a_track_known_by_name_only_joins_the_recording_of_its_title_artist_and_version(world: World):
    identified = await world.track("Song", album="Album", recording_ids=mbid("m1"), duration_ms=200_000)
    listed = await world.track("song", album="A list")
    live = await world.track("Song (Live)", album="A list")
    assert identified.recording_id == listed.recording_id
    assert identified.recording_id != live.recording_id


async def test_remixes_by_two_people_are_two_recordings(world: World):
    one = await world.track("Song (Ada Remix)", album="One", duration_ms=200_000)
    other = await world.track("Song (Bob Remix)", album="Two", duration_ms=200_000)
    again = await world.track("Song - Ada Remix", album="Three", duration_ms=201_000)
    assert one.recording_id != other.recording_id
    assert one.recording_id == again.recording_id


async def test_an_identified_track_joins_the_recording_that_was_known_by_name_only(world: World):
    listed = await world.track("Song", album="A list")
    identified = await world.track("Song", album="Album", recording_ids=mbid("m1"), duration_ms=200_000)
    assert listed.recording_id == identified.recording_id


async def test_two_mbids_are_two_recordings_whatever_their_titles(world: World):
    first = await world.track("Intro", album="One", recording_ids=mbid("m1"), duration_ms=60_000)
    second = await world.track("Intro", album="Two", recording_ids=mbid("m2"), duration_ms=60_000)
    assert first.recording_id != second.recording_id


async def test_tracks_of_one_title_on_one_album_are_apart_when_their_lengths_are(world: World):
    album = await world.album()
    rows = [
        world.track_row("Interlude", album, ids=(ExternalId("name", str(n)),), duration_ms=length)
        for n, length in enumerate((30_000, 31_500, 40_000))
    ]
    await world.store(rows)
    found = world.db.execute("select recording_id from tracks order by duration_ms").fetchall()
    assert found[0] == found[1]
    assert found[0] != found[2]


async def test_another_edition_of_an_album_brings_no_second_track(world: World):
    first = await world.track("Song", ids=mbid("track of the CD"), recording_ids=mbid("m1"))
    second = await world.track("Song", ids=mbid("track of the LP"), recording_ids=mbid("m1"))
    assert first == second


async def test_two_workers_that_bring_one_recording_at_once_make_one(world: World):
    albums = [await world.album(f"Album {n}") for n in range(6)]
    rows = [world.track_row("Song", album, isrc=ISRC, duration_ms=200_000) for album in albums]
    await asyncio.gather(*(world.store([row]) for row in rows))
    assert world.db.execute("select count(distinct recording_id), count(*) from tracks").fetchone() == (1, 6)
    assert world.db.execute("select count(*) from linernotes.recordings").fetchone() == (1,)


async def test_storing_the_same_again_writes_no_row(world: World):
    await world.track("Song", isrc=ISRC, duration_ms=200_000)
    before = world.db.execute("select xmin::text from tracks union all select xmin::text from albums").fetchall()
    await world.track("Song", isrc=ISRC, duration_ms=200_000)
    assert (
        world.db.execute("select xmin::text from tracks union all select xmin::text from albums").fetchall() == before
    )
