"""How fast somebody was asked, from the moments (seconds) at which the questions arrived."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import pairwise


def most_in(times: Sequence[float], span: float) -> int:
    """The most questions in any span of so many seconds, its end not counted."""
    ordered = sorted(times)
    return max((bisect_left(ordered, at + span) - n for n, at in enumerate(ordered)), default=0)


def share_used(times: Sequence[float], interval: float) -> float:
    """How much was asked, from first to last, of what one question each `interval` seconds allows: 1 is all."""
    if len(times) < 2:
        return 0.0
    return (len(times) - 1) * interval / (max(times) - min(times))


def closest(times: Sequence[float]) -> float:
    """The least seconds between two questions; 0 when there are no two."""
    return min((later - earlier for earlier, later in pairwise(sorted(times))), default=0.0)
