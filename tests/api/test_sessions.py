"""Signing in with a browser, and what another site's page cannot do with the session."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from linernotes.api.auth import COOKIE
from linernotes.api.edge import Edge, open_edge
from linernotes.api.keys import Role, add_key, revoke_key
from linernotes.api.links import VALID_FOR
from linernotes.api.sessions import SESSION, local
from linernotes.api.tokens import sign
from linernotes.database.connect import connect
from linernotes.settings import Settings
from tests.api.who_asks import app_that_says_who_asks

OURS = {"sec-fetch-site": "same-origin"}
SECRET = "a secret of at least thirty-two bytes"


class Clock:
    """The time of day, as the test says."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def edge(database_url: str, clock: Clock) -> Iterator[Edge]:
    with open_edge(Settings(jwt_secret=SECRET), database_url, now=clock) as opened:  # type: ignore[arg-type]
        yield opened


@pytest.fixture
def client(edge: Edge) -> Iterator[TestClient]:
    with TestClient(app_that_says_who_asks(edge), base_url="http://127.0.0.1", follow_redirects=False) as calling:
        yield calling


@pytest.fixture
def key(database_url: str, clock: Clock) -> str:
    with connect(database_url) as db:
        return add_key(db, "laptop", Role.AUTHENTICATED, clock.now)


def sign_in(client: TestClient, key: str) -> None:
    answer = client.post("/sign-in", data={"key": key, "next": "/producers"}, headers=OURS)
    assert (answer.status_code, answer.headers["location"]) == (303, "/producers")


def test_a_key_begins_a_session_whose_cookie_scripts_cannot_read(client: TestClient, key: str):
    assert client.get("/v1/me").status_code == 401
    answer = client.post("/sign-in", data={"key": key}, headers=OURS)
    cookie = answer.headers["set-cookie"]
    assert all(word in cookie for word in ("HttpOnly", "SameSite=strict", "Path=/", "Max-Age=43200"))
    assert "no-store" in answer.headers["cache-control"]
    assert client.get("/v1/me").json() == {"role": "authenticated", "name": "laptop", "by": "session"}


def test_a_session_ends_with_its_time(client: TestClient, key: str, clock: Clock):
    sign_in(client, key)
    clock.now += SESSION - timedelta(seconds=1)
    assert client.get("/v1/me").status_code == 200
    clock.now += timedelta(seconds=2)
    assert client.get("/v1/me").status_code == 401


def test_a_session_ends_with_its_key(client: TestClient, key: str, database_url: str, clock: Clock):
    sign_in(client, key)
    with connect(database_url) as db:
        revoke_key(db, "laptop", clock.now)
    assert client.get("/v1/me").status_code == 401


def test_signing_out_ends_the_session_also_for_who_copied_its_cookie(client: TestClient, key: str):
    sign_in(client, key)
    copied = client.cookies[COOKIE]
    assert client.post("/sign-out", headers=OURS).status_code == 303
    client.cookies.set(COOKIE, copied)
    assert client.get("/v1/me").status_code == 401


def test_a_session_of_a_token_ends_with_the_token(client: TestClient, clock: Clock):
    clock.now = datetime.now(UTC).replace(microsecond=0)
    sign_in(client, sign(SECRET, Role.AUTHENTICATED, clock.now, timedelta(minutes=5)))
    assert client.get("/v1/me").json()["by"] == "session"
    clock.now += timedelta(minutes=6)
    assert client.get("/v1/me").status_code == 401


def test_the_base_holds_the_hash_of_a_session_only(client: TestClient, key: str, database_url: str):
    sign_in(client, key)
    with connect(database_url) as db:
        (row,) = db.execute("select to_jsonb(s)::text from linernotes.sessions s").fetchall()
    assert client.cookies[COOKIE] not in row[0]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "none"},
        {"origin": "https://evil.example"},
        {"origin": "http://127.0.0.1:1"},
        {"origin": "null"},
    ],
    ids=str,
)
def test_another_sites_page_changes_nothing_with_our_cookie(client: TestClient, key: str, headers: dict[str, str]):
    sign_in(client, key)
    assert client.post("/v1/work", headers=headers).status_code == 403
    assert client.post("/sign-out", headers=headers).status_code == 403
    assert client.get("/v1/me").status_code == 200
    assert client.post("/v1/work", headers={"origin": "http://127.0.0.1"}).status_code == 200
    assert client.post("/v1/work", headers={"apikey": key}).status_code == 200


def test_another_sites_page_signs_nobody_in(client: TestClient, key: str):
    refused = client.post("/sign-in", data={"key": key}, headers={"sec-fetch-site": "cross-site"})
    assert (refused.status_code, "set-cookie" in refused.headers) == (403, False)


def test_a_wrong_key_is_told_on_the_form(client: TestClient):
    answer = client.post("/sign-in", data={"key": "ln_no", "next": '"><script>'}, headers=OURS)
    assert (answer.status_code, "set-cookie" in answer.headers) == (401, False)
    assert "not valid" in answer.text
    assert "<script>" not in answer.text


def test_the_operators_link_works_once(client: TestClient, edge: Edge, clock: Clock):
    link = edge.links.new(clock.now)
    assert client.get("/sign-in", params={"link": link}).status_code == 303
    assert client.get("/v1/me").json() == {"role": "service_role", "name": "operator", "by": "session"}
    client.cookies.clear()
    assert client.get("/sign-in", params={"link": link}).status_code == 401
    assert client.get("/v1/me").status_code == 401


def test_the_operators_link_grows_old(client: TestClient, edge: Edge, clock: Clock):
    link = edge.links.new(clock.now)
    clock.now += VALID_FOR
    assert client.get("/sign-in", params={"link": link}).status_code == 401


@pytest.mark.parametrize(
    ("asked", "taken"),
    [
        ("/producers?q=a", "/producers?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example/", "/"),
        ("/\\evil.example/", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("", "/"),
    ],
)
def test_after_signing_in_one_stays_on_this_site(asked: str, taken: str):
    assert local(asked) == taken
