"""What a discovery will ask Instagram."""

from __future__ import annotations

from linernotes.sources.asking import ALBUMS, LINKS, PEOPLE, Ask, Planning


def for_people(planning: Planning) -> list[Ask]:
    """At most a call a person: who has a handle is known only when the other sources have answered."""
    artist = planning.artist
    if artist is None or artist.people is None:
        people = PEOPLE * (len(artist.albums) if artist is not None else ALBUMS)
    else:
        people = len(artist.people)
    return [Ask(source="instagram", purpose=LINKS, further=people)]
