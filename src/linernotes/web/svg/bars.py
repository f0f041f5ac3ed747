"""Small bars that stand in a line of text or a cell: how sure, how full, how far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from linernotes.web.svg.draw import element, picture, rect


@dataclass(frozen=True, slots=True)
class Share:
    """One part of a bar: how much, and what of (which also is its colour's name)."""

    amount: float
    of: str


def meter(share: float) -> Markup:
    """A number from 0 to 1 as a bar. The number stands beside it, so the bar itself is decoration."""
    full = min(max(share, 0.0), 1.0) * 44
    return element(
        "svg",
        rect(0, 0, 44, 6, rx=3, class_="rest"),
        rect(0, 0, full, 6, rx=3, class_="part"),
        viewBox="0 0 44 6",
        class_="meter",
        aria_hidden="true",
    )


def stacked(parts: Sequence[Share], *, out_of: float, title: str, key: str) -> Markup:
    """Parts side by side in one bar that stands for `out_of` as a whole."""
    described = ", ".join(f"{part.amount:,.0f} {part.of}" for part in parts) or "nothing"
    x, boxes = 0.0, [rect(0, 0, 300, 12, rx=2, class_="rest")]
    for part in parts:
        # What is there at all is seen: a pixel at least.
        wide = max(part.amount / out_of * 300, 2.0) if part.amount and out_of else 0.0
        if wide:
            wide = min(wide, 300 - x)
            boxes.append(
                rect(x, 0, wide, 12, element("title", f"{part.amount:,.0f} {part.of}"), class_=f"of-{part.of}")
            )
            x += wide
    return picture(key, title, described, *boxes, width=300, height=12, class_="stacked", preserveAspectRatio="none")


def history(done: Sequence[int], failed: Sequence[int], *, title: str, key: str) -> Markup:
    """What was done in each of some steps, the oldest first; what failed stands on top of what was finished."""
    most = max((d + f for d, f in zip(done, failed, strict=True)), default=0) or 1
    wide = 120 / max(len(done), 1)
    boxes = [element("path", d="M0 23.5H120", class_="base")]
    for place, (fine, bad) in enumerate(zip(done, failed, strict=True)):
        y = 23.0
        for amount, kind in ((fine, "done"), (bad, "dead")):
            # What is there at all is seen, however much there was at other times.
            tall = max(amount / most * 22, 1.0) if amount else 0.0
            if tall:
                y -= tall
                boxes.append(rect(place * wide, max(y, 0.0), wide - 1, tall, class_=f"of-{kind}"))
    described = f"{sum(done):,} done, {sum(failed):,} failed; at most {most:,} in a step"
    return picture(key, title, described, *boxes, width=120, height=24, class_="history")
