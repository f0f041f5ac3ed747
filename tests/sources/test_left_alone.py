"""A source that is down, or out of quota, is left alone by everybody, tried with one request, and then goes on."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from linernotes.errors import BadAnswer, SourceBusy, SourceDown, SourceRefused
from linernotes.sources.calls import Call
from linernotes.sources.transport import Transport
from tests.sources.conftest import Hands
from tests.sources.drive import drive
from tests.sources.mock_musicbrainz import small_world
from tests.sources.mock_server import Asked, MockServer, Reply, json_reply, text_reply

Make = Callable[..., Transport]
DOWN = text_reply("oops", 500)


def call(number: int) -> Call:
    """A question that nobody asked before, so that no kept answer helps."""
    return Call(path=f"thing/{number}", params={}, fresh_for=timedelta(days=7))


class Source:
    """A stand-in that is down until it is told otherwise."""

    def __init__(self) -> None:
        self.reply: Reply = DOWN
        self.held = threading.Event()
        self._release = threading.Event()

    def answer(self, asked: Asked) -> Reply:
        if self.reply.hold is not None:
            self.held.set()
        return self.reply

    async def holds_back(self, transport: Transport, number: int) -> asyncio.Task[Any]:
        """Ask, and come back when the request has arrived and waits for `lets_go`."""
        self.reply = replace(json_reply({}), hold=self._release)
        asking = asyncio.create_task(transport.get(call(number)))
        assert await asyncio.to_thread(self.held.wait, 10)
        return asking

    async def lets_go(self, asking: asyncio.Task[Any]) -> None:
        self._release.set()
        await asking


@pytest.fixture
def source() -> Source:
    return Source()


@pytest.fixture
def server(source: Source) -> Iterator[MockServer]:
    with MockServer(source.answer) as running:
        yield running


async def fails(transport: Transport, number: int = 0) -> Exception:
    with pytest.raises((SourceDown, SourceBusy)) as caught:
        await transport.get(call(number))
    return caught.value


async def left_alone(transport: Transport) -> timedelta:
    """Fail until it is left alone; for how long."""
    for number in range(2):
        assert isinstance(await fails(transport, number), SourceDown)
    error = await fails(transport, 2)
    assert isinstance(error, SourceBusy)
    return error.wait


def state(db: psycopg.Connection[Any]) -> tuple[Any, ...] | None:
    return db.execute("select failures, opened_at is not null from linernotes.budgets").fetchone()


async def test_at_the_third_failure_in_a_row_whoever_asks_everybody_leaves_the_source_alone(
    server: MockServer, transport_to: Make
) -> None:
    one, two = transport_to(server.url), transport_to(server.url)  # they share nothing but the database
    assert isinstance(await fails(one, 1), SourceDown)
    assert isinstance(await fails(two, 2), SourceDown)
    third = await fails(one, 3)
    assert isinstance(third, SourceBusy)
    assert third.wait == timedelta(seconds=30)
    asked = len(server.asked)
    assert isinstance(await fails(two, 4), SourceBusy)
    assert len(server.asked) == asked == 9, "three times three, and not once more"


async def test_an_answer_in_between_starts_the_count_anew(
    source: Source, server: MockServer, transport_to: Make, db: psycopg.Connection
) -> None:
    transport = transport_to(server.url)
    await fails(transport, 1)
    await fails(transport, 2)
    source.reply = json_reply({})
    await transport.get(call(3))
    assert state(db) == (0, False)
    source.reply = DOWN
    assert isinstance(await fails(transport, 4), SourceDown)


async def test_after_the_pause_one_request_tries_it_and_is_not_repeated(
    server: MockServer, transport_to: Make, hands: Hands
) -> None:
    transport = transport_to(server.url)
    wait = await left_alone(transport)
    hands.time += wait
    asked = len(server.asked)
    assert isinstance(await fails(transport, 3), SourceBusy)
    assert isinstance(await fails(transport, 4), SourceBusy)
    assert len(server.asked) == asked + 1


async def test_the_longer_it_is_down_the_longer_it_is_left_alone_up_to_a_quarter_of_an_hour(
    server: MockServer, transport_to: Make, hands: Hands
) -> None:
    transport = transport_to(server.url)
    waits = [await left_alone(transport)]
    for number in range(7):
        hands.time += waits[-1]
        error = await fails(transport, number)
        assert isinstance(error, SourceBusy)
        waits.append(error.wait)
    seconds = [round(wait.total_seconds()) for wait in waits]
    assert seconds == [30, 30, 60, 120, 240, 480, 900, 900]


async def test_while_one_request_tries_it_all_others_wait(
    source: Source, server: MockServer, transport_to: Make, hands: Hands
) -> None:
    transport = transport_to(server.url)
    wait = await left_alone(transport)
    hands.time += wait
    asked = len(server.asked)
    trying = await source.holds_back(transport, 7)
    assert isinstance(await fails(transport_to(server.url), 8), SourceBusy)
    await source.lets_go(trying)
    source.reply = json_reply({})
    await transport_to(server.url).get(call(9))
    assert len(server.asked) == asked + 2


@pytest.mark.parametrize(
    ("reply", "raises"),
    [
        (json_reply({}), None),
        (json_reply({}, 404), None),
        (json_reply({"error": "no"}, 403), SourceRefused),
        (text_reply("<html>"), BadAnswer),
    ],
)
async def test_whatever_it_says_a_source_that_answers_is_asked_again_by_everybody(
    source: Source,
    server: MockServer,
    transport_to: Make,
    hands: Hands,
    db: psycopg.Connection,
    reply: Reply,
    raises: type[Exception] | None,
) -> None:
    transport = transport_to(server.url)
    wait = await left_alone(transport)
    hands.time += wait
    source.reply = reply
    if raises is None:
        await transport.get(call(3))
    else:
        with pytest.raises(raises):
            await transport.get(call(3))
    assert state(db) == (0, False)


async def test_a_source_that_asks_for_a_wait_when_it_is_tried_is_left_alone_on(
    source: Source, server: MockServer, transport_to: Make, hands: Hands, db: psycopg.Connection
) -> None:
    transport = transport_to(server.url)
    wait = await left_alone(transport)
    hands.time += wait
    source.reply = json_reply({}, 429, Retry_After="600")
    error = await fails(transport, 3)
    assert isinstance(error, SourceBusy)
    assert error.wait == timedelta(seconds=600)
    state_now = state(db)
    assert state_now is not None
    assert state_now[1]


async def test_an_answer_to_a_request_from_before_the_pause_does_not_end_it(
    source: Source, server: MockServer, transport_to: Make, db: psycopg.Connection, hands: Hands
) -> None:
    transport = transport_to(server.url)
    await fails(transport, 1)
    early = await source.holds_back(transport, 7)
    db.execute("select linernotes.pause_source('musicbrainz', '1 hour', 'quota', %s)", [hands.time])
    await source.lets_go(early)
    assert state(db) == (1, True)


class Particular(Source):
    """A stand-in that is well, and never answers one question."""

    def answer(self, asked: Asked) -> Reply:
        return DOWN if asked.path == "/thing/13" else json_reply({})


async def test_a_question_that_always_fails_on_a_quiet_source_spends_attempts_and_the_source_is_not_left_alone(
    transport_to: Make, hands: Hands, db: psycopg.Connection
) -> None:
    with MockServer(Particular().answer) as server:
        transport = transport_to(server.url)
        await transport.get(call(1))
        for number in range(6):  # nobody asks anything else
            error = await fails(transport, 13)
            assert isinstance(error, SourceDown), f"left alone at failure {number + 1}"
            assert ("meanwhile answered another question" in str(error)) == bool(number % 2)
        paths = [asked.path for asked in server.asked]
    assert paths.count("/thing/13") == 18, "each time three times"
    assert paths.count("/thing/1") == 1 + 3, "once, and each time that the source was in doubt"
    assert state(db) == (0, False)
    assert min(server.gaps) >= 0
    assert db.execute("select calls from linernotes.budgets").fetchone() == (22,)


async def test_a_source_that_does_not_answer_what_it_answered_before_either_is_left_alone(
    source: Source, server: MockServer, transport_to: Make, hands: Hands
) -> None:
    transport = transport_to(server.url)
    source.reply = json_reply({})
    await transport.get(call(99))
    source.reply = DOWN
    wait = await left_alone(transport)
    assert [asked.path for asked in server.asked].count("/thing/99") == 1 + 2, "when it was in doubt"
    hands.time += wait
    asked = len(server.asked)
    assert isinstance(await fails(transport, 3), SourceBusy)
    assert len(server.asked) == asked + 2, "the question that tries it, and one that it had answered"


async def test_a_source_that_is_tried_with_a_question_that_always_fails_is_asked_again_by_everybody(
    source: Source, server: MockServer, transport_to: Make, hands: Hands, db: psycopg.Connection
) -> None:
    transport = transport_to(server.url)
    source.reply = json_reply({})
    await transport.get(call(99))
    source.reply = DOWN
    wait = await left_alone(transport)
    hands.time += wait
    server.answer = Particular().answer
    assert isinstance(await fails(transport, 13), SourceDown)
    assert state(db) == (0, False)
    await transport.get(call(2))


async def test_a_question_that_always_fails_is_given_up_with_its_reason_while_an_outage_gives_nothing_up(
    database_url: str, db: psycopg.Connection
) -> None:
    """The release that the third album needs gets a 500, always; nothing else is left to ask."""
    world = small_world(albums=3, tracks=4)
    async with drive(database_url, world) as run:
        musicbrainz = run.servers["musicbrainz"]
        well = musicbrainz.answer
        broken = sorted(world.releases)[0]
        musicbrainz.answer = lambda asked: DOWN if asked.path.endswith(broken) else well(asked)
        await run.discover("Ada Lind", "musicbrainz")
        for _ in range(30):
            run.time.at += timedelta(minutes=1)
            await run.work()
        asked = [asked.path for asked in musicbrainz.asked if asked.path.endswith(broken)]
    letters = db.execute("select queue_name, error_class, error, attempts from linernotes.dead_letters").fetchall()
    assert [(queue, kind, attempts) for queue, kind, _, attempts in letters] == [("track_discovery", "SourceDown", 5)]
    assert "answered 500" in letters[0][2]
    assert len(asked) == 5 * 3
    assert db.execute("select count(*) from linernotes.parked_messages").fetchone() == (0,)
    assert db.execute("select count(*) from tracks").fetchone() == (8,)


async def test_a_discovery_whose_source_goes_down_ends_as_if_it_had_not_and_spends_no_attempt(
    database_url: str, db: psycopg.Connection
) -> None:
    world = small_world(albums=3, tracks=4)
    async with drive(database_url, world) as run:
        musicbrainz = run.servers["musicbrainz"]
        well = musicbrainz.answer
        musicbrainz.answer = lambda asked: DOWN
        await run.discover("Ada Lind", "musicbrainz")
        for _ in range(8):
            run.time.at += timedelta(minutes=1)
            await run.work()
        assert db.execute("select count(*) from linernotes.parked_messages").fetchone() == (1,)
        down = len(musicbrainz.asked)
        assert down < 20, "it was left alone"
        musicbrainz.answer = well
        run.time.at += timedelta(minutes=15)
        await run.work()
    assert db.execute("select count(*) from albums").fetchone() == (3,)
    assert db.execute("select count(*) from tracks").fetchone() == (12,)
    assert db.execute("select count(distinct track_id) from track_producers").fetchone() == (12,)
    for table in ("linernotes.parked_messages", "linernotes.dead_letters", "processing_locks"):
        assert db.execute(f"select count(*) from {table}").fetchone() == (0,), table
    unfinished = "select count(*) from processing_status where state <> 'COMPLETED'"
    assert db.execute(unfinished).fetchone() == (0,)


async def test_what_one_source_says_is_kept_while_the_other_is_down_and_asked_only_once(
    database_url: str, db: psycopg.Connection
) -> None:
    """Deezer lists the albums, MusicBrainz knows who made them: only the credits wait."""
    world = small_world(albums=2, tracks=3)
    async with drive(database_url, world) as run:
        musicbrainz = run.servers["musicbrainz"]
        well = musicbrainz.answer
        musicbrainz.answer = lambda asked: json_reply({}, 503, Retry_After="1200")
        await run.discover("Ada Lind", "deezer")
        listed = run.calls()["deezer"]
        assert db.execute("select count(*) from tracks").fetchone() == (6,)
        assert db.execute(
            "select queue_name, source, count(*) from linernotes.parked_messages group by 1, 2"
        ).fetchall() == [("producer_identification", "musicbrainz", 6)]
        musicbrainz.answer = well
        run.time.at += timedelta(minutes=20)
        await run.work()
        assert run.calls()["deezer"] == listed
    assert db.execute("select count(distinct track_id) from track_producers").fetchone() == (6,)
    assert db.execute("select count(*) from linernotes.parked_messages").fetchone() == (0,)
