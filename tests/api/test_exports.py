"""Exports over HTTP: streamed as they are read, in the formats there are, to who may."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from fastapi.testclient import TestClient
from psycopg import Connection
from pyarrow import parquet

from linernotes.api.keys import Role
from linernotes.api.v1 import exports
from tests.api.conftest import HeadersOf
from tests.factories import World


@pytest.fixture
def world(db: Connection[Any]) -> World:
    world = World(db)
    ada = world.producer("=Ada")
    for number in range(3):
        world.claim(world.track(f"Song {number}"), ada)
    world.conclude()
    return world


@pytest.fixture
def headers(headers_of: HeadersOf) -> dict[str, str]:
    return headers_of(Role.AUTHENTICATED)


def test_an_export_has_the_same_rows_in_every_format(
    client: TestClient, world: World, headers: dict[str, str]
) -> None:
    def get(format_: str) -> bytes:
        answer = client.get(f"/v1/exports/credits?format={format_}", headers=headers)
        assert answer.status_code == 200
        assert f"linernotes-credits.{format_}" in answer.headers["content-disposition"]
        return answer.content

    tracks = [row["track"] for row in csv.DictReader(io.StringIO(get("csv").decode()))]
    assert tracks == [json.loads(line)["track"] for line in get("jsonl").splitlines()]
    table = parquet.read_table(io.BytesIO(get("parquet")))
    assert tracks == table.column("track").to_pylist() == ["Song 0", "Song 1", "Song 2"]


def test_names_are_defused_in_csv_only(client: TestClient, world: World, headers: dict[str, str]) -> None:
    text = client.get("/v1/exports/producers", headers=headers).text
    assert "'=Ada" in text
    assert json.loads(client.get("/v1/exports/producers?format=jsonl", headers=headers).text)["producer"] == "=Ada"


def test_a_long_export_comes_in_pieces_and_gives_its_connection_back(
    client: TestClient, world: World, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "PIECE", 10)
    for _ in range(20):  # more often than there are connections
        with client.stream("GET", "/v1/exports/credits", headers=headers) as answer:
            assert len("".join(answer.iter_text()).splitlines()) == 4


def test_a_visitor_takes_no_export_and_nobody_one_that_there_is_not(
    client: TestClient, world: World, headers: dict[str, str]
) -> None:
    assert client.get("/v1/exports/credits").status_code == 401
    for wrong in ("nothing", "credits?format=xml", "credits?min_confidence=NaN", "credits?min_confidence=2"):
        answer = client.get(f"/v1/exports/{wrong}", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")


def test_parquet_that_is_not_installed_is_refused_with_what_to_ask_instead(
    client: TestClient, world: World, headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "find_spec", lambda name: None)
    answer = client.get("/v1/exports/credits?format=parquet", headers=headers)
    assert answer.status_code == 422
    assert "format=csv" in answer.json()["detail"]
