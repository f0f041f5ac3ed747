"""Names of people and groups: how they are shown, compared and searched (rules P1, P3, P6).

A *name key* says when two spellings are one name: only invisible characters, spaces, encoding and case are set aside.
A *search key* forgives far more (accents, punctuation, `$` for s) and only ever finds candidates.
Neither says that two people are one: that takes a shared id (P2).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar
from unicodedata import normalize

from linernotes.model.letters import PUNCTUATION, fold_case, plain_letters, tidy, without_trade_marks

LONGEST_NAME = 200
"""Characters. The longest orchestra has about 120; what is longer is a sentence or a list."""

T = TypeVar("T")


def _remembered(rule: Callable[[str], T]) -> Callable[[str], T]:
    """The rule, not asked again for a name it has lately answered: one album names the same few people many times.

    What is too long to be a name is not kept, so that no source can fill the memory.
    """
    kept = lru_cache(maxsize=16_384)(rule)

    @wraps(rule)
    def answer(name: str) -> T:
        return kept(name) if len(name) <= LONGEST_NAME else rule(name)

    return answer


@_remembered
def display_name(name: str) -> str:
    """The name as we show it: composed, one space between words, nothing invisible; case and punctuation kept.

    Empty when nothing visible is left.
    """
    return tidy(normalize("NFC", tidy(name)))


@_remembered
def name_key(name: str) -> str:
    """The key under which equal names are equal (P1): NFKC, case folded, spaces collapsed, every script kept.

    Raises ValueError when nothing visible is left: an empty key would make one row of many people. A key's key is
    itself. `linernotes.name_key` in SQL gives the same.
    """
    key = name
    while (folded := tidy(fold_case(tidy(key)))) != key:
        key = folded
    if not key:
        raise ValueError(f"{name!r} has no visible character, so it cannot name anybody; leave the row out")
    return key


@_remembered
def search_key(name: str) -> str:
    """The key under which a typed name finds a stored one (P1): accents, punctuation and spaces forgiven.

    `Boi-1da` = `Boi 1da`, `Dr. Luke` = `Dr.Luke`, `shndō` = `Shndo`, `A$AP` = `ASAP`, `P!nk` = `Pink`. A name of
    signs alone, such as `!!!`, keeps its name key. Raises ValueError as name_key does. `linernotes.search_key` in SQL
    gives the same.
    """
    letters = plain_letters(name_key(tidy(without_trade_marks(name)) or name))
    return PUNCTUATION.sub("", letters).replace(" ", "") or name_key(name)


_DISCOGS_NUMBER = re.compile(r" \([1-9][0-9]*\)$")


def strip_discogs_number(name: str) -> str:
    """Without the number by which Discogs tells people of one name apart: `Venom (8)` is shown as `Venom` (P3)."""
    return _DISCOGS_NUMBER.sub("", name) or name


# What stands where nobody is named. Real acts are called Null, Nan and Various Production, so those are not here.
_PLACEHOLDERS = frozenset({
    "unknown", "unknown artist", "unknown artists", "unknown producer", "unknown writer", "unknown songwriter",
    "unknown composer", "unknown author", "artist unknown", "author unknown", "composer unknown", "not known",
    "n/a", "n.a.", "na", "n a", "none", "no artist", "not available", "not applicable", "tba", "tbd",
    "not credited", "uncredited", "no credit", "not documented",
    "various", "various artists", "various artist", "various writers", "various producers", "v.a.", "v/a",
    "anonymous", "anon", "anon.", "traditional", "trad", "trad.", "public domain",
    "data", "dialogue", "nature sounds", "language instruction",
})  # fmt: skip
# Real names among them unless a database brackets them: [data] is nobody, Data is an act.
_ONLY_IN_BRACKETS = frozenset({"data", "dialogue", "nature sounds", "language instruction"})
_EMPTY_CELL = frozenset({"NULL", "null", "NaN", "#N/A"})
_ONLY_FILLER = re.compile(r"[-‐-―_?.\s]*")


@_remembered
def is_unknown(name: str) -> bool:
    """Whether this stands where nobody is named, so that it must never become a person.

    Unknown, N/A, None, Various Artists and the like in any case and with or without brackets, an empty cell, and
    dashes, dots or question marks alone. `Traditional` and `Anonymous` too: they say of a work that nobody is known
    to have written it. A Discogs number makes a name real: `Unknown (3)` has a page of its own.
    """
    shown = display_name(name)
    if shown in _EMPTY_CELL or _ONLY_FILLER.fullmatch(shown):
        return True
    key = name_key(shown)
    bare = key.strip("[](){}<>\"'* ")
    return bare in _PLACEHOLDERS and (bare not in _ONLY_IN_BRACKETS or key == f"[{bare}]")


_JOINT = re.compile(r"\s+(?:&|\+|and|und|et|x|vs\.?|/)\s+|\s*[;/]\s*|,\s+", re.IGNORECASE)
_LIST_MARK = re.compile(r",\s+|;\s*|\s+(?:&|and)\s+", re.IGNORECASE)
_NOT_A_LIST = re.compile(r",\s+(?:Jr|Sr|II|III|IV|Inc|Ltd|LLC|Esq|Ph\.?D|M\.?D|The)\b\.?", re.IGNORECASE)
_AND_MORE = re.compile(r"\b(?:and|&) (?:many )?(?:more|others)\b|\bet al\b", re.IGNORECASE)


@_remembered
def problem_of(name: str) -> str | None:
    """Why a text cannot be stored as one person's name, as a sentence to show; None when it can.

    `Crosby, Stills, Nash & Young`, `Tyler, The Creator` and `Emilio Estefan, Jr.` can: a list is told from a name
    by going on after its last "and", or by three commas and no "and" at all. Placeholders: see is_unknown.
    """
    shown = display_name(name)
    if not shown:
        return "the name is empty"
    if len(shown) > LONGEST_NAME:
        return f"the name has {len(shown)} characters, more than the {LONGEST_NAME} a name may have"
    if "://" in shown:
        return "the name is a web address"
    marks = ["," if m.group().strip() in {",", ";"} else "&" for m in _LIST_MARK.finditer(_NOT_A_LIST.sub("", shown))]
    if _AND_MORE.search(shown) and marks[:-1]:
        return "the name is a list that says it is not complete"
    goes_on = "&" not in marks or "," in marks[marks.index("&") :] or marks.count("&") > 2
    if len(marks) >= 3 and goes_on:
        return f"the name is a list of about {len(marks) + 1} people; give each a row or a place of their own"
    return None


_MOST_JOINTS = 8


def split_joint(name: str, is_known: Callable[[str], bool]) -> tuple[str, ...]:
    """The people a joint credit names (P6), or the name alone.

    It is split only when the whole string is not a known name and every part is, into the fewest parts there are:
    `Rodgers & Hart` gives two once both are known, `Simon & Garfunkel` stays while it is known itself. Never split
    inside a word.
    """
    joints = list(_JOINT.finditer(name))
    if not joints or len(joints) > _MOST_JOINTS or is_known(name):
        return (name,)
    starts = [0, *(j.end() for j in joints)]
    ends = [*(j.start() for j in joints), len(name)]
    best: list[tuple[str, ...] | None] = [()]  # best[i]: the fewest known names that make up the first i pieces
    for end in range(1, len(starts) + 1):
        found: list[tuple[str, ...]] = []
        for start in range(end):
            before, part = best[start], name[starts[start] : ends[end - 1]].strip()
            if before is not None and part and (start, end) != (0, len(starts)) and is_known(part):
                found.append((*before, part))
        best.append(min(found, key=len, default=None))
    return tuple(dict.fromkeys(best[-1])) if best[-1] else (name,)
