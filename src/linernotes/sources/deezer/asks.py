"""What a discovery will ask Deezer."""

from __future__ import annotations

from math import ceil

from linernotes.model.artist_ids import artist_id_of
from linernotes.model.catalogue import value_of
from linernotes.sources.asking import ALBUMS, Ask, Planning
from linernotes.sources.calls import Call
from linernotes.sources.deezer import calls


def as_catalogue(planning: Planning) -> list[Ask]:
    """As the catalogue: every album is one call for each fifty of its tracks."""
    artist = planning.artist
    find = Ask(source="deezer", purpose="finding the artist", questions=(_finding(planning.name),))
    number = value_of(artist.ids, "deezer") if artist is not None else None
    listing, tracks = "its albums, fifty a call", "tracks with their ISRCs of each album"
    if artist is None or number is None:
        pages = ceil(ALBUMS / calls.PAGE_SIZE)
        return [
            find,
            Ask(source="deezer", purpose=listing, further=pages),
            Ask(source="deezer", purpose=tracks, further=ALBUMS),
        ]
    page = calls.PAGE_SIZE
    listed = tuple(calls.albums(number, offset) for offset in range(0, max(len(artist.albums), 1), page))
    of_albums = tuple(
        calls.tracks(album, offset)
        for known in artist.albums
        if (album := value_of(known.album.ids, "deezer")) is not None
        for offset in range(0, max(len(known.tracks), 1), page)
    )
    return [
        find,
        Ask(source="deezer", purpose=listing, questions=listed),
        Ask(source="deezer", purpose=tracks, questions=of_albums),
    ]


def _finding(name: str) -> Call:
    asked = artist_id_of(name)
    return calls.find_artists(name) if asked is None else calls.artist(asked.value)
