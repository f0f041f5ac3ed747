"""Why a credit stands: every claim behind it, and how the confidence came about.

The numbers are computed again from the stored claims, by the rules that made the credit, and compared with the
credit. A claim that does not count (a second one of the same source family, one that a more specific claim
overrules) is shown all the same, with the reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from psycopg.rows import class_row, dict_row

from linernotes.errors import NotFound, UsageError
from linernotes.model.names import display_name, name_key
from linernotes.model.titles import title_of
from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db
from linernotes.search.producers import Producer, as_uuid, find_producer, like, producers_meant, which_one
from linernotes.search.reasons import reasons_of

SQL = load_queries("linernotes.search", "evidence.sql")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackFound:
    """The track that a text names, on the first album that carried its recording."""

    id: UUID
    track: str
    recording_id: UUID | None
    isrc: str | None
    artist: str
    album: str
    release_date: str | None
    version_class: str | None
    closeness: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimShown:
    """One claim and its weight: strength = base x match, x share when another version of the work passes it on.

    by_name: the source knows the name without an id, and another source identifies who that is on this recording.
    by_spelling: it does, and spells the name differently (P7).
    overruled: said of the whole album where something more specific is said of this recording (S2).
    rejected: a person said that it is wrong. note: why a person added it by hand; record is who did.
    counts: the strongest of its family, so it is part of the confidence.
    """

    role: str
    source: str
    family: str
    record: str
    url: str | None
    raw_role: str
    credited_as: str
    scope: str
    base: float
    match: float
    share: float | None
    strength: float
    inherited_from: str | None
    by_name: bool
    by_spelling: bool
    overruled: bool
    rejected: bool
    counts: bool
    note: str | None
    first_seen_at: datetime
    last_seen_at: datetime
    combined: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditStored:
    """A credit as it stands in the base."""

    role: str
    confidence: float
    verified: bool
    inherited: bool
    conflict: bool
    scope: str
    credited_as: str | None
    source: str
    sources: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """That somebody said a credit is wrong; with restored_at, that it was taken back."""

    role: str
    by: str
    at: datetime
    why: str
    restored_at: datetime | None
    restored_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditEvidence:
    """One role: the credit (None when its claims led to none), the claims, and the reasons in sentences.

    computed is the confidence that the claims come to now, None without claims. rejections: the newest first.
    """

    role: str
    credit: CreditStored | None
    computed: float | None
    claims: tuple[ClaimShown, ...]
    rejections: tuple[Rejection, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """A source that was asked about the recording and does not name the producer; claims counts whom it names."""

    source: str
    claims: int
    looked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known about one producer on one track."""

    track: TrackFound
    producer: Producer
    credits: tuple[CreditEvidence, ...]
    silent: tuple[Lookup, ...]


def evidence(db: Db, track: str, producer: str) -> Evidence:
    """What is known of a producer on a track, each named by id or name; a track also as `artist - title`.

    Raises NotFound when they have nothing to do with each other, saying who is credited there, and UsageError
    when several tracks or producers answer.
    """
    who = producer_beside(db, track, producer)
    return _between(db, find_track(db, track, who), who)


def evidence_of(db: Db, credit_id: UUID) -> Evidence:
    """What is known of the producer of one credit on its track; the credit's role comes first. Raises NotFound."""
    with db.cursor(row_factory=dict_row) as cursor:
        credit = cursor.execute(SQL["credit_by_id"], {"id": credit_id}).fetchone()
    if credit is None:
        raise NotFound(f"No credit has the id {credit_id}. Credits are concluded anew when claims change: list them.")
    found = _between(db, find_any_track(db, str(credit["track_id"])), find_producer(db, str(credit["producer_id"])))
    first = sorted(found.credits, key=lambda of_role: of_role.role != credit["role"])
    return replace(found, credits=tuple(first))


def _between(db: Db, what: TrackFound, who: Producer) -> Evidence:
    """What is known of a producer on a track. Raises NotFound, saying who is credited there instead."""
    asked = {"track_id": what.id, "recording_id": what.recording_id, "producer_id": who.id}
    with db.cursor(row_factory=class_row(CreditStored)) as credits:
        stored = credits.execute(SQL["credits"], asked).fetchall()
    with db.cursor(row_factory=class_row(ClaimShown)) as claims:
        said = claims.execute(SQL["claims"], asked).fetchall()
    with db.cursor(row_factory=class_row(Rejection)) as rejections:
        refused = rejections.execute(SQL["rejections"], asked).fetchall()
    if not stored and not said and not refused:
        raise NotFound(_nothing_between(db, what.track, what.id, who))
    with db.cursor(row_factory=class_row(Lookup)) as lookups:
        named_by = sorted({claim.source for claim in said})
        silent = lookups.execute(SQL["lookups"], {**asked, "sources": named_by}).fetchall()
    return Evidence(track=what, producer=who, credits=tuple(_by_role(stored, said, refused)), silent=tuple(silent))


