"""On tables of 100,000 rows no function reads a whole one where an index would do.

PostgreSQL counts what a transaction reads: a test calls a function and looks at the rows that were read in order.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from psycopg import Connection
from psycopg.rows import dict_row

from linernotes.database import connect
from tests.contract.client import Contract

ROWS = 100_000
FILL = """
insert into artists (name, spotify_id, popularity, metadata)
select 'Artist ' || i, 's' || i, i % 101, jsonb_build_object('genres', array['genre ' || i % 5000])
from generate_series(1, %(rows)s) i;
insert into albums (name, artist_id, spotify_id)
select 'Album', id, spotify_id from artists;
insert into tracks (name, album_id, spotify_id)
select 'Track', id, spotify_id from albums;
alter table producers disable trigger user;
alter table track_producers disable trigger user;
insert into producers (name, normalized_name)
select 'Producer ' || md5(i::text), 'producer ' || i from generate_series(1, %(rows)s) i;
insert into track_producers (track_id, producer_id, confidence, source)
select t.id, p.id, 1, 'test'
from (select id, row_number() over (order by id) as n from tracks) t
join (select id, row_number() over (order by id) as n from producers) p using (n);
select linernotes.contract_rebuild_stats();
alter table producers enable trigger user;
alter table track_producers enable trigger user;
insert into processing_locks (entity_type, entity_id, worker_id)
select 'artist', i::text, 'w' from generate_series(1, %(rows)s) i;
insert into processing_status (entity_type, entity_id, state, last_processed_at)
select 'artist', i::text, case when i %% 1000 = 0 then 'IN_PROGRESS' else 'COMPLETED' end, now()
from generate_series(1, %(rows)s) i;
insert into queue_metrics (queue_name, operation, success_count, details)
select 'artist_discovery', 'process', 1, jsonb_build_object('operation_id', i::text, 'spotify_id', 's' || i)
from generate_series(1, %(rows)s) i;
insert into monitoring_events (event_type, details, created_at)
select 'other', '{}', now() from generate_series(1, %(rows)s) i;
insert into worker_issues (worker_name, issue_type, message, resolved)
select 'w' || i %% 20, 'k' || i %% 10, 'm', true from generate_series(1, %(rows)s) i;
insert into pgmq.q_artist_discovery (vt, message)
select now() - interval '1 minute', '{}' from generate_series(1, %(rows)s) i;
"""
LOCK = {"p_entity_type": "artist", "p_entity_id": "777"}
READ = """
    select relname, seq_tup_read from pg_stat_xact_user_tables
    where schemaname in ('public', 'pgmq', 'linernotes') and seq_tup_read > 0
