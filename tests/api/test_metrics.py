"""What Prometheus is told, and whom."""

from __future__ import annotations

import re

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from linernotes.api.app import create_app
from linernotes.api.edge import open_edge
from linernotes.api.keys import Role
from linernotes.settings import Settings
from tests.api.conftest import HeadersOf


def samples(text: str, name: str) -> dict[tuple[str, ...], float]:
    return {
        tuple(value for _, value in sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def test_requests_are_counted_by_route_and_never_by_address(client: TestClient):
    client.get("/v1/artists?q=somebody")
    client.get("/v1/artists/1b5a4d7e-0000-7000-8000-000000000000")
    client.get("/v1/artists/2b5a4d7e-0000-7000-8000-000000000000")
    client.get("/nothing/of/the/kind")
    client.request("BREW", "/v1/artists")
    text = client.get("/metrics").text
    counted = samples(text, "linernotes_http_requests_total")
    assert counted[("GET", "/v1/artists", "200")] == 1
    assert counted[("GET", "/v1/artists/{id}", "404")] == 2
    assert counted[("GET", "other", "404")] == 1
    assert not re.search("somebody|1b5a4d7e|BREW|kind", text)
    assert samples(text, "linernotes_http_requests_running") == {(): 1}


def test_the_pipelines_figures_are_there_too(client: TestClient, headers_of: HeadersOf):
    client.post("/rest/v1/rpc/start_artist_discovery", json={"artist_name": "Ada"}, headers=headers_of(Role.SERVICE))
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert samples(answer.text, "linernotes_queue_messages")[("artist_discovery", "waiting")] == 1


def test_elsewhere_the_figures_are_the_operators_also_where_visitors_read(database_url: str, headers_of: HeadersOf):
    with (
        open_edge(Settings(visitors="read"), database_url, host="0.0.0.0") as edge,
        TestClient(create_app(edge), base_url="http://127.0.0.1") as client,
    ):
        assert client.get("/v1/artists").status_code == 200
        for path in ("/metrics", "/operations", "/operations/dead-letters", "/operations/jobs/retention-job"):
            assert client.get(path).status_code == 401
        assert client.get("/metrics", headers=headers_of(Role.AUTHENTICATED)).status_code == 403
        assert client.get("/metrics", headers=headers_of(Role.SERVICE)).status_code == 200
