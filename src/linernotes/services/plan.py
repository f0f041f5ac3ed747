"""What a discovery will cost: the calls to each source, before any is made.

Counted from what is known: of an artist whom the source has brought before, the questions are the real ones, and
those whose answer is still kept cost nothing. Of another, the numbers are those of a usual artist, and the plan says
so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from psycopg import Connection

from linernotes.model.catalogue import Json
from linernotes.model.source import Source
from linernotes.services import asks
from linernotes.services.asks import Ask
from linernotes.services.discovery import Start
from linernotes.services.known import KnownArtist, done_until, from_base, from_local, kept, notes
from linernotes.settings import Settings
from linernotes.sources import bridge, web
from linernotes.sources.spotify import mode

PACE: Mapping[str, timedelta] = {
    "musicbrainz": web.MUSICBRAINZ_RATE.interval,
    "wikidata": web.WIKIDATA_SPARQL_RATE.interval,
    "deezer": web.DEEZER_RATE.interval,
    "spotify": web.SPOTIFY_RATE.interval,
    "genius": web.GENIUS_RATE.interval,
    "discogs": web.DISCOGS_RATE.interval,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Calls to one source for one purpose; kept are those that cost nothing, because their answer is at hand."""

    source: str
    purpose: str
    calls: int
    kept: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the discovery of one artist will cost. known: the numbers are the artist's own, and not assumed.

    done: it counts as done, until then or for ever, and nothing will be asked.
    """

    artist: str
    source: str
    known: bool
    done: bool
    done_until: datetime | None
    albums: int
    tracks: int
    steps: tuple[Step, ...]
    calls: int
    seconds: int


async def plan(
    db: Connection[Any],
    settings: Settings,
    source: Source,
    taking_part: Sequence[Source],
    start: Start,
    now: datetime,
) -> Plan:
    """The plan for one artist. taking_part are all sources whose credits or profiles will be asked for."""
    name = str(start.body["artistName"])
    done, until = done_until(db, start.key, now)
    artist = from_base(db, name, source.name, now)
    if source.fresh_for is None and source.catalogue is not None:
        artist = await from_local(source.catalogue, source.credits, name) or artist
    asked = [] if done else _asks(db, settings, source, taking_part, name, artist, now)
    steps = _steps(db, settings, asked, now)
    seconds = sum((step.calls * PACE.get(step.source, timedelta(0)) for step in steps), timedelta(0))
    return Plan(
        artist=artist.name if artist is not None else name,
        source=source.name,
        known=artist is not None,
        done=done,
        done_until=until,
        albums=len(artist.albums) if artist is not None else asks.ALBUMS,
        tracks=sum(len(a.tracks) for a in artist.albums) if artist is not None else asks.ALBUMS * asks.TRACKS,
        steps=steps,
        calls=sum(step.calls for step in steps),
        seconds=ceil(seconds.total_seconds()),
    )


def _asks(
    db: Connection[Any],
    settings: Settings,
    source: Source,
    taking_part: Sequence[Source],
    name: str,
    artist: KnownArtist | None,
    now: datetime,
) -> list[Ask]:
    asked: list[Ask] = []
    if source.name == "musicbrainz":
        asked += asks.of_musicbrainz(name, artist)
    elif source.name == "deezer":
        asked += asks.of_deezer(name, artist)
    elif source.name == "spotify":
        asked += asks.of_spotify(name, artist, mode.Mode(settings.spotify_mode), _mode(db, settings, now))
    names = [s.name for s in taking_part if s.credits is not None]
    if "musicbrainz" in names and source.name != "musicbrainz":
        asked += asks.of_bridge(artist, _carriers(db, settings, artist, now))
    if "genius" in names:
        asked += asks.of_genius(artist)
    if "discogs" in names:
        asked += asks.of_discogs(artist, may_search=settings.discogs_token is not None)
    for profiles in (s.name for s in taking_part if s.profiles is not None and s.name in PACE):
        asked += asks.of_people(profiles, artist)
    return asked


def _mode(db: Connection[Any], settings: Settings, now: datetime) -> Json:
    name = mode.note_name(settings.spotify_client_id or "")
    return notes(db, "spotify", [name], settings.spotify_url, now).get(name)


def _carriers(
    db: Connection[Any], settings: Settings, artist: KnownArtist | None, now: datetime
) -> dict[str, bridge.Carriers]:
    """What is known already of the editions that carry the artist's recordings."""
    codes = bridge.codes_of(track for album in artist.albums for track in album.tracks) if artist else []
    names = {bridge.note_name(code): code for code in codes}
    noted = notes(db, "musicbrainz", list(names), settings.musicbrainz_url, now)
    return {names[name]: bridge.from_note(value) for name, value in noted.items()}


def _steps(db: Connection[Any], settings: Settings, asked: Sequence[Ask], now: datetime) -> tuple[Step, ...]:
    urls = {
        "musicbrainz": settings.musicbrainz_url,
        "deezer": settings.deezer_url,
        "spotify": settings.spotify_url,
        "genius": settings.genius_url,
        "discogs": settings.discogs_url,
    }
    keys = [[(ask.source, call.key(urls[ask.source])) for call in ask.questions] for ask in asked]
    fresh = kept(db, [key for of in keys for key in of], now)
    steps: list[Step] = []
    for ask, of in zip(asked, keys, strict=True):
        at_hand = sum(key in fresh for key in of)
        if not of and not ask.further:
            continue
        open_ends = 0 if ask.goes_with_the_last and steps and not steps[-1].calls else ask.further
        steps.append(
            Step(
                source=ask.source,
                purpose=ask.purpose,
                calls=(len(of) - at_hand) * ask.each + open_ends,
                kept=at_hand * ask.each + ask.further - open_ends,
            )
        )
    return tuple(steps)
