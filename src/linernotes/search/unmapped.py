"""The roles to map: what sources wrote that no rule knows (R6). Nothing of it is lost; it stands as `other`."""

from __future__ import annotations

from dataclasses import dataclass

from linernotes.pipeline.credits.roles import mapped
from linernotes.queries import load_queries
from linernotes.search import Db, rows_of

SQL = load_queries("linernotes.search", "unmapped.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownRole:
    """A source's text with a role name we do not know, how often it stands there, and an example."""

    raw_role: str
    claims: int
    recordings: int
    sources: list[str]
    producer: str
    credited_as: str
    recording: str
    url: str | None


def unknown_roles(db: Db, limit: int = 200) -> list[UnknownRole]:
    """The texts that need a line in role_words.py, the most frequent first. Known roles that are not ours, such as a
    guitar, are `other` too and are left out."""
    found = rows_of(db, UnknownRole, SQL["unknown_roles"])
    return [role for role in found if not mapped(role.raw_role)][:limit]
