"""search_producers and get_producer_collaborations: what anybody may ask."""

from __future__ import annotations

import uuid
from datetime import date

import pytest

from tests.contract.client import Contract


def found(db: Contract, term: str | None) -> list[str]:
    return [row["name"] for row in db.rows("search_producers", search_term=term)]


@pytest.fixture
def people(db: Contract) -> dict[str, uuid.UUID]:
    names = ["Ada Lind", "Bo Ek", "Cy_Young", "100% Dee", r"Back\slash", "Émile Zöe", "방시혁", "D'Angelo"]
    return {name: db.producer(name) for name in names}


# ---- search_producers


@pytest.mark.parametrize(
    ("term", "names"),
    [
        ("ada", ["Ada Lind"]),
        ("LIND", ["Ada Lind"]),
        ("a l", ["Ada Lind"]),
        ("  Bo Ek\t", ["Bo Ek"]),
        ("_", ["Cy_Young"]),
        ("%", ["100% Dee"]),
        ("\\", [r"Back\slash"]),
        ("k\\s", [r"Back\slash"]),
        ("'", ["D'Angelo"]),
        ("émile", ["Émile Zöe"]),
        ("ZÖE", ["Émile Zöe"]),
        ("시혁", ["방시혁"]),
        ("방시혁", ["방시혁"]),
        ("nobody", []),
        ("a%d", []),
        ("b_ ek", []),
        ("_yo", ["Cy_Young"]),
        ("0% d", ["100% Dee"]),
        ("000 d", []),
        ("d'an", ["D'Angelo"]),
        ("d an", []),
        ("e zö", ["Émile Zöe"]),
    ],
)
def test_a_term_is_found_inside_names_without_regard_to_case(
    db: Contract, people: dict[str, uuid.UUID], term: str, names: list[str]
):
    assert found(db, term) == names


def test_the_normalized_name_is_searched_too(db: Contract):
    db.producer("The Name", "another key (2)")
    assert found(db, "KEY (2") == ["The Name"]
    assert found(db, "name") == ["The Name"]
    assert found(db, "nameanother") == []


def test_a_name_that_changed_is_found_by_the_new_one_alone(db: Contract, people: dict[str, uuid.UUID]):
    db.sql("update producers set name = 'Adele', normalized_name = 'adele' where id = %s", people["Ada Lind"])
    assert found(db, "adele") == ["Adele"]
    assert found(db, "lind") == []


def test_a_very_long_name_is_found_by_its_end(db: Contract):
    db.producer("x" * 3000 + " the end")
    assert len(found(db, "the end")) == 1


def test_each_row_has_the_producer_and_its_counts(db: Contract):
    id_ = db.producer("Ada Lind", "ada lind", instagram_handle="ada", image_url="i", email="secret")
    assert db.rows("search_producers", search_term="ada") == [
        {
            "id": id_,
            "name": "Ada Lind",
            "normalized_name": "ada lind",
            "instagram_handle": "ada",
            "image_url": "i",
            "track_count": 0,
            "artist_count": 0,
        }
    ]


def test_tracks_and_artists_count_once_each(db: Contract):
    ada = db.producer("Ada Lind")
    for artist_name in ("First", "Second"):
        album = db.album(db.artist(artist_name))
        for n in range(3):
            track = db.track(album, f"{artist_name} {n}")
            for role in ("producer", "writer", "mixer"):
                db.credit(track, ada, role)
    (row,) = db.rows("search_producers", search_term="ada")
    assert (row["track_count"], row["artist_count"]) == (6, 2)


def test_most_tracks_come_first_then_most_artists_then_the_name(db: Contract):
    def with_tracks(name: str, tracks: int, artists: int) -> None:
        producer = db.producer(name)
        albums = [db.album(db.artist()) for _ in range(artists)]
        for n in range(tracks):
            db.credit(db.track(albums[n % artists]), producer)

    with_tracks("x few", 1, 1)
    with_tracks("x many, one artist", 4, 1)
    with_tracks("x many, two artists", 4, 2)
    with_tracks("x b", 2, 1)
    with_tracks("x a", 2, 1)
    db.producer("x none")
    expected = ["x many, two artists", "x many, one artist", "x a", "x b", "x few", "x none"]
    assert found(db, "x ") == found(db, "") == expected


