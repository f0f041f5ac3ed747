"""The routes under /v1 on the real application and a real database."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from psycopg import Connection

from linernotes.api.keys import Role
from tests.api.conftest import HeadersOf
from tests.counting import statements_sent
from tests.factories import World

PROBLEM = "application/problem+json"


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


@pytest.fixture
def ada(world: World) -> UUID:
    """Produced three recordings, two of them with others."""
    ada = world.producer("Ada Producer", "A. P.", kind="person")
    for number, other in enumerate(("Bo Writer", "Cy Mixer")):
        song = world.track(f"Song {number}", album=f"Album {number}", released=f"20{10 + number}-05-01")
        world.credit(song, ada)
        world.credit(song, world.producer(other), "composer")
    world.credit(world.track("Alone", artist="=cmd()", album="Solo"), ada)
    world.link(ada)
    refresh(world)
    return ada


def refresh(world: World) -> None:
    world.db.execute("select linernotes.refresh_search(100000)")


def pages(client: TestClient, path: str) -> Iterator[dict[str, Any]]:
    """The items of all pages, by the `Link` of each."""
    while path:
        answer = client.get(path)
        assert answer.status_code == 200, answer.text
        yield from answer.json()["items"]
        link = answer.headers.get("link", "")
        assert bool(link) == (answer.json()["next"] is not None)
        path = link.partition(">")[0].removeprefix("<")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_producers_are_found_and_paged_through_by_link(client: TestClient, ada: UUID) -> None:
    assert [p["name"] for p in pages(client, "/v1/producers?limit=1")] == ["Ada Producer", "Bo Writer", "Cy Mixer"]
    (found,) = client.get("/v1/producers", params={"q": "ada prodcer"}).json()["items"]
    assert found["id"] == str(ada)
    assert (found["closeness"], found["recordings"], found["links"], found["roles"]) == (
        "alike", 3, 1, {"producer": 3},
    )  # fmt: skip
    names = [p["name"] for p in pages(client, "/v1/producers?role=composer&role=lyricist&year_from=2011")]
    assert names == ["Cy Mixer"]
    assert [p["name"] for p in pages(client, "/v1/producers?reachable=true")] == ["Ada Producer"]


def test_a_list_is_json_or_csv_as_the_query_or_accept_says(client: TestClient, ada: UUID) -> None:
    for answer in (
        client.get("/v1/producers?format=csv"),
        client.get("/v1/producers", headers={"Accept": "text/csv"}),
        client.get("/v1/producers", headers={"Accept": "text/csv, application/json;q=0.5"}),
    ):
        assert answer.headers["content-type"] == "text/csv; charset=utf-8"
        assert [row["name"] for row in rows(answer.text)] == ["Ada Producer", "Bo Writer", "Cy Mixer"]
    for headers in ({"Accept": "application/json, text/csv"}, {"Accept": "*/*"}, {}):
        assert client.get("/v1/producers", headers=headers).headers["content-type"] == "application/json"


def test_a_name_that_a_spreadsheet_would_run_is_defused_in_csv(client: TestClient, ada: UUID) -> None:
    artists = [row["artist"] for row in rows(client.get(f"/v1/producers/{ada}/credits?format=csv").text)]
    assert "'=cmd()" in artists


def test_what_did_not_change_is_told_so_without_being_sent_again(client: TestClient, world: World, ada: UUID) -> None:
    first = client.get(f"/v1/producers/{ada}")
    tag = first.headers["etag"]
    again = client.get(f"/v1/producers/{ada}", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "max-age" in first.headers["cache-control"]
    world.link(ada, "youtube", "https://youtube.example/ada")
    assert client.get(f"/v1/producers/{ada}", headers={"If-None-Match": tag}).status_code == 200


def test_what_is_asked_with_a_key_is_kept_by_no_shared_cache(
    client: TestClient, ada: UUID, headers_of: HeadersOf
) -> None:
    assert client.get("/v1/producers").headers["cache-control"].startswith("public")
    kept = client.get("/v1/producers", headers=headers_of(Role.ANON)).headers["cache-control"]
    assert kept.startswith("private")


def test_every_page_of_one_thing_can_be_read(client: TestClient, world: World, ada: UUID) -> None:
    profile = client.get(f"/v1/producers/{ada}").json()
    assert [name["name"] for name in profile["names"]] == ["Ada Producer", "A. P."]
    (credit, *_) = client.get(f"/v1/producers/{ada}/credits?year_from=2011&year_to=2011").json()["items"]
    assert (credit["track"], credit["release_date"]) == ("Song 1", "2011-05-01")
    evidence = client.get(f"/v1/credits/{credit['id']}/evidence").json()
    assert evidence["credits"][0]["claims"][0]["source"] == "musicbrainz"
    assert client.get(f"/v1/tracks/{credit['track_id']}").json()["credits"][0]["producer"] == "Ada Producer"
    assert client.get(f"/v1/albums/{credit['album_id']}").json()["tracks"][0]["name"] == "Song 1"
    artist = client.get(f"/v1/artists/{credit['artist_id']}").json()
    assert [album["name"] for album in artist["albums"]] == ["Album 1", "Album 0"]
    assert [a["name"] for a in pages(client, f"/v1/artists/{artist['id']}/albums?limit=1")] == ["Album 1", "Album 0"]
    assert [a["name"] for a in pages(client, "/v1/artists?q=ada lind")] == ["Ada Lind"]
    assert [t["name"] for t in pages(client, "/v1/tracks?q=song&limit=1")] == ["Song 0", "Song 1"]
    assert [t["produced_by"] for t in pages(client, "/v1/tracks?q=song 1")] == [["Ada Producer"]]
    assert [a["name"] for a in pages(client, "/v1/albums?q=album&limit=1")] == ["Album 0", "Album 1"]
    others = [t["name"] for t in pages(client, f"/v1/producers/{ada}/collaborators?limit=1")]
    assert others == ["Bo Writer", "Cy Mixer"]
    assert [y["year"] for y in client.get(f"/v1/producers/{ada}/timeline").json()["years"]] == [2010, 2011, 2020]
    assert len(client.get(f"/v1/producers/{ada}/network").json()["edges"]) == 2
    similar = client.get(f"/v1/producers/{ada}/similar").json()["items"]
    assert [s["name"] for s in similar] == ["Bo Writer", "Cy Mixer"]
    bo, cy = (t["id"] for t in pages(client, f"/v1/producers/{ada}/collaborators"))
    hops = client.get(f"/v1/producers/{bo}/path/{cy}").json()["hops"]
    assert [hop["to_name"] for hop in hops] == ["Ada Producer", "Cy Mixer"]
    contents = client.get("/v1/contents").json()
    assert {"thing": "producers", "count": 3, "exact": True} in contents["held"]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/producers/{}", "/v1/producers/{}/credits", "/v1/producers/{}/collaborators", "/v1/producers/{}/similar",
        "/v1/producers/{}/timeline", "/v1/producers/{}/network", "/v1/producers/{}/path/{}", "/v1/artists/{}",
        "/v1/albums/{}", "/v1/tracks/{}", "/v1/credits/{}/evidence",
    ],
)  # fmt: skip
def test_what_is_not_there_is_a_problem_that_says_so(client: TestClient, path: str) -> None:
    answer = client.get(path.format(uuid4(), uuid4()))
    assert (answer.status_code, answer.headers["content-type"]) == (404, PROBLEM)
    assert "has the id" in answer.json()["detail"]


def test_a_page_costs_the_same_statements_however_many_it_lists(client: TestClient, world: World, ada: UUID) -> None:
    for number in range(40):
        world.credit(world.track(f"More {number}"), world.producer(f"Di {number}"))
        world.claim(world.track(f"Further {number}", album=f"B {number}"), ada)
    world.conclude()
    refresh(world)
    artist = world.artist()
    for path in (
        "/v1/producers?", "/v1/producers?q=di&", f"/v1/producers/{ada}/credits?", f"/v1/artists/{artist}/albums?",
        "/v1/artists?", "/v1/tracks?q=more&", "/v1/albums?q=b&",
        f"/v1/producers/{ada}/collaborators?", f"/v1/producers/{ada}/similar?",
    ):  # fmt: skip
        costs = []
        for limit in (1, 40):
            with statements_sent() as sent:
                answer = client.get(f"{path}limit={limit}")
            assert answer.status_code == 200
            costs.append(len(sent))
        assert costs[0] == costs[1], path


def test_the_state_of_the_pipeline_is_told_to_all_its_contents_to_the_operator(
    client: TestClient, headers_of: HeadersOf
) -> None:
    assert client.get("/v1/health").json()["status"] == "healthy"
    assert client.get("/v1/queues").json()["items"][0]["queue"] == "artist_discovery"
    assert client.get("/v1/sources").json()["items"] == []
    assert client.get("/v1/jobs").status_code == 401
    jobs = client.get("/v1/jobs", headers=headers_of(Role.SERVICE)).json()["items"]
    assert "search-refresh-job" in [job["name"] for job in jobs]


def test_dead_letters_are_listed_and_put_back_by_the_operator(
    client: TestClient, db: Connection[Any], headers_of: HeadersOf
) -> None:
    operator = headers_of(Role.SERVICE)
    for number in range(3):
        db.execute(
            """insert into linernotes.dead_letters (queue_name, msg_id, message, step, error_class, error, attempts,
                   first_at, last_at, worker)
               values ('track_discovery', %s, '{"albumId": "x"}', 'gather', 'BadAnswer', 'no JSON', 5, now(),
                   now(), 'w')""",
            [number],
        )
    path = "/v1/dead-letters?queue=track_discovery&limit=2"
    first = client.get(path, headers=operator).json()
    rest = client.get(f"{path}&cursor={first['next']}", headers=operator).json()
    letters = [*first["items"], *rest["items"]]
    assert [(letter["error"], letter["queue"]) for letter in letters] == [("no JSON", "track_discovery")] * 3
    body = {"ids": [letter["id"] for letter in letters[:2]]}
    assert client.post("/v1/dead-letters/replay", json=body).status_code == 401
    for expected in (2, 0):
        answer = client.post("/v1/dead-letters/replay", json=body, headers=operator)
        assert answer.json() == {"replayed": expected}
    assert len(client.get(path, headers=operator).json()["items"]) == 1
    assert client.get("/v1/stuck", headers=operator).json()["items"] == []
    assert client.get("/v1/stuck?queue=nothing", headers=operator).status_code == 404
    assert client.post("/v1/dead-letters/replay", json={"ids": []}, headers=operator).status_code == 422


# ---- what cannot be

HOSTILE = [
    "\0", "a\0b", "\ufffd", "%", "_", "\\", "%_\\", "'", '"', "''; drop table producers; --", "${7*7}", "{{7*7}}",
    "<script>", "../../etc/passwd", "-9223372036854775808", "9223372036854775808", "NaN", "Infinity", "-0", "1e999",
    "null", "true", "[]", "{}", " ", "\t", "\r\n", "\u200b", "\u202e", "\ufeff", "e\u0301" * 50, "🎹" * 50,
    "ﷺ" * 50, "x" * 200, "x" * 10_000, "é" * 5_000,
]  # fmt: skip

PARAMETERS = {
    "/v1/producers": (
        "q", "role", "genre", "year_from", "year_to", "artist", "verified", "reachable", "sort", "limit", "cursor",
        "format",
    ),
    "/v1/artists": ("q", "limit", "cursor", "format"),
    f"/v1/producers/{uuid4()}/credits": ("role", "year_from", "year_to", "verified", "limit", "cursor"),
    f"/v1/producers/{uuid4()}": ("top",),
    f"/v1/producers/{uuid4()}/network": ("limit",),
}  # fmt: skip


def test_no_hostile_value_of_any_parameter_is_an_error_of_ours(client: TestClient, ada: UUID) -> None:
    wrong = []
    for path, names in PARAMETERS.items():
        for name in names:
            for value in HOSTILE:
                answer = client.get(path, params={name: value})
                told = answer.headers["content-type"] == PROBLEM
                if answer.status_code >= 500 or (answer.status_code >= 400) != told:
                    wrong.append((path, name, value[:20], answer.status_code, answer.text[:200]))
    assert wrong == []


def test_no_hostile_address_is_an_error_of_ours(client: TestClient, ada: UUID) -> None:
    wrong = []
    for path in (
        "/v1/producers/%00", "/v1/producers/%ed%a0%80", "/v1/producers/..%2f..", "/v1/producers?q=%ed%a0%80",
        "/v1/producers?q=%ff%fe", "/v1/producers?q=a&q=b&q=%00", "/v1/producers?limit=1&limit=NaN", "/v1/producers?=",
        "/v1/producers?&&&", "/v1/producers?" + "role=producer&" * 150, "/v1/producers?" + "a" * 20_000,
        "/v1/producers/" + "a" * 3_000, "/v1/artists?cursor=" + "A" * 1_999, "/v1/producers/{}", "/v1//producers",
        "/v1/producers/" + "0" * 32, "/v1/exports/nothing", "/v1/nothing",
    ):  # fmt: skip
        answer = client.get(path)
        if answer.status_code >= 500 or (answer.status_code >= 400 and answer.headers["content-type"] != PROBLEM):
            wrong.append((path[:60], answer.status_code, answer.text[:200]))
    assert wrong == []


def test_other_methods_are_refused(client: TestClient) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        assert client.request(method, "/v1/producers").status_code == 405


def test_the_description_names_every_route_once_and_every_problem(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    operations = [
        (path, method, operation)
        for path, of_path in description["paths"].items()
        for method, operation in of_path.items()
        if path.startswith("/v1")
    ]
    ids = [operation["operationId"] for _, _, operation in operations]
    assert len(ids) == len(set(ids)) >= 20
    for path, method, operation in operations:
        assert operation["description"], (path, method)
        assert PROBLEM in operation["responses"]["422"]["content"], (path, method)
        assert PROBLEM in operation["responses"]["503"]["content"], (path, method)
