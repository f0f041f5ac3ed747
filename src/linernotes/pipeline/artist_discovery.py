"""From an artist's name to the artist.

The candidate whose name equals the one asked for (case, accents and blanks aside) is taken, the most popular of
several, then the source's best; failing that the first candidate whose name contains the one asked for, or is
contained in it. The others stay as alternatives in the artist's metadata. Who is named by an id is the candidate
that has it, and nobody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from linernotes.model.artist_ids import artist_id_of
from linernotes.model.catalogue import ArtistFact
from linernotes.model.message import Done, Message, Outcome, Queue, Reject, Send
from linernotes.model.names import search_key
from linernotes.model.rows import ArtistRow
from linernotes.model.source import Sources
from linernotes.pipeline.body import crawl_of, source_of, text_of

ALTERNATIVES_KEPT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The source's candidates for the name."""

    source: str
    locator: str
    fresh_for: timedelta | None
    candidates: tuple[ArtistFact, ...]


async def gather(messages: Sequence[Message], sources: Sources) -> Mapping[int, Facts | Exception]:
    """Ask the catalogue source of each message for its name, one after the other."""
    facts: dict[int, Facts | Exception] = {}
    for message in messages:
        try:
            source = sources.catalogue(source_of(message))
            assert source.catalogue is not None
            found = await source.catalogue.artists(text_of(message, "artistName"))
            facts[message.msg_id] = Facts(
                source=source.name, locator=source.locator, fresh_for=source.fresh_for, candidates=tuple(found)
            )
        except Exception as error:
            facts[message.msg_id] = error
    return facts


def decide(message: Message, facts: Facts) -> Outcome:
    """Take the artist and send for its albums, or refuse a name that the source does not know."""
    name = text_of(message, "artistName")
    artist = chosen(name, facts.candidates)
    if artist is None:
        return Reject(why=f"{facts.source} knows no artist {_named(name)}", issue="not_found", error_class="NotFound")
    others = [c for c in facts.candidates if c is not artist][:ALTERNATIVES_KEPT]
    row = ArtistRow(
        ids=artist.ids,
        name=artist.name,
        popularity=artist.popularity,
        image_url=artist.image_url,
        metadata=_metadata(artist, facts.source, others),
    )
    crawl = crawl_of(message) or f"{facts.source}/{message.first_at:%Y-%m-%dT%H:%M:%S}"
    body: dict[str, Any] = {"offset": 0, "source": facts.locator, "crawl": crawl}
    send = Send(queue=Queue.ALBUM_DISCOVERY, about=row.key, id_field="artistId", body=body, version=crawl)
    return Done(rows=(row,), sends=(send,), fresh_for=facts.fresh_for)


def _named(name: str) -> str:
    asked = artist_id_of(name)
    return f"named {name!r}" if asked is None else f"of the {asked.scheme} id {asked.value}"


def chosen(name: str, candidates: Sequence[ArtistFact]) -> ArtistFact | None:
    """The candidate to take for a name, None when none will do."""
    asked = artist_id_of(name)
    if asked is not None:
        return next((c for c in candidates if asked in c.ids), None)
    wanted = search_key(name)
    equal = [c for c in candidates if wanted in (search_key(n) for n in (c.name, *c.aliases))]
    by_name = [c for c in equal if search_key(c.name) == wanted]
    if best := (by_name or equal):
        return max(best, key=lambda c: (c.popularity or 0, c.score))
    if candidates and (wanted in search_key(candidates[0].name) or search_key(candidates[0].name) in wanted):
        return candidates[0]
    return None


def _metadata(artist: ArtistFact, source: str, others: Sequence[ArtistFact]) -> dict[str, Any]:
    metadata: dict[str, Any] = {"source": source}
    if artist.url:
        metadata["url"] = artist.url
    if artist.disambiguation:
        metadata["disambiguation"] = artist.disambiguation
    if artist.aliases:
        metadata["aliases"] = list(artist.aliases)
    if others:
        metadata["alternatives"] = [
            {"name": o.name, "id": f"{o.ids[0].scheme}:{o.ids[0].value}", "what": o.disambiguation}
            for o in others
            if o.ids
        ]
    return metadata