def test_a_blank_term_gives_the_first_50_and_a_null_one_none(db: Contract):
    for n in range(60):
        db.producer(f"Producer {n:02}")
    first = [f"Producer {n:02}" for n in range(50)]
    assert found(db, "") == first
    assert found(db, " \t") == first
    assert found(db, "prod") == first
    assert found(db, None) == []


def test_searching_changes_nothing(db: Contract, people: dict[str, uuid.UUID], quiet: None):
    db.sql("set local transaction_read_only = on")
    assert found(db, "ada") == ["Ada Lind"]


# ---- get_producer_collaborations


def collaborations(db: Contract, producer: uuid.UUID | None) -> list[dict]:
    return db.rows("get_producer_collaborations", producer_id=producer)


def test_each_artist_has_one_row_with_the_tracks(db: Contract):
    ada, artist = db.producer("Ada"), db.artist("Vera", image_url="i")
    album = db.album(artist, "First", release_date="1998-07-04")
    track = db.track(album, "One")
    db.track(album, "Two, by others")
    db.credit(track, ada)
    assert collaborations(db, ada) == [
        {
            "artist_id": artist,
            "artist_name": "Vera",
            "artist_image_url": "i",
            "track_count": 1,
            "tracks": [{"id": str(track), "name": "One", "album": "First", "release_date": "1998-07-04"}],
        }
    ]


def test_a_track_credited_twice_is_listed_once(db: Contract):
    ada, album = db.producer("Ada"), db.album(db.artist())
    track = db.track(album)
    for role in ("producer", "writer"):
        db.credit(track, ada, role)
    (row,) = collaborations(db, ada)
    assert (row["track_count"], len(row["tracks"])) == (1, 1)


def test_tracks_are_ordered_by_date_with_unknown_dates_last_then_name_then_id(db: Contract):
    ada, artist = db.producer("Ada"), db.artist()
    later = db.album(artist, "later", release_date=date(2001, 1, 1))
    undated = db.album(artist, "undated")
    early = db.album(artist, "early", release_date=date(1999, 1, 1))
    twins = sorted(db.track(early, "b") for _ in range(2))
    tracks = [db.track(undated, "a"), db.track(later, "a"), db.track(early, "c"), *twins, db.track(early, "a")]
    for track in tracks:
        db.credit(track, ada)
    (row,) = collaborations(db, ada)
    assert [(t["album"], t["name"]) for t in row["tracks"]] == [
        ("early", "a"), ("early", "b"), ("early", "b"), ("early", "c"), ("later", "a"), ("undated", "a"),
    ]  # fmt: skip
    assert [t["id"] for t in row["tracks"][1:3]] == [str(t) for t in twins]


def test_artists_with_most_tracks_come_first_then_the_name_then_the_id(db: Contract):
    ada = db.producer("Ada")
    twins = sorted(db.artist("twin") for _ in range(2))
    for artist, tracks in (
        (db.artist("b"), 2),
        (db.artist("a"), 2),
        (db.artist("most"), 3),
        *((t, 1) for t in twins),
    ):
        album = db.album(artist)
        for n in range(tracks):
            db.credit(db.track(album, str(n)), ada)
    rows = collaborations(db, ada)
    assert [r["artist_name"] for r in rows] == ["most", "a", "b", "twin", "twin"]
    assert [r["artist_id"] for r in rows[3:]] == twins


@pytest.mark.parametrize(
    "producer", [None, uuid.UUID("7d0c5c2e-3f4b-4d0e-9a59-1c2f8d6b7a10")], ids=["null", "unknown"]
)
def test_an_unknown_or_null_producer_gives_no_row(db: Contract, producer: uuid.UUID | None):
    db.credit(db.track(db.album(db.artist())), db.producer("Ada"))
    assert collaborations(db, producer) == []


def test_a_producer_without_credits_gives_no_row(db: Contract):
    assert collaborations(db, db.producer("Ada")) == []
