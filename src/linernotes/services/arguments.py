"""Reading the arguments of a call: JSON from a stranger, checked one by one, refused with what to give instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linernotes.errors import UsageError

A_YEAR = 525_600
"""Minutes: nothing is held, or left in progress, for longer."""


def only(arguments: Mapping[str, Any], *known: str) -> None:
    """Raises UsageError for an argument that has none of these names."""
    if unknown := [name for name in arguments if name not in known]:
        names = ", ".join(repr(name[:40]) for name in unknown[:3])
        takes = f"It takes {', '.join(known)}." if known else "It takes none."
        raise UsageError(f"There is no argument {names}. {takes}")


def number(arguments: Mapping[str, Any], name: str, *, default: int, least: int, most: int) -> int:
    """A whole number in these bounds; absent or null means the default."""
    value = arguments.get(name)
    if value is None:
        return default
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise UsageError(f"{name} must be a whole number from {least} to {most}.")
    return value


def flag(arguments: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """True or false; absent or null means the default."""
    value = arguments.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise UsageError(f"{name} must be true or false.")
    return value


def text(arguments: Mapping[str, Any], name: str) -> str | None:
    """A text that is not blank; None when it is absent or null."""
    value = arguments.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        raise UsageError(f"{name} must be a text that is not blank.")
    return value
