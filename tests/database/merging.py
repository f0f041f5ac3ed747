"""What the tests of merging share: two sources that each know one person, and how to look at what became of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg import Connection

from linernotes.database import decisions
from linernotes.database.decisions import Decision
from linernotes.model.catalogue import ExternalId
from linernotes.model.rows import ProfileRow
from tests.database.conftest import NOW, World, person, said
from tests.factories import World as Facts

ADA = person("Ada Lind", "musicbrainz:a")
ADA_AT_DISCOGS = person("A. Lind", "discogs:1")
BY_ME = Decision(by="me", why="they told me", at=NOW)
CREDITS = "select track_id, producer_id, role, confidence, source, sources, conflict, verified, credited_as"


def producer(world: Any, name: str) -> UUID:
    found = world.db.execute("select id from producers where name = %s order by normalized_name", [name]).fetchall()
    assert len(found) >= 1, f"there is no {name}"
    return found[0][0]


def credits(db: Connection[Any]) -> list[tuple[Any, ...]]:
    return db.execute(f"{CREDITS} from track_producers order by 1, 2, 3").fetchall()


def merged(db: Connection[Any]) -> list[tuple[Any, ...]]:
    return db.execute(
        "select a.name, b.name from linernotes.producer_redirects d join producers a on a.id = d.merged_id"
        " join producers b on b.id = d.survivor_id order by 1, 2"
    ).fetchall()


def problems(db: Connection[Any]) -> list[tuple[Any, ...]]:
    return db.execute("select kind, record from linernotes.problems order by 1, 2").fetchall()


async def profile_says(
    world: World, of: str, *ids: str, source: str = "musicbrainz", kind: str | None = None
) -> None:
    """A profile source's answer: this producer carries these further ids."""
    row = ProfileRow(
        producer_id=producer(world, of),
        source=source,
        kind=kind,
        image_url=None,
        ids=tuple(ExternalId(*i.split(":", 1)) for i in ids),
        links=(),
        aliases=(),
        members=(),
    )
    await world.store([row])


async def two_sources(world: World) -> None:
    """MusicBrainz and Discogs each credit somebody on a track of their own, and both on a third."""
    one, two, both = await world.track("One"), await world.track("Two"), await world.track("Both")
    await world.claim(one, said(one, ADA, source="musicbrainz"), source="musicbrainz")
    await world.claim(two, said(two, ADA_AT_DISCOGS, source="discogs", base=0.9), source="discogs")
    await world.claim(both, said(both, ADA, source="musicbrainz"), source="musicbrainz")
    await world.claim(both, said(both, ADA_AT_DISCOGS, source="discogs", base=0.9), source="discogs")


def merge_two(facts: Facts) -> tuple[UUID, UUID]:
    """Dr. Luke with a link and an id, Lukasz with another name, merged into Dr. Luke."""
    luke, lukasz = facts.producer("Dr. Luke", kind="person"), facts.producer("Lukasz Gottwald", "L. Gottwald")
    facts.external_id(luke, "musicbrainz", "m")
    facts.external_id(lukasz, "discogs", "d")
    facts.link(luke, "homepage", "https://luke.example")
    facts.link(lukasz, "homepage", "https://luke.example")
    facts.link(lukasz, "x", "https://x.com/luke")
    facts.claim(facts.track("Song"), luke)
    facts.claim(facts.track("Other song"), lukasz, "writer", source="discogs")
    facts.conclude()
    decisions.merge(facts.db, lukasz, luke, BY_ME)
    return luke, lukasz
