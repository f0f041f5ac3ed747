"""From a producer to where they can be found: links and further ids from sources that know them by id.

Nothing is ever guessed from a name (rule L1). A producer of whom no source knows a link is done all the same; one of
whom no source knows anything is marked so (enrichment_failed), and so is one whose message was given up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from linernotes.errors import BadMessage
from linernotes.model.catalogue import ExternalId
from linernotes.model.claim import ProducerRef, Profile
from linernotes.model.message import Done, Message, Outcome
from linernotes.model.rows import MemberRow, ProfileRow, Row, UnenrichedRow
from linernotes.model.source import Source, Sources
from linernotes.pipeline.body import id_of, id_or_none, source_of
from linernotes.pipeline.credits.claims import name_rows
from linernotes.pipeline.reads import Reads

FRESH_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The producer, and what each profile source that was asked knows of them."""

    producer: ProducerRef
    profiles: tuple[tuple[str, Profile | None], ...]


class Heard(NamedTuple):
    """What one source says of those producers whom it was asked about."""

    source: Source
    asked: frozenset[UUID]
    profiles: Mapping[UUID, Profile]


async def gather(messages: Sequence[Message], sources: Sources, store: Reads) -> Mapping[int, Facts | Exception]:
    """Ask each profile source once for all the producers it can know."""
    facts: dict[int, Facts | Exception] = {}
    producers = await store.producers([i for m in messages if (i := id_or_none(m, "producerId")) is not None])
    groups: dict[str, list[tuple[Message, ProducerRef]]] = defaultdict(list)
    for message in messages:
        try:
            producer = producers.get(id_of(message, "producerId"))
            if producer is None:
                raise BadMessage(f"there is no producer {message.body['producerId']}")
            groups[source_of(message)].append((message, producer))
        except BadMessage as error:
            facts[message.msg_id] = error
    for locator, group in groups.items():
        try:
            heard = await _heard(sources.profiles(locator), [producer for _, producer in group])
        except Exception as error:
            facts |= {message.msg_id: error for message, _ in group}
            continue
        for message, producer in group:
            profiles = tuple((h.source.name, h.profiles.get(producer.id)) for h in heard if producer.id in h.asked)
            facts[message.msg_id] = Facts(producer=producer, profiles=profiles)
    return facts


async def _heard(sources: Sequence[Source], producers: Sequence[ProducerRef]) -> list[Heard]:
    """Ask the sources one after the other, last those that know people by a handle: others may just publish it."""
    heard: list[Heard] = []
    for source in sorted(sources, key=lambda s: bool(s.handle_kinds)):
        asked = [p for p in (_by_handle(source, p, heard) for p in producers) if _knows(source, p)]
        assert source.profiles is not None
        found = await source.profiles.profiles(asked) if asked else {}
        heard.append(Heard(source, frozenset(p.id for p in asked), found))
    return heard


def _by_handle(source: Source, producer: ProducerRef, heard: Sequence[Heard]) -> ProducerRef:
    """The producer with the handles by which this source knows people: those stored, and those just published."""
    if not source.handle_kinds:
        return producer
    published = [
        ExternalId(link.kind, link.value)
        for before in heard
        if (profile := before.profiles.get(producer.id)) is not None
        for link in profile.links
    ]
    handles = [h for h in dict.fromkeys([*producer.handles, *published]) if h.scheme in source.handle_kinds]
    return replace(producer, ids=(*producer.ids, *handles))


def _knows(source: Source, producer: ProducerRef) -> bool:
    return any(i.scheme in source.profile_schemes for i in producer.ids)


def decide(message: Message, facts: Facts) -> Outcome:
    """Keep what the sources publish, each with where it is published."""
    rows = tuple(
        ProfileRow(
            producer_id=facts.producer.id,
            source=source,
            kind=profile.kind,
            image_url=profile.image_url,
            ids=profile.ids,
            links=profile.links,
            aliases=name_rows(profile.aliases),
            biography=profile.biography,
            members=tuple(
                MemberRow(scheme=m.person.ids[0].scheme, value=m.person.ids[0].value, begin=m.begin, end=m.end)
                for m in profile.members
                if m.person.ids
            ),
        )
        for source, profile in facts.profiles
        if profile is not None
    )
    found = any(row.links for row in rows)
    stored: tuple[Row, ...] = rows or (UnenrichedRow(producer_id=facts.producer.id),)
    return Done(rows=stored, fresh_for=FRESH_FOR, note=None if found else "no source publishes a link of this person")
