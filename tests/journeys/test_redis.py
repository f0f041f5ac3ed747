"""With a Redis beside it, away from it, or with one that lies: the tables are the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.conftest import DatabaseServer
from tests.journeys.conftest import Linernotes
from tests.journeys.test_worker import a_list

redis = pytest.importorskip("redis", reason="the extra `redis` is not installed")

SONGS = 30


@pytest.fixture
def another(postgresql: DatabaseServer, tmp_path: Path) -> Iterator[Callable[[], Linernotes]]:
    made: list[str] = []

    def fresh() -> Linernotes:
        made.append(postgresql.database())
        return Linernotes(made[-1], tmp_path)

    yield fresh
    for url in made:
        postgresql.drop(url)


def loaded(linernotes: Linernotes, songs: Path, **environment: str) -> dict[str, list[tuple[object, ...]]]:
    linernotes("discover", "--all", "--from", f"file:{songs}", **environment)
    return linernotes.tables()


@contextmanager
def looking_into(url: str) -> Iterator[redis.Redis]:
    with redis.Redis.from_url(url) as client:
        yield client


def test_redis_knows_what_is_done_and_the_tables_are_those_of_a_run_without(
    another: Callable[[], Linernotes], redis_url: str, tmp_path: Path
):
    songs = a_list(tmp_path, SONGS)
    calm = loaded(another(), songs)
    assert loaded(another(), songs, LINERNOTES_REDIS_URL=redis_url) == calm
    with looking_into(redis_url) as client:
        assert len(client.keys("linernotes:done:producer_identification:*")) == SONGS


def test_a_redis_that_lies_that_all_is_done_hides_no_work(
    another: Callable[[], Linernotes], redis_url: str, tmp_path: Path
):
    songs = a_list(tmp_path, SONGS)
    first = another()
    calm = loaded(first, songs, LINERNOTES_REDIS_URL=redis_url)  # now it knows every key of an artist's name as done
    with looking_into(redis_url) as client:
        known = client.keys("linernotes:done:artist_discovery:*")
    assert len(known) == 7
    assert loaded(another(), songs, LINERNOTES_REDIS_URL=redis_url) == calm


def test_a_flushed_redis_brings_no_work_twice(another: Callable[[], Linernotes], redis_url: str, tmp_path: Path):
    songs = a_list(tmp_path, SONGS)
    linernotes = another()
    calm = loaded(linernotes, songs, LINERNOTES_REDIS_URL=redis_url)
    with looking_into(redis_url) as client:
        client.flushall()
    batches = linernotes.one("select count(*) from queue_metrics")
    assert loaded(linernotes, songs, LINERNOTES_REDIS_URL=redis_url) == calm
    assert linernotes.one("select count(*) from queue_metrics") == batches


def test_without_the_redis_that_is_set_the_work_is_done_all_the_same(
    another: Callable[[], Linernotes], tmp_path: Path
):
    songs = a_list(tmp_path, SONGS)
    calm = loaded(another(), songs)
    alone = another()
    assert loaded(alone, songs, LINERNOTES_REDIS_URL=f"unix://{tmp_path}/nobody") == calm
    assert "Redis is left alone" in alone.err


def test_an_address_that_is_none_is_refused_at_start(linernotes: Linernotes):
    linernotes("worker", "--once", status=1, LINERNOTES_REDIS_URL="localhost:6379")
    assert "LINERNOTES_REDIS_URL is wrong" in linernotes.err
