"""Reading the roles out of what a source wrote (rules R1 to R6). The role names themselves: `role_words.py`.

One grammar reads all sources: roles apart by commas outside brackets, qualifiers inside them, as Discogs writes
(`Producer, Mixed By [Additional]`) and as our MusicBrainz source writes a relationship with its attributes
(`producer [executive] [co]`, `producer [task: vocal]`). Plain words are the same grammar without brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import lru_cache

from linernotes.pipeline.credits.role_words import PRODUCER_KINDS, ROLES, RoleCode, plain, qualified

__all__ = ["WEIGHT", "WRITER_ROLES", "RoleCode", "mapped", "parse_roles"]

WEIGHT: Mapping[RoleCode, Decimal] = {
    **dict.fromkeys(RoleCode, Decimal(0)),
    RoleCode.PRODUCER: Decimal("1.00"),
    RoleCode.CO_PRODUCER: Decimal("1.00"),
    RoleCode.BEAT_MAKER: Decimal("1.00"),
    RoleCode.ADDITIONAL_PRODUCER: Decimal("0.50"),
    RoleCode.ASSOCIATE_PRODUCER: Decimal("0.25"),
    RoleCode.ASSISTANT_PRODUCER: Decimal("0.25"),
}
"""R1: what counts as a producer, and how much. R2: the rest has classes of its own and counts nothing. The database
holds the same in `linernotes.roles`."""

WRITER_ROLES = frozenset({RoleCode.COMPOSER, RoleCode.LYRICIST, RoleCode.WRITER})

SUPERVISOR_PRODUCES_BEFORE = 1970
"""R1: on a release of an earlier year "Supervised By" is what was later called the producer."""

# Of qualifiers with equal weight the one that says most about what was done.
_RANK = (RoleCode.OTHER, RoleCode.REMIXER, RoleCode.EXECUTIVE_PRODUCER, RoleCode.VOCAL_PRODUCER,
         RoleCode.REISSUE_PRODUCER, RoleCode.COMPILATION_PRODUCER, RoleCode.ASSISTANT_PRODUCER,
         RoleCode.ASSOCIATE_PRODUCER, RoleCode.ADDITIONAL_PRODUCER)  # fmt: skip


def parse_roles(raw: str, *, released: int | None = None) -> tuple[RoleCode, ...]:
    """The roles that a source's text names, each once and in its order; OTHER for what is not known (R6).

    released is the year of the release, None when unknown. Empty for a blank text only; never raises.
    """
    return tuple(dict.fromkeys(role for role, _known in _read(raw, _is_old(released))))


def mapped(raw: str) -> bool:
    """Whether every role name in the text is known. Those that are not are listed for people to map (R6)."""
    return all(known for _role, known in _read(raw, False))


def _is_old(released: int | None) -> bool:
    return released is not None and released < SUPERVISOR_PRODUCES_BEFORE


@lru_cache(maxsize=4096)
def _read(raw: str, old: bool) -> tuple[tuple[RoleCode, bool], ...]:
    """Each role with whether its name is known."""
    return tuple(role for text in _split(raw, ",;\n") for role in _read_one(text, old))


def _read_one(text: str, old: bool) -> Iterator[tuple[RoleCode, bool]]:
    name, qualifiers = _take_apart(text)
    if old and plain(name) == "supervised by" and not [q for q in qualifiers if plain(q) in ROLES]:
        yield RoleCode.PRODUCER, True
        return
    roles = _roles_named(name)
    for role in roles or (RoleCode.OTHER,):
        yield _with_qualifiers(role, qualifiers), bool(roles)


def _roles_named(name: str) -> tuple[RoleCode, ...]:
    """What a name without brackets means: itself, or `Recorded & Mixed By`, `Producer/Mixer` when both parts are
    known. Empty when it is not known."""
    words = plain(name)
    if words in ROLES:
        return ROLES[words]
    parts = re.split(r"\s*(?:/|&|\+|\band\b)\s*", words)
    by_all = [p if p.endswith(" by") or not words.endswith(" by") else f"{p} by" for p in parts]
    if len(parts) > 1 and all(p in ROLES for p in by_all):
        return tuple(dict.fromkeys(role for p in by_all for role in ROLES[p]))
    return ()


def _with_qualifiers(role: RoleCode, qualifiers: list[str]) -> RoleCode:
    """The role as its qualifiers change it: of several the one with the lowest weight (R4)."""
    changed = [new for q in qualifiers if (new := qualified(role, q))]
    if role in PRODUCER_KINDS and role is not RoleCode.PRODUCER:
        changed.append(role)  # "Executive-Producer [Co-producer]" stays executive
    return min(changed, key=lambda r: (WEIGHT[r], _RANK.index(r) if r in _RANK else len(_RANK)), default=role)


def _take_apart(text: str) -> tuple[str, list[str]]:
    """A role's name and its qualifiers: `Mixed By [Additional, Live]` has two, `[task: vocal]` is `vocal`."""
    name, *rest = re.split(r"[\[(]", text, maxsplit=1)
    inside = [q for bracket in re.split(r"[\[\]()]", "".join(rest)) for q in _split(bracket, ",;&+")]
    inside = [part for q in inside for part in re.split(r"\s+and\s+", q)]
    return name, [re.sub(r"^task:\s*", "", q.strip(), flags=re.IGNORECASE) for q in inside if q.strip()]


def _split(text: str, signs: str) -> list[str]:
    """Cut at signs that stand outside brackets; blank pieces are left out."""
    pieces, depth = [""], 0
    for sign in text:
        if sign in signs and not depth:
            pieces.append("")
            continue
        depth = max(0, depth + (sign in "[(") - (sign in "])"))
        pieces[-1] += sign
    return [piece.strip() for piece in pieces if piece.strip()]
