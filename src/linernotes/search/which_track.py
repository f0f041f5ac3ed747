"""Which track a text means: an id, a title, or `artist - title`; and whom a name means beside it.

Where several answer equally well nothing is guessed: they are listed with their ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.errors import NotFound, UsageError
from linernotes.model.names import display_name, name_key
from linernotes.model.titles import title_of
from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db, row_of, rows_of
from linernotes.search.producers import Producer, as_uuid, like, producers_meant, which_one

SQL = load_queries("linernotes.search", "which_track.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFound:
    """The track that a text names, on the first album that carried its recording."""

    id: UUID
    track: str
    recording_id: UUID | None
    isrc: str | None
    artist: str
    album: str
    release_date: str | None
    version_class: str | None
    closeness: int


def find_track(db: Db, text: str, producer: Producer) -> TrackFound:
    """The track that a text means among those a producer has to do with. Raises NotFound and UsageError."""
    return _found(db, text, producer)


def find_any_track(db: Db, text: str) -> TrackFound:
    """The track that a text means among all, whoever is credited on it. Raises NotFound and UsageError."""
    return _found(db, text, None)


def _found(db: Db, text: str, producer: Producer | None) -> TrackFound:
    track_id = as_uuid(text)
    if track_id is not None:
        by_id = row_of(db, TrackFound, SQL["track_by_id"], {"track_id": track_id})
        if by_id is None:
            raise NotFound(f"No track has the id {track_id}.")
        return by_id
    for artist, title in _readings(text):
        found = _tracks_named(db, artist, title, producer)
        best = [one for one in found if one.closeness == found[0].closeness]
        if len(best) > 1:
            lines = [f"  {t.id}  {t.artist} - {t.track} ({t.album})" for t in best]
            raise UsageError("\n".join([f"{text!r} is the name of {len(best)} recordings. Give an id:", *lines]))
        if best:
            return best[0]
    if producer is None:
        raise NotFound(f"No track is called {text!r}. `linernotes discover NAME` brings an artist's tracks in.")
    raise NotFound(nothing_between(db, text, None, producer))


def producer_beside(db: Db, track: str, producer: str) -> Producer:
    """The producer that a name means beside a track: of several namesakes the one who is credited on it."""
    meant = producers_meant(db, producer)
    credited = [one for one in meant if len(meant) > 1 and _is_credited(db, track, one)]
    if len(meant) > 1 and len(credited) != 1:
        raise UsageError(which_one(producer, credited or meant))
    return (credited or meant)[0]


def _is_credited(db: Db, track: str, producer: Producer) -> bool:
    try:
        found = find_track(db, track, producer)
    except NotFound:
        return False
    return db.execute(SQL["credited"], {"track_id": found.id, "producer_id": producer.id}).fetchone() is not None


def _readings(text: str) -> list[tuple[str | None, str]]:
    """How a text can be meant: as a title, and at each ` - ` as artist and title."""
    asked = display_name(text)
    if not asked:
        raise UsageError("Give the title of a track.")
    parts = asked.split(" - ")
    cuts = [(" - ".join(parts[:i]), " - ".join(parts[i:])) for i in range(1, len(parts))]
    return [(None, asked), *((artist, title) for artist, title in cuts if artist.strip() and title.strip())]


def _tracks_named(db: Db, artist: str | None, title: str, producer: Producer | None) -> list[TrackFound]:
    parts = title_of(title)
    asked = {
        "producer_id": producer.id if producer else None,
        "title": title,
        "title_key": parts.key,
        "version": parts.version,
        "contained": f"%{like(title)}%",
        "artist": None if artist is None else like(artist),
        "artist_key": None if artist is None else name_key(artist),
    }
    return rows_of(db, TrackFound, SQL["tracks_named" if producer else "any_tracks_named"], asked)


def nothing_between(db: Db, text: str, track_id: UUID | None, producer: Producer) -> str:
    """Say that a producer has no credit on a track, and who has."""
    artist, title = _readings(text)[-1]
    with db.cursor(row_factory=dict_row) as cursor:
        others = cursor.execute(
            SQL["others_credited"],
            {
                "track_id": track_id,
                "title": title,
                "artist": None if artist is None else like(artist),
                "shown_from": SHOWN_FROM,
            },
        ).fetchall()
    if not others:
        return (
            f"No track is called {text!r}. `linernotes show {producer.id}` lists what {producer.name} is credited on."
        )
    lines = [f"  {o['artist']} - {o['track']}: {', '.join(o['credited']) or 'nobody yet'}" for o in others]
    return "\n".join([f"No source claims that {producer.name} had a part in {text!r}. Credited there:", *lines])
