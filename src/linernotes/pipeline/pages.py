"""The pages of a list that a source gives one after the other. One that gives the same page again never ends."""

from __future__ import annotations

import hashlib
from typing import TypeVar

from linernotes.model.catalogue import AlbumFact, Page, Problem, TrackFact
from linernotes.model.message import Message
from linernotes.pipeline.body import offset_of

Fact = TypeVar("Fact", AlbumFact, TrackFact)


def mark_of(page: Page[AlbumFact] | Page[TrackFact]) -> str:
    """What the next page's message carries, to see that the source goes on: equal for pages of the same things."""
    ids = sorted(f"{i.scheme} {i.value}" for item in page.items for i in item.ids)
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()[:16]


def with_an_end(page: Page[Fact], message: Message, source: str) -> Page[Fact]:
    """The page; the last one, empty and with a note of why, when the source repeats the page before it."""
    if not offset_of(message) or message.body.get("page") != mark_of(page):
        return page
    detail = f"the page from {offset_of(message)} on is the one before it once more; what follows is not asked for"
    problem = Problem(source=source, record=f"offset {offset_of(message)}", kind="endless_pages", detail=detail)
    return Page((), next_offset=None, problems=(*page.problems, problem))
