"""Reading a stranger's JSON: whatever is missing, null or of another type reads as nothing."""

from __future__ import annotations

from typing import Any

from linernotes.model.catalogue import Json

LONGEST_TEXT = 500
"""Characters of a name or title; nothing real is longer, and an index entry has its limit."""

LARGEST_INTEGER = 2**31 - 1


def mapping(value: Json, key: str) -> dict[str, Any]:
    """The object under a key, or an empty one."""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, dict) else {}


def mappings(value: Json, key: str) -> list[dict[str, Any]]:
    """The objects of the list under a key; what else it holds is passed over."""
    found = value.get(key) if isinstance(value, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def text(value: Json, key: str) -> str:
    """The text under a key without space around it, or ''."""
    found = value.get(key) if isinstance(value, dict) else None
    return found.strip()[:LONGEST_TEXT].strip() if isinstance(found, str) else ""


def texts(value: Json, key: str) -> list[str]:
    """The texts of the list under a key, without empty ones."""
    found = value.get(key) if isinstance(value, dict) else None
    words = (
        [item.strip()[:LONGEST_TEXT] for item in found if isinstance(item, str)] if isinstance(found, list) else []
    )
    return [word for word in words if word]


def whole(value: Json, key: str) -> int | None:
    """The whole number under a key that fits PostgreSQL's integer and is not negative, or None."""
    found = value.get(key) if isinstance(value, dict) else None
    if isinstance(found, bool) or not isinstance(found, int) or not 0 <= found <= LARGEST_INTEGER:
        return None
    return found


def iso_date(written: str) -> str | None:
    """A date as ISO text of any precision (2019, 2019-05, 2019-05-17), or None: sources write 0000-00-00 too."""
    parts = written.split("-")
    if not written.isascii() or [len(part) for part in parts] != [4, 2, 2][: len(parts)] or len(parts) > 3:
        return None
    highest = (9999, 12, 31)
    in_range = [part.isdigit() and 1 <= int(part) <= most for part, most in zip(parts, highest, strict=False)]
    return "-".join(parts[: in_range.index(False)]) or None if False in in_range else written
