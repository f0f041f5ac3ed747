"""How values are written in an address: lists, quotes, and PostgreSQL's arrays. Pure text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linernotes.api.rest.failures import RestError


def unreadable(what: str, text: str) -> RestError:
    """What cannot be understood (PGRST100)."""
    return RestError(status=400, code="PGRST100", message=f'"failed to parse {what} ({text[:100]})"')


def split(text: str) -> list[str]:
    """The parts between commas that stand in no quotes and no brackets."""
    parts, depth, quoted, start, skip = [], 0, False, 0, False
    for place, sign in enumerate(text):
        if skip:
            skip = False
        elif sign == "\\" and quoted:
            skip = True
        elif sign == '"':
            quoted = not quoted
        elif not quoted and sign in "({":
            depth += 1
        elif not quoted and sign in ")}":
            depth -= 1
        elif sign == "," and not quoted and depth == 0:
            parts.append(text[start:place])
            start = place + 1
    return [*parts, text[start:]]


def unquoted(text: str) -> str:
    r"""Text as it was before it was put in double quotes, with \" and \\ inside."""
    if len(text) >= 2 and text.startswith('"') and text.endswith('"'):
        return re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return text


def members(text: str) -> list[str]:
    """The values of `(1,"a,b",c)`. Raises RestError."""
    if not (text.startswith("(") and text.endswith(")")):
        raise unreadable("list", text)
    return [unquoted(part.strip()) for part in split(text[1:-1])] if text != "()" else []


def array_literal(values: Sequence[str]) -> str:
    """Values as PostgreSQL writes an array, whose element type the comparison decides."""
    quoted = ('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values)
    return "{" + ",".join(quoted) + "}"
