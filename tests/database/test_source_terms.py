"""What a source's terms do not allow to be kept goes; what anybody else knows stays."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from typer.testing import CliRunner

from linernotes.cli import app
from linernotes.model.catalogue import ExternalId
from linernotes.model.rows import AlbumRow, ArtistRow, NameRow, ProfileRow
from linernotes.settings import KNOWN_SOURCES
from linernotes.sources.cache import Kept, ResponseCache
from tests.database.conftest import StoredTrack, World, person, said

ADA = person("Ada", "musicbrainz:a")


async def from_source(world: World, title: str, source: str = "spotify", artist: str = "Artist") -> StoredTrack:
    """A track on an album of its artist as a discovery from a source stores them."""
    artist_row = ArtistRow(ids=(ExternalId(source, artist),), name=artist, metadata={"source": source})
    artist_id = (await world.store([artist_row]))[artist_row.key]
    album_row = AlbumRow(
        ids=(ExternalId(source, f"album {title}"),),
        name=f"Album {title}",
        artist_id=artist_id,
        metadata={"sources": {source: True}},
    )
    album_id = (await world.store([album_row]))[album_row.key]
    row = world.track_row(title, album_id, artist, ids=(ExternalId(source, f"track {title}"),), source=source)
    track_id = (await world.store([row]))[row.key]
    found = world.db.execute("select recording_id from tracks where id = %s", [track_id]).fetchone()
    assert found
    return StoredTrack(track_id, found[0])


def cleaned(world: World, *, after: timedelta = timedelta(days=8), limit: int = 5000) -> dict[str, int]:
    row = world.db.execute("select linernotes.keep_to_source_terms(%s, %s)", [limit, world.now + after]).fetchone()
    assert row
    kept_alone = ("answers", "tracks", "albums", "artists")
    return {what: row[0][what] for what in kept_alone}


def unshown(world: World, *, after: timedelta) -> dict[str, int]:
    row = world.db.execute("select linernotes.keep_to_source_terms(5000, %s)", [world.now + after]).fetchone()
    assert row
    return {what: row[0][what] for what in ("claims", "links", "producers")}


def left(world: World) -> dict[str, int]:
    tables = ("artists", "albums", "tracks", "linernotes.recordings", "linernotes.external_ids", "linernotes.lookups")
    return {t: world.db.execute(f"select count(*) from {t}").fetchone()[0] for t in tables}


async def test_what_only_spotify_knows_goes_after_a_week_with_all_that_belongs_to_it(world: World):
    track = await from_source(world, "Song")
    await world.claim(track, source="musicbrainz")
    assert cleaned(world, after=timedelta(days=6)) == {"answers": 0, "tracks": 0, "albums": 0, "artists": 0}
    assert cleaned(world) == {"answers": 0, "tracks": 1, "albums": 1, "artists": 1}
    assert set(left(world).values()) == {0}
    assert cleaned(world) == {"answers": 0, "tracks": 0, "albums": 0, "artists": 0}


async def test_what_was_removed_is_there_again_after_a_new_discovery(world: World):
    await from_source(world, "Song")
    cleaned(world)
    world.now += timedelta(days=8)
    track = await from_source(world, "Song")
    await world.claim(track, said(track, ADA))
    assert cleaned(world)["tracks"] == 0
    assert world.credits() == [("Ada", "producer", 0.95)]


async def test_a_track_stays_while_anybody_says_who_made_it_and_its_album_and_artist_with_it(world: World):
    known, unknown = await from_source(world, "Known"), await from_source(world, "Unknown")
    await world.claim(known, said(known, ADA))
    await world.claim(unknown, source="musicbrainz")
    assert cleaned(world) == {"answers": 0, "tracks": 1, "albums": 1, "artists": 0}
    assert world.credits() == [("Ada", "producer", 0.95)]


@pytest.mark.parametrize("what", ["track", "album", "artist"])
async def test_what_another_source_has_an_id_for_stays(world: World, what: str):
    track = await from_source(world, "Song")
    world.db.execute(
        "insert into linernotes.external_ids (entity_type, scheme, value, entity_id)"
        " select %(what)s, 'musicbrainz', 'x', case %(what)s when 'track' then t.id when 'album' then b.id"
        " else b.artist_id end from tracks t join albums b on b.id = t.album_id where t.id = %(id)s",
        {"what": what, "id": track.id},
    )
    removed = cleaned(world)
    below = {"track": 0, "album": 1, "artist": 1}
    assert (removed["tracks"], removed["artists"]) == (below[what], 0)


async def test_what_a_discovery_met_again_stays_for_another_week(world: World):
    track = await from_source(world, "Song")
    world.now += timedelta(days=7)
    await world.claim(track, source="musicbrainz")
    assert cleaned(world, after=timedelta(days=6))["tracks"] == 0
    assert cleaned(world, after=timedelta(days=8))["tracks"] == 1


@pytest.mark.parametrize("source", ["musicbrainz", "deezer", "file:list.csv"])
async def test_rows_of_sources_without_a_limit_stay(world: World, source: str):
    await from_source(world, "Song", source)
    assert cleaned(world, after=timedelta(days=4000)) == {"answers": 0, "tracks": 0, "albums": 0, "artists": 0}


async def test_what_a_program_stored_by_the_contract_stays(world: World):
    data = '{"name": "Artist", "fullData": {"genres": []}}'
    world.db.execute("select process_artist_atomic(%s, 'operation 1', '4Z8W4fKeB5YxbusRsdQVPb')", [data])
    assert cleaned(world, after=timedelta(days=4000))["artists"] == 0
    assert left(world)["artists"] == 1


async def test_a_rejected_credit_keeps_its_track(world: World):
    track = await from_source(world, "Song")
    answer = await world.claim(track, said(track, ADA))
    (who,) = answer.values()
    world.db.execute(
        "select linernotes.reject_credit(%s, %s, 'producer', 'wrong', 'me', %s)", [track.recording_id, who, world.now]
    )
    await world.claim(track)
    assert cleaned(world)["tracks"] == 0


async def test_one_run_removes_so_many_and_the_next_goes_on(world: World):
    for n in range(5):
        await from_source(world, f"Song {n}", artist=f"Artist {n}")
    assert [cleaned(world, limit=2)["tracks"] for _ in range(4)] == [2, 2, 1, 0]
    assert left(world)["artists"] == 0


# ---- what may be shown for a while only

BO = person("Bo", "discogs:7")
SIX_HOURS = timedelta(hours=6)


async def test_what_discogs_said_is_not_shown_six_hours_later_and_what_others_say_stays(world: World):
    track = await world.track("Song")
    await world.claim(track, said(track, BO, source="discogs"), source="discogs")
    await world.claim(track, said(track, ADA), said(track, BO, "mixer"), source="musicbrainz")
    soon = SIX_HOURS - timedelta(minutes=20)
    assert unshown(world, after=soon) == {"claims": 0, "links": 0, "producers": 0}
    assert len(world.credits()) == 3
    assert unshown(world, after=SIX_HOURS) == {"claims": 1, "links": 0, "producers": 0}
    assert world.credits() == [("Ada", "producer", 0.95), ("Bo", "mixer", 0.95)]


async def test_what_is_left_is_concluded_from_what_others_say(world: World):
    track = await world.track("Song")
    await world.claim(track, said(track, ADA), source="musicbrainz")
    await world.claim(track, said(track, ADA, source="discogs", base=0.9), source="discogs")
    assert world.credits() == [("Ada", "producer", 0.9725)]
    unshown(world, after=SIX_HOURS)
    assert world.credits() == [("Ada", "producer", 0.95)]
    assert world.db.execute("select sources, verified from track_producers").fetchall() == [(["test"], False)]


async def test_who_is_known_from_discogs_alone_goes_with_what_it_said(world: World):
    track = await world.track("Song")
    (bo,) = (await world.claim(track, said(track, BO, source="discogs"), source="discogs")).values()
    await world.store([profile_of(bo)])
    assert unshown(world, after=SIX_HOURS) == {"claims": 1, "links": 1, "producers": 1}
    for table in ("producers", "linernotes.producer_names", "linernotes.producer_links", "track_producers"):
        assert world.db.execute(f"select count(*) from {table}").fetchone() == (0,), table
    assert world.db.execute("select count(*) from tracks").fetchone() == (1,)
    world.now += timedelta(days=1)
    await world.claim(track, said(track, BO, source="discogs"), source="discogs")
    assert world.credits() == [("Bo", "producer", 0.95)]


async def test_who_belongs_to_a_group_by_discogs_goes_when_the_group_was_not_looked_up_for_so_long(world: World):
    track = await world.track("Song")
    ids = await world.claim(track, said(track, BO, source="discogs"), said(track, ADA))
    world.db.execute(
        "insert into linernotes.group_members (group_id, member_id, source) values (%(a)s, %(b)s, 'discogs'),"
        " (%(b)s, %(a)s, 'musicbrainz')",
        {"a": ids[BO.key], "b": ids[ADA.key]},
    )
    world.db.execute("update producers set enriched_at = %s where id = %s", [world.now, ids[BO.key]])
    for after, sources in ((SIX_HOURS / 2, ["discogs", "musicbrainz"]), (SIX_HOURS, ["musicbrainz"])):
        unshown(world, after=after)
        left_of = world.db.execute("select source from linernotes.group_members order by 1").fetchall()
        assert [source for (source,) in left_of] == sources


async def test_who_is_known_elsewhere_or_judged_by_people_stays(world: World):
    track = await world.track("Song")
    ids = await world.claim(track, said(track, BO, source="discogs"), source="discogs")
    await world.claim(track, said(track, ADA, source="discogs"), source="discogs")
    world.db.execute(
        "insert into linernotes.external_ids (entity_type, scheme, value, entity_id) values"
        " ('producer', 'wikidata', 'Q7', %s)",
        [ids[BO.key]],
    )
    assert unshown(world, after=SIX_HOURS)["producers"] == 0
    assert world.db.execute("select count(*) from producers").fetchone() == (2,)


async def test_what_discogs_says_again_is_shown_for_another_six_hours(world: World):
    track = await world.track("Song")
    await world.claim(track, said(track, BO, source="discogs"), source="discogs")
    world.now += timedelta(hours=4)
    await world.claim(track, said(track, BO, source="discogs"), source="discogs")
    assert unshown(world, after=timedelta(hours=5))["claims"] == 0
    assert unshown(world, after=SIX_HOURS)["claims"] == 1


async def test_what_a_dump_of_discogs_says_stays(world: World):
    track = await world.track("Song")
    dump = "file:discogs_20261101_releases.xml.gz"
    await world.claim(track, said(track, BO, source=dump, family="discogs"), source=dump)
    assert unshown(world, after=timedelta(days=4000)) == {"claims": 0, "links": 0, "producers": 0}
    assert world.credits() == [("Bo", "producer", 0.95)]


async def test_an_operator_with_an_agreement_changes_the_row(world: World):
    track = await world.track("Song")
    await world.claim(track, said(track, BO, source="discogs"), source="discogs")
    world.db.execute("update linernotes.source_terms set shown_for = null where source = 'discogs'")
    assert unshown(world, after=timedelta(days=4000))["claims"] == 0


def profile_of(producer: Any) -> ProfileRow:
    """What Discogs says of somebody: a page and another name."""
    link = {"kind": "homepage", "value": "bo.example", "url": "https://bo.example", "source_url": "https://d.example",
            "source_record_id": "7"}  # fmt: skip
    return ProfileRow(
        producer_id=producer, source="discogs", kind="person", image_url=None, ids=(), links=(link,), members=(),
        aliases=(NameRow(name="B. Ek", name_key="b. ek", search_key="bek"),),
    )  # fmt: skip


# ---- the terms are data


@pytest.mark.parametrize(("source", "hours"), [("discogs", 6), ("spotify", 24), ("musicbrainz", 240)])
async def test_an_answer_is_kept_no_longer_than_the_terms_allow(world: World, pool: Any, source: str, hours: int):
    kept = Kept(status=200, body=b"{}", fetched_at=world.now)
    cache = ResponseCache(pool)
    await cache.keep(source, "request", kept, world.now + timedelta(hours=240))
    moment = timedelta(minutes=1)
    assert await cache.find(source, "request", world.now + timedelta(hours=hours) - moment) is not None
    assert await cache.find(source, "request", world.now + timedelta(hours=hours) + moment) is None
    assert cleaned(world, after=timedelta(hours=hours) + moment)["answers"] == 1


def test_every_source_has_its_terms(world: World):
    rows = dict(world.db.execute("select source, answers_for from linernotes.source_terms").fetchall())
    assert set(KNOWN_SOURCES) | {"file"} <= set(rows)


@pytest.mark.parametrize("source", ["spotify", "discogs", "deezer", "genius"])
def test_no_source_asks_for_answers_to_be_kept_longer_than_its_terms_allow(world: World, source: str):
    calls = import_module(f"linernotes.sources.{source}.calls")
    wanted = [value for name, value in vars(calls).items() if name.endswith("FRESH_FOR")]
    row = world.db.execute("select answers_for from linernotes.source_terms where source = %s", [source]).fetchone()
    assert row
    assert wanted
    assert max(wanted) <= row[0]


def test_the_job_that_keeps_to_the_terms_is_there(world: World):
    row = world.db.execute(
        "select runs, target, arguments from linernotes.jobs where name = 'source-terms-job'"
    ).fetchone()
    assert row == ("function", "linernotes.keep_to_source_terms", {"p_limit": 5000})


def test_the_command_lists_the_terms_of_every_source(
    world: World, database_url: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)
    shown = CliRunner().invoke(app, ["terms", "--json"])
    assert shown.exit_code == 0, shown.output
    found = {row["source"]: row for row in json.loads(shown.stdout)}
    assert (found["discogs"]["answers_for_hours"], found["discogs"]["alone_for_hours"]) == (6, None)
    assert (found["spotify"]["answers_for_hours"], found["spotify"]["alone_for_hours"]) == (24, 168)
    world.db.execute("update linernotes.source_terms set alone_for = '1 day' where source = 'spotify'")
    text = CliRunner().invoke(app, ["terms"])
    assert "Discogs API Terms of Use" in text.stdout
    (spotify,) = [line.split() for line in text.stdout.splitlines() if line.startswith("spotify")]
    assert spotify[4:6] == ["24", "24"]
    assert [found[s]["shown_for_hours"] for s in ("discogs", "musicbrainz")] == [6, None]
