"""The real supabase-py, unchanged, on a real server: every function, every worker, and how its errors arrive."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from postgrest import APIError, CountMethod
from supabase import Client, create_client
from supabase_functions.errors import FunctionsHttpError

from linernotes.api.edge import utc_now
from linernotes.api.keys import Role, add_key
from linernotes.api.rest.catalog import contract
from linernotes.api.tokens import sign
from linernotes.database.connect import connect
from linernotes.services.workers import WORKERS
from tests.api.contract_calls import CALLS, filled
from tests.api.serving import serving
from tests.conftest import DatabaseServer

SECRET = "a secret of at least thirty-two bytes"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the client's own parts to each other

Signed = Callable[[str], Client]


@pytest.fixture(scope="module", params=[18, 15], ids=["pg18", "pg15"])
def database(request: pytest.FixtureRequest) -> Iterator[str]:
    found: DatabaseServer = request.getfixturevalue("postgresql" if request.param == 18 else "postgresql_15")
    yield (url := found.database())
    found.drop(url)


@pytest.fixture(scope="module")
def client_with(database: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Signed]:
    """Makes a client of a server that has a secret, with a key or a token."""
    home = tmp_path_factory.mktemp("home")
    with serving(database, home, "--no-workers", "--no-scheduler", LINERNOTES_JWT_SECRET=SECRET) as server:
        yield lambda key: create_client(server.url, key)


@pytest.fixture(scope="module")
def operator(database: str, client_with: Signed) -> Client:
    """A client with a key of ours, which is no JWT, of the role service_role."""
    with connect(database) as db:
        return client_with(add_key(db, "operator", Role.SERVICE, utc_now()))


def signed(role: Role) -> str:
    return sign(SECRET, role, utc_now(), timedelta(minutes=10))


def test_every_function_answers(operator: Client):
    given: dict[str, Any] = {}
    for name, arguments in CALLS:
        given[name] = operator.rpc(name, filled(arguments, given)).execute().data
    assert set(given) == contract()
    assert uuid.UUID(given["process_track_atomic"])
    assert given["pg_dequeue"][0]["message"] == {"a": [1, None, "é🎵"]}
    assert (given["pg_delete_message"], given["acquire_processing_lock"]) == (True, True)
    assert given["get_system_health"]["overall_status"] == "healthy"
    assert [row["queue_name"] for row in given["get_queue_monitoring_data"]].count("mine") == 1


@pytest.mark.parametrize("name", WORKERS)
def test_every_worker_answers(operator: Client, name: str):
    answer = operator.functions.invoke(name, {"body": {}, "responseType": "json"})
    assert (answer["success"] if isinstance(answer, dict) else b'"success":true' in answer) is True


def test_a_page_is_filtered_ordered_and_counted(operator: Client):
    asked = operator.rpc("diagnose_queue_tables", {}, count=CountMethod.exact)
    page = asked.select("queue,total_messages").neq("queue", "mine").order("queue", desc=True).range(1, 2).execute()
    assert [row["queue"] for row in page.data] == ["social_enrichment", "producer_identification"]
    assert page.count == 5
    limited = operator.rpc("diagnose_queue_tables", {}).select("queue").in_("queue", ["track_discovery"]).limit(1)
    assert limited.execute().data == [{"queue": "track_discovery"}]


def test_reading_by_get_and_head(operator: Client):
    read = operator.rpc("diagnose_queue_tables", {"queue_name": "track_discovery"}, get=True).execute()
    assert [row["queue"] for row in read.data] == ["track_discovery"]
    counted = operator.rpc("get_queue_monitoring_data", {}, count=CountMethod.exact, head=True).execute()
    assert counted.count == len(operator.rpc("get_queue_monitoring_data", {}).execute().data)


def test_one_row_is_one_object(operator: Client):
    one = operator.rpc("diagnose_queue_tables", {"queue_name": "track_discovery"}).single().execute()
    assert one.data["queue"] == "track_discovery"
    with pytest.raises(APIError) as told:
        operator.rpc("diagnose_queue_tables", {}).single().execute()
    assert told.value.code == "PGRST116"
    assert operator.rpc("diagnose_queue_tables", {"queue_name": "none"}).maybe_single().execute() is None


@pytest.mark.parametrize(
    ("name", "arguments", "code"),
    [
        ("no_such_function", {}, "PGRST202"),
        ("search_producers", {"wrong": 1}, "PGRST202"),
        ("start_artist_discovery", {"artist_name": ""}, "22023"),
        ("pg_enqueue", {"queue_name": "no_such_queue", "message_body": {}}, "42P01"),
        ("pg_dequeue", {"queue_name": "track_discovery", "batch_size": "many"}, "22P02"),
        ("process_album_atomic", {"p_album_data": {}, "p_operation_id": None, "p_spotify_id": None}, "22023"),
    ],
)
def test_an_error_arrives_with_its_code(operator: Client, name: str, arguments: dict[str, Any], code: str):
    with pytest.raises(APIError) as told:
        operator.rpc(name, arguments).execute()
    assert told.value.code == code
    assert told.value.message


def test_a_jwt_is_taken_and_its_role_counts(client_with: Signed):
    for role in (Role.ANON, Role.AUTHENTICATED):
        client = client_with(signed(role))
        assert client.rpc("search_producers", {"search_term": "x"}).execute().data == []
        with pytest.raises(APIError) as told:
            client.rpc("get_system_health", {}).execute()
        assert told.value.code == "42501"
        with pytest.raises(FunctionsHttpError) as refused:
            client.functions.invoke("checkPipeline")
        assert refused.value.status == 403
    assert client_with(signed(Role.SERVICE)).rpc("get_system_health", {}).execute().data


def test_a_key_that_is_nobodys_is_refused(client_with: Signed):
    with pytest.raises(APIError) as told:
        client_with("ln_nobody").rpc("search_producers", {"search_term": "x"}).execute()
    assert told.value.code == "PGRST301"
    with pytest.raises(FunctionsHttpError) as refused:
        client_with("ln_nobody").functions.invoke("checkPipeline")
    assert refused.value.status == 401


def test_another_schema_is_refused(operator: Client):
    with pytest.raises(APIError) as told:
        operator.schema("linernotes").rpc("take_turn", {}).execute()
    assert told.value.code == "PGRST106"


def test_a_tables_rows_are_not_offered(operator: Client):
    with pytest.raises(APIError) as told:
        operator.table("producers").select("*").execute()
    assert told.value.code == "PGRST205"
