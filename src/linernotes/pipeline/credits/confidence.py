"""How sure we are of a credit: rules C1 to C4, with every number of them.

A claim's confidence is `base(source, level) x match`; both factors are stored. A credit joins the best claim of each
source family. A *family* is a source whose claims are not independent of each other. The database joins by the same
formula (`functions/linernotes/combined_confidence.sql`); a test compares both.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from linernotes.model.claim import Level, Match
from linernotes.model.titles import SAME_RECORDING_MS
from linernotes.pipeline.credits.roles import RoleCode

CLOSE_MS = 7_000
"""C2: up to this difference of durations a match by title and artist is still believed."""

CAP = Decimal("0.99")
"""C3: nobody is ever certain."""
HALF = Decimal("0.5")
"""C3: what a second family adds counts half, because MusicBrainz, Discogs, Tidal and Wikidata copy each other."""
SHOWN_FROM = Decimal("0.5")
"""C4: credits below are kept and not shown."""
RANKED_FROM = Decimal("0.6")
"""C4: credits below are shown and not ranked."""
VERIFIED_FROM = Decimal("0.6")
"""C4: two families, each at least this sure, verify a credit."""
INHERITED = Decimal("0.9")
"""I5: what an edit or extended version keeps of the confidence of its producers."""

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


def match_by_title(ours_ms: int | None, theirs_ms: int | None) -> Match | None:
    """The match of two recordings whose title keys and artists are equal, by their durations in milliseconds (C2).

    None when the durations are too far apart: then the source speaks of another recording.
    """
    if ours_ms is None or theirs_ms is None:
        return Match.NO_DURATION
    apart = abs(ours_ms - theirs_ms)
    if apart <= SAME_RECORDING_MS:
        return Match.WITHIN_2_SECONDS
    return Match.WITHIN_7_SECONDS if apart <= CLOSE_MS else None


def best_per_family(claims: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """The strongest claim of each family: two of one family do not add (C3)."""
    best: dict[str, Decimal] = {}
    for family, confidence in claims:
        best[family] = max(confidence, best.get(family, confidence))
    return best


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


def is_verified(best: Mapping[str, Decimal]) -> bool:
    """Whether two families or more are each sure enough (C4)."""
    return sum(confidence >= VERIFIED_FROM for confidence in best.values()) >= 2


@dataclass(frozen=True, slots=True)
class Weighed:
    """One claim on the scales: its family, base times match, and the level it was made at where that is known."""

    family: str
    confidence: Decimal
    level: Level | None = None


def explain_combination(claims: Iterable[Weighed]) -> str:
    """The sum in words: `0.95 (musicbrainz, recording) with 0.90 (discogs) at half weight = 0.9725`."""
    ordered = sorted(claims, key=lambda c: (-c.confidence, c.family, c.level or ""))
    strongest: dict[str, Weighed] = {}
    for claim in ordered:
        strongest.setdefault(claim.family, claim)
    best = list(strongest.values())
    if not best:
        return "no claim"
    names = [f"{_shown(c.confidence)} ({c.family}{f', {c.level}' if c.level else ''})" for c in best]
    total = combine(c.confidence for c in best)
    text = f"{names[0]} alone" if len(names) == 1 else f"{names[0]} with {' and '.join(names[1:])} at half weight"
    text += " each" if len(names) > 2 else ""
    idle = len(ordered) - len(best)
    capped = " (the most there is)" if total == CAP else ""
    return f"{text} = {_shown(total)}{capped}{_idle(idle)}"


def _idle(claims: int) -> str:
    if not claims:
        return ""
    if claims == 1:
        return "; 1 weaker claim of a family already counted adds nothing"
    return f"; {claims} weaker claims of families already counted add nothing"


def _shown(confidence: Decimal) -> str:
    """At least two places, at most four: 0.90, 0.9725."""
    text = str(confidence.quantize(_PLACES, ROUND_HALF_UP))
    return text[:4] + text[4:].rstrip("0")
