"""A list in pages: where the next page begins is said by a cursor, not by a number of rows to skip.

A cursor holds the sort keys of the last row shown, so that the next page begins after it however deep it lies, and a
row that came in between moves nothing. It belongs to one question: sent with another it is refused.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2s
from typing import Any, Generic, TypeVar
from uuid import UUID

from linernotes.errors import UsageError

MOST = 100
"""The longest page."""

LONGEST_CURSOR = 2_000
"""Characters."""

Item = TypeVar("Item")
Row = TypeVar("Row")
Place = tuple[Any, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[Item]):
    """A page of a list. next is the cursor of the page after it, None on the last one."""

    items: tuple[Item, ...]
    next: str | None


def page_of(
    rows: Sequence[Row], limit: int, question: str, place: Callable[[Row], Sequence[Any]], item: Callable[[Row], Item]
) -> Page[Item]:
    """The page that `limit + 1` fetched rows make: the last of them only tells that there are more.

    place gives a row's sort keys, in the order in which `place_after` will read them again.
    """
    shown = rows[:limit]
    more = len(rows) > limit
    return Page(items=tuple(item(row) for row in shown), next=cursor_at(question, place(shown[-1])) if more else None)


def checked_limit(limit: int) -> int:
    """The length of a page. Raises UsageError for one that is not between 1 and 100."""
    if not 1 <= limit <= MOST:
        raise UsageError(f"limit is from 1 to {MOST}; ask for more pages with the cursor that each page gives.")
    return limit


def cursor_at(question: str, place: Sequence[Any]) -> str:
    """The cursor of a place in the answer to a question (any text that tells one question from another)."""
    text = json.dumps([_plain(key) for key in place], ensure_ascii=True, separators=(",", ":"))
    return urlsafe_b64encode(f"{_seal(question, text)}{text}".encode()).decode().rstrip("=")


def place_after(cursor: str | None, question: str, kinds: Sequence[type]) -> Place | None:
    """The sort keys after which a page begins, None for the first page.

    Raises UsageError for a cursor that was altered, or was given with another question.
    """
    if cursor is None:
        return None
    try:
        if len(cursor) > LONGEST_CURSOR or not cursor.isascii():
            raise ValueError
        text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        seal, keys = text[:_SEAL], text[_SEAL:]
        if seal != _seal(question, keys) or cursor_bytes(cursor) != text:
            raise ValueError
        place = json.loads(keys)
        if not isinstance(place, list) or len(place) != len(kinds):
            raise ValueError
        return tuple(_typed(key, kind) for key, kind in zip(place, kinds, strict=True))
    except (ValueError, RecursionError, OverflowError):
        raise UsageError(
            "This cursor does not belong to this question. Take the one that its last page gave, or leave it out "
            "to begin with the first page."
        ) from None


def cursor_bytes(cursor: str) -> str:
    """The text of a cursor if it is written the one way we write it: no other spelling of the same is taken."""
    text = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    return text if urlsafe_b64encode(text.encode()).decode().rstrip("=") == cursor else ""


_SEAL = 12
_LARGEST = 10**9  # of the numbers that a cursor holds


def _seal(question: str, keys: str) -> str:
    """No secret: it tells a mistake, such as a cut cursor, from a place; each key is checked besides."""
    return blake2s(f"{question}\0{keys}".encode(), digest_size=_SEAL // 2).hexdigest()


def _plain(key: Any) -> Any:
    return key if key is None or isinstance(key, (int, float)) else str(key)


def _typed(key: Any, kind: type) -> Any:
    if kind is UUID:
        return UUID(key)
    if kind is date:
        return None if key is None else date.fromisoformat(key)
    if isinstance(key, bool) or not isinstance(key, (int, float) if kind is float else kind):
        raise ValueError
    if isinstance(key, str) and "\0" not in key:
        key.encode()  # half of a surrogate pair is no text
        return key
    if not isinstance(key, (int, float)) or not -_LARGEST <= key <= _LARGEST:
        raise ValueError
    return kind(key)
