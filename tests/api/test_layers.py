"""What stands before every route: sizes, names, other sites, pace, headers, and the last net."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from fastapi import Request
from fastapi.testclient import TestClient

from linernotes.api.app import create_app
from linernotes.api.edge import is_loopback, open_edge
from linernotes.api.limits import LARGEST_BODY, LONGEST_QUERY, MOST_PARAMETERS, Body, TooSlow
from linernotes.api.pace import Pace, address
from linernotes.api.reading import Db
from linernotes.errors import TooOften
from linernotes.settings import Settings

PROBLEM = "application/problem+json"


@contextmanager
def calling(url: str, host: str = "127.0.0.1", name: str = "127.0.0.1", **settings: Any) -> Iterator[TestClient]:
    """The application with a few routes of the test's, over an edge with these settings."""
    with open_edge(Settings(**settings), url, host=host) as edge:
        app = create_app(edge)

        @app.post("/v1/echo")
        async def echo(request: Request) -> int:
            return len(await request.body())

        @app.get("/v1/broken")
        def broken() -> None:
            raise ValueError("the password is swordfish")

        @app.get("/v1/text")
        def text(db: Db, q: str) -> str:
            row = db.execute("select %s::text", [q]).fetchone()
            return str(row and row[0])

        @app.get("/v1/write")
        def write(db: Db) -> None:
            db.execute("delete from linernotes.api_keys")

        @app.get("/v1/slow")
        def slow(db: Db) -> None:
            db.execute("set local statement_timeout = 20")
            db.execute("select pg_sleep(30)")

        with TestClient(app, base_url=f"http://{name}", raise_server_exceptions=False) as client:
            yield client


@pytest.fixture
def client(database_url: str) -> Iterator[TestClient]:
    with calling(database_url) as opened:
        yield opened


# ---- sizes


def test_a_body_up_to_the_limit_is_taken_and_a_longer_one_refused(client: TestClient):
    assert client.post("/v1/echo", content=b"x" * LARGEST_BODY).json() == LARGEST_BODY
    refused = client.post("/v1/echo", content=b"x" * (LARGEST_BODY + 1))
    assert (refused.status_code, refused.headers["content-type"]) == (413, PROBLEM)


def test_a_body_that_does_not_say_its_length_is_counted(client: TestClient):
    refused = client.post("/v1/echo", content=(b"x" * 100_000 for _ in range(11)))
    assert refused.status_code == 413


async def test_a_body_that_does_not_arrive_is_given_up():
    async def never() -> Any:
        import asyncio

        await asyncio.Event().wait()

    with pytest.raises(TooSlow):
        await Body(never, 0.01).receive()


@pytest.mark.parametrize(
    "query", ["q=" + "x" * LONGEST_QUERY, "&".join(["q=1"] * (MOST_PARAMETERS + 1))], ids=["long", "many"]
)
def test_a_query_has_a_length(client: TestClient, query: str):
    assert client.get(f"/v1/text?{query}").status_code == 414


