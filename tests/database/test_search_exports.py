"""Exports, on a real PostgreSQL."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from psycopg import Connection

from linernotes.search.exports import COLUMNS, What, exports
from linernotes.search.formats import csv_lines, json_lines
from tests.factories import World


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def rows(world: World, what: What, **options: Any) -> list[dict[str, Any]]:
    return [dict(zip(COLUMNS[what], row, strict=True)) for row in exports(world.db, what, **options)]


def test_a_credit_is_exported_with_everything_that_is_known_of_it(world: World) -> None:
    song = world.track("Song", isrc="USRC17607839", released="2019-05")
    ada = world.producer("Ada")
    world.claim(song, ada, source="musicbrainz", credited_as="A. Lind")
    world.claim(song, ada, source="list", base=0.9)
    world.conclude()
    assert rows(world, What.CREDITS) == [
        {
            "track": "Song",
            "artist": "Ada Lind",
            "album": "First",
            "release_date": "2019-05",
            "isrc": "USRC17607839",
            "producer": "Ada",
            "producer_id": ada,
            "credited_as": "A. Lind",
            "role": "producer",
            "confidence": 0.9725,
            "verified": True,
            "sources": "list;musicbrainz",
            "track_id": song,
        }
    ]


@pytest.mark.parametrize("said", ["2019", "2019-01", "2019-01-01", None])
def test_a_release_date_is_exported_as_precisely_as_it_is_known(world: World, said: str | None) -> None:
    world.credit(world.track("Song", released=said), world.producer("Ada"))
    assert [row["release_date"] for row in rows(world, What.CREDITS)] == [said]


def test_credits_stand_in_the_order_of_artist_album_disc_position_role_and_name(world: World) -> None:
    ada, bo = world.producer("Ada"), world.producer("Bo")
    for title, disc, position in (("D", 2, 1), ("C", 1, 10), ("B", 1, 2)):
        world.claim(world.track(title, disc=disc, position=position), ada)
    first = world.track("A", artist="Aa Band", album="Z", position=9)
    world.claim(first, bo)
    world.claim(first, ada)
    world.claim(first, bo, "composer")
    world.conclude()
    assert [(row["track"], row["role"], row["producer"]) for row in rows(world, What.CREDITS)] == [
        ("A", "composer", "Bo"),
        ("A", "producer", "Ada"),
        ("A", "producer", "Bo"),
        ("B", "producer", "Ada"),
        ("C", "producer", "Ada"),
        ("D", "producer", "Ada"),
    ]


def test_credits_too_weak_to_show_are_exported_when_asked_for(world: World) -> None:
    world.credit(world.track("Song"), world.producer("Ada"), base=0.4)
    assert rows(world, What.CREDITS) == []
    assert [row["confidence"] for row in rows(world, What.CREDITS, min_confidence=0.0)] == [0.4]


def test_a_producer_is_exported_with_counts_aliases_and_links(world: World) -> None:
    ada = world.producer("Ada", "Ada L.", "Adah", kind="person")
    song = world.track("Song")
    world.track("Song", album="Best of", same_recording_as=song)
    world.claim(song, ada)
    world.claim(song, ada, "composer")
    world.claim(world.track("Other"), ada, "composer")
    world.conclude()
    world.link(ada, url="https://ada.example")
    assert rows(world, What.PRODUCERS) == [
        {
            "producer": "Ada",
            "producer_id": ada,
            "kind": "person",
            "aliases": "Ada L.;Adah",
            "recordings": 2,
            "produced": 1,
            "written": 2,
            "artists": 1,
            "roles": "composer;producer",
            "links": "https://ada.example",
        }
    ]


def test_a_producer_without_credits_is_exported_with_zeros(world: World) -> None:
    world.producer("Ada")
    (row,) = rows(world, What.PRODUCERS)
    assert (row["recordings"], row["produced"], row["roles"], row["links"]) == (0, 0, "", "")


def test_a_collaboration_is_exported_once_and_counts_recordings_not_tracks(world: World) -> None:
    ada, bo, cy = world.producer("Ada"), world.producer("Bo"), world.producer("Cy")
    song, other = world.track("Song", released="2001"), world.track("Other", album="Late", released="2011")
    world.track("Song", album="Best of", released="2020", same_recording_as=song)
    for track in (song, other):
        world.claim(track, ada)
        world.claim(track, bo, "composer")
    world.claim(song, bo, "mixer")
    world.claim(world.track("Alone"), cy)
    world.conclude()
    (row,) = rows(world, What.COLLABORATIONS)
    assert {row["producer"], row["collaborator"]} == {"Ada", "Bo"}
    assert (row["recordings"], row["first_year"], row["last_year"]) == (2, 2001, 2011)


def test_more_rows_than_one_fetch_brings_all_arrive(world: World) -> None:
    world.db.execute(
        """insert into public.producers (name, normalized_name)
           select 'P' || n, 'p' || n from generate_series(1, 4500) n"""
    )
    assert len(rows(world, What.PRODUCERS)) == 4500


@pytest.mark.parametrize("what", list(What))
def test_every_export_names_the_columns_of_its_statement(world: World, what: What) -> None:
    assert rows(world, what) == []
    text = "".join(csv_lines(list(COLUMNS[what]), exports(world.db, what)))
    assert text == ",".join(COLUMNS[what]) + "\n"
    assert json.loads("".join(json_lines(list(COLUMNS[what]), exports(world.db, what)))) == []


def test_csv_and_json_hold_the_same_rows(world: World) -> None:
    world.credit(world.track('Song, "quoted"\nand cut'), world.producer("中田ヤスタカ"))
    header = list(COLUMNS[What.CREDITS])
    (from_csv,) = csv.DictReader(io.StringIO("".join(csv_lines(header, exports(world.db, What.CREDITS)))))
    (from_json,) = json.loads("".join(json_lines(header, exports(world.db, What.CREDITS))))
    assert list(from_json) == header
    assert from_csv["track"] == from_json["track"] == 'Song, "quoted"\nand cut'
    assert from_csv["producer"] == from_json["producer"] == "中田ヤスタカ"
    assert (from_csv["verified"], from_json["verified"]) == ("false", False)
    assert (from_csv["isrc"], from_json["isrc"]) == ("", None)
