"""E-mail addresses: who is shown them, and what remains of that."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import psycopg
import pytest
from fastapi.testclient import TestClient

from linernotes.api.contacts import contact_reads
from linernotes.api.keys import Role
from linernotes.database.connect import connect
from tests.api.conftest import HeadersOf
from tests.contract.client import Contract

ADDRESS = "ada@example.org"


@pytest.fixture
def base(database_url: str) -> Iterator[Contract]:
    with connect(database_url, row_factory=psycopg.rows.dict_row) as conn:
        yield Contract(conn)


@pytest.fixture
def ada(base: Contract) -> uuid.UUID:
    producer = base.producer("Ada Lind", email=ADDRESS)
    base.credit(base.track(base.album(base.artist("Vera"))), producer)
    return producer


def test_the_operator_is_shown_a_contact_and_a_row_says_so_without_it(
    client: TestClient, headers_of: HeadersOf, ada: uuid.UUID, database_url: str
):
    answer = client.get(f"/v1/producers/{ada}/contacts", headers=headers_of(Role.SERVICE))
    assert answer.json() == {"id": str(ada), "name": "Ada Lind", "email": ADDRESS}
    assert answer.headers["cache-control"] == "private, no-store"
    with connect(database_url) as db:
        (read,) = contact_reads(db, 10)
        (row,) = db.execute("select to_jsonb(r)::text from linernotes.contact_reads r").fetchall()
    assert (read.caller, read.role, read.columns, read.people) == ("service_role 0", "service_role", ["email"], 1)
    assert ADDRESS not in row[0]


def test_nobody_else_is(client: TestClient, headers_of: HeadersOf, ada: uuid.UUID, database_url: str):
    path = f"/v1/producers/{ada}/contacts"
    assert client.get(path).status_code == 401
    assert client.get(path, headers=headers_of(Role.ANON)).status_code == 403
    assert client.get(path, headers=headers_of(Role.AUTHENTICATED)).status_code == 403
    with connect(database_url) as db:
        assert contact_reads(db, 10) == []


def test_who_has_no_contact_and_who_is_not_there_leave_no_row(
    client: TestClient, headers_of: HeadersOf, base: Contract, database_url: str
):
    headers = headers_of(Role.SERVICE)
    bo = base.producer("Bo Ek")
    assert client.get(f"/v1/producers/{bo}/contacts", headers=headers).json()["email"] is None
    assert client.get(f"/v1/producers/{uuid.uuid4()}/contacts", headers=headers).status_code == 404
    assert client.get("/v1/producers/nobody/contacts", headers=headers).status_code == 422
    with connect(database_url) as db:
        assert contact_reads(db, 10) == []


def test_where_the_row_cannot_be_written_the_contact_is_not_shown(
    client: TestClient, headers_of: HeadersOf, ada: uuid.UUID, base: Contract
):
    headers = headers_of(Role.SERVICE)
    base.sql("alter table linernotes.contact_reads add constraint full_up check (caller is null)")
    answer = client.get(f"/v1/producers/{ada}/contacts", headers=headers)
    assert answer.status_code == 500
    assert ADDRESS not in answer.text


def test_no_other_answer_holds_an_address(client: TestClient, headers_of: HeadersOf, ada: uuid.UUID):
    headers = headers_of(Role.SERVICE)
    paths = [
        f"/v1/producers/{ada}",
        "/v1/producers?q=ada",
        f"/v1/producers/{ada}/credits",
        "/v1/exports/producers",
        f"/producers/{ada}",
        "/search?q=ada",
        "/rest/v1/rpc/search_producers?search_term=ada",
    ]
    answers = [client.get(path, headers=headers) for path in paths]
    assert [a.status_code for a in answers] == [200] * len(paths)
    assert sum("Ada Lind" in a.text for a in answers) >= 3  # so there was somebody to tell of
    assert not any("@example" in a.text for a in answers)
