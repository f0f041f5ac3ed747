"""What a source says about who made a recording, and where a person can be found.

A *claim* is one source's word. A *credit*, what we conclude from every claim about one person in one role on one
recording, is never made here: the database concludes it (`functions/linernotes/conclude_credits.sql`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from linernotes.model.catalogue import ExternalId, Problem


class Level(StrEnum):
    """At what level of the source's data the person was named; decides scope and base confidence (C1, S1, S2)."""

    RECORDING = "recording"
    WORK = "work"
    RELEASE = "release"


class Match(StrEnum):
    """How the source's recording was recognised as ours; decides the second factor of the confidence (C2)."""

    SHARED_ID = "shared_id"
    WITHIN_2_SECONDS = "within_2_seconds"
    WITHIN_7_SECONDS = "within_7_seconds"
    NO_DURATION = "no_duration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A person or group as a source names them. Without ids the name is all the source knows."""

    name: str
    ids: tuple[ExternalId, ...] = ()
    kind: str | None = None
    """``person``, ``group`` or None when the source does not say."""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One source's word: this person had this role on this track's recording.

    raw_role is the source's own text and may name several roles (R5). record is where it stands in the source
    (a release's id, a line), url the page where a reader can check it. documented says whether a list of
    somebody's own names a document for it (C1).
    """

    person: Person
    raw_role: str
    level: Level
    match: Match
    record: str
    credited_as: str = ""
    url: str | None = None
    documented: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditAnswer:
    """A credit source's answer for some tracks of one album.

    claims has a key (the id of our track) for every track that was looked up; an empty tuple means that the
    source was asked and names nobody. A track that is absent from the mapping is unknown to the source.
    """

    claims: Mapping[UUID, tuple[Claim, ...]]
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerRef:
    """A producer of ours and the ids under which sources know them.

    handles are those of their links that are theirs alone and not gone, kind and handle each.
    """

    id: UUID
    name: str
    ids: tuple[ExternalId, ...] = ()
    handles: tuple[ExternalId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A public place of a person, with the record that publishes it (L1).

    kind: instagram, x, facebook, tiktok, youtube, soundcloud, bandcamp, homepage, spotify, ... value is the
    normalised handle or address (L2), url where it leads.
    """

    kind: str
    value: str
    url: str
    source_url: str
    source_record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody in a group, from the first to the last day of it as far as the source says (P5)."""

    person: Person
    begin: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a profile source knows of one person: links, further ids, other names."""

    links: tuple[Link, ...] = ()
    ids: tuple[ExternalId, ...] = ()
    aliases: tuple[str, ...] = ()
    kind: str | None = None
    image_url: str | None = None
    members: tuple[Member, ...] = ()
    biography: str | None = None
    """What the person says of themselves, in their own words, on a page of theirs."""
