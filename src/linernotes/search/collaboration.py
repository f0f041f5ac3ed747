"""Who works with whom: collaborators, people who are alike, and a drawing of the people around somebody.

All of it counts recordings that credit both, in whatever roles; being on one album is not yet working together.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from linernotes.errors import UsageError
from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db, rows_of
from linernotes.search.paging import Page, checked_limit, page_of, place_after
from linernotes.search.paths import Hop, Path, path
from linernotes.search.producers import Producer, find_producer

__all__ = [
    "Edge", "Hop", "Network", "Node", "Path", "Similar", "Together", "collaborators", "network", "path", "similar",
]  # fmt: skip

SQL = load_queries("linernotes.search", "collaboration.sql")

MOST_NODES = 60
"""More than this no drawing shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Together:
    """Somebody credited on the same recordings: how many, their roles and the asked one's roles there, and when."""

    id: UUID
    name: str
    recordings: int
    their_roles: list[str]
    own_roles: list[str]
    first_year: int | None
    last_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Similar:
    """Somebody who works for the same artists. likeness: 0 to 1. together counts recordings that credit both.

    shared_artists names up to five that both have worked for, those who are worked for by few first.
    """

    id: UUID
    name: str
    likeness: float
    shared: int
    shared_artists: list[str]
    together: int

    @property
    def why(self) -> str:
        """The reason, as a sentence."""
        artists = ", ".join(self.shared_artists)
        more = f" and {self.shared - len(self.shared_artists)} more" if self.shared > len(self.shared_artists) else ""
        same = f"; together on {self.together} recording{'s' * (self.together != 1)}" if self.together else ""
        return f"Both worked with {artists}{more}{same}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Somebody in a drawing. distance: 0 who it is drawn for, 1 everybody else."""

    id: UUID
    name: str
    recordings: int
    distance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Two people in a drawing and how many recordings credit both."""

    source: UUID
    target: UUID
    recordings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Somebody, those they work with most, and who of these work with each other."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def collaborators(db: Db, id_: UUID, *, limit: int = 50, cursor: str | None = None) -> Page[Together]:
    """A page of those credited on a producer's recordings, most recordings first. Who stands here for somebody has
    them on their own list too. Raises NotFound for an unknown producer."""
    question = f"collaborators of {id_}"
    place = place_after(cursor, question, (int, str, UUID))
    after = dict(zip(("after", "after_name", "after_id"), place or (None, None, None), strict=True))
    asked = {"id": id_, "shown_from": SHOWN_FROM, "limit": checked_limit(limit) + 1, "begun": place is not None}
    found = rows_of(db, Together, SQL["collaborators"], asked | after, prepare=False)
    if not found:
        find_producer(db, str(id_))
    return page_of(found, limit, question, lambda t: [t.recordings, t.name, t.id], lambda t: t)


def similar(db: Db, id_: UUID, *, limit: int = 10) -> tuple[Similar, ...]:
    """Those whose work is most like a producer's: for the same artists, the more so the fewer others these have.

    The measure is the cosine of the angle between two people, each artist weighing 1 / ln(e + people they worked
    with). Raises NotFound for an unknown producer, UsageError for a limit beyond 1 to 100.
    """
    who = find_producer(db, str(id_))
    asked = {"id": who.id, "limit": checked_limit(limit), "shown_from": SHOWN_FROM}
    return tuple(rows_of(db, Similar, SQL["similar"], asked))


def network(db: Db, id_: UUID, *, limit: int = 30) -> Network:
    """Somebody and the `limit` people they work with most, for a drawing. Raises NotFound and UsageError."""
    if not 1 <= limit <= MOST_NODES:
        raise UsageError(f"limit is from 1 to {MOST_NODES}: more than that no drawing shows.")
    who: Producer = find_producer(db, str(id_))
    asked = {"id": who.id, "limit": limit, "shown_from": SHOWN_FROM}
    nodes = rows_of(db, Node, SQL["nodes"], asked)
    found = rows_of(db, Edge, SQL["edges"], asked | {"ids": [node.id for node in nodes]})
    return Network(nodes=tuple(nodes), edges=tuple(found))
