"""The functions of the contract over HTTP, by requests as the Supabase clients send them; errors as PostgREST's."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from fastapi.testclient import TestClient
from httpx2 import Response

from linernotes.api.keys import Role
from linernotes.api.rest.asked import MOST_ROWS
from linernotes.api.rest.catalog import contract
from linernotes.database.connect import connect
from tests.api.conftest import HeadersOf
from tests.contract.client import Contract

Call = Callable[..., Response]


@pytest.fixture
def base(database_url: str) -> Iterator[Contract]:
    """The functions called directly, for what is to be there."""
    with connect(database_url, row_factory=psycopg.rows.dict_row) as conn:
        yield Contract(conn)


@pytest.fixture
def call(client: TestClient, headers_of: HeadersOf) -> Call:
    """POSTs to a function as service_role."""
    headers = headers_of(Role.SERVICE)

    def post(function: str, query: str = "", *, accept: str = "*/*", prefer: str = "", **arguments: Any) -> Response:
        more = {"accept": accept, "content-profile": "public", **({"prefer": prefer} if prefer else {})}
        return client.post(f"/rest/v1/rpc/{function}{query}", json=arguments, headers={**headers, **more})

    return post


@pytest.fixture
def queues(base: Contract) -> list[str]:
    return [row["queue_name"] for row in base.sql("select queue_name from queue_registry order by 1")]


def test_every_function_of_the_contract_is_offered(call: Call):
    assert len(contract()) == 36
    offered = {name for name in contract() if (call(name, no_such_argument=1).json()["hint"] or "").endswith(")")}
    assert offered == contract()


def test_a_set_is_an_array_a_scalar_is_bare_and_json_is_itself(call: Call, queues: list[str]):
    rows = call("diagnose_queue_tables").json()
    assert [row["queue"] for row in rows] == queues
    assert call("pg_try_advisory_lock", p_key="k").text == "true"
    assert call("pg_enqueue", queue_name=queues[0], message_body={"artistName": "Ada"}).text == "1"
    assert call("get_queue_table_name_safe", p_queue_name=queues[0]).text == f'"pgmq.q_{queues[0]}"'
    assert call("get_system_health").json()["overall_status"] == "healthy"
    assert call("get_worker_issue_stats").json() == []


def test_arguments_have_the_types_that_the_function_declares(call: Call, base: Contract):
    key = call("process_artist_atomic", p_artist_data={"name": "Ada"}, p_operation_id="1", p_spotify_id="s").json()
    assert uuid.UUID(key)
    sent = call("start_album_discovery", artist_id=key, offset_val=50).json()
    (message,) = base.messages("album_discovery").values()
    assert (sent, message["message"]["offset"]) == (message["msg_id"], 50)
    (taken,) = call("pg_dequeue", queue_name="album_discovery", batch_size="1", visibility_timeout=30).json()
    assert taken["msg_id"] == sent
    assert call("pg_delete_message", queue_name="album_discovery", message_id=str(sent)).json() is True


def test_a_default_is_used_for_what_is_left_out_and_null_is_null(call: Call, queues: list[str]):
    assert call("diagnose_queue_tables", queue_name=queues[1]).json()[0]["queue"] == queues[1]
    assert len(call("diagnose_queue_tables", queue_name=None).json()) == len(queues)
    assert call("get_producer_collaborations", producer_id=None).json() == []


def test_what_was_done_is_committed_and_what_failed_is_not(call: Call, base: Contract):
    assert call("start_artist_discovery", artist_name="Ada").status_code == 200
    assert base.count("pgmq.q_artist_discovery") == 1
    refused = call("start_artist_discovery", artist_name=" ")
    assert refused.status_code == 400
    assert refused.json()["code"] == "22023"
    assert base.count("pgmq.q_artist_discovery") == 1


def test_a_discovery_that_cannot_be_started_leaves_a_row(call: Call, base: Contract):
    refused = call("start_album_discovery", artist_id=str(uuid.uuid4()), offset_val=-1)
    assert (refused.status_code, refused.json()["code"]) == (400, "22023")
    (issue,) = base.sql("select worker_name, issue_type, message from worker_issues")
    assert issue["worker_name"] == "start_album_discovery"
    assert issue["message"].startswith("Failed to enqueue album discovery: ")


# ---- pages, filters, forms


def test_a_count_comes_with_the_range_that_is_shown(call: Call, queues: list[str]):
    whole = call("diagnose_queue_tables", prefer="count=exact")
    assert (whole.status_code, whole.headers["content-range"]) == (200, f"0-{len(queues) - 1}/{len(queues)}")
    part = call("diagnose_queue_tables", "?limit=2&offset=1", prefer="count=exact")
    assert (part.status_code, part.headers["content-range"]) == (206, f"1-2/{len(queues)}")
    assert [row["queue"] for row in part.json()] == queues[1:3]
    assert call("diagnose_queue_tables").headers["content-range"] == f"0-{len(queues) - 1}/*"
    nothing = call("get_worker_issue_stats", prefer="count=exact")
    assert nothing.headers["content-range"] == "*/0"


def test_a_range_header_is_a_page(client: TestClient, headers_of: HeadersOf, queues: list[str]):
    headers = {**headers_of(Role.SERVICE), "range": "1-2", "range-unit": "items"}
    answer = client.post("/rest/v1/rpc/diagnose_queue_tables", json={}, headers=headers)
    assert [row["queue"] for row in answer.json()] == queues[1:3]
    wrong = client.post("/rest/v1/rpc/diagnose_queue_tables", json={}, headers={**headers, "range": "2-1"})
    assert (wrong.status_code, wrong.json()["code"]) == (416, "PGRST103")


def test_a_page_behind_the_end_is_told(call: Call):
    told = call("diagnose_queue_tables", "?offset=99", prefer="count=exact")
    assert (told.status_code, told.json()["code"]) == (416, "PGRST103")
    assert call("diagnose_queue_tables", "?offset=99").json() == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?queue_name=eq.a1", ["a1"]),
        ("?queue_name=neq.a1", ["a2", "b,3"]),
        ("?queue_name=like.a*", ["a1", "a2"]),
        ("?queue_name=like(all).{*a*,*1}", ["a1"]),
        ("?queue_name=ilike(any).{A1,B*}", ["a1", "b,3"]),
        ("?queue_name=eq(any).{a1,a2}", ["a1", "a2"]),
        ("?queue_name=match.^a[2-9]$", ["a2"]),
        ('?queue_name=in.(a1,"b,3")', ["a1", "b,3"]),
        ("?queue_name=in.()", []),
        ("?queue_name=not.in.(a1)", ["a2", "b,3"]),
        ("?total_messages=gte.0&queue_name=gt.a1", ["a2", "b,3"]),
        ("?last_check_time=is.null&queue_name=lt.a2", ["a1"]),
        ("?last_check_time=not.is.null", []),
        ("?last_check_time=is.not_null", []),
        ("?or=(queue_name.eq.a1,queue_name.eq.a2)", ["a1", "a2"]),
        ('?or=(queue_name.eq."b,3",and(queue_name.eq.a1,total_messages.eq.0))', ["a1", "b,3"]),
        ("?not.or=(queue_name.eq.a1,queue_name.eq.a2)", ["b,3"]),
        ("?or=(not.and(total_messages.eq.0),queue_name.not.eq.a1)", ["a2", "b,3"]),
        ("?queue_name=wfts(english).a1", ["a1"]),
        ("?queue_name=isdistinct.a1", ["a2", "b,3"]),
        ("?queue_name=eq.%25s", []),
        ("?queue_name=eq.a1'%20or%20true--", []),
    ],
)  # fmt: skip
def test_rows_are_filtered_with_the_operators_of_the_clients(
    call: Call, base: Contract, query: str, found: list[str]
):
    base.sql("delete from queue_registry")
    for name in ("a1", "a2", "b,3"):
        base.sql("insert into queue_registry (queue_name, active) values (%s, true)", name)
    answer = call("get_queue_monitoring_data", query)
    assert answer.status_code == 200, answer.text
    assert [row["queue_name"] for row in answer.json()] == found


def test_columns_are_chosen_renamed_cast_and_ordered(call: Call, queues: list[str]):
    answer = call(
        "diagnose_queue_tables", "?select=name:queue,total_messages::text&order=queue.desc.nullslast&limit=1"
    )
    assert answer.json() == [{"name": queues[-1], "total_messages": "0"}]
    health = call("list_stuck_messages", "?select=message->>a,b:message->c->0", queue_name=queues[0])
    assert health.json() == []


def test_a_value_inside_json_is_reached_by_arrows(call: Call, base: Contract):
    base.taken("artist_discovery", 30, {"a": {"b": ["x", "y%"]}})
    answer = call(
        "list_stuck_messages", "?select=message->a->b->>1&message->a->b->>0=eq.x", queue_name="artist_discovery"
    )
    assert answer.json() == [{"1": "y%"}]


def test_one_row_is_an_object_and_another_number_is_refused_without_effect(call: Call, base: Contract):
    one = "application/vnd.pgrst.object+json"
    answer = call("diagnose_queue_tables", "?queue=eq.artist_discovery", accept=one)
    assert answer.json()["queue"] == "artist_discovery"
    assert answer.headers["content-type"].startswith(one)
    for query in ("?queue=eq.none", ""):
        refused = call("diagnose_queue_tables", query, accept=one)
        assert (refused.status_code, refused.json()["code"]) == (406, "PGRST116")
    base.insert("artists", name="Ada", metadata={"genres": ["jazz"]}, popularity=90)
    base.insert("artists", name="Bo", metadata={"genres": ["jazz"]}, popularity=80)
    refused = call("start_bulk_artist_discovery", accept=one, genre="jazz")
    assert refused.json()["code"] == "PGRST116"
    assert base.count("pgmq.q_artist_discovery") == 0


def test_a_table_comes_as_csv_too(call: Call, queues: list[str]):
    answer = call("diagnose_queue_tables", "?select=queue,total_messages", accept="text/csv")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.text.splitlines() == ["queue,total_messages", *(f"{name},0" for name in queues)]


def test_an_answer_has_a_thousand_rows_at_most(call: Call, base: Contract):
    base.sql("insert into queue_registry (queue_name, active) select 'x' || n, true from generate_series(1, 1100) n")
    answer = call("get_queue_monitoring_data", "?limit=5000", prefer="count=exact")
    assert (answer.status_code, len(answer.json())) == (206, MOST_ROWS)


# ---- GET and HEAD


def test_a_get_takes_its_arguments_from_the_query(client: TestClient, base: Contract):
    producer = base.producer("Ada Lind")
    base.credit(base.track(base.album(base.artist("Vera"))), producer)
    (found,) = client.get("/rest/v1/rpc/search_producers?search_term=ada+lind&select=id,name").json()
    assert found == {"id": str(producer), "name": "Ada Lind"}
    (work,) = client.get(f"/rest/v1/rpc/get_producer_collaborations?producer_id={producer}").json()
    assert work["artist_name"] == "Vera"


@pytest.mark.parametrize("none", ["", "null"])
def test_a_get_writes_null_as_nothing_or_as_the_word(client: TestClient, none: str):
    assert client.get(f"/rest/v1/rpc/get_producer_collaborations?producer_id={none}").json() == []


def test_a_head_gives_the_range_alone(client: TestClient, headers_of: HeadersOf, queues: list[str]):
    headers = {**headers_of(Role.SERVICE), "prefer": "count=exact"}
    answer = client.head("/rest/v1/rpc/diagnose_queue_tables", headers=headers)
    assert (answer.status_code, answer.text) == (200, "")
    assert answer.headers["content-range"] == f"0-{len(queues) - 1}/{len(queues)}"


def test_a_get_changes_nothing(client: TestClient, headers_of: HeadersOf, base: Contract):
    refused = client.get("/rest/v1/rpc/start_artist_discovery?artist_name=Ada", headers=headers_of(Role.SERVICE))
    assert (refused.status_code, refused.json()["code"]) == (405, "25006")
    assert base.count("pgmq.q_artist_discovery") == 0


# ---- what is refused, and how


def test_an_unknown_function_is_told_with_the_nearest(call: Call):
    told = call("search_producer", search_term="a").json()
    assert told["code"] == "PGRST202"
    assert "Could not find the function public.search_producer(search_term)" in told["message"]
    assert told["hint"] == "Perhaps you meant to call the function public.search_producers(search_term)"
    assert call("search_producers", name="a").status_code == 404
    assert call("search_producers").status_code == 404


@pytest.mark.parametrize("function", ["pg_sleep", "similarity", "contract_recount", "version", "a" * 10_000, "x%00y"])
def test_only_the_contracts_functions_can_be_called(client: TestClient, headers_of: HeadersOf, function: str):
    answer = client.post(f"/rest/v1/rpc/{function}", json={}, headers=headers_of(Role.SERVICE))
    assert answer.status_code in (404, 414)
    assert set(answer.json()) == {"code", "message", "details", "hint"}


def test_tables_are_not_offered(client: TestClient, headers_of: HeadersOf):
    told = client.get("/rest/v1/producers?select=email", headers=headers_of(Role.SERVICE))
    assert (told.status_code, told.json()["code"]) == (404, "PGRST205")


def test_another_schema_is_refused(client: TestClient, headers_of: HeadersOf):
    headers = headers_of(Role.SERVICE)
    for method, profile in (("POST", "content-profile"), ("GET", "accept-profile")):
        told = client.request(method, "/rest/v1/rpc/get_system_health", headers={**headers, profile: "linernotes"})
        assert (told.status_code, told.json()["code"]) == (406, "PGRST106")


def test_who_may_not_is_told_with_401_or_403(client: TestClient, headers_of: HeadersOf):
    statuses = {}
    for name, headers in {"visitor": {}, **{r: headers_of(r) for r in Role}}.items():
        answer = client.post("/rest/v1/rpc/get_system_health", json={}, headers=headers)
        statuses[str(name)] = (answer.status_code, answer.json().get("code"))
    assert statuses == {
        "visitor": (401, "42501"),
        "anon": (401, "42501"),
        "authenticated": (403, "42501"),
        "service_role": (200, None),
    }


def test_a_wrong_key_is_told_in_postgrests_shape(client: TestClient):
    refused = client.post("/rest/v1/rpc/search_producers", json={}, headers={"apikey": "ln_wrong"})
    assert (refused.status_code, refused.json()["code"]) == (401, "PGRST301")


@pytest.mark.parametrize("role", list(Role))
def test_a_statement_runs_under_the_callers_role_and_time_limit(
    client: TestClient, headers_of: HeadersOf, base: Contract, role: Role
):
    """A policy of the operator's own sees what PostgREST would show it."""
    base.sql("create table seen (who text, role text, claimed text, timeout text)")
    base.sql("grant insert on seen to anon, authenticated, service_role")
    base.sql(
        "create or replace function public.search_producers(search_term text) returns table (id uuid, name text,"
        " normalized_name text, instagram_handle text, image_url text, track_count bigint, artist_count bigint)"
        " language sql set search_path = '' as $$ insert into public.seen values (current_user::text,"
        " current_setting('role'), current_setting('request.jwt.claims')::jsonb->>'role',"
        " current_setting('statement_timeout')); select null::uuid, 'x', null, null, null, 1::bigint, 1::bigint $$"
    )
    client.post("/rest/v1/rpc/search_producers", json={"search_term": "a"}, headers=headers_of(role))
    (seen,) = base.sql("select * from seen")
    time = {"anon": "3s", "authenticated": "8s", "service_role": "1min"}[role]
    assert seen == {"who": role, "role": role, "claimed": role, "timeout": time}


