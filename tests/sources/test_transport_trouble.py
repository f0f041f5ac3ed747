"""The one HTTP client against a server that is busy, down, refuses, drips, or sends what cannot be read."""

from __future__ import annotations

import gzip
import threading
from datetime import timedelta

import pytest

from linernotes.errors import BadAnswer, SourceBusy, SourceDown, SourceRefused
from tests.sources.conftest import CALL, THING, Hands, Make
from tests.sources.mock_server import MockServer, Reply, json_reply, text_reply

# ---- busy


async def test_a_short_wait_is_waited_out(server: MockServer, transport_to: Make, hands: Hands) -> None:
    server.first(json_reply({"error": "slow down"}, 503, Retry_After="4"))
    answer = await transport_to(server.url).get(CALL)
    assert answer.json == THING
    assert 4 <= sum(hands.slept) < 4.1


@pytest.mark.parametrize("status", [429, 503])
async def test_a_long_wait_sends_the_work_away_and_stops_everybody(
    server: MockServer, transport_to: Make, hands: Hands, status: int
) -> None:
    server.first(json_reply({}, status, Retry_After="600"))
    with pytest.raises(SourceBusy) as caught:
        await transport_to(server.url).get(CALL)
    assert caught.value.wait == timedelta(seconds=600)
    elsewhere = transport_to(server.url)  # another worker: it shares nothing but the database
    with pytest.raises(SourceBusy) as caught:
        await elsewhere.get(CALL)
    assert timedelta(seconds=599) < caught.value.wait <= timedelta(seconds=600)
    assert str(status) in caught.value.why
    assert len(server.asked) == 1
    assert hands.slept == []
    hands.time += timedelta(seconds=600)
    assert (await elsewhere.get(CALL)).json == THING


async def test_a_pause_stops_only_the_source_that_asked_for_it(server: MockServer, transport_to: Make) -> None:
    server.first(json_reply({}, 503, Retry_After="600"))
    with pytest.raises(SourceBusy):
        await transport_to(server.url).get(CALL)
    assert (await transport_to(server.url, "wikidata").get(CALL)).json == THING


async def test_a_wait_of_hours_is_believed_for_one(server: MockServer, transport_to: Make) -> None:
    server.first(json_reply({}, 429, Retry_After="86400"))
    with pytest.raises(SourceBusy) as caught:
        await transport_to(server.url).get(CALL)
    assert caught.value.wait == timedelta(hours=1)


async def test_a_wait_until_a_date_is_understood(server: MockServer, transport_to: Make) -> None:
    server.first(json_reply({}, 503, Retry_After="Mon, 05 Jan 2026 12:10:00 GMT"))
    with pytest.raises(SourceBusy) as caught:
        await transport_to(server.url).get(CALL)
    assert caught.value.wait == timedelta(minutes=10)


async def test_who_does_not_say_how_long_is_given_two_seconds_then_twice_as_long(
    server: MockServer, transport_to: Make, hands: Hands
) -> None:
    server.first(*[text_reply("busy", 503)] * 3)
    with pytest.raises(SourceBusy) as caught:
        await transport_to(server.url).get(CALL)
    assert caught.value.wait == timedelta(seconds=8)
    assert [round(s) for s in hands.slept] == [2, 4]
    assert len(server.asked) == 3


async def test_a_source_that_is_always_busy_for_a_moment_is_not_asked_for_ever(
    server: MockServer, transport_to: Make
) -> None:
    server.first(*[json_reply({}, 503, Retry_After="0")] * 50)
    with pytest.raises(SourceBusy):
        await transport_to(server.url).get(CALL)
    assert len(server.asked) == 4


async def test_a_source_can_be_busy_with_status_200(server: MockServer, transport_to: Make) -> None:
    server.first(json_reply({"error": {"code": "maxlag"}}, 200, Retry_After="30"))
    transport = transport_to(server.url, says_busy=lambda answer: "error" in answer)
    with pytest.raises(SourceBusy) as caught:
        await transport.get(CALL)
    assert caught.value.wait == timedelta(seconds=30)


# ---- down, refused, unreadable


