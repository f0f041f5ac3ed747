"""A source that gives the same page again and again is not read for ever."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from linernotes.model.catalogue import AlbumFact, ExternalId, Page
from linernotes.model.message import Message, Queue
from linernotes.pipeline.pages import mark_of, with_an_end


def page(*names: str, following: int | None = 100) -> Page[AlbumFact]:
    return Page(tuple(AlbumFact(name=n, ids=(ExternalId("test", n),)) for n in names), following)


def asking(**body: Any) -> Message:
    at = datetime(2026, 11, 22, tzinfo=UTC)
    return Message(queue=Queue.ALBUM_DISCOVERY, msg_id=1, read_ct=1, body=body, attempts=1, first_at=at)


def test_a_page_that_is_the_one_before_it_is_the_last_and_told_of():
    ended = with_an_end(page("a", "b"), asking(offset=2, page=mark_of(page("a", "b"))), "test")
    assert (ended.items, ended.next_offset) == ((), None)
    assert [p.kind for p in ended.problems] == ["endless_pages"]


def test_the_order_on_a_page_does_not_make_it_another():
    assert mark_of(page("a", "b")) == mark_of(page("b", "a")) != mark_of(page("a"))


def test_a_page_that_goes_on_is_read_on():
    following = page("b", "c")
    assert with_an_end(following, asking(offset=2, page=mark_of(page("a", "b"))), "test") is following


def test_the_first_page_and_a_message_without_a_mark_are_read_as_they_are():
    first = page("a")
    assert with_an_end(first, asking(page=mark_of(first)), "test") is first
    assert with_an_end(first, asking(offset=1), "test") is first
