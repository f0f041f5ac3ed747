"""What a discovery will cost: the calls to each source, before any is made.

Counted from what is known: of an artist whom the source has brought before, the questions are the real ones, and
those whose answer is still kept cost nothing. Of another, the numbers are those of a usual artist, and the plan says
so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any

from psycopg import Connection

from linernotes.model.source import Source
from linernotes.services.discovery import Start
from linernotes.services.known import done_until, from_base, from_local, kept, notes
from linernotes.settings import Settings
from linernotes.sources.asking import ALBUMS, TRACKS, Ask, Planning
from linernotes.sources.installed import web_sources


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
    planning = Planning(
        name=name,
        artist=artist,
        settings=settings,
        noted=lambda of, names, base_url: notes(db, of, names, base_url, now),
    )
    asked = [] if done else _asks(planning, source, taking_part)
    steps = _steps(db, settings, asked, now)
    seconds = sum((step.calls * web_sources()[step.source].rate.interval for step in steps), timedelta(0))
    return Plan(
        artist=artist.name if artist is not None else name,
        source=source.name,
        known=artist is not None,
        done=done,
        done_until=until,
        albums=len(artist.albums) if artist is not None else ALBUMS,
        tracks=sum(len(a.tracks) for a in artist.albums) if artist is not None else ALBUMS * TRACKS,
        steps=steps,
        calls=sum(step.calls for step in steps),
        seconds=ceil(seconds.total_seconds()),
    )


def _asks(planning: Planning, source: Source, taking_part: Sequence[Source]) -> list[Ask]:
    web = web_sources()
    asked = web[source.name].catalogue_asks(planning) if source.name in web else []
    others = [s for s in taking_part if s.name in web]
    for other in others:
        if other.credits is not None and other.name != source.name:
            asked += web[other.name].credit_asks(planning)
    for other in others:
        if other.profiles is not None:
            asked += web[other.name].people_asks(planning)
    return asked


def _steps(db: Connection[Any], settings: Settings, asked: Sequence[Ask], now: datetime) -> tuple[Step, ...]:
    urls = {name: found.url(settings) for name, found in web_sources().items()}
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
