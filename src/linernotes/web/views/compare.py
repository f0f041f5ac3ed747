"""Two people side by side, and the chain of recordings that leads from one to the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Protocol, TypeVar
from uuid import UUID

from fastapi import Query
from starlette.responses import Response

from linernotes.api.reading import Db, Router
from linernotes.errors import NotFound
from linernotes.search import Db as Connection
from linernotes.search.collaboration import path
from linernotes.search.paths import MOST_HOPS
from linernotes.search.producers import Producer, producers_meant
from linernotes.search.profile import ProducerProfile, profile
from linernotes.web.views.search import LONGEST
from linernotes.web.visit import VisitOf
from linernotes.web.words import query

router = Router()

Text = Annotated[str, Query(max_length=LONGEST)]

PEOPLE = 100
"""How many artists and collaborators of each are compared."""


@router.get("/compare")
def compare(visit: VisitOf, db: Db, a: Text = "", b: Text = "") -> Response:
    """Two people, each by id or name. A name that several bear is answered with the choice."""
    sides = {"a": meant_by(db, a), "b": meant_by(db, b)}
    one, other = (side.people[0] if len(side.people) == 1 else None for side in sides.values())
    if one is None or other is None:
        return visit.page(
            "compare.html",
            title="Compare two people",
            status=404 if any(side.said for side in sides.values()) else 200,
            asked={"a": one.name if one else a, "b": other.name if other else b},
            missing=[side.said for side in sides.values() if side.said],
            choices=[
                [("/compare" + query(**({"a": a, "b": b} | {key: who.id})), who.known_by) for who in side.people]
                for key, side in sides.items()
                if len(side.people) > 1
            ],
            pair=None,
        )
    first, second = (profile(db, who, top=1, people=PEOPLE) for who in (one, other))
    return visit.page(
        "compare.html",
        title=f"{one.name} and {other.name}",
        description=f"What {one.name} and {other.name} made, for whom, and the chain of recordings between them.",
        canonical="/compare" + query(a=one.id, b=other.id),
        asked={"a": one.name, "b": other.name},
        missing=[],
        choices=[],
        pair=(first, second),
        roles=roles_side_by_side(first, second),
        shared_artists=both(first.artists, second.artists),
        shared_people=both(first.collaborators, second.collaborators),
        chain=path(db, one.id, other.id),
        most_hops=MOST_HOPS,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """Who is meant by one of the two fields: nobody for an empty one. said: why nobody is, where it was not empty."""

    people: tuple[Producer, ...] = ()
    said: str = ""


def meant_by(db: Connection, text: str) -> Side:
    """Who is meant by what was typed."""
    if not text.strip():
        return Side()
    try:
        return Side(people=tuple(producers_meant(db, text)))
    except NotFound as error:
        return Side(said=str(error))


def roles_side_by_side(first: ProducerProfile, second: ProducerProfile) -> list[tuple[str, int, int]]:
    """Each role with the recordings of both, those first in which there are most."""
    counts = [{role.role: role.recordings for role in person.roles} for person in (first, second)]
    rows = [
        (role, counts[0].get(role, 0), counts[1].get(role, 0)) for role in dict.fromkeys([*counts[0], *counts[1]])
    ]
    return sorted(rows, key=lambda row: -(row[1] + row[2]))


class Counted(Protocol):
    """Somebody with so many recordings."""

    @property
    def id(self) -> UUID: ...
    @property
    def recordings(self) -> int: ...


Somebody = TypeVar("Somebody", bound=Counted)


def both(first: Sequence[Somebody], second: Sequence[Somebody]) -> list[tuple[Somebody, Somebody]]:
    """Those who stand in both lists, as the pair of their entries; those first who share most with both."""
    others = {one.id: one for one in second}
    pairs = [(one, others[one.id]) for one in first if one.id in others]
    return sorted(pairs, key=lambda pair: -min(pair[0].recordings, pair[1].recordings))
