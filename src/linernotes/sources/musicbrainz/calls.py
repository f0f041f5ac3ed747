"""What we ask MusicBrainz (web service version 2). Every question is a plain value; nothing is sent here.

The values of `inc` go into one parameter, joined by a space, which travels as `+`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from linernotes.model.catalogue import Json
from linernotes.sources.calls import Call, Complaint
from linernotes.sources.musicbrainz.ids import looks_garbled, mbid_of
from linernotes.sources.reading import text

CATALOGUE_FRESH_FOR = timedelta(days=7)
PROFILE_FRESH_FOR = timedelta(days=30)

PAGE_SIZE = 100
"""The most a browse gives; a search that asks for more falls back to 25."""

RELEASE_INC = (
    "artist-credits labels media recordings release-groups isrcs "
    "artist-rels recording-level-rels work-rels work-level-rels"
)
"""All four kinds of -rels are needed to see the producers and writers of the tracks in one call."""


def find_artists(name: str) -> Call:
    """Artists whose name or alias is this one, best match first."""
    quoted = phrase(name)
    params = {"query": f"artist:{quoted} OR alias:{quoted}", "limit": "10", "fmt": "json"}
    return Call(path="artist", params=params, fresh_for=CATALOGUE_FRESH_FOR, complaint=_has_list("artists"))


def linked_artists(address: str) -> Call:
    """Whoever an address of another database belongs to, as MusicBrainz's editors linked it."""
    params = {"resource": address, "inc": "artist-rels", "fmt": "json"}
    return Call(path="url", params=params, fresh_for=CATALOGUE_FRESH_FOR, complaint=_is_of(address))


def artist(mbid: str, merged: Callable[[Json], bool]) -> Call:
    """One artist with aliases, links and, of a group, the members."""
    params = {"inc": "aliases artist-rels url-rels", "fmt": "json"}
    return Call(path=f"artist/{mbid}", params=params, fresh_for=PROFILE_FRESH_FOR, complaint=_is_about(mbid, merged))


def releases(artist_mbid: str, offset: int) -> Call:
    """A page of an artist's own official editions, without their tracks, with the pages that other databases have."""
    params = {
        "artist": artist_mbid,
        "status": "official",
        "type": "album|ep|single",
        "inc": "release-groups media url-rels",
        "limit": str(PAGE_SIZE),
        "offset": str(offset),
        "fmt": "json",
    }
    complaint = _is_page("releases", "release-offset", offset)
    return Call(path="release", params=params, fresh_for=CATALOGUE_FRESH_FOR, complaint=complaint)


def release(mbid: str, merged: Callable[[Json], bool]) -> Call:
    """One edition with its tracks and everybody who is credited on it."""
    params = {"inc": RELEASE_INC, "fmt": "json"}
    return Call(
        path=f"release/{mbid}", params=params, fresh_for=CATALOGUE_FRESH_FOR, complaint=_is_about(mbid, merged)
    )


def recordings(release_mbid: str, offset: int) -> Call:
    """A page of an edition's recordings with their credits: a lookup leaves them out above 500 recordings."""
    params = {
        "release": release_mbid,
        "inc": "artist-credits isrcs artist-rels work-rels work-level-rels",
        "limit": str(PAGE_SIZE),
        "offset": str(offset),
        "fmt": "json",
    }
    complaint = _is_page("recordings", "recording-offset", offset)
    return Call(path="recording", params=params, fresh_for=CATALOGUE_FRESH_FOR, complaint=complaint)


def find_recordings(isrcs: Sequence[str], offset: int = 0) -> Call:
    """A page of the recordings that carry one of at most 50 ISRCs, with the editions they are on."""
    params = {"query": f"isrc:({' OR '.join(sorted(isrcs))})", "limit": str(PAGE_SIZE), "fmt": "json"}
    params |= {"offset": str(offset)} if offset else {}
    return Call(path="recording", params=params, fresh_for=CATALOGUE_FRESH_FOR, complaint=_has_list("recordings"))


def phrase(name: str) -> str:
    """A name as a Lucene phrase: between quotes only the quote and the backslash have a meaning."""
    plain = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", name).split())[:300]
    return '"' + plain.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _has_list(key: str) -> Complaint:
    def complaint(answer: Json) -> str | None:
        if isinstance(answer, dict) and isinstance(answer.get(key), list):
            return None
        return f"the answer has no list of {key}"

    return complaint


def _is_page(key: str, offset_key: str, offset: int) -> Complaint:
    def complaint(answer: Json) -> str | None:
        if not isinstance(answer, dict) or not isinstance(answer.get(key), list):
            return f"the answer has no list of {key}"
        answered = answer.get(offset_key)
        if isinstance(answered, int) and answered != offset:
            return f"asked for {key} from {offset}, answered from {answered}"
        return None

    return complaint


def _is_of(address: str) -> Complaint:
    def complaint(answer: Json) -> str | None:
        answered = text(answer, "resource")
        return None if answered == address else f"asked about {address}, answered about {answered or 'nothing'}"

    return complaint


def _is_about(mbid: str, merged: Callable[[Json], bool]) -> Complaint:
    """An answer about another id is believed only where `merged` recognises the same thing under its new id."""

    def complaint(answer: Json) -> str | None:
        answered = mbid_of(answer)
        if answered is None:
            return "the answer does not say what it is about"
        if answered == mbid or (not looks_garbled(mbid, answered) and merged(answer)):
            return None
        return f"asked about {mbid}, answered about {answered}"

    return complaint