def test_an_advisory_lock_ends_with_the_call(call: Call):
    assert call("pg_try_advisory_lock", p_key="k").json() is True
    assert call("pg_advisory_lock_exists", p_key="k").json() is False


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b"", "application/json", 200),
        (b"{}", "application/json; charset=utf-8", 200),
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"null", "application/json", 400),
        (b'"x"', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"a":' * 2_000, "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"queue_name": "\\ud800"}', "application/json", 400),
        (b'{"queue_name": "\\u0000"}', "application/json", 400),
        (b'{"queue_name": NaN}', "application/json", 400),
        (b"queue_name=a", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b'{"queue_name": "' + b"1" * 900_000 + b'"}', "application/json", 200),
    ],
    ids=range(15),
)
def test_a_strange_body_is_the_callers_fault(
    client: TestClient, headers_of: HeadersOf, body: bytes, kind: str, status: int
):
    headers = {**headers_of(Role.SERVICE), "content-type": kind}
    answer = client.post("/rest/v1/rpc/diagnose_queue_tables", content=body, headers=headers)
    assert answer.status_code == status, answer.text[:300]


@pytest.mark.parametrize("value", [-(2**63), 2**63, 10**400, 1e308, True, "x", [], {}, [[1]], "\x00", "9" * 10_000])
def test_a_strange_number_is_the_callers_fault(call: Call, value: Any):
    answer = call("pg_dequeue", queue_name="artist_discovery", batch_size=value)
    assert answer.status_code == 400, answer.text[:300]
    assert set(answer.json()) == {"code", "message", "details", "hint"}


