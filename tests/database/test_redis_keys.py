"""Redis is told what is done, and is believed in nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from linernotes.errors import KeysUnreachable, SettingsError
from linernotes.model.message import Message, Queue
from linernotes.queues.belt import Finished
from linernotes.services.redis_hints import LEFT_ALONE_FOR, open_redis
from linernotes.services.redis_keys import KEPT_AT_MOST, RedisKeys
from linernotes.services.redis_line import RedisLine
from linernotes.services.shared_keys import Entity
from tests.database.belts import NOW, Clock

redis = pytest.importorskip("redis.asyncio", reason="the extra `redis` is not installed")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def raw(redis_url: str) -> AsyncIterator[Any]:
    """What anybody sees who looks into the same Redis."""
    client = redis.Redis.from_url(redis_url, decode_responses=True)
    yield client
    await client.aclose()


@pytest.fixture
async def keys(redis_url: str, clock: Clock) -> AsyncIterator[RedisKeys]:
    opened = open_redis(redis_url, clock)
    yield RedisKeys(opened)
    await opened.close()


@pytest.fixture
async def line(redis_url: str, clock: Clock) -> AsyncIterator[RedisLine]:
    opened = open_redis(redis_url, clock)
    yield RedisLine(opened)
    await opened.close()


def finished(key: Any, fresh_for: timedelta | None = timedelta(hours=1)) -> Finished:
    message = Message(
        queue=Queue.TRACK_DISCOVERY, msg_id=1, read_ct=1, body={"_idempotencyKey": key}, attempts=1, first_at=NOW
    )
    return Finished(message=message, fresh_until=NOW + fresh_for if fresh_for else None)


async def names(raw: Any) -> set[str]:
    return set(await raw.keys("*"))


async def test_what_is_done_is_told_with_its_expiry(keys: RedisKeys, raw: Any):
    await keys.told_done("track_discovery", [finished("album:1"), finished("album:2", timedelta(days=2))])
    assert await names(raw) == {"linernotes:done:track_discovery:album:1", "linernotes:done:track_discovery:album:2"}
    assert 3590 < await raw.ttl("linernotes:done:track_discovery:album:1") <= 3600


async def test_work_that_is_done_for_good_is_not_kept_for_ever(keys: RedisKeys, raw: Any):
    await keys.told_done("track_discovery", [finished("album:1", None)])
    assert 0 < await raw.ttl("linernotes:done:track_discovery:album:1") <= KEPT_AT_MOST.total_seconds()


@pytest.mark.parametrize("key", [None, "", 7, ["a"]])
async def test_a_message_without_a_key_leaves_none(keys: RedisKeys, raw: Any, key: Any):
    await keys.told_done("track_discovery", [finished(key)])
    assert await names(raw) == set()


async def test_work_that_is_stale_already_leaves_no_key(keys: RedisKeys, raw: Any):
    await keys.told_done("track_discovery", [finished("album:1", timedelta(seconds=-5))])
    assert await names(raw) == set()


async def test_clearing_a_queue_leaves_the_other_queues_and_strangers_alone(keys: RedisKeys, raw: Any):
    await raw.set("somebody:else", "1")
    await raw.set("linernotes:other", "1")
    await keys.told_done("track_discovery", [finished("album:1"), finished("album:2")])
    await keys.told_done("album_discovery", [finished("artist:1")])
    assert await keys.clear("track_discovery") == 2
    assert await names(raw) == {"somebody:else", "linernotes:other", "linernotes:done:album_discovery:artist:1"}
    assert await keys.clear(None) == 1
    assert await names(raw) == {"somebody:else", "linernotes:other"}


async def test_a_queue_name_is_no_pattern(keys: RedisKeys, raw: Any):
    await keys.told_done("track_discovery", [finished("album:1")])
    assert await keys.clear("*") == 0
    assert await keys.clear("[t]rack_discovery") == 0


async def test_thousands_of_keys_go_in_steps(keys: RedisKeys, raw: Any):
    await keys.told_done("track_discovery", [finished(f"album:{n}") for n in range(2500)])
    assert await keys.clear(None) == 2500
    assert await names(raw) == set()


async def test_every_page_of_a_released_entity_loses_its_key_and_no_other_does(keys: RedisKeys, raw: Any):
    await keys.told_done(
        "album_discovery", [finished("artist:a1"), finished("artist:a1@50#v2"), finished("artist:a12")]
    )
    assert await keys.release([Entity("artist_albums", "a1@50"), Entity("track", "t1")]) == 2
    assert await names(raw) == {"linernotes:done:album_discovery:artist:a12"}
    assert await keys.release([]) == 0


async def test_a_redis_that_is_away_is_told_nothing_for_a_while_and_nothing_fails(
    tmp_path: Path, clock: Clock, capsys: pytest.CaptureFixture[str]
):
    keys = RedisKeys(open_redis(f"unix://{tmp_path}/nobody", clock))
    await keys.told_done("track_discovery", [finished("album:1")])
    await keys.told_done("track_discovery", [finished("album:2")])
    assert capsys.readouterr().out.count("Redis is left alone") == 1
    clock.now = NOW + LEFT_ALONE_FOR
    await keys.told_done("track_discovery", [finished("album:3")])
    assert capsys.readouterr().out.count("Redis is left alone") == 1
    with pytest.raises(KeysUnreachable, match="Start it, or unset LINERNOTES_REDIS_URL"):
        await keys.clear(None)
    with pytest.raises(KeysUnreachable):
        await keys.release([Entity("track", "t1")])


async def test_a_redis_that_takes_the_call_and_never_answers_holds_nobody_up(tmp_path: Path, clock: Clock):
    called = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        called.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_unix_server(silent, tmp_path / "silent"):
        away = open_redis(f"unix://{tmp_path}/silent", clock)
        keys = RedisKeys(away)
        await asyncio.wait_for(keys.told_done("track_discovery", [finished("album:1")]), timeout=30)
        assert called.is_set()
        called.clear()
        await keys.told_done("track_discovery", [finished("album:2")])
        assert not called.is_set()
        await away.close()


async def test_once_redis_is_back_it_is_told_again(keys: RedisKeys, raw: Any, clock: Clock):
    await raw.config_set("maxmemory", "1")  # it refuses to write
    await raw.config_set("maxmemory-policy", "noeviction")
    await keys.told_done("track_discovery", [finished("album:1")])
    await raw.config_set("maxmemory", "0")
    await keys.told_done("track_discovery", [finished("album:2")])
    assert await names(raw) == set()
    clock.now = NOW + LEFT_ALONE_FOR
    await keys.told_done("track_discovery", [finished("album:3")])
    assert await names(raw) == {"linernotes:done:track_discovery:album:3"}


async def test_a_key_of_another_kind_in_its_place_does_no_harm(keys: RedisKeys, raw: Any):
    await raw.rpush("linernotes:done:track_discovery:album:1", "a list")
    await keys.told_done("track_discovery", [finished("album:1")])
    assert await keys.clear("track_discovery") == 1


def test_an_address_that_cannot_be_read_is_a_sentence(clock: Clock):
    with pytest.raises(SettingsError, match="LINERNOTES_REDIS_URL"):
        open_redis("redis://host:notaport/0", clock)


SECOND = timedelta(seconds=1)


async def test_places_in_line_are_an_interval_apart_whoever_takes_them(line: RedisLine, keys: RedisKeys):
    other = RedisLine(keys._redis)
    waits = [await one.place("musicbrainz", SECOND) for one in (line, other, line, other)]
    assert waits[0] == timedelta(0)
    assert all(n - 0.5 < wait / SECOND <= n for n, wait in enumerate(waits))


async def test_each_source_has_a_line_of_its_own(line: RedisLine):
    await line.place("musicbrainz", SECOND)
    assert await line.place("discogs", SECOND) == timedelta(0)


async def test_a_line_where_nobody_stands_is_forgotten(line: RedisLine, raw: Any):
    await line.place("musicbrainz", SECOND)
    assert 0 < await raw.pttl("linernotes:turn:musicbrainz") <= 2001


@pytest.mark.parametrize("nonsense", ["banana", "-5", "1e300", "100000000000000000", "nan", "inf", ""])
async def test_nonsense_in_the_place_of_a_line_does_no_harm(line: RedisLine, raw: Any, nonsense: str):
    await raw.set("linernotes:turn:musicbrainz", nonsense)
    assert await line.place("musicbrainz", SECOND) >= timedelta(0)


async def test_without_redis_everybody_asks_at_once(tmp_path: Path, clock: Clock):
    assert await RedisLine(open_redis(f"unix://{tmp_path}/nobody", clock)).place("s", SECOND) == timedelta(0)
