"""From an album to its tracks and the recordings they carry, a page at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from linernotes.errors import BadMessage
from linernotes.model.catalogue import AlbumRef, Page, Problem, TrackFact
from linernotes.model.message import Done, Message, Outcome, Queue, Send
from linernotes.model.names import name_key, search_key
from linernotes.model.rows import TrackRow
from linernotes.model.source import Sources
from linernotes.model.titles import isrc_of, main_artist, title_of
from linernotes.pipeline.body import crawl_of, id_of, id_or_none, offset_of, source_of
from linernotes.pipeline.pages import mark_of, with_an_end
from linernotes.pipeline.reads import Reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One page of the album's tracks."""

    album: AlbumRef
    source: str
    locator: str
    fresh_for: timedelta | None
    page: Page[TrackFact]


async def gather(messages: Sequence[Message], sources: Sources, store: Reads) -> Mapping[int, Facts | Exception]:
    """Ask the catalogue source of each message for its page, one after the other."""
    facts: dict[int, Facts | Exception] = {}
    albums = await store.albums([i for m in messages if (i := id_or_none(m, "albumId")) is not None])
    for message in messages:
        try:
            album = albums.get(id_of(message, "albumId"))
            if album is None:
                raise BadMessage(f"there is no album {message.body['albumId']}")
            source = sources.catalogue(source_of(message))
            assert source.catalogue is not None
            facts[message.msg_id] = Facts(
                album=album,
                source=source.name,
                locator=source.locator,
                fresh_for=source.fresh_for,
                page=with_an_end(await source.catalogue.tracks(album, offset_of(message)), message, source.name),
            )
        except Exception as error:
            facts[message.msg_id] = error
    return facts


def decide(message: Message, facts: Facts) -> Outcome:
    """Keep the tracks and send for the producers of each; after a page that is not the last, for the next."""
    crawl = crawl_of(message)
    rows = tuple(row_of(track, facts.album, facts.source) for track in facts.page.items)
    common = {"artistId": str(facts.album.artist.id), "source": facts.locator, "crawl": crawl}
    following = [
        Send(
            queue=Queue.PRODUCER_IDENTIFICATION,
            about=row.key,
            id_field="trackId",
            body={"trackName": row.name, "albumId": str(facts.album.id), **common},
            version=crawl,
        )
        for row in rows
    ]
    if facts.page.next_offset is not None:
        following_page = {"offset": facts.page.next_offset, "page": mark_of(facts.page)}
        body = {"albumName": facts.album.name, **following_page, **common}
        following.append(
            Send(queue=Queue.TRACK_DISCOVERY, about=facts.album.id, id_field="albumId", body=body, version=crawl)
        )
    return Done(
        rows=rows,
        problems=facts.page.problems + tuple(p for t in facts.page.items if (p := isrc_problem(t, facts.source))),
        sends=tuple(following),
        fresh_for=facts.fresh_for,
        note=None if rows or offset_of(message) else f"{facts.source} lists no tracks of this album",
    )


def row_of(track: TrackFact, album: AlbumRef, source: str) -> TrackRow:
    """The track as we keep it: its valid ISRC (I1), its title key and version class (I4), its first artist."""
    title = title_of(track.name)
    isrc = next((found for raw in track.isrcs if (found := isrc_of(raw))), None)
    first_artist = track.artists[0] if track.artists else album.artist.name
    return TrackRow(
        ids=track.ids,
        recording_ids=track.recording_ids,
        album_id=album.id,
        name=track.name,
        title_key=title.key,
        artist_key=name_key(main_artist(first_artist)),
        version_class=title.version,
        remixer_key=search_key(title.remixer) if title.remixer else "",
        source=source,
        record=track.ids[0].value,
        isrc=isrc,
        raw_isrc=track.isrcs[0] if track.isrcs and isrc is None else None,
        duration_ms=track.duration_ms,
        disc=track.disc,
        position=track.position,
        artists=track.artists,
        url=track.url,
    )


def isrc_problem(track: TrackFact, source: str) -> Problem | None:
    """An ISRC that is none is kept as written, reported, and not used (I1)."""
    wrong = [raw for raw in track.isrcs if isrc_of(raw) is None]
    if not wrong:
        return None
    return Problem(
        source=source,
        record=track.ids[0].value,
        kind="invalid_isrc",
        detail=f"{track.name!r} has the ISRC {wrong[0]!r}, which is none",
    )
