"""GET /rest/v1/ describes the functions as they are: names, arguments, answers, and to each role its own."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from fastapi.testclient import TestClient
from psycopg import Connection

from linernotes.api.keys import Role
from linernotes.api.rest import catalog
from linernotes.api.rest.description import schema_of
from tests.api.conftest import HeadersOf
from tests.factories import World

FOR_ANYBODY = {"/rpc/get_producer_collaborations", "/rpc/search_producers"}


@pytest.fixture
def described(client: TestClient, headers_of: HeadersOf) -> dict[str, Any]:
    """What the operator is told."""
    answer = client.get("/rest/v1/", headers=headers_of(Role.SERVICE))
    assert answer.headers["content-type"] == "application/openapi+json; charset=utf-8"
    return answer.json()


def test_each_role_is_told_of_what_it_may_call(client: TestClient, headers_of: HeadersOf, described: dict[str, Any]):
    assert set(described["paths"]) == {f"/rpc/{name}" for name in catalog.contract()}
    for headers in ({}, headers_of(Role.ANON), headers_of(Role.AUTHENTICATED)):
        assert set(client.get("/rest/v1/", headers=headers).json()["paths"]) == FOR_ANYBODY


def test_arguments_are_those_that_a_call_takes(db: Connection[Any], described: dict[str, Any]):
    for name, function in catalog.read(db).items():
        (body,) = described["paths"][f"/rpc/{name}"]["post"]["parameters"]
        assert list(body["schema"]["properties"]) == list(function.arguments)
        assert set(body["schema"].get("required", ())) == function.required


def test_every_function_says_what_it_is_for(described: dict[str, Any]):
    for path, calls in described["paths"].items():
        assert len(calls["post"]["summary"]) > 10, path
        assert calls["post"]["description"].startswith(calls["post"]["summary"])


def test_the_columns_of_an_answer_are_those_that_come(
    client: TestClient, db: Connection[Any], described: dict[str, Any]
):
    world = World(db)
    world.credit(world.track("Song"), world.producer("Ada Producer"))
    (row,) = client.get("/rest/v1/rpc/search_producers?search_term=ada").json()
    schema = described["paths"]["/rpc/search_producers"]["get"]["responses"]["200"]["schema"]
    assert schema["type"] == "array"
    assert list(schema["items"]["properties"]) == list(row)
    assert schema["items"]["properties"]["track_count"] == {"type": "integer", "format": "bigint"}


def test_what_writes_is_described_as_post_only(described: dict[str, Any]):
    assert set(described["paths"]["/rpc/pg_enqueue"]) == {"post"}
    assert set(described["paths"]["/rpc/search_producers"]) == {"post", "get"}


def test_types_have_the_names_that_generators_of_clients_know():
    assert schema_of("boolean") == {"type": "boolean", "format": "boolean"}
    assert schema_of("jsonb") == {"format": "jsonb"}
    assert schema_of("bigint[]") == {"type": "array", "items": {"type": "integer", "format": "bigint"}}
    assert schema_of("timestamp with time zone") == {"type": "string", "format": "timestamp with time zone"}


def test_a_reader_of_openapi_understands_every_call(described: dict[str, Any]):
    schema = schemathesis.openapi.from_dict(described)
    labels = {found.ok().label for found in schema.get_all_operations()}
    assert {f"POST {path}" for path in described["paths"]} <= labels


def test_the_head_of_the_description_has_no_body(client: TestClient):
    head = client.head("/rest/v1/")
    assert (head.status_code, head.content) == (200, b"")
    assert client.get("/rest/v1/producers").json()["code"] == "PGRST205"


def test_the_workers_are_named_in_the_description_of_the_rest(client: TestClient):
    (name,) = client.get("/openapi.json").json()["paths"]["/functions/v1/{name}"]["post"]["parameters"]
    assert len(name["schema"]["enum"]) == 10
