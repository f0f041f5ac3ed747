"""How values read on a page: days, years, counts, roles. Pure; the same words as on the command line."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from urllib.parse import quote, urlencode, urlsplit

from linernotes.search.formats import plain

ROLE_CLASSES = (
    "producer", "writer", "mixer", "mastering", "engineer", "remixer", "arranger", "programmer", "vocal", "executive",
    "reissue", "other",
)  # fmt: skip
"""The classes of roles (R1) in the order in which pages show them."""

_UNITS = ((86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))


def many(count: int, one: str, several: str = "") -> str:
    """`1 recording`, `1,234 recordings`."""
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def day(moment: date | datetime | str | None) -> str:
    """The day, as 2026-11-22; empty when it is not known."""
    return "" if moment is None else str(moment)[:10]


def minute(moment: datetime | None) -> str:
    """The day and the minute in UTC; empty when there is none."""
    return "" if moment is None else f"{moment:%Y-%m-%d %H:%M}"


def years(first: int | None, last: int | None) -> str:
    """`1983`, `1983–1999`, or nothing."""
    if first is None:
        return ""
    return str(first) if last in (None, first) else f"{first}–{last}"


def dates(first: date | None, last: date | None) -> str:
    """From when to when, as far as it is known; empty when nothing is."""
    if first is None and last is None:
        return ""
    return f"{day(first) or '?'} to {day(last)}" if last else f"since {day(first)}"


def role(code: str) -> str:
    """A role in words: `co-producer`."""
    return {"co_producer": "co-producer"}.get(code, code.replace("_", " "))


def roles(codes: Sequence[str]) -> str:
    """Several roles in words."""
    return ", ".join(role(code) for code in codes)


def sure(confidence: float) -> str:
    """A confidence with two decimals, as everywhere."""
    return f"{confidence:.2f}"


def playing_time(milliseconds: int | None) -> str:
    """How long a track is: `4:07`."""
    if not milliseconds:
        return ""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes}:{seconds:02}"


def span(duration: timedelta | float | None) -> str:
    """A duration in the two units that matter: `3 minutes 20 seconds`, `2 days`."""
    if duration is None:
        return ""
    left = int(duration.total_seconds() if isinstance(duration, timedelta) else duration)
    if left < 1:
        return "under a second"
    parts: list[tuple[int, str]] = []
    for size, unit in _UNITS:
        count, left = divmod(left, size)
        if count or parts:
            parts.append((count, unit))
        if len(parts) == 2:
            break
    return " ".join(many(count, unit) for count, unit in parts if count)


def host(url: str) -> str:
    """Whose address it is: `www.discogs.com`."""
    return urlsplit(url).hostname or url


def outward(url: str | None) -> str | None:
    """The address when it leads to the web; None for what no page should link to (javascript:, data:, files)."""
    return url if url and urlsplit(url).scheme in ("https", "http") else None


def pretty(value: object) -> str:
    """A message or an answer as readable JSON."""
    return json.dumps(plain(value), ensure_ascii=False, indent=2)


def segment(text: str) -> str:
    """Text as one part of a path."""
    return quote(text, safe="")


def query(**values: object) -> str:
    """What is given, as the query of an address with its question mark; nothing for nothing."""
    given = {key: value for key, value in values.items() if value is not None and value is not False and value != ""}
    return f"?{urlencode(given)}" if given else ""
