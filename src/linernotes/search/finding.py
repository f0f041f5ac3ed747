"""Finding producers among very many: by name, by what they do, for whom, when, and how surely; page by page.

What is filtered and sorted by was counted before (linernotes.producer_search), so a page costs one statement and does
not count. It is a moment behind the credits: `linernotes.refresh_search` follows them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, LiteralString
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.errors import UsageError
from linernotes.model.names import LONGEST_NAME
from linernotes.queries import load_queries
from linernotes.search import Db
from linernotes.search.paging import Page, checked_limit, page_of, place_after
from linernotes.search.producers import SQL as PRODUCERS_SQL
from linernotes.search.producers import ProducerHit, answering, hit_of, role_word, roles_asked

SQL = load_queries("linernotes.search", "finding.sql")

FIRST_YEAR, LAST_YEAR = 1800, 2199
"""No recording is older; a year beyond the last is a slip of the finger."""

_LONGEST_GENRE = 100
_FEWEST_LETTERS = 3  # what is shorter is in too many names, and no index helps to find it inside of them


class Sort(StrEnum):
    """The order of the answer. relevance: nearest names first, and without a name the same as credits."""

    RELEVANCE = "relevance"
    CREDITS = "credits"
    RECENT = "recent"
    RISING = "rising"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which producers are asked for; what is left out does not matter.

    q is a name or part of one: accents, punctuation and typos are forgiven, aliases count. Fewer than three letters
    find names that begin so; one Latin letter, names that are that letter. roles holds codes or classes (`producer`
    means all that count as one), one of which is enough. genre is one of the artists' genres. The years, both
    included, are those of a recording's first release; with roles, of a recording in such a role. artist is the id
    of somebody they worked with. verified and reachable: with a verified credit, with a public link; False for those
    without.
    """

    q: str | None = None
    roles: tuple[str, ...] = ()
    genre: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    artist: UUID | None = None
    verified: bool | None = None
    reachable: bool | None = None
    sort: Sort = Sort.RELEVANCE


def find_producers(db: Db, wanted: Wanted, *, limit: int = 20, cursor: str | None = None) -> Page[ProducerHit]:
    """A page of the producers who are asked for, in one statement.

    Sorted by credits, those with most recordings come first (in the class of roles that is asked for); by recent,
    those whose newest recording is newest; by rising, those with more and more credits lately, and nobody else.
    Raises UsageError for a role or year that cannot be, a limit beyond 1 to 100, and a cursor of another question.
    """
    wanted = replace(wanted, roles=tuple(dict.fromkeys(role_word(role) for role in wanted.roles)))
    question = f"producers {replace(wanted, q=wanted.q and ' '.join(wanted.q.split()))!r}"
    conditions, asked = _conditions(wanted)
    asked["limit"] = checked_limit(limit) + 1
    named = wanted.q is not None and bool(wanted.q.strip())
    kinds = (int, float, float, str, UUID) if named else (float, str, UUID)
    place = place_after(cursor, question, kinds)
    asked |= {f"after_{i}": key for i, key in enumerate(place or (None,) * len(kinds))}
    asked["begun"] = place is not None
    if named:
        assert wanted.q is not None
        asked |= _named(wanted.q)
        statement = PRODUCERS_SQL["answering"] + SQL["by_name"]
    else:
        statement = SQL["by_place"]
    statement = _filled(statement, conditions, _order(wanted))
    with db.cursor(row_factory=dict_row) as rows:
        # Planned for these values: what is good for a rare genre is bad for a frequent one.
        found = rows.execute(statement, asked, prepare=False).fetchall()
    if not found:
        for role in wanted.roles:
            roles_asked(db, role)  # nobody is found in a role that there is not
    keys = ("near", "alike", "place", "name", "id") if named else ("place", "name", "id")
    return page_of(found, limit, question, lambda row: [row[key] for key in keys], _hit)


def _hit(row: Mapping[str, Any]) -> ProducerHit:
    return hit_of({key: value for key, value in row.items() if key not in ("near", "alike", "place")})


_COUNT: LiteralString = "coalesce(s./*key*/, 0)::float8"
_DAY: LiteralString = (
    "case when isfinite(s.last_released) then (s.last_released - date '0001-01-01')::float8 else -1 end"
)
_DAY_AFTER: LiteralString = (
    "case when %(after_0)s::float8 < 0 then date '-infinity' else date '0001-01-01' + %(after_0)s::float8::int end"
)


