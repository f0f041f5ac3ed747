"""What takes too long is left out of a page, and the page goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest
from psycopg import Connection

from linernotes.api.reading import READ_FOR, begin_reading
from linernotes.web.patience import if_quick
from linernotes.web.views import producers
from tests.factories import World
from tests.web.conftest import Pages


def asked(db: Connection, statement: str) -> object:
    row = db.execute(statement).fetchone()
    return row and row[0]


@pytest.mark.parametrize(
    ("statement", "answer"), [("select 7", 7), ("select pg_sleep(30)", None)], ids=["quick", "slow"]
)
def test_a_slow_answer_is_left_out_and_the_transaction_goes_on(
    db: Connection, statement: str, answer: int | None
) -> None:
    begin_reading(db)
    assert if_quick(db, lambda: asked(db, statement), timedelta(milliseconds=60)) == answer
    limit = f"{READ_FOR.seconds}s"
    assert (asked(db, "select 1"), asked(db, "show statement_timeout")) == (1, limit)


def test_a_page_without_its_drawings_still_shows_the_credits_and_says_so(
    world: World, pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    ada = world.producer("Ada Lind")
    world.credit(world.track("Song"), ada)
    assert "is left out" not in pages(f"/producers/{ada}").text
    monkeypatch.setattr(producers, "network", lambda db, *_, **__: db.execute("select pg_sleep(30)"))
    page = pages(f"/producers/{ada}")
    assert "Song" in page.text
    assert "is left out" in page.text
