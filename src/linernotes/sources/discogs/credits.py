"""Which of our tracks are on a release of Discogs, and the claims it makes about them.

Nothing here raises, whatever the JSON holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from linernotes.model.catalogue import Json, Problem, TrackRef
from linernotes.model.claim import Claim, CreditAnswer, Match
from linernotes.model.titles import Title
from linernotes.sources.discogs.names import SOURCE, VARIOUS, id_of, release_page, shown
from linernotes.sources.discogs.rows import Row, problems_of, read_rows, release_id, track_id
from linernotes.sources.discogs.tracklist import Entry, read_tracklist
from linernotes.sources.matching import (
    is_mastering,
    is_one_of,
    match_by_duration,
    only_remastered,
    read_title,
    same_song,
)
from linernotes.sources.reading import mappings, text

FAR = 10**9
"""Milliseconds. Further than any two durations are apart: a track whose duration is not known comes last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A track of ours on a release, and how it was recognised.

    More than one entry where a release has several of that title and nothing tells which it is (the same songs on
    vinyl and on the CD in its sleeve): then only what is said of all of them alike is said of ours.
    """

    entries: tuple[Entry, ...]
    match: Match
    remastered: bool = False


def find_tracks(release: Json, artist: str, tracks: Sequence[TrackRef]) -> dict[UUID, Known]:
    """Those of our tracks that are on a release: by our id of its track, else by title, version and duration.

    On a release by various artists a track must name ours.
    """
    listed = read_tracklist(release)
    titled = [(entry, title) for entry in listed.entries if (title := read_title(entry.title)) is not None]
    titled = [(entry, title) for entry, title in titled if _may_be_by(artist, entry, release)]
    number = release_id(release)
    own = {track_id(number, entry.span[0]): entry for entry in listed.tracks}
    found = {}
    for track in tracks:
        known = _by_id(track, own) or _by_title(track, titled)
        if known is not None:
            found[track.id] = known
    return found


def _by_id(track: TrackRef, own: dict[str, Entry]) -> Known | None:
    entry = next((own[i.value] for i in track.ids if i.scheme == SOURCE and i.value in own), None)
    return Known(entries=(entry,), match=Match.SHARED_ID) if entry is not None else None


def _by_title(track: TrackRef, titled: Sequence[tuple[Entry, Title]]) -> Known | None:
    """The track of that title, rather of the same version, and the one whose duration is nearest."""
    ours = read_title(track.name)
    if ours is None:
        return None
    found: dict[tuple[bool, int], list[tuple[Entry, Match]]] = {}
    for entry, theirs in titled:
        match = match_by_duration(track.duration_ms, entry.duration_ms)
        if match is not None and same_song(ours, theirs):
            apart = (
                abs((track.duration_ms or 0) - (entry.duration_ms or 0)) if match is not Match.NO_DURATION else FAR
            )
            found.setdefault((only_remastered(ours, theirs), apart), []).append((entry, match))
    if not found:
        return None
    best = min(found)
    entries = tuple(entry for entry, _ in found[best])
    return Known(entries=entries, match=found[best][0][1], remastered=best[0])


def _may_be_by(artist: str, entry: Entry, release: Json) -> bool:
    if not is_by_various(release) or is_one_of(artist, ("Various", "Various Artists")):
        return True
    return is_one_of(artist, _names(entry.artists))


def is_by_various(release: Json) -> bool:
    """Whether a release is credited to Various."""
    return any(id_of(artist) == VARIOUS for artist in mappings(release, "artists"))


def is_by(release: Json, artist: str) -> bool:
    """Whether a release is credited to an artist of this name, alone or with others."""
    return is_one_of(artist, _names(mappings(release, "artists")))


def _names(artists: Sequence[Json]) -> list[str]:
    """Each artist's name and name as printed, and all of them joined as the release joins them."""
    joined = "".join(f"{shown(text(a, 'name'))} {text(a, 'join').strip()} " for a in artists)
    return [text(a, key) for a in artists for key in ("name", "anv") if text(a, key)] + [joined.strip(" ,")]


def parse_credits(release: Json, artist: str, tracks: Sequence[TrackRef]) -> CreditAnswer:
    """What a release says about those of our tracks that are on it."""
    known = find_tracks(release, artist, tracks)
    if not known:
        return CreditAnswer(claims={})
    rows = [row for row in read_rows(release) if not row.refused]
    number = release_id(release)
    claims: dict[UUID, tuple[Claim, ...]] = {}
    problems = dict.fromkeys(problems_of(release))
    for id, one in known.items():
        of_each = [_claims(rows, one, entry, number) for entry in one.entries]
        said = {frozenset(found): found for found in of_each}
        if len(said) == 1:
            claims[id] = next(iter(said.values()))
        else:
            title = one.entries[0].title
            detail = f"{len(one.entries)} tracks are named {title!r}, with different credits and no durations"
            problems[Problem(source=SOURCE, record=number, kind="ambiguous_track", detail=detail)] = None
    return CreditAnswer(claims=claims, problems=tuple(problems))


def _claims(rows: Sequence[Row], known: Known, entry: Entry, release: str) -> tuple[Claim, ...]:
    return tuple(
        dict.fromkeys(
            Claim(
                person=row.person,
                raw_role=row.role,
                level=row.level,
                match=known.match,
                record=release,
                credited_as=row.credited_as,
                url=release_page(release),
            )
            for row in rows
            if row.person is not None
            and (row.places is None or entry.places <= row.places)
            and not (known.remastered and is_mastering(row.role))
        )
    )


def has_titles_of(release: Json, artist: str, tracks: Sequence[TrackRef]) -> bool:
    """Whether at least half of our tracks are on a release: what a search found must be more than a name."""
    found = find_tracks(release, artist, tracks)
    return bool(found) and 2 * len(found) >= len(tracks)
