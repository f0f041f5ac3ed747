"""What a person does with a real browser, with and without JavaScript; accessibility; and what a page costs.

One browser and one database, filled by the real pipeline with the bundled sample, serve all of these.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from linernotes.api.app import create_app
from linernotes.api.edge import open_edge, utc_now
from linernotes.api.keys import Role, add_key
from linernotes.database import connect
from linernotes.settings import Settings
from tests.api.conftest import Served
from tests.conftest import DatabaseServer
from tests.journeys.conftest import Linernotes, linernotes

__all__ = ["linernotes"]

CHROMIUM = Path("/usr/bin/chromium")
MOST_BYTES = 60_000
MOST_REQUESTS = 4

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def url(postgresql: DatabaseServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A database with the whole sample in it, and one message that had to be given up."""
    url = postgresql.database()
    linernotes = Linernotes(url, tmp_path_factory.mktemp("home"))
    linernotes("demo")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute('select pgmq.send(\'album_discovery\', \'{"artistId": "nobody", "_idempotencyKey": "album:1"}\')')
    linernotes("worker", "--once")
    with psycopg.connect(url, autocommit=True) as db:
        db.execute("select linernotes.refresh_search()")
    yield url
    postgresql.drop(url)


@contextmanager
def serving(url: str) -> Iterator[str]:
    """The application over a database, on a kernel port; gives its address."""
    with open_edge(Settings(), url) as edge:
        served = Served(create_app(edge), timeout_graceful_shutdown=2)
        with closing(served.listener):
            served.start()
            yield served.url
            served.stop()


@pytest.fixture(scope="module")
def site(url: str) -> Iterator[str]:
    """The address of the pages."""
    with serving(url) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no browser: {CHROMIUM} is missing")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])


@pytest.fixture
def opened(browser: Browser, site: str) -> Iterator[Opened]:
    """Opens a page in a context of its own: `opened("/search", java_script_enabled=False)`."""
    contexts = []
    troubles: list[str] = []

    def open_(path: str, **options: Any) -> Page:
        contexts.append(browser.new_context(base_url=site, **options))
        page = contexts[-1].new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.goto(path)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert troubles == []


def id_of(url: str, query: str) -> str:
    with psycopg.connect(url) as db:
        row = db.execute(query).fetchone()
        assert row
        return str(row[0])


@pytest.fixture(scope="module")
def paths(url: str) -> dict[str, str]:
    """One page of every kind."""
    nile = id_of(url, "select id from producers where name = 'Nile Rodgers'")
    eno = id_of(url, "select id from producers where name = 'Brian Eno'")
    track = id_of(url, "select id from tracks where name = 'Let''s Dance'")
    return {
        "home": "/",
        "search": "/search?q=john&role=writer",
        "nothing found": "/search?q=zzyzzx",
        "songs and albums": "/search?q=love",
        "all songs": "/search/songs?q=love",
        "all albums": "/search/albums?q=love",
        "producer": f"/producers/{nile}",
        "credits": f"/producers/{nile}/credits?role=writer",
        "collaborators": f"/producers/{nile}/collaborators",
        "artist": f"/artists/{id_of(url, 'select id from artists where name = $$David Bowie$$')}",
        "album": f"/albums/{id_of(url, 'select album_id from tracks where name = $$China Girl$$')}",
        "track": f"/tracks/{track}",
        "evidence": f"/tracks/{track}/producers/{nile}",
        "comparison": f"/compare?a={nile}&b={eno}",
        "discover": "/discover",
        "operations": "/operations",
        "dead letters": "/operations/dead-letters",
        "job": "/operations/jobs/retention-job",
        "problems": "/operations/problems",
        "about": "/about",
        "reference": "/docs",
        "sign in": "/sign-in",
    }


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_person_searches_opens_a_producer_and_has_a_credit_explained(opened: Opened, scripts: bool) -> None:
    page = opened("/", java_script_enabled=scripts)
    page.get_by_label("Find a song").fill("nile rogers")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("heading", name="Nile Rodgers").get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nile Rodgers")
    page.get_by_role("link", name="0.95 because, Like a Virgin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nile Rodgers on “Like a Virgin”")
    expect(page.get_by_text("Not verified: that takes two families of sources")).to_be_visible()


