"""Every page is well formed, leads only to what is there, and shows strangers' text as text."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient
from psycopg import Connection
from pydantic import SecretStr

from linernotes.api.app import create_app
from linernotes.api.edge import open_edge
from linernotes.api.keys import Role
from linernotes.settings import Settings
from tests.api.conftest import HeadersOf
from tests.factories import World
from tests.web.conftest import HTML, Pages, read

FORM = "application/x-www-form-urlencoded"

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7*7 }} & Söhne"
NOT_OURS = ("/openapi.json", "/v1/", "/opensearch.xml")
"""What is linked and is no page."""


@pytest.fixture
def busy(world: World) -> World:
    """Some producers with credits, names, links, groups, and a conflict."""
    ada = world.producer("Ada Lind", "A. Lind", kind="person")
    duo = world.producer("Lind & Berg", kind="group")
    berg = world.producer("Bo Berg", kind="person")
    world.member(duo, ada)
    world.link(ada)
    for number in range(12):
        track = world.track(f"Song {number}", album=f"Album {number}", released=f"20{number + 10}-05-01")
        world.claim(track, ada)
        world.claim(track, ada, source="discogs", url="https://www.discogs.com/release/1")
        world.claim(track, berg, "mixer")
    world.claim(track, duo, source="genius")
    world.conclude()
    world.db.execute("select linernotes.refresh_search()")
    return world


def test_every_link_from_the_front_page_on_leads_to_a_page_that_is_there(busy: World, pages: Pages) -> None:
    ada = busy.db.execute("select id from producers where name = 'Ada Lind'").fetchone()
    assert ada
    waiting, seen = ["/", f"/producers/{ada[0]}"], set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.startswith(NOT_OURS):
            assert pages.client.get(path).status_code == 200, path
            continue
        if path.startswith("/static/"):
            assert pages.client.get(path).status_code == 200, path
            continue
        for link in pages(path).links:
            target = urlsplit(urljoin(f"http://127.0.0.1{path}", link))
            if target.netloc == "127.0.0.1":
                waiting.append(target.path + (f"?{target.query}" if target.query else ""))
    assert {path.split("/")[1].partition("?")[0] for path in seen} >= {
        "", "search", "producers", "artists", "albums", "tracks", "credits", "compare", "discover", "operations",
        "about", "docs", "sign-in", "static",
    }  # fmt: skip


def test_what_a_stranger_wrote_is_shown_as_text_everywhere(world: World, pages: Pages) -> None:
    who = world.producer(HOSTILE, "</title><script>alert(3)</script>")
    track = world.track(HOSTILE, artist=HOSTILE, album=HOSTILE)
    for number in range(4):
        other = world.producer(f"{HOSTILE} {number}")
        world.claim(track, other, "mixer")
    world.claim(track, who, credited_as=HOSTILE, url="javascript:alert(4)")
    world.link(who, kind="homepage", url="javascript:alert(5)")
    world.conclude()
    world.db.execute("select linernotes.refresh_search()")
    for path in (
        f"/producers/{who}", f"/producers/{who}/credits", f"/producers/{who}/collaborators", f"/tracks/{track}",
        f"/tracks/{track}/producers/{who}", f"/albums/{world.albums[HOSTILE, HOSTILE]}",
        "/search?q=%3Cscript%3E%22%27", f"/artists/{world.artists[HOSTILE]}", f"/compare?a={who}&b={other}",
        "/search?q=script",
    ):  # fmt: skip
        page = pages(path)
        assert {s.get("src") is not None or s.get("type") == "application/ld+json" for s in page.all("script")} == {
            True
        }
        assert page.all("img") == []
        assert [link for link in page.links if link.startswith("javascript:")] == []
    assert HOSTILE in pages(f"/producers/{who}").text


def test_a_name_in_the_address_leads_to_the_one_who_has_it(busy: World, client: TestClient) -> None:
    answer = client.get("/producers/Bo%20Berg", headers=HTML, follow_redirects=False)
    berg = busy.db.execute("select id from producers where name = 'Bo Berg'").fetchone()
    assert berg
    assert (answer.status_code, answer.headers["location"]) == (302, f"/producers/{berg[0]}")


def test_a_page_that_is_not_there_says_so_and_offers_the_search(pages: Pages) -> None:
    page = pages("/producers/00000000-0000-0000-0000-000000000000", 404)
    assert "Not here" in page.text
    assert [form["action"] for form in page.all("form") if form.get("role") == "search"]
    assert "noindex" in [meta.get("content") for meta in page.all("meta")]


def test_what_cannot_be_asked_is_refused_with_a_page(pages: Pages) -> None:
    assert "cannot be asked" in pages("/search?q=%00", 422).text


def test_an_unchanged_page_costs_its_headers_only(busy: World, client: TestClient) -> None:
    first = client.get("/search?q=ada", headers=HTML)
    again = client.get("/search?q=ada", headers={**HTML, "if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_a_file_is_kept_for_a_year_and_named_by_its_content(client: TestClient, pages: Pages) -> None:
    paths = [link for link in pages("/about").links if link.startswith("/static/")]
    assert len(paths) == 2
    for path in paths:
        answer = client.get(path)
        assert "immutable" in answer.headers["cache-control"]
    assert client.get("/static/site.0000000000.css").status_code == 404


def test_colours_are_kept_and_nobody_is_led_to_another_host(client: TestClient) -> None:
    kept = client.post("/theme", data={"theme": "dark", "to": "/about"}, follow_redirects=False)
    assert (kept.status_code, kept.headers["location"]) == (303, "/about")
    assert 'data-theme="dark"' in client.get("/about", headers=HTML).text
    for to in ("https://evil.example/", "//evil.example", "/\\evil.example", "x"):
        assert client.post("/theme", data={"to": to}, follow_redirects=False).headers["location"] == "/"


def test_a_database_that_is_away_is_told_with_a_page_that_says_to_come_back(tmp_path: Path) -> None:
    nowhere = f"postgresql://linernotes@/linernotes?host={tmp_path}&port=5432"
    with open_edge(Settings(), nowhere) as edge, TestClient(create_app(edge), base_url="http://127.0.0.1") as client:
        answer = client.get("/search?q=ada", headers=HTML)
    assert (answer.status_code, read(answer.text).faults) == (503, [])
    assert "Try again" in read(answer.text).text
    assert int(answer.headers["retry-after"]) >= 1


def test_names_that_are_near_are_said_to_be_near(busy: World, pages: Pages) -> None:
    assert "Nobody is called “Ada Lynd”; these names are near" in pages("/search?q=Ada+Lynd").text
    page = pages("/search?q=zzyzzx&role=mixer")
    assert "No producer for “zzyzzx”" in page.text
    assert "/search?q=zzyzzx" in page.links


def test_a_list_goes_on_where_the_page_before_it_ended(world: World, pages: Pages) -> None:
    track = world.track("Song")
    names = [f"Person {number:02}" for number in range(45)]
    for name in names:
        world.claim(track, world.producer(name))
    world.conclude()
    world.db.execute("select linernotes.refresh_search()")
    path, found = "/search?q=person", []
    while path:
        page = pages(path)
        found += re.findall(r"Person \d\d", page.text)
        path = next((str(a["href"]) for a in page.all("a") if a.get("rel") == "next"), "")
    assert sorted(found) == names


def test_an_artist_who_answers_to_the_name_stands_beside_the_producers(busy: World, pages: Pages) -> None:
    page = pages("/search?q=ada+lind")
    assert f"/artists/{busy.artists['Ada Lind']}" in page.links


def test_a_name_that_two_people_bear_is_answered_with_the_choice(world: World, pages: Pages) -> None:
    track = world.track("Song")
    first, second = world.producer("Ada Lind"), world.producer("Ada Lind", qualifier=" (2)")
    for who in (first, second):
        world.claim(track, who)
    world.conclude()
    world.db.execute("select linernotes.refresh_search()")
    page = pages("/compare?a=Ada+Lind&b=Ada+Lind")
    assert "Who is meant?" in page.text
    assert f"/compare?a={first}&b=Ada+Lind" in page.links
    answer = pages.client.get("/producers/Ada%20Lind", headers=HTML, follow_redirects=False)
    assert answer.headers["location"] == "/search?q=Ada+Lind"


def test_every_claim_about_a_recording_is_on_the_page_of_its_track(world: World, pages: Pages) -> None:
    ada, bo, weak = world.producer("Ada Lind"), world.producer("Bo Berg"), world.producer("Cy Dahl")
    track = world.track("Song")
    world.claim(track, ada, record="release 7", url="https://musicbrainz.org/release/7")
    world.claim(track, bo, source="discogs", record="release 8")
    world.claim(track, weak, source="genius", base=0.3, record="song 9")
    world.conclude()
    page = pages(f"/tracks/{track}")
    for said in ("release 7", "release 8", "The sources name different producers", "Said, and not shown as a credit"):
        assert said in page.text
    assert "https://musicbrainz.org/release/7" in page.links
    assert f"/tracks/{track}/producers/{weak}" in page.links


def test_a_track_that_was_asked_about_differs_from_one_that_was_not(world: World, pages: Pages) -> None:
    asked, not_asked = world.track("Asked"), world.track("Not asked")
    world.looked(asked, "musicbrainz")
    assert "the sources were asked and name nobody" in pages(f"/tracks/{asked}").text
    assert "no source was asked" in pages(f"/tracks/{not_asked}").text
    assert "nobody named" in pages(f"/albums/{world.album()}").text


def test_the_holder_of_a_lesser_key_does_not_see_operations(database_url: str, headers_of: HeadersOf) -> None:
    """Where the server is others' too; at home, on loopback without a secret, everybody may look."""
    with (
        open_edge(Settings(visitors="read"), database_url, host="0.0.0.0") as edge,
        TestClient(create_app(edge), base_url="http://127.0.0.1") as client,
    ):
        for role, status in ((Role.ANON, 403), (Role.AUTHENTICATED, 403), (Role.SERVICE, 200)):
            for path in ("/operations", "/operations/dead-letters", "/operations/jobs/retention-job"):
                assert client.get(path, headers={**HTML, **headers_of(role)}).status_code == status, (role, path)


