"""process_artist_atomic, process_album_atomic, process_track_atomic, process_producer_atomic: what is stored."""

from __future__ import annotations

import uuid
from datetime import date
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.contract.client import Contract
from tests.contract.kinds import ALBUM, ARTIST, PRODUCER, TRACK, Kind, every, metrics, parented

# ---- what is stored


def test_a_new_artist_has_what_was_read_of_it(db: Contract):
    id_ = ARTIST.store(db, ARTIST.data)
    row = ARTIST.row(db)
    assert row["id"] == id_
    assert (row["name"], row["followers"], row["popularity"]) == ("Ada Lind", 12, 34)
    assert (row["metadata"], row["image_url"]) == ({"genres": ["jazz"]}, "i")


def test_a_new_album_has_what_was_read_of_it(db: Contract):
    data = ALBUM.full(db)
    id_ = ALBUM.store(db, data)
    row = ALBUM.row(db)
    assert (row["id"], str(row["artist_id"])) == (id_, data["artist_id"])
    assert (row["name"], row["release_date"], row["cover_url"]) == ("First", date(1998, 7, 4), "c")
    assert row["metadata"] == {"a": 1}


def test_a_new_track_has_what_was_read_of_it(db: Contract):
    data = TRACK.full(db)
    id_ = TRACK.store(db, data)
    row = TRACK.row(db)
    assert (row["id"], str(row["album_id"])) == (id_, data["album_id"])
    assert (row["name"], row["duration_ms"], row["popularity"]) == ("One", 1000, 5)
    assert (row["metadata"], row["spotify_preview_url"]) == ({"a": 1}, "p")


def test_a_new_producer_has_what_was_read_of_it(db: Contract):
    id_ = PRODUCER.store(db, {**PRODUCER.data, "instagram_handle": "bo.ek"}, key="bo ek")
    row = PRODUCER.row(db, "bo ek")
    assert (row["id"], row["name"], row["email"]) == (id_, "Bo Ek", "e")
    assert (row["image_url"], row["instagram_handle"], row["instagram_bio"]) == ("i", "bo.ek", "b")
    assert row["metadata"] == {"a": 1, "b": 2}


@every
def test_what_comes_again_updates_its_row_and_returns_its_id(db: Contract, kind: Kind):
    data = kind.full(db)
    id_ = kind.store(db, data)
    db.on(f"public.{kind.table}", "update {} set updated_at = '2001-01-01'")
    assert kind.store(db, {**data, "name": "Other"}) == id_
    row = kind.row(db)
    assert row["name"] == "Other"
    assert row["updated_at"] == db.value("select now()")
    assert kind.rows(db) == 1


@every
@pytest.mark.parametrize("absent", ["absent", "null"])
def test_a_field_that_is_absent_or_null_keeps_its_stored_value(db: Contract, kind: Kind, absent: str):
    data = {**kind.full(db), **({"instagram_handle": "bo.ek"} if kind is PRODUCER else {})}
    id_ = kind.store(db, data)
    before = kind.row(db)
    assert kind.store(db, {} if absent == "absent" else dict.fromkeys(data)) == id_
    assert {**kind.row(db), "updated_at": None} == {**before, "updated_at": None}


@every
def test_null_data_for_a_known_row_keeps_everything(db: Contract, kind: Kind):
    id_ = kind.store(db, kind.full(db))
    assert kind.store(db, None) == id_


@every
@pytest.mark.parametrize("value", ["text", ["list"], 7, None], ids=str)
def test_metadata_that_is_no_object_is_ignored(db: Contract, kind: Kind, value: object):
    field = "metadata" if kind is PRODUCER else "fullData"
    data = kind.full(db)
    kind.store(db, {**data, field: value}, key="new")
    assert kind.row(db, "new")["metadata"] is None
    kind.store(db, data)
    kind.store(db, {**data, field: value})
    assert kind.row(db)["metadata"] == data[field]


@every
@pytest.mark.parametrize("name", [{}, {"name": None}, {"name": ""}, {"name": "  "}], ids=str)
def test_a_new_row_needs_a_name(db: Contract, kind: Kind, name: dict[str, Any]):
    data = {k: v for k, v in kind.full(db).items() if k != "name"} | name
    assert kind.refused(db, data) == "22023"
    assert kind.rows(db) == 0


@parented
def test_a_new_row_needs_its_parent(db: Contract, kind: Kind):
    assert kind.refused(db, kind.data) == "22023"


@every
@pytest.mark.parametrize("key", [None, "", "  "], ids=repr)
def test_a_null_or_blank_key_is_refused(db: Contract, kind: Kind, key: str | None):
    assert kind.refused(db, kind.full(db), key=key) == "22023"
    assert kind.rows(db) == 0


