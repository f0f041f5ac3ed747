"""Whether a source without common ids speaks of our recording: by title, version, artist and duration (rule C2).

For sources that know songs by name only. Titles are compared taken apart, never as they are written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from linernotes.model.claim import Match
from linernotes.model.names import display_name, search_key, strip_discogs_number
from linernotes.model.titles import SAME_RECORDING_MS, Title, VersionClass, title_of

CLOSE_MS = 7_000
"""Up to this difference of durations a match by title and artist is still believed."""

_ONE_MIX = frozenset({VersionClass.ORIGINAL, VersionClass.REMASTER})


def read_title(written: str) -> Title | None:
    """A title taken apart, None when nothing visible is left of it."""
    try:
        return title_of(written)
    except ValueError:
        return None


def same_song(ours: Title, theirs: Title) -> bool:
    """Whether both titles can name one performance: a remaster is the same takes again (I5), a remix is not."""
    if {ours.version, theirs.version} <= _ONE_MIX:
        return ours.key == theirs.key
    return ours.same_as(theirs)


def only_remastered(ours: Title, theirs: Title) -> bool:
    """Whether the one is the remaster of the other: then they share all credits but those for mastering (I5)."""
    return ours.version != theirs.version


def match_by_duration(ours_ms: int | None, theirs_ms: int | None) -> Match | None:
    """The match of two recordings whose titles and artists are equal, by their durations in milliseconds (C2).

    None when they are too far apart: then the source speaks of another recording.
    """
    if not ours_ms or not theirs_ms:
        return Match.NO_DURATION
    apart = abs(ours_ms - theirs_ms)
    if apart <= SAME_RECORDING_MS:
        return Match.WITHIN_2_SECONDS
    return Match.WITHIN_7_SECONDS if apart <= CLOSE_MS else None


_ARTICLE_LAST = re.compile(r"^(.+), (The|A|An|Die|Der|Das|Les|Le|La|Los|Las|El)$")


def article_first(name: str) -> str:
    """`Persuader, The` as `The Persuader`: older records of Discogs put the article last."""
    return _ARTICLE_LAST.sub(r"\2 \1", name)


def artist_key(name: str) -> str:
    """The key under which artists of two sources are compared; '' for a name without a visible sign."""
    shown = article_first(strip_discogs_number(display_name(name)))
    try:
        return search_key(shown.replace("&", " and "))
    except ValueError:
        return ""


def is_one_of(artist: str, names: Iterable[str]) -> bool:
    """Whether an artist of ours is among the names that a source credits."""
    key = artist_key(artist)
    return bool(key) and any(artist_key(name) == key for name in names)


_MASTERING = re.compile(r"\b(re-?)?master(ed|ing|er)?\b|\blacquer cut\b", re.IGNORECASE)


def is_mastering(role: str) -> bool:
    """Whether a role's text speaks of mastering."""
    return _MASTERING.search(role) is not None