def test_results_come_while_typing_and_the_way_back_is_kept(opened: Opened) -> None:
    page = opened("/search")
    box = page.get_by_label("Find a song")
    box.press_sequentially("visconti", delay=20)
    expect(page.get_by_role("heading", name="Tony Visconti")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/search\?q=visconti"))
    assert box.evaluate("box => box === document.activeElement")
    box.blur()
    page.get_by_label("credited as").select_option("writer")
    expect(page.get_by_role("heading", name="Tony Visconti")).to_have_count(0)
    page.go_back()
    expect(page.get_by_role("heading", name="Tony Visconti")).to_be_visible()
    expect(box).to_have_value("visconti")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_title_of_a_song_is_answered_with_who_made_it(opened: Opened, scripts: bool) -> None:
    page = opened("/", java_script_enabled=scripts)
    page.get_by_label("Find a song").fill("lets danse")
    page.get_by_role("button", name="Search").click()
    songs = page.get_by_role("region", name="Songs spelt alike")
    expect(songs.get_by_text("produced by")).to_have_text("produced by David Bowie, Nile Rodgers")
    songs.get_by_role("link", name="Nile Rodgers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nile Rodgers")


def test_the_key_that_people_know_leads_to_the_search_box(opened: Opened) -> None:
    page = opened("/about")
    page.keyboard.press("/")
    page.keyboard.type("eno/")
    expect(page.get_by_label("Find a song")).to_have_value("eno/")


def test_a_column_of_the_timeline_leads_to_the_credits_of_its_year(opened: Opened, paths: dict[str, str]) -> None:
    page = opened(paths["producer"])
    page.get_by_role("link", name="1983: 8 recordings").click()
    expect(page.get_by_label("from year")).to_have_value("1983")
    expect(page.get_by_role("link", name="China Girl", exact=True)).to_be_visible()


def test_the_chosen_colours_stay(opened: Opened) -> None:
    page = opened("/about", color_scheme="light", java_script_enabled=False)
    paper = "getComputedStyle(document.documentElement).backgroundColor"
    light = page.evaluate(paper)
    page.get_by_role("button", name="dark").click()
    page.goto("/")
    assert page.evaluate(paper) != light


def test_no_page_has_an_accessibility_fault_in_light_or_in_dark(opened: Opened, paths: dict[str, str]) -> None:
    page = opened("/", color_scheme="light")
    faults = {}
    for name, path in paths.items():
        page.goto(path)
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        found = Axe().run(page).response["violations"]
        page.emulate_media(color_scheme="dark")
        found += page.evaluate("axe.run(document, {runOnly: ['color-contrast']})")["violations"]
        page.emulate_media(color_scheme="light")
        if found:
            faults[name] = [(f["id"], f["nodes"][0]["html"][:160], f["nodes"][0]["failureSummary"]) for f in found]
    assert faults == {}


@pytest.mark.parametrize("width", [320, 768])
def test_no_page_is_wider_than_a_small_screen(opened: Opened, paths: dict[str, str], width: int) -> None:
    page = opened("/", viewport={"width": width, "height": 700})
    too_wide = {}
    for name, path in paths.items():
        page.goto(path)
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            too_wide[name] = wide
    assert too_wide == {}


def test_a_search_costs_few_requests_and_few_bytes(
    browser: Browser, site: str, record_property: Callable[[str, object], None]
) -> None:
    with closing(browser.new_context(base_url=site)) as context:
        page = context.new_page()
        sizes: list[int] = []
        page.on(
            "requestfinished",
            lambda request: sizes.append(
                sum(request.sizes()[part] for part in ("responseBodySize", "responseHeadersSize"))
            ),
        )
        begun = time.perf_counter()
        page.goto("/search?sort=credits")
        page.get_by_role("heading", name="George Martin").wait_for()
        content_ms = round((time.perf_counter() - begun) * 1000)
        page.wait_for_load_state("networkidle")
    for name, value in (("requests", len(sizes)), ("bytes", sum(sizes)), ("content after ms", content_ms)):
        record_property(name, value)
        print(f"search page: {name} {value}")
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES


def key_for(url: str, role: Role) -> str:
    """A fresh key."""
    with connect.connect(url) as db:
        return add_key(db, f"{role} of a test", role, utc_now())


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_discovery_is_started_and_watched_until_it_is_done(
    opened: Opened, linernotes: Linernotes, scripts: bool
) -> None:
    with serving(linernotes.url) as address:
        page = opened(f"{address}/discover?name=Kraftwerk", java_script_enabled=scripts)
        page.get_by_role("main").get_by_role("link", name="Sign in").click()
        page.get_by_label("Key").fill(key_for(linernotes.url, Role.AUTHENTICATED))
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Artists, one a line").fill("David Bowie\nChic")
        page.get_by_label("Look them up in").select_option("sample")
        page.get_by_role("button", name="Discover").click()
        expect(page.locator(".status")).to_have_text("working")
        expect(page.get_by_role("row", name="finding the artist").get_by_role("cell").nth(1)).to_have_text("2")
        assert not scripts or Axe().run(page).response["violations"] == []
        loads: list[str] = []
        page.on("load", lambda page: loads.append(page.url))
        linernotes("worker", "--once")
        expect(page.locator(".status")).to_have_text("done", timeout=15_000)
        expect(page.get_by_role("link", name="Nile Rodgers")).to_be_visible()
        assert not scripts or Axe().run(page).response["violations"] == []
        assert (loads == []) is scripts
        page.goto("about:blank")


def test_who_operates_signs_in_and_puts_a_dead_letter_back(opened: Opened, url: str) -> None:
    page = opened("/operations/dead-letters")
    expect(page.get_by_role("button", name="Put back")).to_have_count(0)
    page.get_by_role("main").get_by_role("link", name="sign in").click()
    page.get_by_label("Key").fill(key_for(url, Role.SERVICE))
    page.get_by_role("button", name="Sign in").click()
    assert Axe().run(page).response["violations"] == []
    page.get_by_role("button", name="Put back message").click()
    expect(page.get_by_role("status")).to_have_text("1 message put back on the queue.")
    assert id_of(url, "select count(*) from pgmq.q_album_discovery") == "1"
    assert id_of(url, "select count(*) from linernotes.dead_letters where replayed_at is null") == "0"
