"""Who was forgotten is not there for anybody who asks over HTTP, and comes back through no call."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from fastapi.testclient import TestClient
from psycopg import Connection
from pydantic import SecretStr

from linernotes.api.keys import Role
from linernotes.database.forgetting import forget
from linernotes.forget_key import forget_key
from linernotes.settings import Settings
from tests.api.conftest import HeadersOf
from tests.database.belts import NOW
from tests.database.everywhere import places
from tests.factories import World


@pytest.fixture
def settings() -> Settings:
    return Settings(forget_key=SecretStr("5f" * 32))


@pytest.fixture
def ada(db: Connection[Any]) -> UUID:
    world = World(db)
    ada = world.producer("Ada Lindqvist", "Adda L.")
    song = world.track("Song", artist="Vera")
    world.credit(song, ada)
    world.credit(song, world.producer("Bo Ek"), "mixer")
    world.link(ada, url="https://lindqvist.example")
    db.execute("select linernotes.refresh_search(1000)")
    return ada


def erase(db: Connection[Any], settings: Settings, producer: UUID) -> None:
    key = forget_key(settings)
    assert key is not None
    forget(db, producer, key, NOW)


def test_who_was_forgotten_is_found_on_no_route_and_no_page(
    client: TestClient, db: Connection[Any], settings: Settings, ada: UUID
) -> None:
    credit = db.execute("select id, track_id from track_producers where producer_id = %s", [ada]).fetchone()
    assert credit is not None
    gone = [
        f"/v1/producers/{ada}", f"/v1/producers/{ada}/credits", f"/v1/producers/{ada}/collaborators",
        f"/v1/credits/{credit[0]}/evidence", f"/producers/{ada}",
    ]  # fmt: skip
    listing = ["/v1/producers?q=lindqvist", "/v1/producers?role=producer", "/v1/producers", f"/v1/tracks/{credit[1]}",
               "/search?q=lindqvist"]  # fmt: skip
    assert [client.get(path).status_code for path in gone + listing] == [200] * 10
    assert "Ada Lindqvist" in client.get(listing[0]).text
    erase(db, settings, ada)
    assert [client.get(path).status_code for path in gone] == [404] * 5
    for path in listing:
        shown = client.get(path)
        assert shown.status_code == 200
        assert "Ada Lindqvist" not in shown.text
    assert "Bo Ek" in client.get(f"/v1/tracks/{credit[1]}").text
    found = client.post("/rest/v1/rpc/search_producers", json={"search_term": "lindqvist"})
    assert (found.status_code, found.json()) == (200, [])


def test_a_call_of_the_contract_stores_others_and_not_who_was_forgotten(
    client: TestClient, db: Connection[Any], settings: Settings, ada: UUID, headers_of: HeadersOf
) -> None:
    erase(db, settings, ada)

    def store(name: str) -> Any:
        return client.post(
            "/rest/v1/rpc/process_producer_atomic",
            headers=headers_of(Role.SERVICE),
            json={"p_producer_data": {"name": name}, "p_operation_id": name, "p_normalized_name": name.lower()},
        )

    refused = store("ADDA L")
    assert (refused.status_code, refused.json()["code"]) == (400, "22023")
    assert "Adda" not in refused.text
    assert store("Cy Berg").status_code == 200
    assert places(db, "lindqvist", "adda l") == []
