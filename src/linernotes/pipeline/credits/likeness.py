"""How alike two names are, and whether two producers should be suggested as one person (rules P2, P3).

What a careful reader could tell from two strings, and nothing more: pure, no list of people, no network. Nobody is
ever merged on it. It only orders what people are asked to look at; merging takes a shared id or a human.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from linernotes.model.names import name_key, search_key, strip_discogs_number
from linernotes.pipeline.credits.name_parts import GROUP_WORDS, SUFFIXES, NameParts, parts_of, short_forms_meet

COMMON_FOR_NAMESAKES = 2
"""P2: so many recordings in common make two of one name a suggestion."""

SURE_ENOUGH_ALONE = 0.8
"""Spellings at least this alike are suggested by their names alone; others take a recording in common."""


class Verdict(StrEnum):
    """What two names say of the people who bear them."""

    SAME = "same"
    MAYBE = "maybe"
    DIFFERENT = "different"


class Likeness(NamedTuple):
    """The verdict, how sure it is (0 to 1), and the reasons in words."""

    verdict: Verdict
    score: float
    reasons: tuple[str, ...]


def same_person_by_name(a: str, b: str) -> Likeness:
    """What a careful reader can tell from two names alone.

    SAME: they differ in case, accents, punctuation, spaces, a leading "The", `&` for "and", `$` for s and the like.
    MAYBE: initials, a short form, a nickname more, a letter changed. DIFFERENT: anything else. Two people may bear
    one name, so SAME is about the names. A text without a visible character is different from everything.
    """
    try:
        first, second = strip_discogs_number(a), strip_discogs_number(b)
        if name_key(first) == name_key(second):
            return Likeness(Verdict.SAME, 1.0, ("the same name",))
        if search_key(first) == search_key(second):
            return Likeness(Verdict.SAME, 0.99, ("differ only in punctuation, spaces or accents",))
    except ValueError:
        return Likeness(Verdict.DIFFERENT, 0.0, ("one of the names is empty",))
    return _by_parts(parts_of(first), parts_of(second))


def _by_parts(a: NameParts, b: NameParts) -> Likeness:
    if a.suffix != b.suffix and a.suffix and b.suffix:
        return _different("one is called {}, the other {}", SUFFIXES[a.suffix], SUFFIXES[b.suffix])
    if bool(a.people > 1) != bool(b.people > 1):
        return _different("one is a joint credit")
    if _is_group(a) != _is_group(b):
        return _different("one is called a group")
    if a.core == b.core:
        return _same_core(a, b)
    if a.people > 1:
        return _joint(a, b)
    return _alike_words(a, b) or _different("the names differ")


def _same_core(a: NameParts, b: NameParts) -> Likeness:
    """Words that agree once "The", "and", nicknames and Jr. are set aside."""
    if a.suffix != b.suffix:
        return _maybe(0.6, f"only one is called {SUFFIXES[a.suffix or b.suffix]}")
    if a.nicknames != b.nicknames:
        return _maybe(0.85, "a nickname in quotes more")
    return Likeness(Verdict.SAME, 0.97, ('differ only in "The", "and", punctuation, spaces or accents',))


def _is_group(name: NameParts) -> bool:
    return any(word in GROUP_WORDS for word in name.words)


def _joint(a: NameParts, b: NameParts) -> Likeness:
    """Two credits of several people: a typing error at most makes them one."""
    letters_a, letters_b = "".join(a.words), "".join(b.words)
    if a.people == b.people and _apart(letters_a, letters_b) <= _errors_allowed(letters_a, letters_b):
        return _maybe(0.8, "spelt almost alike")
    return _different("two joint credits")


def _alike_words(a: NameParts, b: NameParts) -> Likeness | None:
    if a.nicknames & {"".join(b.words)} or b.nicknames & {"".join(a.words)}:
        return _maybe(0.75, "one name is the nickname in the other")
    short, long = sorted((a.words, b.words), key=len)
    if sorted(short) == sorted(long):
        return _maybe(0.8, "the same words in another order")
    if len(short) == len(long):
        return _word_by_word(short, long)
    if len(short) >= 2:
        return _with_words_left_out(short, long)
    return None


def _word_by_word(a: tuple[str, ...], b: tuple[str, ...]) -> Likeness | None:
    """The same number of words: one at least agrees, and one at most differs unless they are initials."""
    found: list[Likeness] = []
    for place, (one, other) in enumerate(zip(a, b, strict=True)):
        if one == other:
            continue
        likeness = _word(one, other, first=place == 0, last=place == len(a) - 1)
        if likeness is None:
            return None
        found.append(likeness)
    nothing_agrees = len(a) > 1 and len(found) == len(a)
    if nothing_agrees or (len(found) > 1 and any(likeness != _INITIALS for likeness in found)):
        return None
    return found[0]


def _word(a: str, b: str, *, first: bool, last: bool) -> Likeness | None:
    if not last and (len(a) == 1 or len(b) == 1):
        return _INITIALS if a[0] == b[0] else None
    if first and not last and short_forms_meet(a, b):
        return _maybe(0.82, "a short form of the first name")
    if _misspelt(a, b):
        return _maybe(0.85, "spelt almost alike")
    return None


def _with_words_left_out(short: tuple[str, ...], long: tuple[str, ...]) -> Likeness | None:
    """First and last word agree (the first may be an initial or a short form) and the longer name says more."""
    if short[-1] == long[-1]:
        if short[0] == long[0]:
            middle = iter(long[1:-1])
            if all(any(m == w or m[0] == w or w[0] == m for m in middle) for w in short[1:-1]):
                return _maybe(0.7, "a middle name more")
        elif short[0][0] == long[0][0] and min(len(short[0]), len(long[0])) == 1:
            return _maybe(0.62, "initials")
    if long[: len(short)] == short or long[-len(short) :] == short:
        return _maybe(0.55, "one name is part of the other")
    return None


def _misspelt(a: str, b: str) -> bool:
    """A letter or two of a long word, the first letter agreeing; in a word of four letters only a vowel."""
    if a[0] != b[0]:
        return False
    if min(len(a), len(b)) < 4 or (min(len(a), len(b)) == 4 and _consonants(a) != _consonants(b)):
        return False
    return _apart(a, b) <= _errors_allowed(a, b)


def _consonants(word: str) -> str:
    return "".join(letter for letter in word if letter not in "aeiouyh").replace("ck", "k").replace("c", "k")


def _errors_allowed(a: str, b: str) -> int:
    return 1 if min(len(a), len(b)) < 9 else 2


@lru_cache(maxsize=20_000)
def _apart(a: str, b: str) -> int:
    """Letters to change, add, drop or swap with their neighbour until the words are equal."""
    if abs(len(a) - len(b)) > 2:
        return 3
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, start=1):
        two_before, before, row = before, row, [i]
        for j, y in enumerate(b, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
    return row[-1]


def _maybe(score: float, reason: str) -> Likeness:
    return Likeness(Verdict.MAYBE, score, (reason,))


def _different(reason: str, *words: str) -> Likeness:
    return Likeness(Verdict.DIFFERENT, 0.0, (reason.format(*words),))


_INITIALS = _maybe(0.7, "initials")


# ---- two producers, with what else is known of them


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a producer: every name, the ids by scheme, person or group where a source says so."""

    name: str
    other_names: Collection[str] = ()
    ids: Mapping[str, Collection[str]]
    kind: str | None = None


