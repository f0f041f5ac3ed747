"""Pages of what was made: an artist, an album, a track."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from linernotes.api.reading import Db, Router
from linernotes.errors import NotFound
from linernotes.search.albums import PersonOnTrack, album_page
from linernotes.search.artists import albums_of, artist_page
from linernotes.search.claims import by_subject, claims_on
from linernotes.search.producers import as_uuid
from linernotes.search.tracks import TrackPage, track_page
from linernotes.web.visit import VisitOf
from linernotes.web.words import ROLE_CLASSES, many

router = Router()

ALBUMS_LISTED = 50
Cursor = Annotated[str | None, Query(max_length=2000)]


@router.get("/artists/{id}")
def artist(visit: VisitOf, db: Db, id: str, cursor: Cursor = None) -> Response:
    """An artist: the albums, and who is behind most of the music."""
    who = artist_page(db, known_id(id, "artist"), albums=1)
    makers = ", ".join(person.name for person in who.producers[:3])
    return visit.page(
        "artist.html",
        title=who.name,
        description=f"Who produced and wrote the music of {who.name}"
        + (f": {makers} and others." if makers else ". Every credit with its source."),
        og_type="profile",
        structured={"@context": "https://schema.org", "@type": "MusicGroup", "name": who.name, "genre": who.genres},
        data=f"/v1/artists/{who.id}",
        artist=who,
        albums=albums_of(db, who.id, limit=ALBUMS_LISTED, cursor=cursor),
        begun=cursor is not None,
    )


@router.get("/albums/{id}")
def album(visit: VisitOf, db: Db, id: str) -> Response:
    """An album: its tracks in order, with the people credited on each."""
    record = album_page(db, known_id(id, "album"))
    return visit.page(
        "album.html",
        title=f"{record.name} by {record.artist}",
        description=f"Who produced and wrote “{record.name}” by {record.artist}, track by track.",
        og_type="music.album",
        structured={
            "@context": "https://schema.org",
            "@type": "MusicAlbum",
            "name": record.name,
            "byArtist": {"@type": "MusicGroup", "name": record.artist},
            "numTracks": record.tracks_in_all,
            **({"datePublished": record.release_date} if record.release_date else {}),
        },
        data=f"/v1/albums/{record.id}",
        album=record,
        makers=most_credited([credit for track in record.tracks for credit in track.credits]),
        discs=len({track.disc for track in record.tracks}),
    )


@router.get("/tracks/{id}")
def track(visit: VisitOf, db: Db, id: str) -> Response:
    """A track: everybody credited on it, every claim that was made, and where else the recording stands."""
    found = track_page(db, known_id(id, "track"))
    claims = by_subject(claims_on(db, found.recording_id))
    shown = {(credit.producer_id, credit.role) for credit in found.credits}
    return visit.page(
        "track.html",
        title=f"{found.name} by {found.artist}",
        description=in_a_sentence(found),
        og_type="music.song",
        structured=as_linked_data(found),
        data=f"/v1/tracks/{found.id}",
        track=found,
        credits=sorted(found.credits, key=lambda c: ROLE_CLASSES.index(c.role_class)),
        claims=claims,
        unshown=[(said[0], said) for subject, said in claims.items() if subject not in shown],
        conflict=any(credit.conflict for credit in found.credits),
    )


def known_id(text: str, noun: str) -> UUID:
    """The id in an address. Raises NotFound for what is none."""
    if (id_ := as_uuid(text)) is None:
        raise NotFound(
            f"{text!r} is not the id of an {noun}." if noun[0] == "a" else f"{text!r} is not a {noun}'s id."
        )
    return id_


def most_credited(credits: Sequence[PersonOnTrack]) -> list[tuple[UUID, str, str, int]]:
    """Who stands on most tracks of an album in which class of roles: (id, name, class, tracks)."""
    counts: dict[tuple[UUID, str, str], int] = {}
    for credit in {(c.producer_id, c.producer, c.role_class, c.credit_id) for c in credits}:
        counts[credit[:3]] = counts.get(credit[:3], 0) + 1
    rows = [(*who, count) for who, count in counts.items()]
    return sorted(rows, key=lambda row: (ROLE_CLASSES.index(row[2]), -row[3], row[1]))


def in_a_sentence(track: TrackPage) -> str:
    """What search engines and shared links show of a track."""
    produced = list(dict.fromkeys(c.producer for c in track.credits if c.counts_as_producer))
    wrote = list(dict.fromkeys(c.producer for c in track.credits if c.role_class == "writer"))
    parts = [f"{word} by {', '.join(who)}" for word, who in (("produced", produced), ("written", wrote)) if who]
    said = " and ".join(parts) if parts else "nobody is credited yet"
    return f"“{track.name}” by {track.artist}: {said}. From {many(len(track.sources), 'source')}."


def as_linked_data(track: TrackPage) -> dict[str, Any]:
    """The track in the words of schema.org."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "MusicRecording",
        "name": track.name,
        "byArtist": {"@type": "MusicGroup", "name": track.artist},
        "inAlbum": {"@type": "MusicAlbum", "name": track.album},
    }
    if track.isrc:
        data["isrcCode"] = track.isrc
    if track.duration_ms:
        data["duration"] = f"PT{round(track.duration_ms / 1000)}S"
    if made := list(dict.fromkeys(c.producer for c in track.credits if c.counts_as_producer)):
        data["producer"] = [{"@type": "Person", "name": name} for name in made]
    return data