def test_a_visitor_of_operations_changes_nothing(client: TestClient) -> None:
    for path in ("/operations/dead-letters", "/operations/stuck"):
        assert client.post(path, headers=HTML, data={"everything": "1"}).status_code in (401, 403)


def test_a_form_that_is_none_of_ours_is_refused(client: TestClient) -> None:
    assert client.post("/theme", json={"theme": "dark"}).status_code == 422
    assert client.post("/theme", content=b"a=%ff", headers={"content-type": FORM}).status_code == 422
    assert (
        client.post("/theme", content=b"&".join([b"a=1"] * 1000), headers={"content-type": FORM}).status_code == 422
    )
    assert client.post("/theme", content=b"a=" + b"x" * 70_000, headers={"content-type": FORM}).status_code == 422


def test_the_reference_shows_every_route_of_the_api(client: TestClient, pages: Pages) -> None:
    routes = client.get("/openapi.json").json()["paths"]
    text = pages("/docs").text
    assert [path for path in routes if path not in text] == []


@pytest.mark.parametrize(
    ("artists", "said"),
    [
        ("", "Give one to 50 artists"),
        ("a\n" * 51, "Give one to 50 artists"),
        ("x" * 5000, "too long"),
        ("Nobody At All", "sample has no artist named"),
        ("\u200b", "visible character"),
    ],
)
def test_what_cannot_be_discovered_comes_back_in_the_form_with_the_reason(
    client: TestClient, headers_of: HeadersOf, artists: str, said: str
) -> None:
    headers = {**HTML, **headers_of(Role.AUTHENTICATED)}
    answer = client.post("/discover", data={"artists": artists, "source": "sample"}, headers=headers)
    page = read(answer.text)
    assert (answer.status_code, page.faults) == (422, [])
    assert said in page.text
    assert page.all("textarea")


