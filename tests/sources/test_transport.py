"""The one HTTP client against a server that misbehaves in every way we know of."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx2
import psycopg
import pytest

from linernotes import __version__
from linernotes.errors import (
    BadAnswer,
    CredentialMissing,
    SettingsError,
    SourceBusy,
    SourceDown,
    SourceRefused,
)
from linernotes.sources.calls import Call
from linernotes.sources.exchange import exchange, new_client
from linernotes.sources.transport import Transport
from tests.sources.conftest import Hands
from tests.sources.mock_server import MockServer, Reply, gzipped, json_reply, text_reply

Make = Callable[..., Transport]
THING = {"id": "1", "name": "Ada"}
CALL = Call(path="thing/1", params={"fmt": "json"}, fresh_for=timedelta(days=7))


@pytest.fixture
def server() -> Iterator[MockServer]:
    with MockServer(lambda _: json_reply(THING)) as running:
        yield running


async def test_an_answer_is_asked_for_once_and_then_kept(
    server: MockServer, transport_to: Make, db: psycopg.Connection
) -> None:
    transport = transport_to(server.url)
    first, second = await transport.get(CALL), await transport.get(CALL)
    assert first.json == second.json == THING
    assert (first.from_cache, second.from_cache) == (False, True)
    assert second.fetched_at == first.fetched_at
    assert len(server.asked) == 1
    assert db.execute("select source, calls, cached from linernotes.budgets").fetchall() == [("musicbrainz", 1, 1)]


async def test_an_answer_whose_time_is_over_is_asked_for_again(
    server: MockServer, transport_to: Make, hands: Hands
) -> None:
    transport = transport_to(server.url)
    await transport.get(CALL)
    hands.time += timedelta(days=7)
    assert not (await transport.get(CALL)).from_cache
    assert len(server.asked) == 2


async def test_two_tasks_with_one_question_ask_once(server: MockServer, transport_to: Make) -> None:
    transport = transport_to(server.url)
    answers = await asyncio.gather(*(transport.get(CALL) for _ in range(5)))
    assert [a.json for a in answers] == [THING] * 5
    assert len(server.asked) == 1


async def test_it_says_who_asks(server: MockServer, transport_to: Make) -> None:
    await transport_to(server.url).get(CALL)
    headers = server.asked[0].headers
    assert headers["user-agent"] == f"linernotes/{__version__} (tests@example.org)"
    assert headers["accept"] == "application/json"
    assert "authorization" not in headers


@pytest.mark.parametrize("contact", [None, ""])
def test_without_a_contact_nobody_is_asked_a_mirror_neither(
    server: MockServer, transport_to: Make, contact: str | None
) -> None:
    with pytest.raises(CredentialMissing, match="LINERNOTES_CONTACT"):
        transport_to(server.url, contact=contact)
    assert server.asked == []


def test_the_official_host_is_asked_over_https_only(transport_to: Make) -> None:
    transport_to("https://musicbrainz.org/ws/2")
    with pytest.raises(SettingsError, match="https"):
        transport_to("http://musicbrainz.org/ws/2")


async def test_a_form_is_posted(server: MockServer, transport_to: Make) -> None:
    call = Call(path="sparql", form={"query": "SELECT 1 + 1"}, fresh_for=timedelta(days=1), accept="text/x")
    transport = transport_to(server.url)
    assert (await transport.get(call)).json == THING
    assert (await transport.get(call)).from_cache
    (asked,) = server.asked
    assert (asked.method, asked.form, asked.headers["accept"]) == ("POST", {"query": "SELECT 1 + 1"}, "text/x")


async def test_a_compressed_answer_is_unpacked(server: MockServer, transport_to: Make) -> None:
    server.first(gzipped(json_reply(THING)))
    assert (await transport_to(server.url).get(CALL)).json == THING


async def test_a_thing_that_does_not_exist_is_an_answer_and_kept_for_a_day(
    server: MockServer, transport_to: Make, hands: Hands
) -> None:
    transport = transport_to(server.url)
    server.first(json_reply({"error": "Not Found"}, 404))
    answer = await transport.get(CALL)
    assert (answer.status, answer.found, answer.json) == (404, False, {"error": "Not Found"})
    hands.time += timedelta(hours=23)
    assert (await transport.get(CALL)).status == 404
    hands.time += timedelta(hours=1)
    assert (await transport.get(CALL)).found


async def test_a_404_that_is_not_the_services_own_is_not_kept(server: MockServer, transport_to: Make) -> None:
    server.first(text_reply("<html>no such page", 404))
    transport = transport_to(server.url)
    assert (await transport.get(CALL)).json is None
    assert (await transport.get(CALL)).found


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


# ---- redirects


async def test_a_redirect_inside_the_host_is_followed_and_costs_a_turn(
    server: MockServer, transport_to: Make, hands: Hands, db: psycopg.Connection
) -> None:
    server.first(text_reply("", 301, Location="/thing/2?fmt=json"))
    assert (await transport_to(server.url).get(CALL)).json == THING
    assert [asked.path for asked in server.asked] == ["/thing/1", "/thing/2"]
    assert sum(hands.slept) >= 1
    assert db.execute("select calls from linernotes.budgets").fetchone() == (2,)


async def test_a_redirect_to_another_host_is_not_followed(server: MockServer, transport_to: Make) -> None:
    with MockServer(lambda _: json_reply({"secret": 1})) as other:
        server.first(text_reply("", 302, Location=f"{other.url}/thing/1"))
        with pytest.raises(SourceRefused, match="redirects"):
            await transport_to(server.url).get(CALL)
        assert other.asked == []


async def test_redirects_without_end_are_not_followed_for_ever(server: MockServer, transport_to: Make) -> None:
    server.first(*[text_reply("", 302, Location="/again")] * 50)
    with pytest.raises(BadAnswer, match="302"):
        await transport_to(server.url).get(CALL)
    assert len(server.asked) == 4


# ---- what is kept


async def test_an_answer_that_is_not_believed_is_not_kept(server: MockServer, transport_to: Make) -> None:
    def complaint(answer: Any) -> str | None:
        return None if answer.get("id") == "1" else f"answered about {answer.get('id')}"

    call = Call(path="thing/1", fresh_for=timedelta(days=1), complaint=complaint)
    server.first(json_reply({"id": "2"}))
    transport = transport_to(server.url)
    with pytest.raises(BadAnswer, match="answered about 2"):
        await transport.get(call)
    assert (await transport.get(call)).json == THING


async def test_nul_characters_never_reach_the_database(server: MockServer, transport_to: Make) -> None:
    server.first(json_reply({"id": "1", "name": "A\0da"}))
    transport = transport_to(server.url)
    assert (await transport.get(CALL)).json == THING
    assert (await transport.get(CALL)).json == THING


async def test_what_is_no_longer_fresh_is_purged(
    server: MockServer, transport_to: Make, hands: Hands, db: psycopg.Connection
) -> None:
    transport = transport_to(server.url)
    for number in range(3):
        server.first(json_reply({"id": number, "link": f"https://example.org/person{number}"}))
        await transport.get(Call(path=f"thing/{number}", fresh_for=timedelta(days=1 + number)))
    await transport.cache.purge(hands.time + timedelta(days=2))
    assert db.execute("select request from linernotes.responses").fetchall() == [(f"GET {server.url}/thing/2",)]


async def test_the_contact_stands_in_no_error(server: MockServer, transport_to: Make) -> None:
    server.first(json_reply({"error": "no"}, 403))
    with pytest.raises(SourceRefused) as caught:
        await transport_to(server.url).get(CALL)
    assert "tests@example.org" not in str(caught.value)


async def test_a_large_list_is_read(server: MockServer, transport_to: Make) -> None:
    server.first(json_reply(list(range(100_000))))
    assert len((await transport_to(server.url).get(CALL)).json) == 100_000
    assert len(json.dumps(list(range(100_000)))) < 32 * 1024 * 1024


async def test_a_list_of_a_million_is_refused_before_it_takes_its_memory(
    server: MockServer, transport_to: Make
) -> None:
    server.first(json_reply([{}] * 1_000_000))
    with pytest.raises(BadAnswer, match="more than 500,000 values"):
        await transport_to(server.url).get(CALL)


async def test_the_next_turn_counts_from_the_moment_at_which_the_request_has_left(
    client: httpx2.AsyncClient,
) -> None:
    seen: list[int] = []
    with MockServer(lambda _: json_reply(THING)) as server:
        over = threading.Event()
        server.first(Reply(body=b"{}", hold=over))

        async def when_sent() -> None:
            seen.append(len(server.asked))
            over.set()  # only now may the answer come

        request = client.build_request("GET", server.url)
        assert (await exchange("s", client, request, when_sent, timedelta(seconds=20))).body == b"{}"
    assert len(seen) == 1


def test_the_shared_client_never_follows_a_redirect_by_itself() -> None:
    made = new_client()
    assert isinstance(made, httpx2.AsyncClient)
    assert made.follow_redirects is False