def schemes_in_conflict(a: Mapping[str, Collection[str]], b: Mapping[str, Collection[str]]) -> list[str]:
    """The schemes by which two are different people: both have ids of it and none in common (P3)."""
    return sorted(s for s in a.keys() & b.keys() if a[s] and b[s] and set(a[s]).isdisjoint(b[s]))


def likeness_of(a: Known, b: Known, *, in_common: int) -> Likeness:
    """Whether to suggest two producers as one; in_common is the number of recordings that name both.

    DIFFERENT is never suggested. Two of one name are a suggestion from two common recordings on (P2), a spelling
    variant by itself when the names are alike enough, else from one common recording on. Different ids of one
    scheme or a group beside a person: never.
    """
    if conflict := schemes_in_conflict(a.ids, b.ids):
        return _different("different ids of one scheme ({}): never", ", ".join(conflict))
    if a.kind and b.kind and a.kind != b.kind:
        return _different("one is a group, the other a person")
    best = _best(same_person_by_name(x, y) for x in (a.name, *a.other_names) for y in (b.name, *b.other_names))
    if best.verdict is Verdict.DIFFERENT:
        return best
    shared = "1 recording in common" if in_common == 1 else f"{in_common} recordings in common"
    needed = COMMON_FOR_NAMESAKES if best.score == 1.0 else 0 if best.score >= SURE_ENOUGH_ALONE else 1
    reasons = (*best.reasons, *([shared] if in_common else ["no recording in common"]))
    if in_common < needed:
        return Likeness(Verdict.DIFFERENT, 0.0, (*reasons, "too little to suggest it"))
    # One name says little of itself; a spelling variant says what it says. Each common recording adds to both.
    alone = 0.5 if best.score == 1.0 else best.score * 0.9
    return Likeness(best.verdict, round(1 - (1 - alone) * 0.75 ** min(in_common, 6), 2), reasons)


def _best(likenesses: Iterable[Likeness]) -> Likeness:
    return max(likenesses, key=lambda found: found.score)
