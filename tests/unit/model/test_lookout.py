"""Looking for one person in answers."""

from __future__ import annotations

import json

import pytest

from linernotes.model.lookout import Lookout
from linernotes.model.names import search_key

HER = ["Ada Lindqvist", "P!nk", "Nas"]
ID = "0f0e0d0c-1111-4222-8333-444455556666"
LOOKOUT = Lookout.for_person([search_key(n) for n in HER], HER, [ID, "Q777"])


def body(*texts: object) -> bytes:
    return json.dumps({"people": [{"name": t} for t in texts]}).encode()


@pytest.mark.parametrize(
    "text",
    ["Ada Lindqvist", "ADA-LINDQVIST.", "Áda Lîndqvist", "A\u200bda  Lindqvist", "p!nk", "PINK", "nas",
     "A life of Ada Lindqvist, in short", "A life of ÁDA LINDQVIST", ID.upper(), f"https://x.example/artist/{ID}/",
     "q777", "x" * 300 + " ada-lindqvist"],
)  # fmt: skip
@pytest.mark.parametrize("ascii_only", [True, False])
def test_a_name_in_any_spelling_and_an_id_are_found(text: str, ascii_only: bool) -> None:
    answer = json.dumps({"people": [{"name": "Bö Ek"}, {"name": text}]}, ensure_ascii=ascii_only).encode()
    assert LOOKOUT.finds("GET release/1", answer)
    assert LOOKOUT.finds("GET release/1", body("Bo Ek", text))


def test_an_id_in_the_request_is_found() -> None:
    assert LOOKOUT.finds(f"GET https://x.example/artist/{ID}?inc=aliases", b"{}")


@pytest.mark.parametrize("text", ["Nassau", "Ada", "Lindqvist", "Pinkerton", "Q7770", "Ada Lind Qvarn"])
def test_other_words_and_parts_of_a_name_are_not(text: str) -> None:
    assert not LOOKOUT.finds("GET release/1", body("Bo Ek", text))


def test_what_stands_in_two_texts_is_not_one_name() -> None:
    assert not LOOKOUT.finds("GET release/1", body("Ada", "Lindqvist"))


def test_a_name_of_signs_is_found_and_no_json_is_looked_through_too() -> None:
    signs = Lookout.for_person([search_key("!!!")], ["!!!"], [])
    assert signs.finds("", body("!!!"))
    assert not signs.finds("", body("Bo"))
    assert LOOKOUT.finds("", b"<p>Ada Lindqvist</p>")
    assert not LOOKOUT.finds("", b"\xff\xfe\x00")