def find_track(db: Db, text: str, producer: Producer) -> TrackFound:
    """The track that a text means among those a producer has to do with. Raises NotFound and UsageError."""
    return _found(db, text, producer)


def find_any_track(db: Db, text: str) -> TrackFound:
    """The track that a text means among all, whoever is credited on it. Raises NotFound and UsageError."""
    return _found(db, text, None)


def _found(db: Db, text: str, producer: Producer | None) -> TrackFound:
    track_id = as_uuid(text)
    if track_id is not None:
        with db.cursor(row_factory=class_row(TrackFound)) as cursor:
            by_id = cursor.execute(SQL["track_by_id"], {"track_id": track_id}).fetchone()
        if by_id is None:
            raise NotFound(f"No track has the id {track_id}.")
        return by_id
    for artist, title in _readings(text):
        found = _tracks_named(db, artist, title, producer)
        best = [one for one in found if one.closeness == found[0].closeness]
        if len(best) > 1:
            lines = [f"  {t.id}  {t.artist} - {t.track} ({t.album})" for t in best]
            raise UsageError("\n".join([f"{text!r} is the name of {len(best)} recordings. Give an id:", *lines]))
        if best:
            return best[0]
    if producer is None:
        raise NotFound(f"No track is called {text!r}. `linernotes discover NAME` brings an artist's tracks in.")
    raise NotFound(_nothing_between(db, text, None, producer))


def producer_beside(db: Db, track: str, producer: str) -> Producer:
    """The producer that a name means beside a track: of several namesakes the one who is credited on it."""
    meant = producers_meant(db, producer)
    credited = [one for one in meant if len(meant) > 1 and _is_credited(db, track, one)]
    if len(meant) > 1 and len(credited) != 1:
        raise UsageError(which_one(producer, credited or meant))
    return (credited or meant)[0]


def _is_credited(db: Db, track: str, producer: Producer) -> bool:
    try:
        found = find_track(db, track, producer)
    except NotFound:
        return False
    return bool(db.execute(SQL["credits"], {"track_id": found.id, "producer_id": producer.id}).fetchone())


def _readings(text: str) -> list[tuple[str | None, str]]:
    """How a text can be meant: as a title, and at each ` - ` as artist and title."""
    asked = display_name(text)
    if not asked:
        raise UsageError("Give the title of a track.")
    parts = asked.split(" - ")
    cuts = [(" - ".join(parts[:i]), " - ".join(parts[i:])) for i in range(1, len(parts))]
    return [(None, asked), *((artist, title) for artist, title in cuts if artist.strip() and title.strip())]


def _tracks_named(db: Db, artist: str | None, title: str, producer: Producer | None) -> list[TrackFound]:
    parts = title_of(title)
    with db.cursor(row_factory=class_row(TrackFound)) as cursor:
        return cursor.execute(
            SQL["tracks_named" if producer else "any_tracks_named"],
            {
                "producer_id": producer.id if producer else None,
                "title": title,
                "title_key": parts.key,
                "version": parts.version,
                "contained": f"%{like(title)}%",
                "artist": None if artist is None else like(artist),
                "artist_key": None if artist is None else name_key(artist),
            },
        ).fetchall()


def _by_role(
    stored: Sequence[CreditStored], said: Sequence[ClaimShown], refused: Sequence[Rejection]
) -> list[CreditEvidence]:
    """Credits first in the order stored, then roles that are claimed but led to no credit, or were rejected."""
    claims = {role: tuple(of_role) for role, of_role in groupby(said, key=lambda claim: claim.role)}
    credits = {credit.role: credit for credit in stored}
    rejections = {role: tuple(of_role) for role, of_role in groupby(refused, key=lambda rejection: rejection.role)}
    return [
        CreditEvidence(
            role=role,
            credit=credits.get(role),
            computed=claims[role][0].combined if role in claims else None,
            claims=claims.get(role, ()),
            rejections=rejections.get(role, ()),
            reasons=reasons_of(credits.get(role), claims.get(role, ()), rejections.get(role, ())),
        )
        for role in dict.fromkeys([*credits, *claims, *rejections])
    ]


def _nothing_between(db: Db, text: str, track_id: UUID | None, producer: Producer) -> str:
    """Say that a producer has no credit on a track, and who has."""
    artist, title = _readings(text)[-1]
    with db.cursor(row_factory=dict_row) as cursor:
        others = cursor.execute(
            SQL["others_credited"],
            {
                "track_id": track_id,
                "title": title,
                "artist": None if artist is None else like(artist),
                "shown_from": SHOWN_FROM,
            },
        ).fetchall()
    if not others:
        return (
            f"No track is called {text!r}. `linernotes show {producer.id}` lists what {producer.name} is credited on."
        )
    lines = [f"  {o['artist']} - {o['track']}: {', '.join(o['credited']) or 'nobody yet'}" for o in others]
    return "\n".join([f"No source claims that {producer.name} had a part in {text!r}. Credited there:", *lines])
