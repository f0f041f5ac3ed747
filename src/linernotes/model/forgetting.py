"""By what somebody who was forgotten is recognised: keyed hashes of what they were known by, and never the value.

A *mark* is HMAC-SHA256 of a kind and a value under a key that stands outside the database. Who has the database alone
cannot try names on the list; who has the key too can, so both are kept apart. `linernotes.listed` in SQL makes the
same.
Nothing here touches a network, a clock or a database.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from linernotes.model.catalogue import Json
from linernotes.model.names import LONGEST_NAME, search_key

KEY_BYTES = 32
MOST_WORDS = 20
"""Words of the longest name that is looked for inside of a sentence."""
_SEPARATOR = "\x1f"
_WORDS = re.compile(r"[^0-9A-Za-z._~-]+")


@dataclass(frozen=True, slots=True)
class ForgetKey:
    """The key under which people are recognised; it never shows itself."""

    secret: bytes = field(repr=False)

    @property
    def hex(self) -> str:
        """As it is written in a setting, and handed to the database."""
        return self.secret.hex()

    @property
    def proof(self) -> bytes:
        """By which the key is told from another, as the table linernotes.forget_key keeps it."""
        return hmac.digest(self.secret, b"linernotes", "sha256")

    def mark(self, kind: str, value: str) -> bytes:
        """The mark of a value; kind is one of those of the table linernotes.forgotten."""
        return hmac.digest(self.secret, f"{kind}{_SEPARATOR}{value}".encode(), "sha256")


def marks_in(key: ForgetKey, source: str, request: str, body: bytes) -> set[bytes]:
    """The marks of every name and id that may stand in a source's answer, or in the request for it."""
    marks: set[bytes] = set()
    for text in {*texts_in(body), *_WORDS.split(request)}:
        if name := name_in(text):
            marks.add(key.mark("name", name))
        for word in words_in(text):
            marks.add(key.mark("value", word))
            marks.add(key.mark("id", f"{source}:{word}"))
    return marks


def marks_within(key: ForgetKey, text: str) -> set[bytes]:
    """The marks of every name that may stand in a sentence: of every run of words."""
    words = text.split()
    runs = {
        " ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(i + MOST_WORDS, len(words)) + 1)
    }
    return {key.mark("name", name) for run in runs if (name := name_in(run))}


def name_in(text: str) -> str | None:
    """The search key of a text that may be a name."""
    try:
        return search_key(text) if len(text) <= LONGEST_NAME else None
    except ValueError:
        return None


def words_in(text: str) -> set[str]:
    """What may be an id: the text itself, or of an address its parts."""
    if "/" in text:
        return {word.lower() for word in text.split("/") if word}
    return {text.lower()} if text else set()


def texts_in(body: bytes) -> Iterator[str]:
    """Every text and number in a JSON document; what is none is one text."""
    try:
        waiting: list[Json] = [json.loads(body)]
    except (ValueError, RecursionError):
        yield body.decode("utf-8", "replace")
        return
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case bool():
                pass
            case int() as number:
                yield str(number)
            case list() as items:
                waiting += items
            case dict() as members:
                waiting += members.values()
            case _:
                pass