"""
# What each function is called with; none of these may read a table in order.
INDEXED = {
    "process_artist_atomic": {"p_artist_data": {"popularity": 1}, "p_operation_id": "new", "p_spotify_id": "s777"},
    "process_album_atomic": {"p_album_data": {"cover_url": "c"}, "p_operation_id": "new", "p_spotify_id": "s777"},
    "process_track_atomic": {"p_track_data": {"popularity": 1}, "p_operation_id": "new", "p_spotify_id": "s777"},
    "process_producer_atomic": {
        "p_producer_data": {"email": "e"}, "p_operation_id": "new", "p_normalized_name": "producer 777",
    },
    "acquire_processing_lock": LOCK,
    "release_processing_lock": LOCK,
    "update_lock_heartbeat": {**LOCK, "p_worker_id": "w", "p_correlation_id": None},
    "claim_stale_lock": {**LOCK, "p_new_worker_id": "v", "p_correlation_id": None},
    "force_release_entity_lock": LOCK,
    "cleanup_stale_entities": {},
    "start_bulk_artist_discovery": {"genre": "GENRE 77", "limit_count": 5},
    "pg_enqueue": {"queue_name": "artist_discovery", "message_body": {"n": 1}},
    "pg_dequeue": {"queue_name": "artist_discovery"},
    "pg_delete_message": {"queue_name": "artist_discovery", "message_id": "777"},
    "pg_release_message": {"queue_name": "artist_discovery", "message_id": "00000000-0000-0000-0000-000000000309"},
    "ensure_message_deleted": {"queue_name": "artist_discovery", "message_id": "777"},
    "cross_schema_queue_op": {"p_operation": "delete", "p_queue_name": "artist_discovery", "p_message_id": "777"},
    "reset_stuck_messages": {"queue_name": "artist_discovery"},
    "list_stuck_messages": {"queue_name": "artist_discovery"},
}  # fmt: skip


@pytest.fixture(scope="module")
def filled(url: str) -> Iterator[Connection]:
    with connect.connect(url, row_factory=dict_row) as conn:
        for statement in FILL.split(";\n")[:-1]:
            conn.execute(statement.replace("i % ", "i %% "), {"rows": ROWS})
        conn.execute("vacuum analyze")
        yield conn


@pytest.fixture
def big(filled: Connection) -> Iterator[Contract]:
    with filled.transaction(force_rollback=True):
        yield Contract(filled)


@contextmanager
def reading(db: Contract) -> Iterator[dict[str, int]]:
    """How many rows of each table are read in order meanwhile; the small tables are not worth a word."""
    before = {row["relname"]: row["seq_tup_read"] for row in db.sql(READ)}
    read: dict[str, int] = {}
    yield read
    for row in db.sql(READ):
        if (rows := row["seq_tup_read"] - before.get(row["relname"], 0)) > ROWS / 100:
            read[row["relname"]] = rows


@pytest.mark.parametrize("function", INDEXED)
def test_a_call_finds_its_rows_by_an_index(big: Contract, function: str):
    with reading(big) as read:
        big.rows(function, **INDEXED[function])
    assert read == {}


def test_an_operation_done_before_is_found_by_an_index(big: Contract):
    again = {"p_artist_data": {"name": "x"}, "p_operation_id": "777", "p_spotify_id": "s777"}
    with reading(big) as read:
        assert big.rows("process_artist_atomic", **again) == [{"process_artist_atomic": None}]
    assert read == {}


@pytest.mark.parametrize("term", ["producer 777", "c4ca4238a0b923820dcc509a6f75849b", "nothing like it"])
def test_a_rare_term_is_found_by_the_trigram_index(big: Contract, term: str):
    with reading(big) as read:
        big.rows("search_producers", search_term=term)
    assert read == {}


@pytest.mark.parametrize("term", ["prod", "", "a", "zz"])
def test_a_frequent_or_short_term_walks_the_best_first(big: Contract, term: str):
    with reading(big) as read:
        big.rows("search_producers", search_term=term)
    assert read == {}


PLAINLY = """
    select p.id, p.name, p.normalized_name, p.instagram_handle, p.image_url,
           count(distinct c.track_id) as track_count, count(distinct b.artist_id) as artist_count
    from producers p
    left join track_producers c on c.producer_id = p.id
    left join tracks t on t.id = c.track_id
    left join albums b on b.id = t.album_id
    where p.name ilike %(pattern)s or p.normalized_name ilike %(pattern)s
    group by p.id
    order by track_count desc, artist_count desc, p.name, p.id
    limit 50
"""
MORE_CREDITS = """
    insert into track_producers (track_id, producer_id, confidence, source)
    select t.id, p.id, 1, 'more'
    from (select id, row_number() over (order by md5(id::text)) as n from producers) p
    join (select id, row_number() over (order by md5(id::text)) as n from tracks limit 2000) t on p.n * t.n < 20000
    on conflict do nothing
"""


def test_every_way_gives_what_counting_all_matches_gives(big: Contract):
    big.sql(MORE_CREDITS)
    big.sql("analyze producer_stats")
    for term in ("ab", "abc", "1abc", "3f7e", "er a", "77", "r 777", "r 5", "producer b", "5 producer 7", "zzz", ""):
        plainly = big.conn.execute(PLAINLY, {"pattern": f"%{term}%"}).fetchall()
        assert big.rows("search_producers", search_term=term) == plainly, term


def test_the_collaborations_of_a_producer_are_found_by_indexes(big: Contract):
    producer = big.value("select producer_id from track_producers limit 1")
    with reading(big) as read:
        assert len(big.rows("get_producer_collaborations", producer_id=producer)) == 1
    assert read == {}


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        ("get_processing_stats", {"processing_status"}),
        ("get_worker_issue_stats", {"worker_issues"}),
        ("get_queue_monitoring_data", {"q_artist_discovery"}),
        ("diagnose_queue_tables", {"q_artist_discovery"}),
        ("get_system_health", {"processing_status", "worker_issues", "q_artist_discovery"}),
    ],
)
def test_a_report_reads_each_table_once_at_most(big: Contract, function: str, expected: set[str]):
    with reading(big) as read:
        big.rows(function)
    assert read.keys() <= expected
    assert all(rows <= ROWS for rows in read.values()), read


def test_the_migrations_made_no_index_twice(big: Contract):
    double = big.sql(
        """
        select array_agg(indexname) from pg_indexes where schemaname in ('public', 'linernotes')
        group by tablename, regexp_replace(indexdef, 'INDEX \\S+ ON', 'INDEX ON') having count(*) > 1
        """
    )
    assert double == []
