"""The one HTTP client: what is asked, how it is kept, and where a redirect may lead."""

from __future__ import annotations

import asyncio
import json
import threading
from datetime import timedelta
from typing import Any

import httpx2
import psycopg
import pytest

from linernotes import __version__
from linernotes.errors import BadAnswer, CredentialMissing, SettingsError, SourceRefused
from linernotes.sources.calls import Call
from linernotes.sources.exchange import exchange, new_client
from tests.sources.conftest import CALL, THING, Hands, Make
from tests.sources.mock_server import MockServer, Reply, gzipped, json_reply, text_reply


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
        with pytest.raises(BadAnswer, match="redirects"):
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
