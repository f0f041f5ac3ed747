"""Every route and every function, tried by every role: what docs/api.md says is so."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from linernotes.api.app import create_app
from linernotes.api.edge import open_edge
from linernotes.api.keys import Role
from linernotes.services.hands import open_hands
from linernotes.settings import Settings
from tests.api.conftest import HeadersOf
from tests.api.contract_calls import CALLS
from tests.api.privileges import table

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
BETWEEN = re.compile(r"<!-- who may what -->\n\n(.*?)\n\n<!-- end -->", re.DOTALL)


@pytest.fixture
def lines(database_url: str, headers_of: HeadersOf) -> Iterator[list[str]]:
    """The table as it is: of a server on loopback without a secret, which has workers."""
    with open_edge(Settings(), database_url) as edge:
        app = create_app(edge)
        with TestClient(app, base_url="http://127.0.0.1", follow_redirects=False) as client:
            assert client.portal is not None
            hands = open_hands(Settings(), database_url, worker="test", web=False)
            with client.portal.wrap_async_context_manager(hands) as opened:
                app.state.edge = replace(edge, hands=opened)
                yield table(app, client, [{}, *(headers_of(role) for role in Role)])


def test_the_page_says_who_may_what(lines: list[str]):
    said = BETWEEN.search(PAGE.read_text(encoding="utf-8"))
    assert said is not None
    assert said[1].splitlines() == lines, "docs/api.md should say:\n" + "\n".join(lines)


def test_nobody_may_less_than_who_stands_before(lines: list[str]):
    for line in lines[2:]:
        may = [cell.strip() == "yes" for cell in line.split("|")[2:-1]]
        assert may == sorted(may), line


def test_a_visitor_changes_nothing_and_calls_two_functions(lines: list[str]):
    of_visitors = [line.split("|")[1].strip() for line in lines[2:] if line.split("|")[2].strip() == "yes"]
    assert [what for what in of_visitors if not what.startswith(("`GET ", "`rpc/"))] == []
    functions = [what for what in of_visitors if what.startswith("`rpc/")]
    assert functions == ["`rpc/get_producer_collaborations`", "`rpc/search_producers`"]
    assert sum(line.startswith("| `rpc/") for line in lines) == len(CALLS) == 36