def _filled(statement: LiteralString, conditions: LiteralString, order: LiteralString) -> LiteralString:
    """The statement with its conditions and its order, all of them words of ours."""
    key: LiteralString = "recordings" if order == "relevance" else order
    number, after = (_DAY, _DAY_AFTER) if order == "last_released" else (_COUNT, "%(after_0)s::float8")
    return (
        statement.replace("/*conditions*/", conditions)
        .replace("/*rising*/", "and s.rising > 0" if order == "rising" else "")
        .replace("/*by relevance*/", "true" if order == "relevance" else "false")
        .replace("/*number of*/", number)
        .replace("/*after*/", after if order in ("last_released", "rising") else "%(after_0)s::float8::int")
        .replace("/*key*/", key)
    )


def _order(wanted: Wanted) -> LiteralString:
    """What a list is sorted by: a column of producer_search, or `relevance`."""
    match wanted.sort:
        case Sort.RECENT:
            return "last_released"
        case Sort.RISING:
            return "rising"
        case Sort.RELEVANCE if wanted.q and wanted.q.strip():
            return "relevance"
    if wanted.roles and set(wanted.roles) <= {"producer", "co_producer", "beat_maker"}:
        return "produced"
    return "written" if wanted.roles and set(wanted.roles) <= {"writer", "composer", "lyricist"} else "recordings"


def _named(q: str) -> dict[str, Any]:
    """What the names are compared with. Raises UsageError for a text that is no name."""
    if len(q) > LONGEST_NAME:
        raise UsageError(f"q has {len(q)} characters; the longest name has {LONGEST_NAME}.")
    return by_length(answering(q, beside=False))


def by_length(asked: dict[str, Any]) -> dict[str, Any]:
    """What is asked of names, no more than an index can answer for a term that is so short."""
    letters = asked["search_key"]
    begins = len(letters) > 1 or not letters.isascii()
    return asked | {"begins": begins, "contains": len(letters) >= _FEWEST_LETTERS}


def _conditions(wanted: Wanted) -> tuple[LiteralString, dict[str, Any]]:
    """The conditions on a row of producer_search, and their values."""
    conditions: list[LiteralString] = []
    asked: dict[str, Any] = {"roles": list(wanted.roles)}
    years = _years(wanted)
    if wanted.roles:
        conditions.append(SQL["in_role_and_year"] if years is not None else SQL["in_role"])
    elif years is not None:
        conditions.append(SQL["in_year"])
    asked["years"] = years
    tags = []
    if wanted.genre is not None:
        tags.append(f"genre:{_text(wanted.genre, 'genre').lower()[:_LONGEST_GENRE]}")
    if wanted.artist is not None:
        tags.append(f"artist:{wanted.artist}")
    without: list[str] = []
    for tag, asked_for in (("verified", wanted.verified), ("reachable", wanted.reachable)):
        if asked_for is not None:
            (tags if asked_for else without).append(tag)
    if tags:
        conditions.append(SQL["with_tags"])
    if without:
        conditions.append(SQL["without_tags"])
    asked |= {"tags": tags, "without": without}
    joined: LiteralString = "\n  and ".join(["true", *conditions])
    return joined, asked


def _years(wanted: Wanted) -> list[int] | None:
    """Every year that is meant, None when any will do."""
    if wanted.year_from is None and wanted.year_to is None:
        return None
    first = FIRST_YEAR if wanted.year_from is None else wanted.year_from
    last = LAST_YEAR if wanted.year_to is None else wanted.year_to
    for year in (first, last):
        if not FIRST_YEAR <= year <= LAST_YEAR:
            raise UsageError(f"A year is from {FIRST_YEAR} to {LAST_YEAR}; got {year}.")
    if first > last:
        raise UsageError(f"year_from is {first}, which is after year_to, {last}. Exchange them.")
    return list(range(first, last + 1))


def _text(value: str, name: str) -> str:
    """A text that PostgreSQL can hold. Raises UsageError."""
    text = " ".join(value.split())
    try:
        text.encode()
    except UnicodeEncodeError:
        text = ""
    if not text or "\0" in text:
        raise UsageError(f"{name} is empty or holds characters that no text can have.")
    return text
