"""Titles and codes of recordings: what makes two of them the same one (rules I1, I3, I4).

A title's *key* says which song it is, its *version* which kind of recording of it. Two recordings without a common
id are one only if key, version and remixer are equal, the artist is, and their durations are within two seconds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from linernotes.model.letters import PUNCTUATION, plain_letters
from linernotes.model.names import display_name, name_key, search_key
from linernotes.model.versions import Suffix, VersionClass, read_suffix, stronger

__all__ = ["SAME_RECORDING_MS", "Title", "VersionClass", "isrc_of", "same_duration", "title_of"]

SAME_RECORDING_MS = 2_000
"""I3: recordings of one title and artist whose durations differ by no more are one recording."""

_ISRC = re.compile(r"[A-Za-z]{2}[A-Za-z0-9]{3}[0-9]{7}")


def isrc_of(raw: str | None) -> str | None:
    """The ISRC in its one form, `USRC17607839`, or None when it is none (I1: kept raw elsewhere, not used)."""
    code = re.sub(r"[\s‐-―-]", "", display_name(raw or ""))
    return code.upper() if _ISRC.fullmatch(code) else None


def same_duration(a_ms: int | None, b_ms: int | None, within_ms: int = SAME_RECORDING_MS) -> bool:
    """Whether both durations are known and differ by no more than that many milliseconds."""
    return a_ms is not None and b_ms is not None and abs(a_ms - b_ms) <= within_ms


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """A title taken apart. base is its song's name as written, key the form in which songs are compared.

    remixer is who remixed or edited this version, where the title says so.
    """

    base: str
    key: str
    version: VersionClass = VersionClass.ORIGINAL
    remixer: str | None = None

    def same_as(self, other: Title) -> bool:
        """Whether both can name one recording: two remixes by different hands cannot."""
        return (self.key, self.version, self._remixer_key) == (other.key, other.version, other._remixer_key)

    @property
    def _remixer_key(self) -> str | None:
        return search_key(self.remixer) if self.remixer else None


def title_of(raw: str) -> Title:
    """Take a title apart: version suffixes, guests and notes of the publisher leave the key, all else stays (I4).

    A title that is nothing but a suffix (`Live`, `(Remix)`) stays itself. Raises ValueError for a title without a
    visible character.
    """
    whole = display_name(raw)
    rest, suffix = whole, Suffix()
    for cut in (_cut_bracket, _cut_dash, _cut_guests, _cut_bare_words):
        while found := cut(rest):
            rest, said = found
            suffix = stronger(suffix, said)
    return Title(base=rest, key=_key_of(rest), version=suffix.version, remixer=suffix.maker)


_Cut = tuple[str, Suffix]


def _cut_bracket(text: str) -> _Cut | None:
    """Without the last bracket that says a version; one at the beginning is part of the title."""
    for start, end in reversed(_brackets(text)):
        if text[:start].strip() and (said := read_suffix(text[start + 1 : end])):
            return _DANGLING.sub("", display_name(f"{text[:start]} {text[end + 1 :]}")), said
    return None


_DANGLING = re.compile(r"\s+[-–—:]$")  # what is left of "Song - (Radio Mix)"


def _brackets(text: str) -> list[tuple[int, int]]:
    """Where each outermost bracket opens and closes; one that is never closed ends with the text."""
    found: list[tuple[int, int]] = []
    depth = start = 0
    for at, sign in enumerate(text):
        if sign in "([{（【":
            start, depth = (at if not depth else start), depth + 1
        elif sign in ")]}）】" and depth:
            depth -= 1
            if not depth:
                found.append((start, at))
    return [*found, (start, len(text))] if depth else found


_DASH = re.compile(r"\s+[-–—]+\s+")


def _cut_dash(text: str) -> _Cut | None:
    """Without the last ` - suffix` that says a version: `A - Live - 2011` is cut twice, `A - B` stays."""
    inside = _brackets(text)
    dashes = [d for d in _DASH.finditer(text) if not any(start < d.start() < end for start, end in inside)]
    for at in range(len(dashes) - 1, -1, -1):
        end = dashes[at + 1].start() if at + 1 < len(dashes) else len(text)
        if text[: dashes[at].start()].strip() and (
            said := read_suffix(text[dashes[at].end() : end], after_dash=True)
        ):
            return display_name(text[: dashes[at].start()] + text[end:]), said
    return None


# "6 ft. under" measures, "Ft. Worth" is a place: a guest mark follows a word, and a name follows it.
_GUESTS_AT_END = re.compile(r"(?<=\S)(?<!\d)\s+(?:feat\.?|ft\.?|featuring)\s+(?=\S)[^()\[\]]*$", re.IGNORECASE)


def _cut_guests(text: str) -> _Cut | None:
    found = _GUESTS_AT_END.search(text)
    return (text[: found.start()], Suffix()) if found else None


# Words that no title ends with by chance; `Live` and `Acoustic` are not among them.
_BARE_WORDS = re.compile(
    r"(?<=\S)(?<!\bthe)(?<!\ba)(?<!\bthis)\s+(remix|radio edit|radio mix|extended (?:mix|version)|original mix"
    r"|club mix|(?:karaoke|instrumental|acoustic|live|album|single) version)$",
    re.IGNORECASE,
)


def _cut_bare_words(text: str) -> _Cut | None:
    found = _BARE_WORDS.search(text)
    return (text[: found.start()], read_suffix(found[1]) or Suffix()) if found else None


_IN_WORD = re.compile("['’‘ʼʻ´`.]")
_PART = re.compile(r"\bpt (?=[0-9ivx]+\b)")


def _key_of(base: str) -> str:
    """The words of a title: case, accents and punctuation set aside, `&` read as `and`, `Pt. 2` as `Part 2`."""
    letters = plain_letters(name_key(_IN_WORD.sub("", base) or base)).replace("&", " and ")
    words = " ".join(PUNCTUATION.sub(" ", letters).split())
    return _PART.sub("part ", words) or name_key(base)


_GUESTS = re.compile(r"\s+[(\[]?(?:ft|feat|featuring)\b\.?\s+\S.*$", re.IGNORECASE)


def main_artist(credited: str) -> str:
    """The artist of a credit without the guests: rule I3 compares first artists.

    `ft.`, `feat.` and `featuring` count as whole words only, and never at the beginning of a name; `&`, `and` and
    commas are part of names.
    """
    return _GUESTS.sub("", credited) or credited