@every
@pytest.mark.parametrize("data", [[1], "text", 7], ids=str)
def test_data_that_is_no_object_is_refused(db: Contract, kind: Kind, data: object):
    assert kind.refused(db, Jsonb(data)) == "22023"


@parented
def test_an_unknown_parent_is_23503_and_nothing_is_stored(db: Contract, kind: Kind):
    parent = "artist_id" if kind is ALBUM else "album_id"
    assert kind.refused(db, {**kind.data, parent: str(uuid.uuid4())}) == "23503"
    assert (kind.rows(db), metrics(db)) == (0, [])


@parented
def test_what_comes_with_another_parent_moves_there_and_without_one_stays(db: Contract, kind: Kind):
    parent = "artist_id" if kind is ALBUM else "album_id"
    first, second = kind.full(db), kind.full(db)
    kind.store(db, first)
    kind.store(db, second)
    assert str(kind.row(db)[parent]) == second[parent]
    kind.store(db, kind.data)
    assert str(kind.row(db)[parent]) == second[parent]


# ---- dates


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("1998", date(1998, 1, 1)),
        ("1998-07", date(1998, 7, 1)),
        ("1998-07-04", date(1998, 7, 4)),
        ("2000-02-29", date(2000, 2, 29)),
        *[(bad, None) for bad in ("", " ", "0000", "1998-13", "1998-02-30", "1999-02-29", "soon", "1998-7-4")],
        (None, None),
    ],
)  # fmt: skip
def test_a_release_date_has_any_of_three_precisions_and_what_is_no_date_is_null(
    db: Contract, text: str | None, stored: date | None
):
    ALBUM.store(db, {**ALBUM.full(db), "release_date": text})
    assert ALBUM.row(db)["release_date"] == stored


def test_a_date_that_is_none_does_not_erase_a_known_one(db: Contract):
    ALBUM.store(db, ALBUM.full(db))
    ALBUM.store(db, {"release_date": "0000"})
    assert ALBUM.row(db)["release_date"] == date(1998, 7, 4)


# ---- producers


def test_metadata_is_merged_key_by_key_and_new_keys_win(db: Contract):
    PRODUCER.store(db, PRODUCER.data)
    PRODUCER.store(db, {"metadata": {"b": 3, "c": {"d": 4}}})
    assert PRODUCER.row(db)["metadata"] == {"a": 1, "b": 3, "c": {"d": 4}}


def test_metadata_that_was_no_object_gives_way(db: Contract):
    db.producer("Bo Ek", "s1", metadata=["odd"])
    PRODUCER.store(db, {"metadata": {"a": 1}})
    assert PRODUCER.row(db)["metadata"] == {"a": 1}


@pytest.mark.parametrize("new", [True, False], ids=["new", "known"])
def test_a_handle_sets_enriched_at_and_clears_the_failure(db: Contract, new: bool):
    if not new:
        db.producer("Bo Ek", "s1", enrichment_failed=True, enriched_at="2001-01-01")
    PRODUCER.store(db, {"name": "Bo Ek", "instagram_handle": "bo.ek"})
    row = PRODUCER.row(db)
    assert (row["enriched_at"], row["enrichment_failed"]) == (db.value("select now()"), False)


def test_without_a_handle_both_stay(db: Contract):
    PRODUCER.store(db, PRODUCER.data, key="new")
    assert PRODUCER.row(db, "new")["enriched_at"] is None
    db.producer("Bo Ek", "s1", enrichment_failed=True, enriched_at="2001-01-01")
    PRODUCER.store(db, {"name": "Bo Ek"})
    row = PRODUCER.row(db)
    assert (row["enriched_at"].year, row["enrichment_failed"]) == (2001, True)


def test_a_stored_producer_is_known_by_its_name(db: Contract):
    id_ = PRODUCER.store(db, {"name": "Bo  Ek"}, key="bo ek")
    (name,) = db.sql("select name, name_key, kind from linernotes.producer_names where producer_id = %s", id_)
    assert name == {"name": "Bo  Ek", "name_key": "bo ek", "kind": "name"}
    assert db.value(
        "select entity_id from linernotes.external_ids where entity_type = 'producer' and scheme = 'name' "
        "and value = 'bo ek'"
    ) == id_  # fmt: skip


@pytest.mark.parametrize("kind", [ARTIST, ALBUM, TRACK], ids=lambda kind: kind.noun)
def test_a_stored_thing_is_known_by_its_spotify_id(db: Contract, kind: Kind):
    id_ = kind.store(db, kind.full(db))
    found = (
        "select entity_id from linernotes.external_ids where entity_type = %s and scheme = 'spotify' and value = 's1'"
    )
    assert db.value(found, kind.noun) == id_
