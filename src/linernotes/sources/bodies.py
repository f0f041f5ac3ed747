"""From the bytes of an answer to JSON that can be trusted with a database, within limits.

A source may send anything: a bomb that unpacks to gigabytes, half a document, a page of HTML, characters that
PostgreSQL cannot hold. Every fault here is a BadAnswer.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import AsyncIterator, Iterator

from linernotes.errors import BadAnswer
from linernotes.model.catalogue import Json

LARGEST_BODY = 32 * 1024 * 1024
"""Bytes, both as they come over the wire and unpacked. The heaviest real answers are a tenth of it."""

MOST_VALUES = 500_000
"""Values in one answer. Three bytes of it can become two hundred of memory; the heaviest real ones hold a fifth."""

PIECE = 256 * 1024
"""Bytes that are unpacked at once: a few kilobytes of a bomb would become all that is allowed, several times over."""

ENCODINGS = "gzip"
"""What we ask for: what can be unpacked here piece by piece, with a limit on each piece."""

_UNSAFE = re.compile(rb"\\u0000|\\u[dD][89a-fA-F]")


async def read_body(source: str, chunks: AsyncIterator[bytes], encoding: str, limit: int = LARGEST_BODY) -> bytes:
    """The unpacked body. Raises BadAnswer as soon as either size passes the limit, without reading further."""
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise BadAnswer(source, f"answered in the encoding {encoding[:40]!r}, which was not asked for")
    unpacker = None if encoding in ("", "identity") else Unpacker(limit)
    body = bytearray()
    received = 0
    try:
        async for chunk in chunks:
            received += len(chunk)
            for piece in (chunk,) if unpacker is None else unpacker.feed(chunk):
                body += piece
            if received > limit or len(body) > limit:
                raise BadAnswer(source, f"the answer is larger than {limit // (1024 * 1024)} MB")
        if unpacker is not None and not unpacker.ended:
            raise BadAnswer(source, "the compressed answer ends in the middle")
    except zlib.error as error:
        raise BadAnswer(source, f"the answer cannot be unpacked ({error})") from None
    return bytes(body)


class Unpacker:
    """Unpacks gzip, a piece at a time, and stops at a limit of unpacked bytes."""

    def __init__(self, limit: int) -> None:
        self._room = limit
        self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
        self._started = False

    @property
    def ended(self) -> bool:
        """Whether the compressed document is complete (an empty body counts as that)."""
        return self._stream.eof or not self._started

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """What comes out of some bytes more, piece by piece; past the limit one byte too many, and then nothing."""
        self._started = self._started or bool(chunk)
        more = bool(chunk)
        while more and self._room >= 0:
            if self._stream.eof:  # gzip allows several documents one after another
                self._stream = zlib.decompressobj(zlib.MAX_WBITS | 32)
            most = min(self._room + 1, PIECE)
            piece = self._stream.decompress(chunk, most)
            self._room -= len(piece)
            yield piece
            chunk = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail
            more = bool(chunk) or (len(piece) == most and not self._stream.eof)


def decode(source: str, body: bytes) -> Json:
    """Read JSON; characters that PostgreSQL cannot hold (NUL, half surrogates) are taken out of its strings."""
    if body.count(b",") >= MOST_VALUES:  # commas inside of texts are counted too, and do not matter at this size
        raise BadAnswer(source, f"the answer holds more than {MOST_VALUES:,} values")
    try:
        answer = json.loads(body, parse_constant=_refuse)
        return cleaned(answer) if _UNSAFE.search(body) else answer
    except RecursionError:
        raise BadAnswer(source, "the answer is nested too deeply") from None
    except ValueError:
        start = body[:200].lstrip().lower()
        what = "HTML" if start.startswith((b"<!doctype", b"<html")) else "something that is not JSON, or cut off"
        raise BadAnswer(source, f"answered with {what}") from None


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def cleaned(value: Json) -> Json:
    """The same JSON without NUL and without halves of surrogate pairs."""
    match value:
        case str():
            return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        case list():
            return [cleaned(item) for item in value]
        case dict():
            return {cleaned(key): cleaned(item) for key, item in value.items()}
        case _:
            return value
