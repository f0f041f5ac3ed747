"""Every page is well formed, leads only to what is there, and shows strangers' text as text."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from fastapi.testclient import TestClient

from tests.factories import World
from tests.web.conftest import HTML, Pages

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> {{ 7*7 }} & Söhne"
NOT_OURS = ("/openapi.json",)
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
        if path in seen or path.startswith(NOT_OURS):
            continue
        seen.add(path)
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
