"""Who may ask: keys, visitors on loopback, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from fastapi.testclient import TestClient

from linernotes.api.app import create_app
from linernotes.api.edge import Edge, open_edge, utc_now
from linernotes.api.keys import Role, add_key, list_keys, revoke_key
from linernotes.database.connect import connect
from linernotes.errors import NotFound, UsageError
from linernotes.settings import Settings
from tests.api.conftest import HeadersOf
from tests.api.who_asks import app_that_says_who_asks

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.fixture
def client(edge: Edge) -> Iterator[TestClient]:
    with TestClient(
        app_that_says_who_asks(edge), base_url="http://127.0.0.1", raise_server_exceptions=False
    ) as calling:
        yield calling


def test_on_loopback_without_a_secret_a_visitor_reads_and_does_not_write(client: TestClient):
    assert client.get("/v1/me").json() == {"role": "anon", "name": "visitor", "by": "nothing"}
    refused = client.post("/v1/work")
    assert (refused.status_code, refused.headers["content-type"]) == (401, "application/problem+json")
    assert "linernotes keys add" in refused.json()["detail"]


def test_where_a_secret_is_set_a_visitor_reads_nothing(database_url: str):
    with (
        open_edge(Settings(jwt_secret="s" * 32), database_url) as edge,  # type: ignore[arg-type]
        TestClient(create_app(edge), base_url="http://127.0.0.1") as client,
    ):
        refused = client.get("/v1/me")
    assert refused.status_code in (401, 404)


@pytest.mark.parametrize("role", list(Role))
def test_a_key_may_what_its_role_may(client: TestClient, headers_of: HeadersOf, role: Role):
    headers = headers_of(role)
    assert client.get("/v1/me", headers=headers).json()["role"] == role
    statuses = [client.post(path, headers=headers).status_code for path in ("/v1/work", "/v1/rule")]
    assert statuses == {"anon": [403, 403], "authenticated": [200, 403], "service_role": [200, 200]}[role]


def test_the_key_is_read_as_the_supabase_clients_send_it(client: TestClient, headers_of: HeadersOf):
    key = headers_of(Role.AUTHENTICATED)["apikey"]
    bearer = {"authorization": f"Bearer {key}"}
    for headers in ({"apikey": key}, bearer, {"apikey": key, **bearer}, {"apikey": "unused", **bearer}):
        assert client.get("/v1/me", headers=headers).json()["role"] == "authenticated"


@pytest.mark.parametrize(
    "headers",
    [
        {"apikey": "ln_unknown"},
        {"authorization": "Bearer ln_unknown"},
        {"authorization": "Basic YTpi"},
        {"authorization": "Bearer "},
        {"apikey": "x" * 9000},
        {"apikey": "a.b.c"},
        {"apikey": "null"},
        {"apikey": "\x7f\xff"},
    ],
    ids=lambda headers: str(headers)[:40],
)
def test_what_is_shown_and_not_valid_is_refused_even_for_reading(client: TestClient, headers: dict[str, str]):
    sent = {name: value.encode("latin-1") for name, value in headers.items()}
    refused = client.get("/v1/me", headers=sent)
    assert refused.status_code == 401
    assert refused.headers["www-authenticate"].startswith("Bearer")


def test_a_revoked_key_is_refused_at_once(client: TestClient, database_url: str):
    with connect(database_url) as db:
        headers = {"apikey": add_key(db, "laptop", Role.SERVICE, NOW)}
        assert client.post("/v1/rule", headers=headers).status_code == 200
        revoke_key(db, "laptop", NOW)
        assert client.post("/v1/rule", headers=headers).status_code == 401
        with pytest.raises(NotFound):
            revoke_key(db, "laptop", NOW)


def test_the_base_holds_no_key_only_its_hash(database_url: str):
    with connect(database_url) as db:
        key = add_key(db, "laptop", Role.ANON, NOW)
        (held,) = db.execute("select to_jsonb(k)::text from linernotes.api_keys k").fetchall()
    assert key.startswith("ln_")
    assert len(key) > 40
    assert key not in held[0]
    assert key[9:] not in held[0]


def test_the_last_use_of_a_key_is_noted_to_the_minute(client: TestClient, database_url: str):
    with connect(database_url) as db:
        headers = {"apikey": add_key(db, "laptop", Role.ANON, NOW)}
        assert list_keys(db)[0].last_used_at is None
        before = utc_now()
        client.get("/v1/me", headers=headers)
        first = list_keys(db)[0].last_used_at
        assert first is not None
        assert first >= before
        client.get("/v1/me", headers=headers)
        assert list_keys(db)[0].last_used_at == first
        db.execute("update linernotes.api_keys set last_used_at = last_used_at - interval '61 seconds'")
        client.get("/v1/me", headers=headers)
        again = list_keys(db)[0].last_used_at
        assert again is not None
        assert again > first - timedelta(seconds=61)


def test_a_name_is_given_once_until_its_key_is_revoked(database_url: str):
    with connect(database_url) as db:
        add_key(db, "laptop", Role.ANON, NOW)
        with pytest.raises(UsageError, match="laptop"):
            add_key(db, "laptop", Role.SERVICE, NOW)
        revoke_key(db, "laptop", NOW)
        add_key(db, "laptop", Role.SERVICE, NOW)
        with pytest.raises(UsageError, match="name"):
            add_key(db, " ", Role.ANON, NOW)


def test_the_description_names_the_ways_to_show_a_key(client: TestClient):
    document = client.get("/openapi.json").json()
    assert set(document["components"]["securitySchemes"]) == {"apikey", "bearer", "session"}
    assert {} in document["security"]
    assert document["paths"]["/v1/producers"]["get"]


def test_a_route_of_its_own_learns_who_asks(client: TestClient, headers_of: HeadersOf):
    assert client.post("/v1/work", headers=headers_of(Role.AUTHENTICATED)).json().startswith("authenticated")