# ---- names


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8765", "localhost", "LOCALHOST:1", "[::1]:8765"])
def test_on_loopback_we_answer_to_the_names_of_this_machine(client: TestClient, host: str):
    assert client.get("/v1/text?q=a", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:80", "", "[::2]"])
def test_on_loopback_another_name_is_refused(client: TestClient, host: str):
    refused = client.get("/v1/text?q=a", headers={"host": host})
    assert (refused.status_code, refused.headers["content-type"]) == (421, PROBLEM)


def test_a_name_in_the_settings_is_ours_too_and_closes_the_open_house(database_url: str):
    with calling(database_url, name="credits.example.org", hosts="credits.example.org") as client:
        assert client.get("/v1/text?q=a").status_code == 200
        assert client.get("/v1/health").status_code in (401, 404)
        assert client.app.state.edge.open_to_visitors is False  # type: ignore[attr-defined]


def test_what_visitors_may_can_be_chosen(database_url: str):
    def open_house(host: str, **settings: Any) -> bool:
        with open_edge(Settings(**settings), database_url, host=host) as edge:
            return edge.open_to_visitors

    assert open_house("127.0.0.1")
    assert open_house("::1")
    assert not open_house("0.0.0.0")
    assert not open_house("127.0.0.1", visitors="none")
    assert not open_house("127.0.0.1", jwks_url="file:/keys.json")
    assert open_house("0.0.0.0", visitors="read")


def test_loopback_is_an_address_of_this_machine_only():
    assert [is_loopback(h) for h in ("127.0.0.1", "127.9.9.9", "::1", "localhost")] == [True] * 4
    assert [is_loopback(h) for h in ("0.0.0.0", "::", "192.168.1.2", "example.org", "")] == [False] * 5


# ---- other sites' pages

ASK = {
    "origin": "https://app.example.org",
    "access-control-request-method": "POST",
    "access-control-request-headers": "apikey,authorization,content-profile,content-type,prefer,x-client-info",
}


def test_the_pages_of_other_sites_may_not_call(client: TestClient):
    assert "access-control-allow-origin" not in client.options("/rest/v1/rpc/search_producers", headers=ASK).headers
    answer = client.get("/v1/text?q=a", headers={"origin": "https://app.example.org"})
    assert "access-control-allow-origin" not in answer.headers


def test_the_pages_of_sites_in_the_settings_may_call_with_the_headers_of_the_clients(database_url: str):
    with calling(database_url, origins="https://app.example.org") as client:
        allowed = client.options("/rest/v1/rpc/search_producers", headers=ASK)
        assert allowed.status_code == 200
        assert allowed.headers["access-control-allow-origin"] == "https://app.example.org"
        assert "access-control-allow-credentials" not in allowed.headers
        answer = client.get("/v1/text?q=a", headers={"origin": "https://app.example.org"})
        assert "content-range" in answer.headers["access-control-expose-headers"].lower()
        other = client.options("/rest/v1/rpc/search_producers", headers={**ASK, "origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


# ---- pace


def test_who_asks_too_often_is_told_when_to_come_back(database_url: str):
    with calling(database_url, requests_a_minute=1) as client:
        statuses = [client.get("/v1/text?q=a").status_code for _ in range(5)]
        assert statuses == [200] * 4 + [429]  # an address has four callers' allowance
        refused = client.get("/v1/text?q=a")
        assert refused.headers["content-type"] == PROBLEM
        assert 1 <= int(refused.headers["retry-after"]) <= 15


def test_a_bucket_refills_evenly_and_the_longest_unseen_is_forgotten():
    time = [0.0]
    pace = Pace(60, clock=lambda: time[0], most=3)
    for _ in range(60):
        pace.take("a")
    with pytest.raises(TooOften) as told:
        pace.take("a")
    assert told.value.wait == timedelta(seconds=1)
    time[0] += 1
    pace.take("a")
    with pytest.raises(TooOften):
        pace.take("a")
    for other in "bcd":
        pace.take(other)
    assert len(pace) == 3
    pace.take("a")  # forgotten, so a new caller


def test_a_household_of_ipv6_is_one_caller():
    assert address(("2001:db8:1:2:3::4", 1)) == address(("2001:db8:1:2:ffff::1", 2))
    assert address(("2001:db8:1:2::1", 1)) != address(("2001:db8:1:3::1", 1))
    assert address(("192.0.2.1", 1)) != address(("192.0.2.2", 1))


# ---- what every answer says


@pytest.mark.parametrize("path", ["/v1/text?q=a", "/v1/nothing", "/v1/broken", "/sign-in"])
def test_every_answer_tells_the_browser_to_run_nothing_but_our_scripts(client: TestClient, path: str):
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert (headers["x-content-type-options"], headers["x-frame-options"]) == ("nosniff", "DENY")


def test_what_was_asked_for_with_a_key_is_kept_by_no_cache(client: TestClient):
    assert client.get("/v1/nothing", headers={"apikey": "x"}).headers["cache-control"] == "private, no-store"


# ---- the last net


def test_an_error_of_ours_tells_an_id_and_nothing_else(client: TestClient, capsys: pytest.CaptureFixture[str]):
    answer = client.get("/v1/broken")
    assert (answer.status_code, answer.headers["content-type"]) == (500, PROBLEM)
    assert "swordfish" not in answer.text
    assert "Traceback" not in answer.text
    incident = answer.json()["detail"].split()[-1].rstrip(".")
    assert incident in capsys.readouterr().out


def test_a_route_that_reads_cannot_write(client: TestClient, capsys: pytest.CaptureFixture[str]):
    assert client.get("/v1/write").status_code == 500
    assert "read-only transaction" in capsys.readouterr().out


def test_an_answer_that_takes_too_long_is_ended(client: TestClient):
    answer = client.get("/v1/slow")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "2")
    assert "too long" in answer.json()["detail"]
    assert client.get("/v1/text?q=a").json() == "a"


@pytest.mark.parametrize(
    "text", ["%00", "a%00b", "%F0%9F%8E%B5", "%ff%fe", "%ED%A0%80", "x" * 10_000, "'; drop table"]
)
def test_no_text_is_too_strange(client: TestClient, text: str):
    assert client.get(f"/v1/text?q={text}").status_code in (200, 422)


def test_what_is_not_there_is_told_in_the_shape_of_its_address(client: TestClient):
    assert client.get("/v1/nothing").json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address. /docs lists what there is.",
    }
    assert set(client.get("/rest/v1/nothing").json()) == {"code", "message", "details", "hint"}
    assert client.delete("/v1/text").status_code == 405
    page = client.get("/nothing", headers={"accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert client.get("/v1/nothing", headers={"accept": "text/html"}).headers["content-type"] == PROBLEM
