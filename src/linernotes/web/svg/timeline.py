"""How many recordings a year: a column for all of them, and inside it one for each kind of work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from linernotes.web.svg.draw import element, group, link, picture, rect, text

WIDTH, HEIGHT = 760.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 34.0, 6.0, 10.0, 26.0
WIDEST = 34.0
FEWEST_YEARS = 12
"""A single year is drawn as wide as one of a dozen, not as wide as the picture."""

FARTHEST_APART = 120
"""Years before the last that are drawn; a slip in a date must not squeeze all others into a corner."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A year: all its recordings, and how many of them are of which kind. One may be of several kinds."""

    year: int
    all: int
    parts: tuple[tuple[str, int], ...]

    @property
    def in_words(self) -> str:
        """What the column says."""
        parts = [f"{count} as {kind}" for kind, count in self.parts if count]
        return f"{self.year}: {self.all} recording{'' if self.all == 1 else 's'}" + "".join(f", {p}" for p in parts)


def timeline(columns: Sequence[Column], *, name: str, href: Callable[[int], str], key: str = "timeline") -> Markup:
    """The picture; href says where a year leads."""
    last = max((column.year for column in columns), default=0)
    drawn = sorted((c for c in columns if c.year > last - FARTHEST_APART), key=lambda c: c.year)
    first = drawn[0].year if drawn else 0
    most = max((column.all for column in drawn), default=1)
    step = nice_step(most)
    top = -(-most // step) * step
    room = (WIDTH - LEFT - RIGHT) / max(last - first + 1, FEWEST_YEARS)
    scale = (HEIGHT - TOP - BOTTOM) / top
    when = f"in {first}" if first == last else f"from {first} to {last}"
    return picture(
        key,
        f"Recordings of {name} by year",
        f"Columns {when}, the highest with {most}. The same numbers stand in the table after the picture.",
        _grid(step, top, scale),
        *[_column(column, LEFT + room * (column.year - first + 0.5), room, scale, href) for column in drawn],
        *_labels(range(first, last + 1), room),
        width=WIDTH,
        height=HEIGHT,
        class_="timeline",
    )


def nice_step(most: int) -> int:
    """A round distance between grid lines, so that there are five at most."""
    step, factor = 1, 0
    while step * 5 < most:
        step = (2, 5, 10)[factor % 3] * 10 ** (factor // 3)
        factor += 1
    return step


def _grid(step: int, top: int, scale: float) -> Markup:
    lines: list[Markup] = []
    for value in range(0, top + 1, step):
        y = HEIGHT - BOTTOM - value * scale
        kind = "grid" if value else "base"
        lines.append(element("path", d=f"M{LEFT:.0f} {y:.1f}H{WIDTH - RIGHT:.0f}", class_=kind))
        lines.append(text(str(value), LEFT - 6, y + 3.5, class_="y"))
    return group(*lines, aria_hidden="true")


def _column(column: Column, middle: float, room: float, scale: float, href: Callable[[int], str]) -> Markup:
    wide = min(room * 0.82, WIDEST)
    floor = HEIGHT - BOTTOM
    boxes = [rect(middle - wide / 2, floor - column.all * scale, wide, column.all * scale, class_="all")]
    inner = (wide * 0.86) / max(len(column.parts), 1)
    x = middle - wide * 0.43
    for kind, count in column.parts:
        # A hair of paper between the kinds tells them apart without their colours.
        boxes.append(rect(x, floor - count * scale, max(inner - 1, 1), count * scale, class_=f"kind-{kind}"))
        x += inner
    return link(href(column.year), element("title", column.in_words), *boxes, aria_label=column.in_words)


def _labels(years: range, room: float) -> list[Markup]:
    every = next(step for step in (1, 2, 5, 10, 20, 50, 100) if step * room >= 38 or step == 100)
    return [
        text(str(year), LEFT + room * (place + 0.5), HEIGHT - 8, class_="x", aria_hidden="true")
        for place, year in enumerate(years)
        if year % every == 0 or len(years) == 1
    ]
