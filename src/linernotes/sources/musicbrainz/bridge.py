"""From the ISRCs of tracks that another source listed to the editions at MusicBrainz whose credits we read.

One search answers for fifty codes: which recordings carry them, and on which editions those are. Then the fewest
editions that together carry all of them are looked up, each with everybody credited on it. What is known of a code is
kept by itself, so that it does not matter in which company it is asked for again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from linernotes.model.catalogue import AlbumRef, Json, TrackRef
from linernotes.model.claim import CreditAnswer, Level
from linernotes.model.titles import isrc_of, title_of
from linernotes.sources.musicbrainz import calls
from linernotes.sources.musicbrainz.ids import SOURCE, mbid_of
from linernotes.sources.reading import mapping, mappings, text, texts, whole
from linernotes.sources.transport import Transport

ISRCS_PER_SEARCH = 50
SEARCH_PAGES = 10
LARGEST_DIFFERENCE_MS = 10_000
"""Two recordings with one ISRC that differ by more are two (rule I2)."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Carrier:
    """An edition that a recording with some ISRC is on; length is the recording's, in milliseconds."""

    edition: str
    title: str
    official: bool
    date: str
    length: int | None


Carriers = tuple[Carrier, ...]


class Bridge:
    """Finds editions by ISRC. Safe to ask without looking ahead, only dearer. Methods raise SourceError."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._chosen: dict[str, str] = {}

    async def look_ahead(self, albums: Sequence[tuple[AlbumRef, Sequence[TrackRef]]]) -> None:
        """Choose the editions for all these albums at once; those that MusicBrainz knows by id need none."""
        strangers = [(album, tracks) for album, tracks in albums if not has_edition(album)]
        tracks = [track for _, listed in strangers for track in listed]
        known = fitting(tracks, await self._carriers(codes_of(tracks)))
        self._chosen = cover(known, frozenset(title_key(album.name) for album, _ in strangers))

    async def editions(self, album: AlbumRef, tracks: Sequence[TrackRef]) -> tuple[list[str], list[str]]:
        """The editions to look up for the tracks of one album, and further ones of the album's own title."""
        known = fitting(tracks, await self._carriers(codes_of(tracks)))
        own = title_key(album.name)
        chosen = self._chosen if known.keys() <= self._chosen.keys() else cover(known, frozenset({own}))
        first = sorted({chosen[code] for code in known})
        titled = {code: found for code, carriers in known.items() if (found := _titled(carriers, own))}
        if any(carrier.edition in first for carriers in titled.values() for carrier in carriers):
            return first, []
        return first, sorted(set(cover(titled, frozenset({own})).values()))

    async def _carriers(self, codes: Sequence[str]) -> dict[str, Carriers]:
        """For each code the editions that carry it, from what is kept and for the rest from one search for fifty."""
        found: dict[str, Carriers] = {}
        for code in codes:
            if (noted := await self._transport.noted(note_name(code))) is not None:
                found[code] = from_note(noted)
        missing = [code for code in codes if code not in found]
        for start in range(0, len(missing), ISRCS_PER_SEARCH):
            batch = missing[start : start + ISRCS_PER_SEARCH]
            answered = await self._searched(batch)
            for code, carriers in answered.items():
                await self._transport.note(note_name(code), _to_note(carriers), calls.CATALOGUE_FRESH_FOR)
            found |= answered
        return found

    async def _searched(self, codes: Sequence[str]) -> dict[str, Carriers]:
        found: dict[str, dict[Carrier, None]] = {code: {} for code in codes}
        offset = 0
        for _ in range(SEARCH_PAGES):
            answer = await self._transport.get(calls.find_recordings(codes, offset))
            for code, carriers in read_carriers(answer.json, codes).items():
                found[code] |= dict.fromkeys(carriers)
            listed = mappings(answer.json, "recordings")
            offset += len(listed)
            if not listed or offset >= (whole(answer.json, "count") or 0):
                break
        return {code: tuple(carriers) for code, carriers in found.items()}


def codes_of(tracks: Iterable[TrackRef]) -> list[str]:
    """The valid ISRCs of tracks, sorted, each once."""
    return sorted({code for track in tracks if (code := isrc_of(track.isrc)) is not None})


def has_edition(album: AlbumRef) -> bool:
    """Whether MusicBrainz knows the album by an id of ours."""
    return album.edition is not None or any(i.scheme in (SOURCE, "musicbrainz_release") for i in album.ids)


