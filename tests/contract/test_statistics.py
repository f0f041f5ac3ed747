"""The counts behind search_producers are exact, whatever changes them and however many at once."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable

import psycopg
import pytest

from tests.contract.client import Contract, while_waiting

COUNTED = """
    select p.name, s.track_count, s.artist_count
    from producers p join producer_stats s on s.producer_id = p.id
    order by p.name
"""
RECOUNTED = """
    select p.name, count(distinct c.track_id) as track_count, count(distinct b.artist_id) as artist_count
    from producers p
    left join track_producers c on c.producer_id = p.id
    left join tracks t on t.id = c.track_id
    left join albums b on b.id = t.album_id
    group by p.id, p.name
    order by p.name
"""
SIZES = "select s.track_count, t.size from producer_stats s join producer_texts t on t.producer_id = s.producer_id"
LEFT_OVER = """
    select (select count(*) from linernotes.producer_artists where tracks <= 0) +
           (select count(*) from linernotes.producer_tracks k where not exists (
                select from track_producers c where c.producer_id = k.producer_id and c.track_id = k.track_id))
"""


def exact(db: Contract) -> bool:
    sized = all(row["size"] == row["track_count"].bit_length() for row in db.sql(SIZES))
    return sized and db.sql(COUNTED) == db.sql(RECOUNTED) and db.value(LEFT_OVER) == 0


def counts(db: Contract, producer: uuid.UUID) -> tuple[int, int]:
    (row,) = db.sql("select track_count, artist_count from producer_stats where producer_id = %s", producer)
    return row["track_count"], row["artist_count"]


class Catalogue:
    """Two artists with two albums of three tracks each, and three producers."""

    def __init__(self, db: Contract, name: str = "") -> None:
        self.artists = [db.artist(f"{name} artist {n}") for n in range(2)]
        self.albums = [db.album(artist) for artist in self.artists for _ in range(2)]
        self.tracks = [db.track(album) for album in self.albums for _ in range(3)]
        self.producers = [db.producer(f"{name} producer {n}") for n in range(3)]


@pytest.fixture
def made(db: Contract) -> Catalogue:
    return Catalogue(db)


def test_a_credit_counts_until_the_last_role_on_its_track_is_gone(db: Contract, made: Catalogue):
    ada = made.producers[0]
    credits = [db.credit(made.tracks[0], ada, role) for role in ("producer", "writer")]
    assert counts(db, ada) == (1, 1)
    for credit, left in zip(credits, [(1, 1), (0, 0)], strict=True):
        db.sql("delete from track_producers where id = %s", credit)
        assert counts(db, ada) == left


def test_a_role_that_another_replaces_in_one_statement_changes_no_count(db: Contract, made: Catalogue):
    track, ada = made.tracks[0], made.producers[0]
    db.credit(track, ada, "producer")
    db.sql(
        """
        with gone as (delete from track_producers where producer_id = %s)
        insert into track_producers (track_id, producer_id, role, confidence, source) values (%s, %s, 'mixer', 1, 't')
        """,
        ada, track, ada,
    )  # fmt: skip
    assert counts(db, ada) == (1, 1)
    assert exact(db)


def test_a_credit_that_comes_again_changes_no_count(db: Contract, made: Catalogue):
    for _ in range(2):
        db.sql(
            "insert into track_producers (track_id, producer_id, confidence, source) values (%s, %s, 1, 't') "
            "on conflict (track_id, producer_id, role) do update set confidence = 0.5",
            made.tracks[0], made.producers[0],
        )  # fmt: skip
    assert counts(db, made.producers[0]) == (1, 1)


def test_credits_that_go_to_another_producer_are_counted_there(db: Contract, made: Catalogue):
    ada, bo, _ = made.producers
    for track in (made.tracks[0], made.tracks[6]):
        db.credit(track, ada)
    db.credit(made.tracks[0], bo, "writer")
    db.sql("update track_producers set producer_id = %s where producer_id = %s", bo, ada)
    assert (counts(db, ada), counts(db, bo)) == ((0, 0), (2, 2))
    assert exact(db)


def test_a_track_that_moves_to_another_album_takes_its_artist_along(db: Contract, made: Catalogue):
    ada = made.producers[0]
    db.credit(made.tracks[0], ada), db.credit(made.tracks[6], ada)
    assert counts(db, ada) == (2, 2)
    db.sql("update tracks set album_id = %s where id = %s", made.albums[2], made.tracks[0])
    assert counts(db, ada) == (2, 1)
    assert exact(db)


def test_an_album_that_moves_to_another_artist_takes_its_tracks_along(db: Contract, made: Catalogue):
    ada = made.producers[0]
    db.credit(made.tracks[0], ada), db.credit(made.tracks[6], ada)
    db.sql("update albums set artist_id = %s where id = %s", made.artists[1], made.albums[0])
    assert counts(db, ada) == (2, 1)
    assert exact(db)


def test_emptying_the_credits_empties_the_counts(db: Contract, made: Catalogue):
    for track in made.tracks:
        db.credit(track, made.producers[0])
    db.sql("truncate track_producers")
    assert counts(db, made.producers[0]) == (0, 0)
    assert exact(db)


def test_a_statement_that_brings_a_producer_and_its_credit_counts_it(db: Contract, made: Catalogue):
    new = uuid.uuid4()
    db.sql(
        """
        with p as (insert into producers (id, name, normalized_name) values (%s, 'New', 'new')),
             c as (insert into track_producers (track_id, producer_id, confidence, source) values (%s, %s, 1, 't'))
        select 1
        """,
        new, made.tracks[0], new,
    )  # fmt: skip
    assert counts(db, new) == (1, 1)


def test_a_producer_that_is_deleted_leaves_nothing(db: Contract, made: Catalogue):
    db.credit(made.tracks[0], made.producers[0])
    db.sql("delete from track_producers")
    db.sql("delete from producers")
    assert [db.count(t) for t in ("producer_stats", "producer_texts", "linernotes.producer_tracks")] == [0, 0, 0]


def test_counting_anew_gives_the_same(db: Contract, made: Catalogue):
    for n, track in enumerate(made.tracks):
        db.credit(track, made.producers[n % 2])
    before = db.sql("select * from producer_stats order by producer_id")
    db.sql("select linernotes.contract_rebuild_stats()")
    assert db.sql("select * from producer_stats order by producer_id") == before
    assert exact(db)


def test_the_size_of_a_count_is_how_many_binary_digits_it_has(db: Contract):
    counts = [0, 1, 2, 3, 4, 7, 8, 1023, 1024, 2**30]
    sizes = db.value("select array_agg(linernotes.contract_size(n) order by n) from unnest(%s::bigint[]) n", counts)
    assert sizes == [n.bit_length() for n in counts]


@pytest.mark.parametrize("seed", range(5))
def test_the_counts_are_exact_after_any_changes(db: Contract, made: Catalogue, seed: int):
    chance = random.Random(seed)
    roles = ["producer", "writer", "mixer"]
    changes: list[Callable[[], object]] = [
        lambda: db.sql(
            "insert into track_producers (track_id, producer_id, role, confidence, source) "
            "select * from unnest(%s::uuid[], %s::uuid[], %s::text[], array_fill(0.5, array[6]), "
            "array_fill('t'::text, array[6])) on conflict do nothing",
            chance.choices(made.tracks, k=6), chance.choices(made.producers, k=6), chance.choices(roles, k=6),
        ),
        lambda: db.sql("delete from track_producers where track_id = %s", chance.choice(made.tracks)),
        lambda: db.sql("delete from track_producers where role = %s", chance.choice(roles)),
        lambda: db.sql(
            "update track_producers set track_id = %s "
            "where id = (select id from track_producers order by id limit 1) "
            "and not exists (select from track_producers where track_id = %s)",
            *[chance.choice(made.tracks)] * 2,
        ),
        lambda: db.sql(
            "update tracks set album_id = %s where id = any (%s)",
            chance.choice(made.albums), chance.choices(made.tracks, k=4),
        ),
        lambda: db.sql(
            "update albums set artist_id = %s where id = any (%s)",
            chance.choice(made.artists), chance.choices(made.albums, k=2),
        ),
    ]  # fmt: skip
    for _ in range(40):
        chance.choice(changes)()
        assert exact(db)


# ---- two sessions at once


def credit(db: Contract, track: uuid.UUID, producer: uuid.UUID, role: str = "producer") -> Callable[[], object]:
    return lambda: db.credit(track, producer, role)


@pytest.mark.parametrize("second_track", [0, 1], ids=["the same track", "another track"])
def test_two_sessions_that_credit_one_producer_are_both_counted(sessions: Callable[[], Contract], second_track: int):
    first, second, watcher = sessions(), sessions(), sessions()
    made = Catalogue(first, f"both {second_track}")
    ada = made.producers[0]
    first.sql("begin")
    first.credit(made.tracks[0], ada, "producer")
    with while_waiting(second, watcher, credit(second, made.tracks[second_track], ada, "writer")):
        first.sql("commit")
    assert counts(watcher, ada) == (1 + second_track, 1)
    assert exact(watcher)


def test_two_sessions_that_take_the_last_two_roles_away_leave_none(sessions: Callable[[], Contract]):
    first, second, watcher = sessions(), sessions(), sessions()
    made = Catalogue(first, "taken away")
    ids = [first.credit(made.tracks[0], made.producers[0], role) for role in ("producer", "writer")]
    delete = "delete from track_producers where id = %s"
    first.sql("begin")
    first.sql(delete, ids[0])
    with while_waiting(second, watcher, lambda: second.sql(delete, ids[1])):
        first.sql("commit")
    assert counts(watcher, made.producers[0]) == (0, 0)
    assert exact(watcher)


@pytest.mark.parametrize("mover_first", [False, True], ids=["credit first", "move first"])
@pytest.mark.parametrize("what", ["track", "album"])
def test_a_move_and_a_credit_at_once_end_exact(sessions: Callable[[], Contract], mover_first: bool, what: str):
    first, second, watcher = sessions(), sessions(), sessions()
    made = Catalogue(first, f"moved {what} {mover_first}")
    statement, target = {
        "track": ("update tracks set album_id = %s where id = %s", (made.albums[2], made.tracks[0])),
        "album": ("update albums set artist_id = %s where id = %s", (made.artists[1], made.albums[0])),
    }[what]
    first.credit(made.tracks[6], made.producers[0])
    works = [lambda db: db.credit(made.tracks[0], made.producers[0]), lambda db: db.sql(statement, *target)]
    one, two = reversed(works) if mover_first else works
    first.sql("begin")
    one(first)
    with while_waiting(second, watcher, lambda: two(second)):
        first.sql("commit")
    assert counts(watcher, made.producers[0]) == (2, 1)
    assert exact(watcher)


def test_an_older_snapshot_does_not_count(sessions: Callable[[], Contract]):
    first, second = sessions(), sessions()
    made = Catalogue(first, "snapshot")
    second.sql("begin isolation level repeatable read")
    second.sql("select 1 from producers limit 1")
    first.credit(made.tracks[0], made.producers[0], "producer")
    with pytest.raises(psycopg.errors.SerializationFailure):
        second.credit(made.tracks[0], made.producers[0], "writer")
    second.sql("rollback")
    assert exact(first)
