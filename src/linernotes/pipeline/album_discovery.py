"""From an artist to its albums, a page at a time.

Tracks are asked for when the last page is read: only then is it known which edition of an album is the best.
A message with `newOnly` looks at an artist again, and asks for the tracks of albums alone that have none yet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from linernotes.errors import BadMessage
from linernotes.model.catalogue import AlbumFact, ArtistRef, ExternalId, Page
from linernotes.model.message import Done, Message, Outcome, Queue, Send
from linernotes.model.rows import AlbumRow
from linernotes.model.source import Sources
from linernotes.pipeline.body import crawl_of, id_of, id_or_none, offset_of, source_of
from linernotes.pipeline.pages import mark_of, with_an_end
from linernotes.pipeline.reads import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One page of the artist's albums, and the albums that earlier pages brought.

    read holds the ids of albums whose tracks are not asked for again, where new albums alone are wanted.
    """

    artist: ArtistRef
    source: str
    locator: str
    fresh_for: timedelta | None
    page: Page[AlbumFact]
    earlier: tuple[tuple[UUID, str], ...]
    read: Collection[ExternalId] = ()


async def gather(messages: Sequence[Message], sources: Sources, store: Reads) -> Mapping[int, Facts | Exception]:
    """Ask the catalogue source of each message for its page, one after the other."""
    facts: dict[int, Facts | Exception] = {}
    artists = await store.artists([i for m in messages if (i := id_or_none(m, "artistId")) is not None])
    for message in messages:
        try:
            artist = artists.get(id_of(message, "artistId"))
            if artist is None:
                raise BadMessage(f"there is no artist {message.body['artistId']}")
            source = sources.catalogue(source_of(message))
            assert source.catalogue is not None
            offset = offset_of(message)
            page = with_an_end(await source.catalogue.albums(artist, offset), message, source.name)
            last, new_only = page.next_offset is None, _new_only(message)
            earlier = await store.albums_of(artist.id, source.name, unread=new_only) if last and offset > 0 else []
            read = await store.albums_read(artist.id) if last and new_only else ()
            facts[message.msg_id] = Facts(
                artist=artist,
                source=source.name,
                locator=source.locator,
                fresh_for=source.fresh_for,
                page=page,
                earlier=tuple(earlier),
                read=read,
            )
        except Exception as error:
            facts[message.msg_id] = error
    return facts


def decide(message: Message, facts: Facts) -> Outcome:
    """Keep the albums; send for the next page, or, after the last, for the tracks of all of them."""
    crawl = crawl_of(message)
    rows = tuple(_row(album, facts) for album in facts.page.items)
    following: list[Send] = []
    if facts.page.next_offset is not None:
        body = {
            "offset": facts.page.next_offset,
            "page": mark_of(facts.page),
            "source": facts.locator,
            "crawl": crawl,
            **({"newOnly": True} if _new_only(message) else {}),
        }
        following.append(
            Send(queue=Queue.ALBUM_DISCOVERY, about=facts.artist.id, id_field="artistId", body=body, version=crawl)
        )
    else:
        unread = [row for row in rows if not any(id_ in facts.read for id_ in row.ids)]
        albums = [(row.key, row.name) for row in unread] + list(facts.earlier)
        for about, name in albums:
            body = {
                "albumName": name,
                "artistId": str(facts.artist.id),
                "offset": 0,
                "source": facts.locator,
                "crawl": crawl,
            }
            following.append(
                Send(queue=Queue.TRACK_DISCOVERY, about=about, id_field="albumId", body=body, version=crawl)
            )
    return Done(
        rows=rows,
        problems=facts.page.problems,
        sends=tuple(following),
        fresh_for=facts.fresh_for,
        note=None if rows or offset_of(message) else f"{facts.source} lists no albums of this artist",
    )


def _new_only(message: Message) -> bool:
    """Whether the artist was read before, and only albums without tracks are worth going on with."""
    return message.body.get("newOnly") is True


def _row(album: AlbumFact, facts: Facts) -> AlbumRow:
    metadata: dict[str, Any] = {"kind": album.kind, "sources": {facts.source: True}}
    optional = {"url": album.url, "edition": album.edition, "edition_rank": album.edition_rank or None}
    return AlbumRow(
        ids=album.ids,
        name=album.name,
        artist_id=facts.artist.id,
        release_date=album.release_date,
        cover_url=album.cover_url,
        metadata=metadata | {k: v for k, v in optional.items() if v is not None},
    )
