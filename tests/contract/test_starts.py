"""start_artist_discovery, start_bulk_artist_discovery, start_album_discovery."""

from __future__ import annotations

import uuid

import pytest

from tests.contract.client import Contract

ARTIST = uuid.UUID("0192f0c1-0000-7000-8000-000000000001")


def sent(db: Contract, queue: str) -> list[dict]:
    return [m["message"] for m in db.messages(queue).values()]


def start(db: Contract, name: str) -> int:
    return int(db.call("start_artist_discovery", artist_name=name))


# ---- start_artist_discovery


def test_an_artist_is_searched_by_name_under_a_key_of_the_name(db: Contract, quiet: None):
    msg_id = start(db, "Ada Lind")
    assert db.messages("artist_discovery")[msg_id]["message"] == {
        "artistName": "Ada Lind",
        "_idempotencyKey": "artist:name:ada lind",
    }


@pytest.mark.parametrize("name", ["Ada  Lind", " ada lind ", "ADA LIND", "Ada\tLind\n"])
def test_spellings_that_differ_in_case_and_white_space_have_one_key(db: Contract, name: str):
    start(db, name)
    (message,) = sent(db, "artist_discovery")
    assert message["_idempotencyKey"] == "artist:name:ada lind"
    assert message["artistName"] == name.strip()


def test_calling_twice_gives_two_messages_with_one_key(db: Contract):
    assert start(db, "Ada Lind") != start(db, "Ada Lind")
    assert len({m["_idempotencyKey"] for m in sent(db, "artist_discovery")}) == 1


@pytest.mark.parametrize("name", [None, "", "   ", "\t\n"])
def test_a_null_or_blank_artist_name_is_refused(db: Contract, name: str | None):
    assert db.refused("start_artist_discovery", artist_name=name).sqlstate == "22023"
    assert sent(db, "artist_discovery") == []


def test_an_artist_that_cannot_be_sent_raises_with_the_cause(db: Contract):
    db.sql("select pgmq.drop_queue('artist_discovery')")
    assert db.refused("start_artist_discovery", artist_name="Ada Lind").sqlstate == "42P01"


# ---- start_bulk_artist_discovery


def artists(db: Contract, **popularity: int | None) -> None:
    for name, value in popularity.items():
        db.artist(name, popularity=value, metadata={"genres": ["deep house", "Techno"]})


def bulk(db: Contract, genre: str | None, **more: object) -> list[str]:
    return [r["artist_name"] for r in db.rows("start_bulk_artist_discovery", genre=genre, **more)]


def test_the_artists_of_a_genre_are_started_the_most_popular_first(db: Contract, quiet: None):
    artists(db, Bo=60, Cy=90, Ada=60, Low=49)
    db.artist("Else", popularity=99, metadata={"genres": ["jazz"]})
    rows = db.rows("start_bulk_artist_discovery", genre="deep house")
    assert [r["artist_name"] for r in rows] == ["Cy", "Ada", "Bo"]
    messages = db.messages("artist_discovery")
    assert [messages[r["message_id"]]["message"]["artistName"] for r in rows] == ["Cy", "Ada", "Bo"]
    assert len(messages) == 3


def test_artists_of_one_name_and_popularity_come_in_order_of_their_ids(db: Contract):
    ids = sorted(uuid.uuid4() for _ in range(3))
    for id_, name in zip(reversed(ids), ["same", "same", "same"], strict=True):
        db.artist(name, id=id_, popularity=60, metadata={"genres": ["jazz"]})
    assert bulk(db, "jazz", limit_count=2) == ["same", "same"]


@pytest.mark.parametrize("genre", ["Deep House", "DEEP HOUSE", " techno "])
def test_genres_are_compared_without_regard_to_case(db: Contract, genre: str):
    artists(db, Ada=60)
    assert bulk(db, genre) == ["Ada"]


@pytest.mark.parametrize("genre", ["house", "deep", "deep house, Techno"])
def test_only_whole_genres_match(db: Contract, genre: str):
    artists(db, Ada=60)
    assert bulk(db, genre) == []


NO_GENRES = [None, {}, {"genres": None}, {"genres": "jazz"}, {"genres": {"jazz": 1}}, {"genres": []}]


@pytest.mark.parametrize("metadata", NO_GENRES, ids=str)
def test_artists_without_popularity_or_genres_never_match(db: Contract, metadata: dict | None):
    db.artist("No genres", popularity=90, metadata=metadata)
    db.artist("No popularity", metadata={"genres": ["jazz"]})
    assert bulk(db, "jazz", min_popularity=0) == []


