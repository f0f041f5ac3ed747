"""Reading a message's body: what a stage needs is there and of its type, or the message is refused."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from linernotes.errors import BadMessage
from linernotes.model.message import Message

DEFAULT_CATALOGUE = "musicbrainz"


def text_of(message: Message, field: str) -> str:
    """A text that is not blank. Raises BadMessage."""
    value = message.body.get(field)
    if not isinstance(value, str) or not value.strip():
        raise BadMessage(f"the message has no {field}")
    return value.strip()


def id_of(message: Message, field: str) -> UUID:
    """An id of ours. Raises BadMessage."""
    value = message.body.get(field)
    try:
        return UUID(str(value))
    except ValueError:
        raise BadMessage(f"{field} is {value!r}, which is no id") from None


def id_or_none(message: Message, field: str) -> UUID | None:
    """An id of ours, None where there is none: for reading ahead for a whole batch."""
    try:
        return id_of(message, field)
    except BadMessage:
        return None


def offset_of(message: Message) -> int:
    """Where the page begins; 0 when the message does not say. Raises BadMessage."""
    value: Any = message.body.get("offset") or 0
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise BadMessage(f"offset is {value!r}; it is a whole number of 0 or more")
    return value


def source_of(message: Message) -> str:
    """The locator of the catalogue source; the first default one where another program sent the message."""
    value = message.body.get("source")
    return value if isinstance(value, str) and value else DEFAULT_CATALOGUE


def crawl_of(message: Message) -> str:
    """Which crawl the message belongs to: work done for one is not done for the next. '' when it does not say."""
    value = message.body.get("crawl")
    return value if isinstance(value, str) else ""
