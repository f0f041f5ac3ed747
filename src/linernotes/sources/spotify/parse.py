"""How we read Spotify's answers: from JSON to plain values. Nothing here raises, whatever the JSON holds.

Every field may be missing: Development Mode leaves many out. Spotify has no credits; that two artists share a track
says nothing of who produced it, so nothing here becomes a claim. Pictures are left out: to show one asks for a note
and a link back that a table of producers does not have.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from linernotes.model.catalogue import AlbumFact, ArtistFact, ExternalId, Json, Page, Problem, TrackFact
from linernotes.sources.reading import iso_date, mapping, mappings, text, whole
from linernotes.sources.spotify.calls import is_id
from linernotes.sources.spotify.refusals import SOURCE

MOST_ITEMS = 20_000
"""Albums of an artist, or tracks of an album, that are read at most: pages that never end must not keep us."""

VARIOUS_ARTISTS = "0LyfQWJT6nXafLPZqxke9Of"

_PAGES = "https://open.spotify.com/"


def parse_artists(answer: Json) -> tuple[ArtistFact, ...]:
    """The candidates of a search, in Spotify's order."""
    found = (parse_artist(item) for item in mappings(mapping(answer, "artists"), "items"))
    return tuple(artist for artist in found if artist is not None)


def parse_artist(item: Json) -> ArtistFact | None:
    """One artist, None for what is none or nobody in particular."""
    number, name = id_of(item), text(item, "name")
    if number is None or not name or number == VARIOUS_ARTISTS:
        return None
    popularity = whole(item, "popularity")
    return ArtistFact(
        name=name,
        ids=(ExternalId(SOURCE, number),),
        popularity=popularity if popularity is not None and popularity <= 100 else None,
        url=_page(item),
    )


def parse_albums(answer: Json, offset: int, limit: int) -> Page[AlbumFact]:
    """A page of an artist's albums; those of Various Artists are never discovered."""
    facts, problems = [], []
    for item in mappings(answer, "items"):
        number, name = id_of(item), text(item, "name")
        if [id_of(artist) for artist in mappings(item, "artists")] == [VARIOUS_ARTISTS]:
            continue
        if number is None or not name:
            problems.append(_unusable("album", item))
            continue
        kind = text(item, "album_type").casefold()
        facts.append(
            AlbumFact(
                name=name,
                ids=(ExternalId(SOURCE, number),),
                release_date=release_date(item),
                kind=kind if kind in ("album", "single", "ep", "compilation") else "other",
                url=_page(item),
            )
        )
    return Page(tuple(facts), next_offset=next_offset(answer, offset, limit), problems=tuple(problems))


def album_ids(answer: Json) -> list[str]:
    """The ids of a page of albums, in its order."""
    return [number for item in mappings(answer, "items") if (number := id_of(item)) is not None]


def release_date(album: Json) -> str | None:
    """ISO text, as precise as Spotify says that it is: `1981` also comes as 1981-01-01 of precision `year`."""
    parts = text(album, "release_date").split("-")
    precision = {"year": 1, "month": 2, "day": 3}.get(text(album, "release_date_precision").casefold(), 3)
    return iso_date("-".join(parts[:precision]))


def parse_tracks(page: Json, offset: int, full: Mapping[str, Json]) -> Page[TrackFact]:
    """A page of an album's tracks. full has those tracks that are known completely, with their ISRCs, by id."""
    facts, problems = [], []
    for item in mappings(page, "items"):
        number, name = id_of(item), text(item, "name")
        if number is None or not name:
            problems.append(_unusable("track", item))
            continue
        isrc = isrc_of(full.get(number)) or isrc_of(item)
        named = [text(artist, "name") for artist in mappings(item, "artists")]
        facts.append(
            TrackFact(
                name=name,
                ids=(ExternalId(SOURCE, number),),
                isrcs=(isrc,) if isrc else (),
                duration_ms=whole(item, "duration_ms") or None,
                disc=whole(item, "disc_number") or 1,
                position=whole(item, "track_number"),
                artists=tuple(dict.fromkeys(name for name in named if name)),
                url=_page(item),
            )
        )
    return Page(tuple(facts), next_offset=next_offset(page, offset, 50), problems=tuple(problems))


def without_isrc(page: Json) -> list[str]:
    """The ids of the tracks of a page that come without their ISRC."""
    return [n for t in mappings(page, "items") if (n := id_of(t)) is not None and not isrc_of(t) and text(t, "name")]


def isrc_of(track: Json) -> str:
    """A complete track's ISRC as it is written, '' where there is none."""
    return text(mapping(track, "external_ids"), "isrc")


def by_id(ids: Sequence[str], answer: Json, key: str) -> dict[str, Json]:
    """Several things under the ids that were asked for: Spotify may answer with another edition's id, or null."""
    listed = answer.get(key) if isinstance(answer, dict) else None
    pairs = zip(ids, listed, strict=False) if isinstance(listed, list) else ()
    return {number: thing for number, thing in pairs if isinstance(thing, dict)}


def next_offset(page: Json, offset: int, limit: int) -> int | None:
    """Where the next page begins, as Spotify's own link to it says, else one page on; None after the last."""
    address = text(page, "next")
    if not address:
        return None
    try:
        values = parse_qs(urlsplit(address).query).get("offset", [])
    except ValueError:
        values = []
    named = int(values[0]) if values and values[0].isascii() and values[0].isdigit() and len(values[0]) < 10 else 0
    following = named if named > offset else offset + limit
    return following if following < MOST_ITEMS else None


def id_of(item: Json) -> str | None:
    """A thing's id."""
    number = text(item, "id")
    return number if is_id(number) else None


def _page(item: Json) -> str | None:
    address = text(mapping(item, "external_urls"), "spotify")
    return address if address.startswith(_PAGES) else None


def _unusable(what: str, item: Json) -> Problem:
    detail = f"the {what} {text(item, 'name')!r} has no id or no name"
    return Problem(source=SOURCE, record=text(item, "id"), kind="unusable_record", detail=detail)