@pytest.mark.parametrize(
    "query",
    [
        "?select=", "?select=,", "?select=a(b)", "?select=nothing", "?select=queue::nothing", "?select=*,*",
        '?select="',
        "?select=queue%3Bselect", "?select=queue%00", "?select=queue%25s", "?select=" + "queue," * 200, "?order=",
        "?order=nothing.asc", "?order=queue.sideways", "?limit=-1", "?limit=x", "?limit=99999999999", "?offset=-1",
        "?limit=1.5", "?queue=nothing", "?queue=eq", "?queue=xx.1", "?nothing=eq.1", "?total_messages=eq.x",
        "?queue=is.1", "?queue=in.1", "?or=queue.eq.1", "?or=(", "?or=(((((((((((((a.eq.1)))))))))))))", "?or=()",
        "?queue=match.[", "?queue=fts(nothing).a", "?queue=fts.%26", "?queue=cs.{a}", "?total_messages=sl.1",
        "?queue=eq.%00", "?queue=eq.%ff", "?%00=eq.1", "?=eq.1", "?queue-%3E=eq.1", "?queue=eq(any).1",
        "?queue=not.not.eq.1", "?and=(" + "a.eq.1," * 200 + "a.eq.1)", "?select=queue->>a", "?limit=1&limit=2",
    ],
)  # fmt: skip
def test_a_strange_query_never_breaks_us(call: Call, query: str):
    answer = call("diagnose_queue_tables", query)
    assert answer.status_code in (200, 206, 400, 404), (answer.status_code, answer.text[:300])
    if answer.status_code >= 400:
        assert set(answer.json()) == {"code", "message", "details", "hint"}


@pytest.mark.parametrize("accept", ["image/png", "application/vnd.pgrst.plan", "text/html"])
def test_a_form_that_we_do_not_have_is_refused(call: Call, accept: str):
    refused = call("diagnose_queue_tables", accept=accept)
    assert (refused.status_code, refused.json()["code"]) == (406, "PGRST107")
