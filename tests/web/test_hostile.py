"""Bad input to the pages: whatever comes in an address or a form is answered, and never with an error of ours."""

from __future__ import annotations

import itertools
from urllib.parse import quote

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from psycopg import Connection

from linernotes.api.keys import Role
from linernotes.web import VIEWS
from tests.api.conftest import HeadersOf
from tests.factories import World
from tests.web.conftest import HTML, read

HOSTILE = [
    "%00", "a%00b", "%ED%A0%80", "%FF", "%25", "_", "%5C", "%27%22%3E%3Cscript%3E", "x" * 10_000,
    "-9223372036854775808", "NaN", "1e400", "99999999999999999999", "%E2%80%AE", "%F0%9F%92%A9", "%20", "",
    "..%2F..%2Fetc%2Fpasswd", "%0D%0AX-Evil:%201", "'", "00000000-0000-0000-0000-000000000000", "{{7*7}}",
]  # fmt: skip
ROUTES = [route for view in VIEWS for route in view.router.routes if isinstance(route, APIRoute)]
GETS = {route.path: route for route in ROUTES if "GET" in route.methods}
POSTS = sorted({route.path for route in ROUTES if "POST" in route.methods})


@pytest.fixture
def some(world: World, db: Connection) -> dict[str, str]:
    """The ids of what is there, by the names that paths give them."""
    ada, track = world.producer("Ada Lind"), world.track("Song")
    world.credit(track, ada)
    db.execute("select linernotes.refresh_search()")
    return {
        "/producers": str(ada),
        "/artists": str(world.artist()),
        "/albums": str(world.album()),
        "/tracks": str(track),
    }


def fine(client: TestClient, address: str, **options: object) -> None:
    answer = client.get(address, headers=HTML, follow_redirects=False, **options)  # type: ignore[arg-type]
    assert answer.status_code < 500, f"{address[:200]}: {answer.status_code} {answer.text[-300:]}"
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert read(answer.text).faults == [], address[:200]
    assert "x-evil" not in answer.headers


@pytest.mark.parametrize("path", [path for path in GETS if "{" in path])
def test_no_address_makes_an_error_of_ours(client: TestClient, path: str) -> None:
    for value in HOSTILE:
        parts = [value if part.startswith("{") else part for part in path.split("/")]
        fine(client, "/".join(parts))


@pytest.mark.parametrize("path", GETS)
def test_no_query_makes_an_error_of_ours(client: TestClient, some: dict[str, str], path: str) -> None:
    begin = "/" + path.split("/")[1]
    page = "/".join(some.get(begin, "x") if part.startswith("{") else part for part in path.split("/"))
    fields = [field.alias for field in GETS[path].dependant.query_params]
    for field, value in itertools.product(fields, HOSTILE[:15]):
        fine(client, f"{page}?{field}={value}")
    fine(client, f"{page}?" + "&".join(f"{field}=1&{field}=2" for field in [*fields, "unknown"]))


@pytest.mark.parametrize("path", POSTS)
def test_no_form_makes_an_error_of_ours(client: TestClient, headers_of: HeadersOf, path: str) -> None:
    headers = {**HTML, **headers_of(Role.SERVICE), "content-type": "application/x-www-form-urlencoded"}
    for field, value in itertools.product(("id", "queue", "artists", "source"), HOSTILE[:15]):
        body = f"{field}={value}&everything=1&artists=x" if field == "source" else f"{field}={value}"
        for segment in ("x", quote("\0")) if "{" in path else ("",):
            answer = client.post(path.replace("{id}", segment), content=body, headers=headers, follow_redirects=False)
            assert answer.status_code < 500, f"{path} {body[:100]}: {answer.status_code} {answer.text[-300:]}"


def test_who_only_asks_for_the_head_gets_it(client: TestClient, some: dict[str, str]) -> None:
    answer = client.head(f"/producers/{some['/producers']}", headers=HTML)
    assert (answer.status_code, answer.content) == (200, b"")
