"""What a table says, in order: its artists, their albums, their tracks, and everybody whom the rows name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from linernotes.model.catalogue import AlbumFact, ArtistFact, ExternalId, Problem, TrackFact
from linernotes.model.claim import Claim

UNIT = "\x1f"
"""Stands between the parts of a name that identifies an album or a track; occurs in no title."""

LONGEST_TITLE = 2000
"""Bytes of UTF-8; the longest album title in print has some 900."""

LONGEST_ID = 1000
"""Bytes; a longer identity is stored as its digest, since PostgreSQL indexes no text beyond 2,700 bytes."""


@dataclass(frozen=True, slots=True)
class ListedTrack:
    """A track, everybody its rows name, and what was wrong in them."""

    fact: TrackFact
    claims: tuple[Claim, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class ListedAlbum:
    """An album with its tracks in file order."""

    fact: AlbumFact
    tracks: tuple[ListedTrack, ...]


@dataclass(frozen=True, slots=True)
class ListedArtist:
    """An artist with their albums in file order."""

    fact: ArtistFact
    albums: tuple[ListedAlbum, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything a table says, in file order. problems are all there are, those of a track included."""

    artists: tuple[ListedArtist, ...]
    problems: tuple[Problem, ...]


def why_no_title(title: str) -> str:
    """Why nobody can be asked for this title; '' when it is fine."""
    if len(title.encode()) > LONGEST_TITLE:
        return f"a title of {len(title)} characters ({title[:40]!r}…)"
    return ""


def name_id(key: str) -> ExternalId:
    """The identity of what the file knows by name alone. A key too long for an index is stored as its digest."""
    data = key.encode()
    return ExternalId("name", key if len(data) <= LONGEST_ID else f"sha256:{hashlib.sha256(data).hexdigest()}")
