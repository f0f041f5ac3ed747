"""What the transport makes of bytes, headers and addresses: the parts that need no network."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.errors import BadAnswer
from linernotes.sources.bodies import PIECE, Unpacker, cleaned, decode, read_body
from linernotes.sources.calls import Call
from linernotes.sources.exchange import Reply, next_address, retry_after

NOW = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


async def in_pieces(body: bytes, size: int = 100) -> AsyncIterator[bytes]:
    for start in range(0, len(body), size):
        yield body[start : start + size]


async def test_a_compressed_body_is_unpacked_piece_by_piece() -> None:
    body = json.dumps(list(range(5000))).encode()
    assert await read_body("s", in_pieces(gzip.compress(body), 7), "gzip") == body


async def test_several_compressed_documents_in_a_row_are_one_body() -> None:
    packed = gzip.compress(b"[1,") + gzip.compress(b"2]")
    assert await read_body("s", in_pieces(packed), "gzip") == b"[1,2]"


async def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    taken = 0

    async def bomb() -> AsyncIterator[bytes]:
        nonlocal taken
        async for piece in in_pieces(gzip.compress(b"0" * 50_000_000), 1000):
            taken += 1
            yield piece

    with pytest.raises(BadAnswer, match="larger than"):
        await read_body("s", bomb(), "gzip", limit=1024 * 1024)
    assert taken < 5


async def test_a_body_that_never_ends_is_refused_at_the_limit() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 1000

    with pytest.raises(BadAnswer, match="larger than 1 MB"):
        await read_body("s", endless(), "", limit=1024 * 1024)


@pytest.mark.parametrize("body", [gzip.compress(b"[1]" * 99)[:-9], b"not gzip at all"], ids=["cut", "other"])
async def test_a_body_that_cannot_be_unpacked_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        await read_body("s", in_pieces(body), "gzip")


async def test_an_encoding_nobody_asked_for_is_a_bad_answer() -> None:
    with pytest.raises(BadAnswer, match="zstd"):
        await read_body("s", in_pieces(b"x"), "zstd")


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<!DOCTYPE html><p>hello", id="HTML"),
        pytest.param(b'{"a": [1, 2', id="cut"),
        pytest.param(b"\xff\xfe", id="bytes"),
        pytest.param(b"[NaN]", id="NaN"),
        pytest.param(b"[Infinity]", id="Infinity"),
        pytest.param(b"[" * 200_000, id="deep"),
        pytest.param(b"1" * 9999, id="endless number"),
        pytest.param(b'["a\x00b"]', id="NUL"),
    ],
)
def test_what_is_not_json_is_a_bad_answer(body: bytes) -> None:
    with pytest.raises(BadAnswer):
        decode("s", body)


def test_html_is_called_html() -> None:
    with pytest.raises(BadAnswer, match="HTML"):
        decode("s", b"\n <html><body>busy</body></html>")


def test_characters_that_postgresql_cannot_hold_are_taken_out() -> None:
    assert decode("s", rb'{"a\u0000": ["x\u0000y", "\ud83c", "\ud83c\udfb5", 1, null]}') == {
        "a": ["xy", "?", "🎵", 1, None]
    }
    assert decode("s", rb'["a backslash \\u0000 spelled out"]') == ["a backslash \\u0000 spelled out"]


@given(st.recursive(st.none() | st.integers() | st.text(), lambda c: st.lists(c) | st.dictionaries(st.text(), c)))
def test_cleaned_json_can_always_be_stored(value: object) -> None:
    text = json.dumps(cleaned(value), ensure_ascii=False)
    assert "\0" not in text
    assert "\\u0000" not in text.replace("\\\\", "")
    text.encode()


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("5", timedelta(seconds=5)),
        ("0", timedelta(0)),
        ("86400", timedelta(days=1)),
        ("Mon, 05 Jan 2026 12:02:00 GMT", timedelta(minutes=2)),
        ("Mon, 05 Jan 2026 11:00:00 GMT", timedelta(0)),
        ("", None),
        ("soon", None),
        ("-3", None),
        ("1.5", None),
        ("９", None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(header: str, wait: timedelta | None) -> None:
    assert retry_after(Reply(status=503, headers={"retry-after": header}, body=b""), NOW) == wait


@given(st.text())
def test_no_retry_after_makes_it_fail(header: str) -> None:
    wait = retry_after(Reply(status=503, headers={"retry-after": header}, body=b""), NOW)
    assert wait is None or wait >= timedelta(0)


def redirect(location: str) -> Reply:
    return Reply(status=302, headers={"location": location}, body=b"")


def test_a_redirect_inside_the_host_is_followed() -> None:
    assert next_address("s", "https://example.org/a/b?x=1", redirect("/c")) == "https://example.org/c"
    assert next_address("s", "https://example.org/a/b", redirect("c?y=2")) == "https://example.org/a/c?y=2"


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "https://evil.example.com/",
        "//evil.example.com/x",
        "http://example.org/a",
        "https://example.org:8443/a",
        "https://example.org@evil.example.com/",
        "https://user:pw@example.org/",
        "file:///etc/passwd",
        "http://[",
        "",
    ],
)
def test_a_redirect_to_anywhere_else_is_refused(location: str) -> None:
    with pytest.raises(BadAnswer, match="redirects"):
        next_address("s", "https://example.org/a", redirect(location))


def test_the_values_of_inc_travel_as_one_parameter_joined_by_plus() -> None:
    call = Call(path="release/x", params={"inc": "media recordings", "fmt": "json"}, fresh_for=DAY)
    assert call.url("https://example.org/ws/2") == "https://example.org/ws/2/release/x?inc=media+recordings&fmt=json"


def test_the_name_of_a_long_question_fits_an_index_and_tells_questions_apart() -> None:
    first = Call(path="sparql", form={"query": "a" * 9000}, fresh_for=DAY)
    second = Call(path="sparql", form={"query": "a" * 8999 + "b"}, fresh_for=DAY)
    keys = {call.key("https://example.org") for call in (first, second)}
    assert len(keys) == 2
    assert all(len(key) < 1000 for key in keys)


def test_equal_questions_to_two_mirrors_are_two_questions() -> None:
    call = Call(path="x", fresh_for=DAY)
    assert call.key("https://a.example.org") != call.key("https://b.example.org")


@pytest.mark.parametrize("size", [1, 7, 4096, 10**9])
async def test_a_body_however_it_is_cut_comes_out_whole_piece_by_piece(size: int) -> None:
    whole = bytes(range(256)) * 8 + b"0" * 3 * PIECE  # its end packs to a few bytes
    packed = gzip.compress(whole) + gzip.compress(b"and more")
    assert await read_body("test", in_pieces(packed, size), "gzip") == whole + b"and more"


def test_a_bomb_is_unpacked_in_small_pieces_and_no_further_than_allowed() -> None:
    limit = 10 * PIECE
    pieces = [len(piece) for piece in Unpacker(limit).feed(gzip.compress(b"0" * 50 * PIECE))]
    assert max(pieces) <= PIECE
    assert sum(pieces) == limit + 1
