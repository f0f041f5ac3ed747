"""How we read a MusicBrainz artist as a person to be found: links, ids elsewhere, other names, members.

Nothing here raises, whatever the JSON holds.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date

from linernotes.model.catalogue import ExternalId, Json
from linernotes.model.claim import Link, Member, Person, Profile
from linernotes.sources.links import (
    discogs_artist,
    genius_artist,
    normalise,
    spotify_artist,
    wikidata_item,
)
from linernotes.sources.musicbrainz.ids import SOURCE, is_nobody, mbid_of, page
from linernotes.sources.musicbrainz.parse import aliases_of
from linernotes.sources.musicbrainz.relations import type_of
from linernotes.sources.reading import mapping, mappings, text, texts

_HOMEPAGES = {
    "fe33d22f-c3b0-4d68-bd53-a856badf2b15": "official homepage",
    "eb535226-f8ca-499d-9b18-6a144df4ae6f": "blog",
}
"""The only relationships whose address may be on any host; of the others we take the services we know."""

_ID_READERS = {
    "discogs": discogs_artist,
    "wikidata": wikidata_item,
    "spotify": spotify_artist,
    "genius_slug": genius_artist,
}


def parse_profile(artist: Json, asked: str) -> Profile:
    """What MusicBrainz knows of one person; asked is the id of the question, kept beside the answered one."""
    mbid = mbid_of(artist) or asked
    addresses = list(_addresses(artist))
    ids = [ExternalId(SOURCE, mbid), ExternalId(SOURCE, asked)]
    for scheme, reader in _ID_READERS.items():
        ids += [ExternalId(scheme, value) for _, url in addresses if (value := reader(url)) is not None]
    ids += [ExternalId("isni", isni) for code in texts(artist, "isnis") if (isni := _isni(code)) is not None]
    links: dict[tuple[str, str], Link] = {}
    for is_homepage, url in addresses:
        place = normalise(url)
        if place is not None and (is_homepage or place.kind != "homepage"):
            link = Link(
                kind=place.kind,
                value=place.value,
                url=place.url,
                source_url=page("artist", mbid),
                source_record_id=mbid,
            )
            links.setdefault((link.kind, link.value), link)
    return Profile(
        links=tuple(links.values()),
        ids=tuple(dict.fromkeys(ids)),
        aliases=aliases_of(artist, hints=False),
        kind=_kind(artist),
        members=tuple(_members(artist)),
    )


def _addresses(artist: Json) -> Iterator[tuple[bool, str]]:
    """The addresses that are still good: (whether it may be on any host, address)."""
    for relation in mappings(artist, "relations"):
        url = mapping(relation, "url").get("resource")
        if isinstance(url, str) and relation.get("ended") is not True:
            kind = _HOMEPAGES.get(text(relation, "type-id")) or text(relation, "type")
            yield kind in _HOMEPAGES.values(), url


def _kind(artist: Json) -> str | None:
    kinds = {"person": "person", "group": "group", "orchestra": "group", "choir": "group"}
    return kinds.get(text(artist, "type").casefold())


def _isni(code: str) -> str | None:
    plain = code.replace(" ", "").upper()
    return plain if len(plain) == 16 and plain[:15].isascii() and plain[:15].isdigit() else None


def _members(artist: Json) -> Iterator[Member]:
    """Who is or was in a group: a record of its early days was made by early members."""
    for relation in mappings(artist, "relations"):
        member = mapping(relation, "artist")
        mbid, name = mbid_of(member), text(member, "name")
        of_this_group = type_of(relation) == "member of band" and text(relation, "direction") == "backward"
        if of_this_group and mbid is not None and name and not is_nobody(member):
            yield Member(
                person=Person(name=name, ids=(ExternalId(SOURCE, mbid),), kind=_kind(member)),
                begin=_day(text(relation, "begin")),
                end=_day(text(relation, "end"), last=True),
            )


def _day(written: str, *, last: bool = False) -> date | None:
    """The first, or the last, day of a date of any precision: `1999` ends on its last of December."""
    found = re.fullmatch(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?", written)
    if found is None:
        return None
    year, month, day = (int(part) if part else 0 for part in found.groups())
    try:
        if not last or day:
            return date(year, month or 1, day or 1)
        return date(year, month or 12, monthrange(year, month or 12)[1])
    except ValueError:  # there is no such day
        return None
