"""The contract and the stages store through the same SQL, so what one stored the other finds."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from psycopg.types.json import Jsonb

from tests.contract.client import Contract
from tests.contract.kinds import ALBUM, ARTIST, PRODUCER, TRACK, Kind

THINGS = pytest.mark.parametrize("kind", [ARTIST, ALBUM, TRACK], ids=lambda kind: kind.noun)
SPOTIFY = {"scheme": "spotify", "value": "s1"}


def row_of(kind: Kind, db: Contract, **more: Any) -> dict[str, Any]:
    """A row as a stage stores it, of what the kind's function is called with."""
    data = kind.full(db)
    common = {"ids": [SPOTIFY], "name": data["name"]}
    if kind is ARTIST:
        return {**common, "metadata": {"url": "u"}, **more}
    if kind is ALBUM:
        return {**common, "artist_id": data["artist_id"], "metadata": {"sources": {"spotify": True}}, **more}
    recording = {"recording_ids": [], "title_key": "one", "artist_key": "ada lind", "version_class": "original"}
    return {
        **common,
        **recording,
        "remixer_key": "",
        "album_id": data["album_id"],
        "source": "spotify",
        "record": "s1",
        **more,
    }


def staged(kind: Kind, db: Contract, *rows: dict[str, Any]) -> list[uuid.UUID]:
    """What a stage stores; the ids."""
    found = db.sql(f"select id from linernotes.store_{kind.noun}s(%s) order by ord", Jsonb(list(rows)))
    return [row["id"] for row in found]


@THINGS
def test_what_a_stage_read_at_spotify_is_what_the_function_refreshes(db: Contract, kind: Kind):
    (id_,) = staged(kind, db, row_of(kind, db))
    assert kind.store(db, {"name": "Newer"}) == id_
    assert kind.row(db)["name"] == "Newer"
    assert kind.rows(db) == 1


@THINGS
def test_what_the_function_stored_is_what_a_stage_finds_again(db: Contract, kind: Kind):
    id_ = kind.store(db, kind.full(db))
    other = {"scheme": "musicbrainz", "value": "m1"}
    assert staged(kind, db, row_of(kind, db, ids=[other, SPOTIFY])) == [id_]
    assert kind.rows(db) == 1


@THINGS
def test_what_another_program_wrote_with_a_spotify_id_is_found_by_it(db: Contract, kind: Kind):
    parent = {k: v for k, v in kind.full(db).items() if k in ("artist_id", "album_id")}
    id_ = db.insert(f"{kind.noun}s", name="Theirs", spotify_id="s1", **parent)
    assert staged(kind, db, row_of(kind, db)) == [id_]
    assert kind.row(db)["name"] == kind.data["name"]


@THINGS
def test_two_rows_that_were_stored_for_one_spotify_id_do_not_stop_a_batch(db: Contract, kind: Kind):
    (ours,) = staged(kind, db, row_of(kind, db))
    db.on(f"public.{kind.table}", "update {} set spotify_id = null where id = %s", ours)
    parent = {k: v for k, v in kind.full(db).items() if k in ("artist_id", "album_id")}
    theirs = db.insert(f"{kind.noun}s", name="Theirs", spotify_id="s1", **parent)
    assert staged(kind, db, row_of(kind, db)) == [theirs]
    assert kind.store(db, {}) == theirs


@THINGS
def test_a_stage_adds_to_the_metadata_and_the_function_replaces_it(db: Contract, kind: Kind):
    (id_,) = staged(kind, db, row_of(kind, db))
    kind.store(db, {"fullData": {"a": 1}})
    assert kind.row(db)["metadata"] == {"a": 1}
    staged(kind, db, row_of(kind, db))
    assert kind.row(db)["metadata"].items() >= {"a": 1}.items()
    assert len(kind.row(db)["metadata"]) > 1
    assert kind.row(db)["id"] == id_


@THINGS
def test_a_stage_that_says_nothing_new_writes_nothing(db: Contract, kind: Kind):
    row = row_of(kind, db)
    staged(kind, db, row)
    db.on(f"public.{kind.table}", "update {} set updated_at = '2001-01-01'")
    staged(kind, db, row)
    assert kind.row(db)["updated_at"].year == 2001


def test_the_last_word_on_a_date_is_the_functions_and_a_stage_keeps_the_earliest(db: Contract):
    staged(ALBUM, db, row_of(ALBUM, db, release_date="1999"))
    staged(ALBUM, db, row_of(ALBUM, db, release_date="2004-05"))
    assert ALBUM.row(db)["release_date"].year == 1999
    ALBUM.store(db, {"release_date": "2004"})
    assert ALBUM.row(db)["release_date"].year == 2004


def test_a_track_of_the_function_carries_no_recording_until_a_stage_reads_its_title(db: Contract):
    data = TRACK.full(db)
    id_ = TRACK.store(db, data)
    assert TRACK.row(db)["recording_id"] is None
    named = row_of(TRACK, db, album_id=data["album_id"])
    nameless = {"ids": [{"scheme": "spotify", "value": "s2"}], "album_id": data["album_id"], "name": "Two"}
    assert staged(TRACK, db, nameless, named)[1] == id_
    assert TRACK.row(db)["recording_id"] is not None
    assert TRACK.row(db, "s2")["recording_id"] is None


def test_a_producer_of_the_function_is_the_one_whom_a_source_knows_by_that_name_only(db: Contract):
    id_ = PRODUCER.store(db, {"name": "Bo Ek"}, key="bo ek")
    person = {"name": "Bo Ek", "name_key": "bo ek", "search_key": "boek", "kind": None, "ids": [], "aliases": []}
    found = db.value("select producer_id from linernotes.resolve_producers(%s, 'test')", Jsonb([person]))
    assert found == id_


def test_a_profile_fills_what_is_empty_and_the_function_has_the_last_word(db: Contract):
    id_ = PRODUCER.store(db, {"name": "Bo Ek", "image_url": "first"})
    profile = {
        "producer_id": str(id_), "source": "wikidata", "kind": "person", "image_url": "second", "ids": [],
        "links": [{"kind": "instagram", "value": "bo.ek", "url": "u", "source_url": "s", "source_record_id": "r"}],
        "aliases": [{"name": "B. Ek", "name_key": "b. ek", "search_key": "bek"}], "members": [],
    }  # fmt: skip
    db.sql("select linernotes.store_profiles(%s)", Jsonb([profile]))
    row = PRODUCER.row(db)
    assert (row["image_url"], row["instagram_handle"]) == ("first", "bo.ek")
    assert (row["enrichment_failed"], row["enriched_at"] is not None) == (False, True)
    PRODUCER.store(db, {"image_url": "third", "instagram_handle": "bo"})
    assert (PRODUCER.row(db)["image_url"], PRODUCER.row(db)["instagram_handle"]) == ("third", "bo")
    names = db.sql("select name, kind from linernotes.producer_names where producer_id = %s order by 1", id_)
    assert [(n["name"], n["kind"]) for n in names] == [("B. Ek", "alias"), ("Bo Ek", "name")]