def test_only_who_asked_for_a_discovery_or_operates_stops_it(
    client: TestClient, headers_of: HeadersOf, db: Connection
) -> None:
    own, others = headers_of(Role.AUTHENTICATED), headers_of(Role.AUTHENTICATED)
    asked = {"artists": "David Bowie", "source": "sample"}
    started = client.post("/discover", data=asked, headers=own, follow_redirects=False)
    path = started.headers["location"]
    assert started.status_code == 303
    assert client.post(f"{path}/stop", content=b"", headers={**others, "accept": "text/html"}).status_code == 403
    assert client.post(f"{path}/stop", content=b"", headers=own, follow_redirects=False).status_code == 303
    assert "stopped" in read(client.get(path, headers=HTML).text).text
    assert db.execute("select count(*) from pgmq.q_artist_discovery").fetchone() == (0,)


def test_where_reading_takes_a_key_a_browser_is_led_to_sign_in(busy: World, database_url: str) -> None:
    locked = Settings(jwt_secret=SecretStr("a secret of at least thirty-two bytes"))
    with open_edge(locked, database_url) as edge, TestClient(create_app(edge), base_url="http://127.0.0.1") as client:
        answer = client.get("/search?q=ada", headers=HTML)
        page = read(answer.text)
        assert (answer.status_code, page.faults) == (401, [])
        assert "/sign-in?next=%2Fsearch%3Fq%3Dada" in page.links
        assert "Ada Lind" not in page.text
        for path in [link for link in page.links if link.startswith("/static/")]:
            assert client.get(path).status_code == 200


def test_what_is_for_who_operates_is_kept_by_nobody(client: TestClient) -> None:
    kept = {
        path: client.get(path, headers=HTML).headers["cache-control"] for path in ("/operations", "/", "/nowhere")
    }
    assert kept == {"/operations": "no-store", "/": "private, no-cache", "/nowhere": "no-store"}
