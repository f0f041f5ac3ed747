"""From what a source says of a track to the claims we keep.

A text of several roles becomes one claim a role (R5). What is no person (a placeholder, a whole sentence) becomes a
problem for people to read and never a person. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from linernotes.model.catalogue import Problem, TrackRef
from linernotes.model.claim import Claim, Level, Person
from linernotes.model.names import display_name, is_unknown, name_key, problem_of, search_key
from linernotes.model.rows import ClaimRow, NameRow, PersonRow
from linernotes.pipeline.credits.confidence import base_of, match_of
from linernotes.pipeline.credits.roles import WRITER_ROLES, RoleCode, parse_roles


def claim_rows(
    track: TrackRef, claims: Iterable[Claim], *, source: str, family: str, released: int | None
) -> tuple[list[ClaimRow], list[Problem]]:
    """The claims to keep about a track's recording, and what could not be used. released is the album's year."""
    rows: list[ClaimRow] = []
    problems: list[Problem] = []
    for claim in claims:
        if why := unusable(claim.person.name):
            kind = "unknown_person" if is_unknown(claim.person.name) else "unusable_name"
            detail = f"{claim.raw_role} of {track.name!r} is {claim.person.name!r}: {why}"
            problems.append(Problem(source=source, record=claim.record, kind=kind, detail=detail))
            continue
        person = person_row(claim.person)
        for role in roles_of(claim, released):
            rows.append(
                ClaimRow(
                    recording_id=track.recording_id,
                    track_id=track.id,
                    person=person,
                    role=role,
                    source=source,
                    record=claim.record,
                    family=family,
                    scope=claim.level,
                    raw_role=claim.raw_role,
                    credited_as=display_name(claim.credited_as) or person.name,
                    by_name=not person.ids,
                    url=claim.url,
                    base=float(base_of(family, claim.level, role, documented=claim.documented)),
                    match=float(match_of(claim.match)),
                )
            )
    return _one_a_role(rows), problems


def _one_a_role(rows: list[ClaimRow]) -> list[ClaimRow]:
    """One claim for one person, role and record, the strongest; every text that says so stays readable in it (R6)."""
    same: dict[tuple[object, str, str], list[ClaimRow]] = {}
    for row in rows:
        same.setdefault((row.person.key, row.role, row.record), []).append(row)
    kept = []
    for group in same.values():
        best = max(group, key=lambda row: row.base * row.match)
        texts = sorted({row.raw_role for row in group})
        kept.append(replace(best, raw_role=", ".join(texts)) if len(texts) > 1 else best)
    return kept


def roles_of(claim: Claim, released: int | None) -> tuple[RoleCode, ...]:
    """The roles that a claim's text names. What hangs on a work holds for its recordings as writing only (S1)."""
    roles = parse_roles(claim.raw_role, released=released)
    if claim.level is Level.WORK:
        return tuple(role for role in roles if role in WRITER_ROLES)
    return roles


def unusable(name: str) -> str | None:
    """Why a name cannot be a person, None when it can."""
    if is_unknown(name):
        return "a placeholder, not a person"
    return problem_of(name)


@lru_cache(maxsize=50_000)
def person_row(person: Person) -> PersonRow:
    """A person as we keep them: the displayed name and the keys they are found by (P1)."""
    return PersonRow(
        **_name(person.name),
        ids=person.ids,
        kind=person.kind,
        aliases=name_rows(person.aliases),
    )


def name_rows(names: Iterable[str]) -> tuple[NameRow, ...]:
    """Names with their keys; what is no name is left out."""
    return tuple(NameRow(**_name(name)) for name in names if unusable(name) is None)


def _name(name: str) -> dict[str, str]:
    return {"name": display_name(name), "name_key": name_key(name), "search_key": search_key(name)}
