"""From answers of `search/` to pictures: what a drawing shows of them, and when there is too little for one."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from linernotes.search.collaboration import Network
from linernotes.search.timeline import YearOfWork
from linernotes.web.svg.network import Edge, Node, network
from linernotes.web.svg.timeline import Column, timeline
from linernotes.web.words import query

KINDS = ("producer", "writer")
"""The kinds of work that a timeline tells apart."""

FEWEST_DRAWN = 3
"""Below this many people, a table says it better than a picture."""


def years_of_work(name: str, years: Sequence[YearOfWork], path: str) -> Markup | None:
    """The years as columns; path is the page of credits, where a column leads. None where no date is known."""
    columns = [
        Column(year=one.year, all=one.recordings, parts=(("producer", one.produced), ("writer", one.written)))
        for one in years
        if one.year is not None
    ]
    if not columns:
        return None
    return timeline(columns, name=name, href=lambda year: path + query(year_from=year, year_to=year))


def circle(name: str, around: Network) -> Markup | None:
    """Somebody's circle; None where it is too small for a picture."""
    others = [node for node in around.nodes if node.distance]
    if len(others) < FEWEST_DRAWN:
        return None
    middle = {node.id for node in around.nodes if not node.distance}
    return network(
        name,
        [Node(key=str(one.id), name=one.name, href=f"/producers/{one.id}", weight=one.recordings) for one in others],
        [
            Edge(one=str(e.source), other=str(e.target), weight=e.recordings)
            for e in around.edges
            if e.source not in middle and e.target not in middle
        ],
    )
