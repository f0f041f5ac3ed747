"""Pages as a browser gets them: the real application on a real database, and a reader of what it sends."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient
from psycopg import Connection

from tests.api.conftest import client, edge, headers_of, served, settings
from tests.factories import World

__all__ = ["client", "edge", "headers_of", "served", "settings"]

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
BLOCKS = {"p", "div", "form", "section", "ul", "ol", "dl", "table", "details", "figure", "h1", "h2", "h3", "pre"}
HTML = {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def world(db: Connection) -> World:
    """Rows by name; `world.conclude()` makes the credits."""
    return World(db)


@dataclass
class Read:
    """A page as its elements: where its links lead, the ids in it, its text, and what is wrong with its form."""

    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.page = Read()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        if len(attributes) != len(attrs):
            self.page.faults.append(f"<{tag}> has an attribute twice")
        if "p" in self.open and tag in BLOCKS:
            self.page.faults.append(f"<{tag}> inside <p>, which ends there")
        self.page.elements.append((tag, attributes))
        if tag in ("a", "link") and attributes.get("href"):
            self.page.links.append(str(attributes["href"]))
        if attributes.get("id"):
            self.page.ids.append(str(attributes["id"]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1] != tag:
            self.page.faults.append(f"</{tag}> closes {self.open[-1:] or 'nothing'}")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] not in ("script", "style"):
            self.page.words.append(data)


def read(html: str) -> Read:
    """Read a page, and find what is not well formed: tags that do not match, ids and attributes given twice."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    page = reader.page
    page.faults += [f"<{tag}> is never closed" for tag in reader.open]
    page.faults += [f"the id {id_} is there twice" for id_ in sorted({i for i in page.ids if page.ids.count(i) > 1})]
    known = set(page.ids)
    for tag, attributes in page.elements:
        for name in ("aria-labelledby", "aria-describedby", "for"):
            missing = set((attributes.get(name) or "").split()) - known
            page.faults += [f"<{tag} {name}> points to {id_}, which is nowhere" for id_ in missing]
    return page


class Pages:
    """Asks for pages as a browser does, and fails where one is not well formed."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def __call__(self, path: str, status: int = 200) -> Read:
        answer = self.client.get(path, headers=HTML)
        assert answer.status_code == status, f"{path}: {answer.status_code} {answer.text[:400]}"
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        page = read(answer.text)
        assert page.faults == [], path
        return page


@pytest.fixture
def pages(client: TestClient) -> Iterator[Pages]:
    return Pages(client)
