"""A person and those they worked with, on two arcs: names stay level, and the same data is the same picture.

Who made records together stands close together; a line between two is as strong as what they share.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, sin, sqrt

from markupsafe import Markup

from linernotes.web.svg.draw import element, group, link, picture, text

WIDTH = 760.0
ROW = 27.0
"""The height that one name takes."""

ARC = 190.0
"""How far the arcs reach from the middle, in units of the picture; names stand outside them."""

LONGEST_NAME = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Somebody in the picture; weight is how many recordings they share with the one in the middle."""

    key: str
    name: str
    href: str
    weight: int
    kind: str = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Two around the middle who also worked together, on so many recordings."""

    one: str
    other: str
    weight: int


@dataclass(frozen=True, slots=True)
class _Place:
    x: float
    y: float
    left: bool


def network(name: str, around: Sequence[Node], edges: Sequence[Edge] = (), *, key: str = "network") -> Markup:
    """The picture of one person's circle: the order of its input does not matter."""
    nodes = in_circles(around, edges)
    rows = (len(nodes) + 1) // 2
    height = max(rows * ROW + 56, 150.0)
    middle = _Place(WIDTH / 2, height / 2, left=False)
    places = _places(nodes, height)
    most = max((node.weight for node in nodes), default=1)
    strongest = max((edge.weight for edge in edges), default=1)
    known = [edge for edge in edges if edge.one in places and edge.other in places]
    chords = [_chord(places[e.one], places[e.other], middle, e.weight / strongest) for e in known]
    spokes = [_spoke(middle, places[node.key], node.weight / most) for node in nodes]
    return picture(
        key,
        f"The circle of {name}",
        f"{len(nodes)} people who share most recordings with {name}; lines between them where they also worked "
        "together. The same names and numbers stand in the table after the picture.",
        group(*chords, class_="chords", aria_hidden="true"),
        group(*spokes, class_="spokes", aria_hidden="true"),
        *[_node(node, places[node.key], node.weight / most) for node in nodes],
        element("circle", cx=middle.x, cy=middle.y, r=9.0, class_="self"),
        text(_short(name), middle.x, middle.y + 26, class_="self"),
        width=WIDTH,
        height=height,
        class_="network",
    )


def in_circles(nodes: Sequence[Node], edges: Sequence[Edge]) -> list[Node]:
    """The nodes in an order in which neighbours are those who share most with each other.

    From the weightiest on, always the one next that is tied closest to the one before, then to all before.
    """
    left = {node.key: node for node in sorted(nodes, key=lambda n: (-n.weight, n.name, n.key))}
    tie: dict[tuple[str, str], int] = {}
    for edge in edges:
        tie[edge.one, edge.other] = tie[edge.other, edge.one] = edge.weight
    ordered: list[Node] = []
    while left:
        last = ordered[-1].key if ordered else ""
        before = [node.key for node in ordered]
        following = max(
            left.values(),
            key=lambda n: (tie.get((last, n.key), 0), sum(tie.get((b, n.key), 0) for b in before), n.weight),
        )
        ordered.append(left.pop(following.key))
    return ordered


def _places(nodes: Sequence[Node], height: float) -> dict[str, _Place]:
    """Half of them on the right arc from the top down, the others on the left one from the bottom up."""
    right = (len(nodes) + 1) // 2
    places: dict[str, _Place] = {}
    for place, node in enumerate(nodes):
        left = place >= right
        count = len(nodes) - right if left else right
        row = count - 1 - (place - right) if left else place
        y = height / 2 + (row - (count - 1) / 2) * ROW
        bend = (y - height / 2) / (height / 2)
        x = ARC * (0.55 + 0.45 * cos(bend * pi / 2))
        places[node.key] = _Place(WIDTH / 2 + (-x if left else x), y, left)
    return places


def _node(node: Node, at: _Place, share: float) -> Markup:
    shared = f"{node.weight} recording{'' if node.weight == 1 else 's'} together"
    return link(
        node.href,
        element("title", f"{node.name}: {shared}"),
        element("circle", cx=at.x, cy=at.y, r=3.5 + 6 * sqrt(share), class_=f"kind-{node.kind}"),
        text(
            f"{_short(node.name)} · {node.weight}",
            at.x + (-14 if at.left else 14),
            at.y + 4.5,
            text_anchor="end" if at.left else "start",
        ),
        aria_label=f"{node.name}, {shared}",
    )


def _spoke(middle: _Place, at: _Place, share: float) -> Markup:
    return element("path", d=f"M{middle.x:.1f} {middle.y:.1f}L{at.x:.1f} {at.y:.1f}", stroke_width=0.8 + 3.2 * share)


def _chord(one: _Place, other: _Place, middle: _Place, share: float) -> Markup:
    """A curve drawn towards the middle, so that lines between neighbours stay at the rim."""
    apart = sqrt((one.x - other.x) ** 2 + (one.y - other.y) ** 2) / (2 * ARC)
    pull = 0.25 + 0.5 * sin(min(apart, 1.0) * pi / 2)
    x = (one.x + other.x) / 2 * (1 - pull) + middle.x * pull
    y = (one.y + other.y) / 2 * (1 - pull) + middle.y * pull
    return element(
        "path",
        d=f"M{one.x:.1f} {one.y:.1f}Q{x:.1f} {y:.1f} {other.x:.1f} {other.y:.1f}",
        stroke_width=0.6 + 2.4 * share,
    )


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1].rstrip() + "…"
