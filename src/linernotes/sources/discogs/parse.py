"""How we read Discogs' answers about people, searches and masters. Nothing here raises, whatever the JSON holds."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from linernotes.model.catalogue import ExternalId, Json
from linernotes.model.claim import Link, Member, Person, Profile
from linernotes.model.names import display_name, is_unknown, problem_of
from linernotes.sources.discogs.names import SOURCE, artist_page, person_of, shown
from linernotes.sources.links import Place, normalise
from linernotes.sources.matching import artist_key, is_one_of, read_title, same_song
from linernotes.sources.reading import mapping, mappings, text, texts, whole


def parse_search(answer: Json, artist: str, title: str) -> tuple[str, ...]:
    """The numbers of the releases whose artist and title are ours; a hit is `Artist - Title` in one text."""
    found = []
    for hit in mappings(answer, "results"):
        number = whole(hit, "id")
        if number and text(hit, "type") in ("release", "") and _names(text(hit, "title"), artist, title):
            found.append(str(number))
    return tuple(dict.fromkeys(found))


def _names(written: str, artist: str, title: str) -> bool:
    """Whether a hit reads `Artist - Title`; either may itself have a dash with spaces."""
    parts = written.split(" - ")
    cuts = ((" - ".join(parts[:n]), " - ".join(parts[n:])) for n in range(1, len(parts)))
    return any(is_one_of(artist, (credited,)) and same_album(named, title) for credited, named in cuts)


def same_album(theirs: str, ours: str) -> bool:
    """Whether two album titles are one; notes of the publisher (`Deluxe Edition`) are set aside."""
    a, b = read_title(theirs), read_title(ours)
    return a is not None and b is not None and same_song(a, b)


def pages(answer: Json) -> int:
    """How many pages a list has."""
    return whole(mapping(answer, "pagination"), "pages") or 1


def main_release(master: Json) -> str | None:
    """The number of a master's main release."""
    number = whole(master, "main_release")
    return str(number) if number else None


def parse_versions(answer: Json) -> tuple[str, ...]:
    """The numbers of a master's versions; drafts and removed ones are passed over."""
    listed = (v for v in mappings(answer, "versions") if text(v, "status") in ("Accepted", ""))
    return tuple(dict.fromkeys(str(number) for v in listed if (number := whole(v, "id"))))


# ---- people

_REFERENCES = re.compile(
    r"(^|\.)(wikipedia|wikidata|wikimedia|imdb|discogs|allmusic|musicbrainz|whosampled|secondhandsongs|rateyourmusic|last"
    r"|setlist|genius|viaf|isni|worldcat|britannica|findagrave|encyclopedia\w*|fandom|songfacts|45cat|bandsintown"
    r"|songkick|residentadvisor|ra|beatport|junodownload|traxsource|amazon|apple|deezer|tidal|archive|google|youtu)"
    r"\.[a-z.]+$"
)
"""Works that write about people, and shops: not a place of their own."""


def parse_profile(artist: Json, number: str, known_as: str = "") -> Profile:
    """Links, other names and members of one person or group.

    `aliases` of Discogs are other artists with pages of their own (another name of one person, or of one of a pair),
    so they are not names here. The real name is one when it is one person's. known_as is our own name of them.
    """
    name = shown(text(artist, "name"))
    members = tuple(p for m in mappings(artist, "members") if (p := person_of(m)) is not None)
    real = _real_name(text(artist, "realname")) if not members else None
    return Profile(
        links=_links(texts(artist, "urls"), [name, known_as, *texts(artist, "namevariations")], number),
        ids=(ExternalId(SOURCE, number),),
        aliases=_names_of([*texts(artist, "namevariations"), *([real] if real else [])], name),
        kind="group" if members else "person" if real else None,
        members=tuple(Member(person=person) for person in _each_once(members)),
    )


def _real_name(written: str) -> str | None:
    """The real name when it names one person: of a pair it reads `A & B`."""
    name = display_name(written)
    joint = re.search(r"\s[&+/]\s|[,;/]|\sand\s", name)
    return name if name and not joint and not is_unknown(name) and problem_of(name) is None else None


def _links(addresses: Iterable[str], names: Sequence[str], number: str) -> tuple[Link, ...]:
    """The addresses on a person's page, each once: accounts at services we know, and sites that carry the name.

    Editors also list labels, agencies, fan pages and articles there; a site that does not carry the person's name is
    not said to be theirs.
    """
    places = (place for address in addresses if (place := normalise(address)) is not None)
    page = artist_page(number)
    found: dict[tuple[str, str], Link] = {}
    for place in places:
        if place.kind != "homepage" or _is_own_site(place, names):
            link = Link(kind=place.kind, value=place.value, url=place.url, source_url=page, source_record_id=number)
            found.setdefault((link.kind, link.value), link)
    return tuple(found.values())


def _is_own_site(place: Place, names: Iterable[str]) -> bool:
    host = place.value.partition("/")[0]
    letters = re.sub(r"[^a-z0-9]", "", host.rpartition(".")[0])
    return not _REFERENCES.search(host) and any(len(k) > 3 and k in letters for k in map(_letters, names))


def _letters(name: str) -> str:
    """The Latin letters and digits of a name, as a host can have them."""
    key = artist_key(name)
    return re.sub(r"[^a-z0-9]", "", key)


def _names_of(written: Iterable[str], own: str) -> tuple[str, ...]:
    named = (shown(name) for name in written)
    return tuple(name for name in dict.fromkeys(named) if name and name != own)


def _each_once(people: tuple[Person, ...]) -> tuple[Person, ...]:
    return tuple({person.ids[0].value: person for person in people}.values())
