"""From how sure on a score is worth a person's time: learnt from pairs whose truth is known. Pure.

A score of a model says which of two pairs is the likelier one; what 0.6 means differs from base to base. So the limit
is the smallest score above which the known pairs are right often enough.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

RIGHT_ENOUGH = 0.9
"""Of the known pairs above the limit so many are to be one person."""

FEWEST = 20
"""With fewer known pairs of either kind nothing is learnt."""

UNTAUGHT = 0.5
"""The limit of a base that knows too few. On 2,400 invented names with every fifth person written twice, 206 of 207
pairs above it were one person; 0.7 and 0.9 gave no better share and fewer pairs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """The limit; of how many pairs it was learnt (0 and 0: of none), and what it does to them.

    precision: of the known pairs above the limit the share that is one person; recall: of those that are, the share
    above it.
    """

    limit: float
    same: int
    different: int
    precision: float | None = None
    recall: float | None = None


def threshold_of(known: Iterable[tuple[float, bool]]) -> Threshold:
    """The limit that pairs with a known truth teach: (score, whether they are one person)."""
    pairs = sorted(known, reverse=True)
    same = sum(truth for _, truth in pairs)
    different = len(pairs) - same
    if same < FEWEST or different < FEWEST:
        return Threshold(limit=UNTAUGHT, same=0, different=0)
    best: tuple[int, int, float] | None = None
    right = 0
    for place, (score, truth) in enumerate(pairs, start=1):
        right += truth
        last_of_its_score = place == len(pairs) or pairs[place][0] < score
        if last_of_its_score and score > 0 and right / place >= RIGHT_ENOUGH:
            best = (place, right, score)
    if best is None:  # not even the surest are right often enough
        return Threshold(limit=1.0, same=same, different=different, precision=None, recall=0.0)
    place, right, limit = best
    return Threshold(
        limit=limit,
        same=same,
        different=different,
        precision=round(right / place, 3),
        recall=round(right / same, 3),
    )