def test_the_popularity_is_from_50_on_and_at_most_20_artists_come_unless_said_otherwise(db: Contract):
    artists(db, **{f"a{n:02}": 100 - n for n in range(60)})
    everything = [f"a{n:02}" for n in range(51)]
    assert bulk(db, "techno") == everything[:20]
    assert bulk(db, "techno", limit_count=None, min_popularity=None) == everything[:20]
    assert bulk(db, "techno", limit_count=1000) == everything
    assert bulk(db, "techno", limit_count=3, min_popularity=98) == everything[:3]


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_below_one_returns_no_row(db: Contract, limit: int):
    artists(db, Ada=60)
    assert bulk(db, "techno", limit_count=limit) == []
    assert sent(db, "artist_discovery") == []


@pytest.mark.parametrize("genre", [None, "", "  "])
def test_a_null_or_blank_genre_is_refused(db: Contract, genre: str | None):
    assert db.refused("start_bulk_artist_discovery", genre=genre).sqlstate == "22023"


def test_a_genre_with_quotes_is_a_genre(db: Contract):
    genre = """r"n'b \\ %_ ]}"""
    db.artist("Ada", popularity=60, metadata={"genres": [genre.upper()]})
    assert bulk(db, genre) == ["Ada"]


# ---- start_album_discovery


def test_a_page_of_albums_is_sent_and_noted_in_queue_metrics(db: Contract):
    msg_id = db.call("start_album_discovery", artist_id=ARTIST, offset_val=50)
    key = f"artist:{ARTIST}:albums:offset:50"
    assert db.messages("album_discovery")[msg_id]["message"] == {
        "artistId": str(ARTIST), "offset": 50, "_idempotencyKey": key,
    }  # fmt: skip
    (row,) = db.sql("select queue_name, operation, success_count, details from public.queue_metrics")
    assert row == {
        "queue_name": "album_discovery",
        "operation": "enqueue",
        "success_count": 1,
        "details": {"artist_id": str(ARTIST), "offset": 50, "message_id": msg_id, "idempotency_key": key},
    }


@pytest.mark.parametrize("offset", [{}, {"offset_val": None}, {"offset_val": 0}], ids=str)
def test_the_first_page_has_offset_0(db: Contract, offset: dict):
    db.call("start_album_discovery", artist_id=ARTIST, **offset)
    assert sent(db, "album_discovery")[0]["offset"] == 0
    assert sent(db, "album_discovery")[0]["_idempotencyKey"] == f"artist:{ARTIST}:albums:offset:0"


@pytest.mark.parametrize("arguments", [{"artist_id": None}, {"artist_id": ARTIST, "offset_val": -1}], ids=str)
def test_no_artist_and_a_negative_offset_are_refused(db: Contract, arguments: dict):
    error = db.refused("start_album_discovery", **arguments)
    assert error.sqlstate == "22023"
    assert str(error).startswith("Failed to enqueue album discovery: ")


def test_a_failed_start_keeps_the_cause_and_leaves_neither_message_nor_metrics(db: Contract):
    db.sql("alter table public.queue_metrics add constraint none check (details ->> 'offset' <> '7')")
    error = db.refused("start_album_discovery", artist_id=ARTIST, offset_val=7)
    assert error.sqlstate == "23514"
    assert (sent(db, "album_discovery"), db.count("public.queue_metrics")) == ([], 0)
    db.sql("select pgmq.drop_queue('album_discovery')")
    assert db.refused("start_album_discovery", artist_id=ARTIST).sqlstate == "42P01"


def test_the_row_of_a_failed_start_stands_in_worker_issues_once_the_client_notes_it(db: Contract):
    db.sql("select pgmq.drop_queue('album_discovery')")
    error = str(db.refused("start_album_discovery", artist_id=ARTIST, offset_val=50).diag.message_primary)
    db.sql("select linernotes.contract_note_failed_start(%s, 50, %s)", ARTIST, error)
    (row,) = db.sql("select worker_name, issue_type, message, details, resolved from public.worker_issues")
    assert row == {
        "worker_name": "start_album_discovery",
        "issue_type": "database_error",
        "message": error,
        "details": {"artist_id": str(ARTIST), "offset": 50, "error": error},
        "resolved": False,
    }
    assert error.startswith("Failed to enqueue album discovery: ")
