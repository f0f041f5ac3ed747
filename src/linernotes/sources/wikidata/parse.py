"""How we read Wikidata: from rows or entities to the links and ids of people. Nothing here raises."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote

from linernotes.model.catalogue import ExternalId, Json
from linernotes.model.claim import Link, Profile
from linernotes.sources.links import Place, normalise
from linernotes.sources.mbid import as_mbid
from linernotes.sources.reading import mapping, mappings, text
from linernotes.sources.wikidata.calls import MUSICBRAINZ_ARTIST, PROPERTIES

_ADDRESSES = {
    "P2003": "https://www.instagram.com/{}",
    "P2002": "https://x.com/{}",
    "P2013": "https://www.facebook.com/{}",
    "P2397": "https://www.youtube.com/channel/{}",
    "P7085": "https://www.tiktok.com/@{}",
    "P3040": "https://soundcloud.com/{}",
    "P1902": "https://open.spotify.com/artist/{}",
    "P345": "https://www.imdb.com/name/{}",
}
"""How Wikidata itself writes a value of the property as an address."""

_IDS = {
    "P1953": ("discogs", r"\d{1,15}"),
    "P1902": ("spotify", r"[0-9A-Za-z]{22}"),
    "P2373": ("genius_slug", r"[\w%.-]{1,200}"),
    "P213": ("isni", r"\d{15}[\dX]"),
    MUSICBRAINZ_ARTIST: ("musicbrainz", r"[0-9a-f-]{36}"),
}

_ITEM = re.compile(r"Q[1-9]\d{0,14}")

Values = Mapping[str, list[str]]
"""The values of an item by property."""


def is_item(value: str) -> bool:
    """Whether a text is the number of an item. One that is not would spoil the call for all others in it."""
    return _ITEM.fullmatch(value) is not None


def says_busy(answer: Json) -> bool:
    """Whether an answer with status 200 says that the servers lag behind, or that we ask too often."""
    code = text(mapping(answer, "error"), "code")
    return code in ("maxlag", "ratelimited", "readonly", "internal_api_error_DBQueryTimeoutError")


def parse_rows(answer: Json) -> dict[str, dict[str, dict[str, list[str]]]]:
    """The rows of a query, grouped: MBID, item, property, values. Several values of one property are several rows."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for row in mappings(mapping(answer, "results"), "bindings"):
        mbid = as_mbid(text(mapping(row, "mbid"), "value"))
        item = text(mapping(row, "item"), "value").rpartition("/")[2]
        if mbid is None or not _ITEM.fullmatch(item):
            continue
        values = found.setdefault(mbid, {}).setdefault(item, {})
        name = text(mapping(row, "property"), "value")
        value = mapping(row, "value")
        if name in PROPERTIES and text(value, "type") in ("literal", "uri", "typed-literal") and text(value, "value"):
            known = values.setdefault(name, [])
            if text(value, "value") not in known:
                known.append(text(value, "value"))
    return found


def parse_entities(answer: Json) -> dict[str, dict[str, list[str]]]:
    """Items by their Q number, as wbgetentities and Special:EntityData give them: item, property, values.

    Deprecated statements, those without a value and those with an end time are passed over. A redirected item stands
    under both its numbers.
    """
    found: dict[str, dict[str, list[str]]] = {}
    for asked, entity in mapping(answer, "entities").items():
        item = text(entity, "id")
        if not _ITEM.fullmatch(item) or not isinstance(entity, dict) or "missing" in entity:
            continue
        claims = mapping(entity, "claims")
        values = {name: list(dict.fromkeys(_current(mappings(claims, name)))) for name in (*PROPERTIES, "P434")}
        kept = {name: known for name, known in values.items() if known}
        origin = text(mapping(entity, "redirects"), "from")
        if asked in (item, origin):  # otherwise the answer is about something else than it says
            found |= {number: kept for number in (item, origin) if _ITEM.fullmatch(number)}
    return found


def _current(statements: Iterable[Json]) -> Iterator[str]:
    for statement in statements:
        snak = mapping(statement, "mainsnak")
        value = text(mapping(snak, "datavalue"), "value")
        if (
            text(statement, "rank") != "deprecated"
            and text(snak, "snaktype") == "value"
            and "P582" not in mapping(statement, "qualifiers")
            and value
        ):
            yield value


def parse_profile(item: str, values: Values) -> Profile:
    """What one item knows of a person."""
    links: dict[tuple[str, str], Link] = {}
    for name in PROPERTIES:
        for value in values.get(name, []):
            place = _place(name, value)
            if place is not None:
                link = Link(
                    kind=place.kind,
                    value=place.value,
                    url=place.url,
                    source_url=f"https://www.wikidata.org/wiki/{item}",
                    source_record_id=item,
                )
                links.setdefault((link.kind, link.value), link)
    ids = [ExternalId("wikidata", item)]
    for name, (scheme, pattern) in _IDS.items():
        known = values.get(name, [])
        if name == MUSICBRAINZ_ARTIST and len(known) > 1:
            continue  # several artists of MusicBrainz behind one item: no word on which of them this is (P3)
        for value in known:
            plain = value.replace(" ", "") if scheme == "isni" else value
            if re.fullmatch(pattern, plain, re.ASCII):
                ids.append(ExternalId(scheme, plain))
    return Profile(links=tuple(links.values()), ids=tuple(dict.fromkeys(ids)))


def _place(name: str, value: str) -> Place | None:
    if name == "P856":
        return normalise(value)
    address = _ADDRESSES.get(name)
    return normalise(address.format(quote(value, safe=""))) if address is not None else None
