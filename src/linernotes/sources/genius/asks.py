"""What a discovery will ask Genius."""

from __future__ import annotations

from linernotes.sources.asking import ALBUMS, TRACKS, Ask, Planning
from linernotes.sources.genius.calls import search
from linernotes.sources.genius.parse import question
from linernotes.sources.matching import read_title


def for_credits(planning: Planning) -> list[Ask]:
    """A search and a song for each track."""
    purpose = "a search and a song for each track"
    artist = planning.artist
    if artist is None:
        return [Ask(source="genius", purpose=purpose, further=2 * ALBUMS * TRACKS)]
    titles = [
        (track.name, title)
        for known in artist.albums
        for track in known.tracks
        if (title := read_title(track.name)) is not None
    ]
    searches = [search(*question(artist.name, title, written)) for written, title in titles]
    return [Ask(source="genius", purpose=purpose, questions=tuple(searches), each=2)]
