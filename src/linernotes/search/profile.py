"""One producer's page: what they made and with whom, where to find them, and which sources say so as of when.

Counts are of recordings: one hit on forty compilations counts once (I6).
"""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID

from psycopg import Cursor
from psycopg.rows import class_row

from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db
from linernotes.search.producers import Producer

SQL = load_queries("linernotes.search", "profile.sql")

MOST_PEOPLE = 20
"""How many artists and collaborators a page lists."""

_Row = TypeVar("_Row")


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A name and who gave it. kind: ``name``, ``alias``, or ``credited_as`` for the spelling of some credit."""

    name: str
    kind: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Id:
    """The id under which a source knows the producer."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleCount:
    """How many recordings credit the producer in a role."""

    role: str
    role_class: str
    counts_as_producer: bool
    recordings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditShown:
    """A credit with the first album that carried the recording.

    inherited: taken over from another version of the work (I5). scope `release`: said of the whole album, so of
    this recording perhaps (S2). conflict: sources name different producers (C5). credited_as is None where the
    credit spells the producer's own name.
    """

    role: str
    track_id: UUID
    track: str
    artist: str
    album: str
    year: int | None
    confidence: float
    verified: bool
    inherited: bool
    conflict: bool
    scope: str
    credited_as: str | None
    sources: list[str]

    @property
    def flags(self) -> str:
        """What a reader should know of this credit, in words."""
        said = {
            "verified": self.verified,
            "inherited": self.inherited,
            "said of the whole album": self.scope == "release",
            "sources disagree": self.conflict,
        }
        return ", ".join(word for word, applies in said.items() if applies)


@dataclass(frozen=True, slots=True, kw_only=True)
class Collaborator:
    """Somebody credited on the same recordings."""

    id: UUID
    name: str
    recordings: int
    roles: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtistWorkedWith:
    """An artist whose albums carry the producer's recordings, with the years of the first and last."""

    id: UUID
    name: str
    recordings: int
    first_year: int | None
    last_year: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkShown:
    """A public place of the producer and the record that publishes it (L1)."""

    kind: str
    value: str
    url: str
    source: str
    source_url: str
    state: str
    checked_at: datetime | None
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """A group of the producer's or a member of theirs, with the dates of it.

    recordings (of a group only) counts the group's credits within those dates; they are in no count of the
    member's own (P5).
    """

    id: UUID
    name: str
    begin_date: date | None
    end_date: date | None
    source: str
    recordings: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceAsOf:
    """How much a source says of the producer and when it last said so."""

    source: str
    claims: int
    links: int
    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerProfile:
    """Everything the base knows of a producer. credits holds the best known of each role, not all of them."""

    id: UUID
    name: str
    kind: str | None
    names: list[Name]
    ids: list[Id]
    roles: list[RoleCount]
    credits: list[CreditShown]
    artists: list[ArtistWorkedWith]
    collaborators: list[Collaborator]
    groups: list[Membership]
    members: list[Membership]
    links: list[LinkShown]
    sources: list[SourceAsOf]


def profile(db: Db, producer: Producer, top: int | None = 10, people: int = MOST_PEOPLE) -> ProducerProfile:
    """The page of one producer: `top` recordings of each role (None for all), the `people` met most often.

    All of it is asked at once, without waiting for one answer before the next question.
    """
    asked = {"id": producer.id, "shown_from": SHOWN_FROM, "top": top, "people": people}

    def ask(query: str, kind: type[_Row]) -> Cursor[_Row]:
        return db.cursor(row_factory=class_row(kind)).execute(SQL[query], asked)

    # A pooler may not pass on a question before the one before it is answered; where statements are prepared is none.
    with db.pipeline() if db.prepare_threshold is not None else nullcontext():
        names, ids = ask("names", Name), ask("ids", Id)
        roles, credits = ask("roles", RoleCount), ask("credits", CreditShown)
        artists, collaborators = ask("artists", ArtistWorkedWith), ask("collaborators", Collaborator)
        groups, members = ask("groups", Membership), ask("members", Membership)
        links, sources = ask("links", LinkShown), ask("sources", SourceAsOf)
    return ProducerProfile(
        id=producer.id,
        name=producer.name,
        kind=producer.kind,
        names=names.fetchall(),
        ids=ids.fetchall(),
        roles=roles.fetchall(),
        credits=credits.fetchall(),
        artists=artists.fetchall(),
        collaborators=collaborators.fetchall(),
        groups=groups.fetchall(),
        members=members.fetchall(),
        links=links.fetchall(),
        sources=sources.fetchall(),
    )
