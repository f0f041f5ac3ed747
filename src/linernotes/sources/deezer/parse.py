"""How we read Deezer's answers: from JSON to plain values. Nothing here raises, whatever the JSON holds.

Deezer names no producers and no writers, so nothing it says of people becomes a claim.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from linernotes.model.catalogue import AlbumFact, ArtistFact, ExternalId, Json, Page, Problem, TrackFact
from linernotes.sources.deezer.calls import is_id
from linernotes.sources.deezer.errors import SOURCE
from linernotes.sources.reading import iso_date, mapping, mappings, text, whole

MOST_ITEMS = 20_000
"""Albums of an artist, or tracks of an album, that are read at most: pages that never end must not keep us."""

_KINDS = {"album": "album", "single": "single", "ep": "ep", "compile": "compilation", "compilation": "compilation"}
_NOBODY = {"various artists"}


def parse_artists(answer: Json) -> tuple[ArtistFact, ...]:
    """The candidates of a search, in Deezer's order."""
    return tuple(fact for found in mappings(answer, "data") if (fact := parse_artist(found)) is not None)


def parse_artist(found: Json) -> ArtistFact | None:
    """One artist, None for what is none or nobody in particular."""
    number, name = id_of(found), text(found, "name")
    if number is None or not name or name.casefold() in _NOBODY:
        return None
    return ArtistFact(name=name, ids=(ExternalId(SOURCE, number),), url=page_of("artist", number))


def parse_albums(answer: Json, offset: int) -> Page[AlbumFact]:
    """A page of an artist's albums."""
    facts, problems = [], []
    for found in mappings(answer, "data"):
        number, title = id_of(found), text(found, "title")
        if number is None or not title:
            problems.append(_unusable("album", found, title))
            continue
        facts.append(
            AlbumFact(
                name=title,
                ids=(ExternalId(SOURCE, number),),
                release_date=iso_date(text(found, "release_date")),
                kind=_KINDS.get(text(found, "record_type").casefold(), "other"),
                cover_url=_picture(found, "cover_medium"),
                url=page_of("album", number),
            )
        )
    return Page(tuple(facts), next_offset=next_index(answer, offset), problems=tuple(problems))


def parse_tracks(answer: Json, offset: int) -> Page[TrackFact]:
    """A page of an album's tracks with their ISRCs."""
    facts, problems = [], []
    for found in mappings(answer, "data"):
        number, title = id_of(found), text(found, "title")
        if number is None or not title:
            problems.append(_unusable("track", found, title))
            continue
        isrc, seconds = text(found, "isrc"), whole(found, "duration")
        facts.append(
            TrackFact(
                name=title,
                ids=(ExternalId(SOURCE, number),),
                isrcs=(isrc,) if isrc else (),
                duration_ms=seconds * 1000 if seconds and seconds < 1_000_000 else None,
                disc=whole(found, "disk_number") or 1,
                position=whole(found, "track_position"),
                artists=_artists(found),
                url=page_of("track", number),
            )
        )
    return Page(tuple(facts), next_offset=next_index(answer, offset), problems=tuple(problems))


def _artists(found: Json) -> tuple[str, ...]:
    """The artists of a track, the first one first."""
    named = [text(mapping(found, "artist"), "name"), *(text(c, "name") for c in mappings(found, "contributors"))]
    return tuple(dict.fromkeys(name for name in named if name))


def next_index(answer: Json, offset: int) -> int | None:
    """Where the next page begins, as Deezer's own link to it says; None after the last page."""
    try:
        values = parse_qs(urlsplit(text(answer, "next")).query).get("index", [])
    except ValueError:
        return None
    index = int(values[0]) if values and values[0].isascii() and values[0].isdigit() and len(values[0]) < 10 else 0
    return index if offset < index < MOST_ITEMS else None


def id_of(found: Json) -> str | None:
    """A thing's number as text."""
    value: Any = found.get("id") if isinstance(found, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    written = str(value)
    return written if is_id(written) and int(written) > 0 else None


def page_of(kind: str, number: str) -> str:
    """The page where a reader can look: kind is artist, album or track."""
    return f"https://www.deezer.com/{kind}/{number}"


def _picture(found: Json, key: str) -> str | None:
    """A picture's address; an empty place in it (`/cover//250x250`) means that there is none."""
    address = text(found, key)
    return address if address.startswith("https://") and "//" not in address[len("https://") :] else None


def _unusable(what: str, found: Json, title: str) -> Problem:
    detail = f"the {what} {title!r} has no id or no title"
    return Problem(source=SOURCE, record=id_of(found) or "", kind="unusable_record", detail=detail)
