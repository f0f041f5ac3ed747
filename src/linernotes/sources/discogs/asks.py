"""What a discovery will ask Discogs."""

from __future__ import annotations

from linernotes.sources.asking import ALBUMS, Ask, Planning
from linernotes.sources.discogs.calls import search


def for_credits(planning: Planning) -> list[Ask]:
    """Without a token only what is known by its number there, which other sources rarely say."""
    purpose = "a search and a release for each album, more where no producer is named"
    artist = planning.artist
    if planning.settings.discogs_token is None:
        return []
    if artist is None:
        return [Ask(source="discogs", purpose=purpose, further=2 * ALBUMS)]
    searches = tuple(search(artist.name, known.album.name, 1) for known in artist.albums)
    return [Ask(source="discogs", purpose=purpose, questions=searches, each=2)]
