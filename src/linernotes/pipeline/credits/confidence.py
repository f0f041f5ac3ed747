"""How sure we are of a claim, and of claims together: rules C1 to C3, with their numbers.

A claim's confidence is `base(source, level) x match`; both factors are stored. A credit joins the best claim of each
source family. A *family* is a source whose claims are not independent of each other. Credits are joined where they
are concluded (`functions/linernotes/combined_confidence.sql`); `combine` is the same formula as the rule reads, and a
test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from linernotes.model.claim import Level, Match
from linernotes.pipeline.credits.roles import RoleCode

CAP = Decimal("0.99")
"""C3: nobody is ever certain."""
HALF = Decimal("0.5")
"""C3: what a second family adds counts half, because MusicBrainz, Discogs, Tidal and Wikidata copy each other."""

_PLACES = Decimal("0.0001")

# C1, by family and level.
_BASE: Mapping[str, Mapping[Level, Decimal]] = {
    "musicbrainz": {
        Level.RECORDING: Decimal("0.95"),
        Level.WORK: Decimal("0.95"),
        Level.RELEASE: Decimal("0.70"),
    },
    "discogs": {  # recording: credited on the track or by a range of tracks; release: the range is blank
        Level.RECORDING: Decimal("0.90"),
        Level.WORK: Decimal("0.90"),
        Level.RELEASE: Decimal("0.60"),
    },
}
_GENIUS_PRODUCER = Decimal("0.95")  # C1: producer_artists
_GENIUS_OTHER = Decimal("0.90")  # C1: writer_artists and custom_performances
# C1, by whether a reference (Wikidata) or a document (somebody's own list) is named.
_DOCUMENTED = {
    "wikidata": {True: Decimal("0.70"), False: Decimal("0.50")},
    "file": {True: Decimal("0.95"), False: Decimal("0.50")},
    "sample": {True: Decimal("0.95"), False: Decimal("0.50")},
}

# C2
_MATCH: Mapping[Match, Decimal] = {
    Match.SHARED_ID: Decimal("1.0"),
    Match.WITHIN_2_SECONDS: Decimal("0.95"),
    Match.WITHIN_7_SECONDS: Decimal("0.85"),
    Match.NO_DURATION: Decimal("0.80"),
}


def base_of(family: str, level: Level, role: RoleCode, *, documented: bool) -> Decimal:
    """How far a source is believed that names a person at this level (C1).

    family is the source's; `file:list.csv` is of the family `file`. documented matters for Wikidata and for lists of
    somebody's own. Raises ValueError for a family without a number.
    """
    name = family.partition(":")[0]
    if name in _BASE:
        return _BASE[name][level]
    if name in _DOCUMENTED:
        return _DOCUMENTED[name][documented]
    if name == "genius":
        return _GENIUS_PRODUCER if role is RoleCode.PRODUCER else _GENIUS_OTHER
    known = ", ".join(sorted({*_BASE, *_DOCUMENTED, "genius"}))
    raise ValueError(f"no base confidence for the source family {family!r}: known are {known}; give it one (rule C1)")


def match_of(match: Match) -> Decimal:
    """How far it is believed that the source speaks of our recording (C2)."""
    return _MATCH[match]


def combine(best_per_family: Iterable[Decimal]) -> Decimal:
    """Join the best claim of each family (C3): `1 - (1 - c1) x product(1 - ci / 2)`, at most 0.99, to 4 places.

    0 without a claim. Raises ValueError for a number that is no confidence.
    """
    strongest_first = sorted(best_per_family, reverse=True)
    if strongest_first and not 0 <= strongest_first[-1] <= strongest_first[0] <= 1:
        raise ValueError(f"a confidence lies between 0 and 1, and this is none: {strongest_first}")
    doubt = Decimal(1)
    for place, confidence in enumerate(strongest_first):
        doubt *= 1 - confidence * (HALF if place else 1)
    return min(CAP, 1 - doubt).quantize(_PLACES, ROUND_HALF_UP)