def read_carriers(answer: Json, codes: Iterable[str]) -> dict[str, Carriers]:
    """Which editions carry these ISRCs, from a search for recordings."""
    found: dict[str, dict[Carrier, None]] = {code: {} for code in codes}
    for recording in mappings(answer, "recordings"):
        asked = {code for raw in texts(recording, "isrcs") if (code := isrc_of(raw)) in found}
        for release in mappings(recording, "releases"):
            edition = mbid_of(release)
            if edition is None:
                continue
            carrier = Carrier(
                edition=edition,
                title=text(mapping(release, "release-group"), "title") or text(release, "title"),
                official=text(release, "status").casefold() in ("official", ""),
                date=text(release, "date"),
                length=whole(recording, "length") or None,
            )
            for code in asked:
                found[str(code)][carrier] = None
    return {code: tuple(carriers) for code, carriers in found.items()}


def fitting(tracks: Iterable[TrackRef], carriers: Mapping[str, Carriers]) -> dict[str, Carriers]:
    """Of each track's ISRC the editions whose recording is as long as the track; codes without one are left out."""
    found: dict[str, Carriers] = {}
    for track in tracks:
        code = isrc_of(track.isrc) or ""
        as_long = tuple(c for c in carriers.get(code, ()) if _as_long(c.length, track.duration_ms))
        if as_long:
            found[code] = tuple(dict.fromkeys([*found.get(code, ()), *as_long]))
    return found


def _as_long(theirs: int | None, ours: int | None) -> bool:
    return not theirs or not ours or abs(theirs - ours) <= LARGEST_DIFFERENCE_MS


def cover(known: Mapping[str, Carriers], own_titles: frozenset[str]) -> dict[str, str]:
    """For each code one edition, so that as few editions as can be found in one pass carry all of them.

    Always the edition that carries most of what is left; of equals one with the title of an album of ours, an
    official one, the earliest, and then the one with the smallest id, so that equal questions have one answer.
    """
    carried: dict[str, set[str]] = {}
    about: dict[str, Carrier] = {}
    for code, carriers in known.items():
        for carrier in carriers:
            carried.setdefault(carrier.edition, set()).add(code)
            about.setdefault(carrier.edition, carrier)
    ranks = {
        edition: (title_key(c.title) not in own_titles, not c.official, c.date or "9999", edition)
        for edition, c in about.items()
    }
    left = {code for codes in carried.values() for code in codes}
    chosen: dict[str, str] = {}
    while left:
        best = min(carried, key=lambda edition: (-len(carried[edition] & left), ranks[edition]))
        for code in sorted(carried[best] & left):
            chosen[code] = best
        left -= carried[best]
    return chosen


def title_key(title: str) -> str:
    """A title as it is compared: `Glass (Deluxe Edition)` and `Glass` are one album's."""
    before = re.sub(r"\s*[(\[].*$", "", title).strip()
    try:
        return title_of(before or title).key
    except ValueError:
        return ""


def carries(release: Json, codes: Iterable[str]) -> bool:
    """Whether an edition has a recording with one of these ISRCs."""
    wanted = set(codes)
    return any(
        isrc_of(raw) in wanted
        for medium in mappings(release, "media")
        for track in mappings(medium, "tracks")
        for raw in texts(mapping(track, "recording"), "isrcs")
    )


def together(a: CreditAnswer, b: CreditAnswer) -> CreditAnswer:
    """What two editions say of the same tracks."""
    claims = {
        track: tuple(dict.fromkeys([*a.claims.get(track, ()), *b.claims.get(track, ())]))
        for track in {**a.claims, **b.claims}
    }
    return CreditAnswer(claims=claims, problems=tuple(dict.fromkeys([*a.problems, *b.problems])))


def of_recordings(answer: CreditAnswer) -> CreditAnswer:
    """Without what is said of an edition as a whole."""
    claims = {t: tuple(c for c in of if c.level is not Level.RELEASE) for t, of in answer.claims.items()}
    return CreditAnswer(claims=claims, problems=answer.problems)


def lacks_producers(answer: CreditAnswer) -> bool:
    """Whether a track was looked up and nobody was named as the producer of its recording."""
    return any(all(c.raw_role.partition(" ")[0] != "producer" for c in of) for of in answer.claims.values())


def _titled(carriers: Carriers, key: str) -> Carriers:
    return tuple(c for c in carriers if key and title_key(c.title) == key)


def note_name(code: str) -> str:
    """Under which name it is noted which editions carry an ISRC."""
    return f"isrc {code}"


def _to_note(carriers: Carriers) -> Json:
    return [[c.edition, c.title, c.official, c.date, c.length] for c in carriers]


def from_note(noted: Json) -> Carriers:
    """The editions that carry an ISRC, as they were noted."""
    return tuple(
        Carrier(edition=edition, title=title, official=official, date=date, length=length)
        for edition, title, official, date, length in noted
    )
