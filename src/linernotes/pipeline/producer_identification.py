"""From a track to who made its recording: every credit source is asked, and what each claims is kept.

Messages are grouped by album, because one call answers for all of an album's tracks. The credits themselves are
concluded where the claims are stored, from all claims of all sources (functions/linernotes/conclude_credits.sql).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from linernotes.errors import BadMessage, LinernotesError
from linernotes.model.catalogue import AlbumRef, Problem, TrackRef
from linernotes.model.claim import Claim
from linernotes.model.message import Done, Message, Outcome, Queue, Send
from linernotes.model.rows import ClaimRow, LookupRow, Row
from linernotes.model.source import Source, Sources
from linernotes.pipeline.body import id_of, id_or_none, source_of
from linernotes.pipeline.credits.claims import claim_rows
from linernotes.pipeline.credits.roles import RoleCode
from linernotes.pipeline.outcomes import outcome_of
from linernotes.pipeline.reads import Reads

NEVER = timedelta.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one source says of one track. claims is None when the source does not know the track at all."""

    source: str
    family: str
    claims: tuple[Claim, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The track, and every credit source's answer for it."""

    track: TrackRef
    album: AlbumRef
    answers: tuple[Answer, ...]
    problems: tuple[Problem, ...]
    fresh_for: timedelta | None
    locator: str
    profile_schemes: frozenset[str]
    failure: Exception | None = None
    """Why a source did not answer; what the others said is kept meanwhile."""


async def gather(messages: Sequence[Message], sources: Sources, store: Reads) -> Mapping[int, Facts | Exception]:
    """Ask every credit source once for each album that the messages' tracks stand on."""
    facts: dict[int, Facts | Exception] = {}
    tracks = await store.tracks([i for m in messages if (i := id_or_none(m, "trackId")) is not None])
    albums = await store.albums({t.album_id for t in tracks.values()})
    groups: dict[tuple[UUID, str], list[tuple[Message, TrackRef]]] = defaultdict(list)
    for message in messages:
        try:
            in_hand = tracks.get(id_of(message, "trackId"))
            if in_hand is None:
                raise BadMessage(f"there is no track {message.body['trackId']}")
            groups[in_hand.album_id, source_of(message)].append((message, in_hand.track))
        except BadMessage as error:
            facts[message.msg_id] = error
    await _look_ahead(groups, albums, sources)
    for (album_id, locator), group in groups.items():
        try:
            facts |= await _ask(albums[album_id], locator, group, sources)
        except Exception as error:
            facts |= {message.msg_id: error for message, _ in group}
    return facts


async def _look_ahead(
    groups: Mapping[tuple[UUID, str], Sequence[tuple[Message, TrackRef]]],
    albums: Mapping[UUID, AlbumRef],
    sources: Sources,
) -> None:
    """Show the sources all albums in hand, so that one call can answer for several. What fails here fails below."""
    for locator in {locator for _, locator in groups}:
        in_hand = [
            (albums[album_id], [track for _, track in group])
            for (album_id, of), group in groups.items()
            if of == locator and album_id in albums
        ]
        with suppress(LinernotesError):
            for source in sources.credits(locator):
                if source.look_ahead is not None:
                    await source.look_ahead(in_hand)


async def _ask(
    album: AlbumRef, locator: str, group: Sequence[tuple[Message, TrackRef]], sources: Sources
) -> dict[int, Facts | Exception]:
    tracks = [track for _, track in group]
    asked, failure = [], None
    for source in sources.credits(locator):
        try:
            asked.append((source, await _credits(source, album, tracks)))
        except Exception as error:
            failure = failure or error
    schemes = frozenset[str]().union(*(s.profile_schemes for s in sources.profiles(locator)))
    fresh_for = min((s.fresh_for or NEVER for s, _ in asked), default=NEVER)
    problems = tuple(p for _, answer in asked for p in answer[1])
    return {
        message.msg_id: Facts(
            track=track,
            album=album,
            answers=tuple(
                Answer(source=s.name, family=s.family, claims=answer[0].get(track.id)) for s, answer in asked
            ),
            problems=problems if number == 0 else (),
            fresh_for=None if fresh_for == NEVER else fresh_for,
            locator=locator,
            profile_schemes=schemes,
            failure=failure,
        )
        for number, (message, track) in enumerate(group)
    }


async def _credits(
    source: Source, album: AlbumRef, tracks: Sequence[TrackRef]
) -> tuple[Mapping[UUID, tuple[Claim, ...]], tuple[Problem, ...]]:
    assert source.credits is not None
    answer = await source.credits.credits(album, tracks)
    return answer.claims, answer.problems


def decide(message: Message, facts: Facts) -> Outcome:
    """Keep every claim, and that each source was asked; send for the links of people who can be looked up.

    When a source did not answer, the message comes back later; what the others said is stored all the same.
    """
    rows: list[Row] = []
    problems = list(facts.problems)
    people: dict[str, ClaimRow] = {}
    for answer in facts.answers:
        if answer.claims is None:
            continue
        claims, unusable = claim_rows(
            facts.track,
            answer.claims,
            source=answer.source,
            family=answer.family,
            released=_year(facts.album.release_date),
        )
        rows.append(
            LookupRow(
                recording_id=facts.track.recording_id,
                track_id=facts.track.id,
                source=answer.source,
                claims=len(claims),
            )
        )
        rows.extend(claims)
        problems.extend(unusable)
        people |= {str(c.person.key): c for c in claims if _can_be_looked_up(c, facts.profile_schemes)}
    done = Done(
        rows=tuple(rows),
        problems=tuple(problems),
        sends=tuple(
            Send(
                queue=Queue.SOCIAL_ENRICHMENT,
                about=claim.person.key,
                id_field="producerId",
                body={"producerName": claim.person.name, "source": facts.locator},
            )
            for claim in people.values()
        ),
        fresh_for=facts.fresh_for,
        note=_note(facts, rows),
    )
    return done if facts.failure is None else replace(outcome_of(facts.failure, "gather"), found=done)


def _can_be_looked_up(claim: ClaimRow, schemes: frozenset[str]) -> bool:
    return claim.role != RoleCode.OTHER and any(i.scheme in schemes for i in claim.person.ids)


def _note(facts: Facts, rows: Sequence[Row]) -> str | None:
    if any(isinstance(row, ClaimRow) for row in rows):
        return None
    asked = [a.source for a in facts.answers if a.claims is not None]
    return f"{', '.join(asked)} named nobody" if asked else "no credit source knows this track"


def _year(date: str | None) -> int | None:
    return int(date[:4]) if date and date[:4].isdigit() else None
