"""Marks of people who were forgotten, without a database."""

from __future__ import annotations

import hashlib
import hmac
import json

from linernotes.model.forgetting import ForgetKey, marks_in

KEY = ForgetKey(bytes(range(32)))


def test_a_mark_is_a_keyed_hash_of_kind_and_value() -> None:
    assert KEY.mark("name", "adalind") == hmac.new(bytes(range(32)), b"name\x1fadalind", hashlib.sha256).digest()
    assert len({KEY.mark("name", "a"), KEY.mark("alone", "a"), ForgetKey(bytes(32)).mark("name", "a")}) == 3


def test_a_key_does_not_show_itself() -> None:
    assert "01" not in repr(KEY)
    assert KEY.hex not in f"{KEY} {KEY!r}"


def test_every_name_and_id_in_an_answer_has_its_mark_in_any_spelling() -> None:
    body = json.dumps(
        {"people": [{"name": "ÁDA-Lind", "id": 424242}], "url": "https://x.example/artist/Abc-1/", "ok": True}
    ).encode()
    marks = marks_in(KEY, "discogs", "GET https://api.example/release/77?x=Qq9", body)
    assert {
        KEY.mark("name", "adalind"),
        KEY.mark("id", "discogs:424242"),
        KEY.mark("value", "abc-1"),
        KEY.mark("value", "qq9"),
    } <= marks
    assert KEY.mark("name", "ada") not in marks


def test_what_is_no_json_is_looked_through_as_one_text() -> None:
    assert KEY.mark("name", "adalind") in marks_in(KEY, "x", "", b" Ada Lind ")
    assert marks_in(KEY, "x", "", b"[" * 100_000) is not None
