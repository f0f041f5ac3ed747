"""Which tracks a credit of Discogs is for: its `tracks` text, resolved by the order of the track list (rule S3).

`A1, A3 to B2` and `1-1 to 1-5, 2-3` name positions, not numbers: a range goes from one place of the list to another,
across sides and discs. What the list does not have is not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

Span = tuple[int, int]
"""The first and the last place in the list, from 0."""

_BETWEEN_ITEMS = re.compile(r"[,;&\n]|\band\b", re.IGNORECASE)
_RANGE = re.compile(r"\s+(?:to|thru|through|until)\s+|\s+[-‐-―]+\s+|\s*[‒-―]\s*", re.IGNORECASE)
_EXCEPT = re.compile(r"^(?:all )?except(?: for)?[: ]\s*", re.IGNORECASE)
_PART = re.compile(r"^(.*?[0-9A-Z])(?:\.[0-9A-Z]+|(?<=[0-9])[A-Z])$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """The places that a text names, and the items of it that name none."""

    places: frozenset[int]
    unknown: tuple[str, ...] = ()


class Positions:
    """The positions of a track list, one a place; places without a position have ''."""

    def __init__(self, positions: Sequence[str], groups: Mapping[str, Span] | None = None) -> None:
        """groups are positions that stand for several places: those of an index track."""
        self._count = len(positions)
        self._spans: dict[str, Span | None] = {}
        for place, position in enumerate(positions):
            self._name(plain(position), (place, place))
        for position, span in (groups or {}).items():
            self._name(plain(position), span)
        for name, span in list(_wholes(positions)):
            if name not in self._spans:
                self._spans[name] = span

    def _name(self, name: str, span: Span) -> None:
        """A position that stands twice in a list names neither place."""
        if name:
            self._spans[name] = None if self._spans.get(name, span) != span else span

    def resolve(self, text: str) -> Resolved:
        """The places a text names; unknown has each item that cannot be resolved, in the words of the source."""
        words = text.strip()
        excluded = _EXCEPT.match(words)
        places: set[int] = set()
        unknown: list[str] = []
        for item in filter(
            None, (i.strip() for i in _BETWEEN_ITEMS.split(words[excluded.end() :] if excluded else words))
        ):
            span = self._span(item)
            if span is None:
                unknown.append(item)
            else:
                places.update(range(span[0], span[1] + 1))
        if excluded:
            # All but an unknown one would be too many.
            everywhere = frozenset(range(self._count))
            return Resolved(places=frozenset() if unknown else everywhere - places, unknown=tuple(unknown))
        return Resolved(places=frozenset(places), unknown=tuple(unknown))

    def _span(self, item: str) -> Span | None:
        if (known := self._spans.get(plain(item))) is not None:
            return known
        for ends in _ends(item):
            first, last = (self._spans.get(plain(end)) for end in ends)
            if first is not None and last is not None and first[0] <= last[1]:
                return first[0], last[1]
        return None


def plain(position: str) -> str:
    """A position in one spelling: `a1.` is `A1`, `01` is `1`."""
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", "".join(position.split()).upper().rstrip("."))


def _ends(item: str) -> Iterator[tuple[str, str]]:
    """How an item can be a range: `B4 to B6`, `6 - 10`, and `8-9`, whose hyphen can also be part of a position."""
    parts = _RANGE.split(item)
    if len(parts) == 2:
        yield parts[0], parts[1]
    for hyphen in re.finditer("[-‐‑]", item):
        yield item[: hyphen.start()], item[hyphen.end() :]


def _wholes(positions: Sequence[str]) -> Iterator[tuple[str, Span]]:
    """Tracks whose parts alone have places: `A2` of `A2a` and `A2b`, `3` of `3.1` and `3.2`."""
    parts: dict[str, list[int]] = {}
    for place, position in enumerate(positions):
        if part := _PART.match(plain(position)):
            parts.setdefault(part[1], []).append(place)
    for name, places in parts.items():
        if places == list(range(places[0], places[-1] + 1)):
            yield name, (places[0], places[-1])