@pytest.mark.parametrize("status", [500, 502, 504])
async def test_an_error_of_its_own_is_tried_twice_more(
    server: MockServer, transport_to: Make, hands: Hands, status: int
) -> None:
    server.first(*[text_reply("oops", status)] * 2)
    assert (await transport_to(server.url).get(CALL)).json == THING
    assert len(server.asked) == 3
    assert len(hands.slept) >= 2
    server.first(*[text_reply("oops", status)] * 5)
    with pytest.raises(SourceDown, match=f"answered {status}, 3 times"):
        await transport_to(server.url, "wikidata").get(CALL)
    assert len(server.asked) == 6


async def test_nobody_there_is_down(transport_to: Make) -> None:
    with MockServer(lambda _: json_reply({})) as gone:
        url = gone.url
    with pytest.raises(SourceDown, match="connection"):
        await transport_to(url).get(CALL)


async def test_a_body_that_is_cut_off_is_asked_for_again(server: MockServer, transport_to: Make) -> None:
    whole = json_reply(THING)
    server.first(Reply(body=whole.body, headers=whole.headers, cut=8))
    assert (await transport_to(server.url).get(CALL)).json == THING
    assert len(server.asked) == 2


@pytest.mark.parametrize(
    "reply",
    [
        text_reply("<html>Sorry, we are having a party"),
        text_reply('{"id": "1", "na', kind="application/json"),
        text_reply("", kind="application/json"),
        text_reply("[1, 2", kind="application/json", Content_Encoding="gzip"),
        json_reply(THING, 204),
        json_reply(THING, 203),
    ],
)
async def test_what_cannot_be_read_is_a_bad_answer_and_not_kept(
    server: MockServer, transport_to: Make, reply: Reply
) -> None:
    server.first(reply)
    transport = transport_to(server.url)
    with pytest.raises(BadAnswer):
        await transport.get(CALL)
    assert (await transport.get(CALL)).json == THING


@pytest.mark.parametrize("status", [400, 401, 403, 410, 451])
async def test_a_refusal_is_final_and_says_what_the_source_said(
    server: MockServer, transport_to: Make, status: int
) -> None:
    server.first(json_reply({"error": "Invalid mbid."}, status))
    with pytest.raises(SourceRefused, match=f"{status}: Invalid mbid"):
        await transport_to(server.url).get(CALL)
    assert len(server.asked) == 1


async def test_an_answer_that_drips_is_given_up_at_the_deadline(server: MockServer, transport_to: Make) -> None:
    whole = json_reply({"long": "x" * 1000})
    server.first(Reply(body=whole.body, headers=whole.headers, drip=0.05))
    with pytest.raises(SourceDown, match=r"within 0\.3 s"):
        await transport_to(server.url, deadline=timedelta(seconds=0.3)).get(CALL)
    assert len(server.asked) == 1


async def test_silence_is_given_up_at_the_deadline(server: MockServer, transport_to: Make) -> None:
    over = threading.Event()
    server.first(Reply(hold=over))
    with pytest.raises(SourceDown):
        await transport_to(server.url, deadline=timedelta(seconds=0.2)).get(CALL)
    over.set()


async def test_a_bomb_is_refused(server: MockServer, transport_to: Make) -> None:
    bomb = gzip.compress(b"[" + b" " * 30_000_000 + b"]")
    assert len(bomb) < 100_000
    server.first(Reply(body=bomb, headers={"Content-Encoding": "gzip"}))
    with pytest.raises(BadAnswer, match="larger than 8 MB"):
        await transport_to(server.url, largest_body=8 * 1024 * 1024).get(CALL)


async def test_an_answer_that_is_too_large_is_refused(server: MockServer, transport_to: Make) -> None:
    server.first(json_reply(["x"] * 1_000_000))
    with pytest.raises(BadAnswer, match="larger than 1 MB"):
        await transport_to(server.url, largest_body=1024 * 1024).get(CALL)


async def test_the_page_of_an_error_may_be_of_any_size(server: MockServer, transport_to: Make) -> None:
    server.first(text_reply("x" * 500_000, 403))
    with pytest.raises(SourceRefused, match="403"):
        await transport_to(server.url).get(CALL)
