"""The rows of credits on a release of Discogs: who, in which role, on which tracks, and what becomes of each.

A row stands on a track (its own `extraartists`), on some tracks (`tracks` names their positions) or on the release
(a blank `tracks`: all of them or some, Discogs does not say which). A release with one track says it of that track.
Nothing here raises, whatever the JSON holds. API answers and dumps are read alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from linernotes.model.catalogue import Json, Problem
from linernotes.model.claim import Level, Person
from linernotes.sources.discogs.names import SOURCE, id_of, person_of
from linernotes.sources.discogs.tracklist import read_tracklist
from linernotes.sources.reading import mappings, text, whole


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of credits. places is None when it stands on the whole release; refused says why it can be no claim.

    unresolved has the positions that are not in the track list; the row still holds for those that are.
    """

    role: str
    written: str
    credited_as: str
    level: Level
    person: Person | None = None
    places: frozenset[int] | None = None
    refused: str = ""
    why: str = ""
    unresolved: tuple[str, ...] = ()


def read_rows(release: Json) -> Iterator[Row]:
    """Every row of credits of a release, on it and on its tracks."""
    listed = read_tracklist(release)
    everywhere = frozenset(range(len(listed.tracks)))
    for artist in mappings(release, "extraartists"):
        said = text(artist, "tracks")
        if not said:
            one_track = len(everywhere) == 1
            level = Level.RECORDING if one_track else Level.RELEASE
            yield _row(artist, level, everywhere if one_track else None)
            continue
        found = listed.positions.resolve(said)
        yield _row(artist, Level.RECORDING, found.places, found.unknown)
    for entry in listed.entries:
        for artist in entry.credits:
            yield _row(artist, Level.RECORDING, entry.places)


def _row(artist: Json, level: Level, places: frozenset[int] | None, unresolved: tuple[str, ...] = ()) -> Row:
    role, written, person = text(artist, "role"), text(artist, "name"), person_of(artist)
    refused = why = ""
    if person is None:
        number = id_of(artist)
        refused = "unknown_person" if number else "unlinked_person"
        why = "nobody in particular" if number else "a name without a page: nobody says who that is"
    elif not role:
        refused, why = "no_role", "credited with no role"
    elif unresolved and not places:
        refused, why = "unresolved_tracks", f"the track list has no {', '.join(unresolved)}"
    return Row(
        role=role,
        written=written,
        credited_as=text(artist, "anv"),
        level=level,
        person=person,
        places=places,
        refused=refused,
        why=why,
        unresolved=unresolved,
    )


def problems_of(release: Json) -> tuple[Problem, ...]:
    """The rows of a release that are no claim, or for some of their tracks only, as sentences for people."""
    record = release_id(release)
    found = []
    for row in read_rows(release):
        if row.refused:
            detail = f"{row.written or 'somebody'} is named as {row.role or 'nothing'!r}: {row.why}"
            found.append(Problem(source=SOURCE, record=record, kind=row.refused, detail=detail))
        elif row.unresolved:
            detail = (
                f"{row.written} is named as {row.role!r} also of {', '.join(row.unresolved)}: not in the track list"
            )
            found.append(Problem(source=SOURCE, record=record, kind="unresolved_tracks", detail=detail))
    return tuple(dict.fromkeys(found))


def account(release: Json, is_ours: Callable[[str], bool]) -> Counter[str]:
    """What becomes of each row: `credit` where is_ours says that a role text names a role of ours, `other role`, or
    `refused: ` and the reason. The sum is the number of rows."""
    return Counter(
        f"refused: {row.refused}" if row.refused else "credit" if is_ours(row.role) else "other role"
        for row in read_rows(release)
    )


def release_id(release: Json) -> str:
    """The number of a release."""
    return str(whole(release, "id") or "")


def track_id(release: str, place: int) -> str:
    """How we name a track of a release: Discogs has no ids for tracks."""
    return f"{release}-{place + 1}"
