"""Who made the recordings of an edition, as MusicBrainz relates them: claims on recordings, works and the release.

Nothing here raises, whatever the JSON holds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from linernotes.model.catalogue import ExternalId, Json, Problem, TrackRef
from linernotes.model.claim import Claim, CreditAnswer, Level, Match, Person
from linernotes.sources.musicbrainz.ids import SOURCE, is_nobody, mbid_of, page
from linernotes.sources.musicbrainz.parse import Heard, heard
from linernotes.sources.musicbrainz.relations import (
    NOT_WRITERS,
    PICTURES,
    is_about_pictures,
    makes_records,
    raw_role,
    type_of,
)
from linernotes.sources.reading import mapping, mappings, text, texts, whole

LARGEST_DIFFERENCE_MS = 10_000
"""Two recordings with one ISRC that differ by more are two (rule I2)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Claims, or what cannot be one."""

    claims: tuple[Claim, ...] = ()
    problems: tuple[Problem, ...] = ()


def parse_credits(
    release: Json, tracks: Sequence[TrackRef], fuller: Mapping[str, Json] | None = None
) -> CreditAnswer:
    """Claims about those of our tracks that are on this edition.

    fuller has recordings by MBID from another answer, for an edition so large that its own has no relationships.
    A track whose relationships nobody sent was not looked up: only what is said of the whole release is known of it.
    """
    listed = list(heard(release))
    matched = _matched(listed, tracks)
    one_track = len(listed) == 1
    whole_release = _of_release(release, listed, Level.RECORDING if one_track else Level.RELEASE)
    problems = dict.fromkeys(whole_release.problems if matched else ())
    claims: dict[UUID, tuple[Claim, ...]] = {}
    left_out = 0
    for track_id, entry in matched.items():
        recording = _with_relations(entry.recording, fuller or {})
        if recording is not None:
            own = _of_recording(recording)
            problems |= dict.fromkeys(own.problems)
            claims[track_id] = tuple(dict.fromkeys([*own.claims, *whole_release.claims]))
        else:
            left_out += 1
            if whole_release.claims:
                claims[track_id] = whole_release.claims
    if left_out:
        detail = f"of {left_out} tracks nobody sent the relationships: who made them was not looked up"
        problem = Problem(source=SOURCE, record=mbid_of(release) or "", kind="incomplete_answer", detail=detail)
        problems[problem] = None
    return CreditAnswer(claims=claims, problems=tuple(problems))


def lacks_relations(release: Json, tracks: Sequence[TrackRef]) -> bool:
    """Whether relationships of some of our tracks were left out: then the key is missing, not empty."""
    return any(_relations(e.recording) is None for e in _matched(list(heard(release)), tracks).values())


def parse_recordings(answer: Json) -> dict[str, Json]:
    """A page of recordings by their MBID."""
    return {mbid: r for r in mappings(answer, "recordings") if (mbid := mbid_of(r)) is not None}


def _relations(entity: Json) -> list[Json] | None:
    listed = isinstance(entity, dict) and isinstance(entity.get("relations"), list)
    return mappings(entity, "relations") if listed else None


def _with_relations(recording: Json, fuller: Mapping[str, Json]) -> Json | None:
    found = recording if _relations(recording) is not None else fuller.get(mbid_of(recording) or "")
    return found if found is not None and _relations(found) is not None else None


def _matched(listed: Sequence[Heard], tracks: Sequence[TrackRef]) -> dict[UUID, Heard]:
    """Ours by the edition's track: by the track's id, else the recording's, else an ISRC."""
    by_track = {mbid: entry for entry in listed if (mbid := mbid_of(entry.track)) is not None}
    by_recording: dict[str, Heard] = {}
    by_isrc: dict[str, Heard] = {}
    for entry in listed:
        if (mbid := mbid_of(entry.recording)) is not None:
            by_recording.setdefault(mbid, entry)
        for isrc in texts(entry.recording, "isrcs"):
            by_isrc.setdefault(_isrc(isrc), entry)
    found = {}
    for track in tracks:
        mine = [i.value for i in track.ids if i.scheme == SOURCE]
        recordings = [i.value for i in track.recording_ids if i.scheme == SOURCE]
        candidates = [by_track.get(m) for m in mine] + [by_recording.get(m) for m in recordings]
        if track.isrc is not None:
            same_code = by_isrc.get(_isrc(track.isrc))
            candidates.append(same_code if same_code is not None and _as_long(same_code, track) else None)
        known = next((c for c in candidates if c is not None), None)
        if known is not None:
            found[track.id] = known
    return found


def _isrc(code: str) -> str:
    return code.upper().replace("-", "").replace(" ", "")


def _as_long(entry: Heard, track: TrackRef) -> bool:
    length = whole(entry.track, "length") or whole(entry.recording, "length")
    return not length or not track.duration_ms or abs(length - track.duration_ms) <= LARGEST_DIFFERENCE_MS


def _of_recording(recording: Json) -> Found:
    """Claims on the recording itself, and those of the writers of every work that it performs (S1)."""
    found = []
    mbid = mbid_of(recording) or ""
    for relation in _relations(recording) or []:
        if text(relation, "target-type") == "work" or mapping(relation, "work"):
            if type_of(relation) == "performance":
                work = mapping(relation, "work")
                found += [_claim(r, "work", mbid_of(work) or "", Level.WORK) for r in _writing(work)]
        elif makes_records(type_of(relation)) and recording.get("video") is not True:
            found.append(_claim(relation, "recording", mbid, Level.RECORDING))
    return _together(found)


def _writing(work: Json) -> Iterator[Json]:
    for relation in _relations(work) or []:
        kind = type_of(relation)
        if makes_records(kind) and kind not in NOT_WRITERS:
            yield relation


def _of_release(release: Json, listed: Sequence[Heard], level: Level) -> Found:
    """Claims on the release as a whole: of all its tracks or of some, MusicBrainz does not say which (S2)."""
    mbid = mbid_of(release) or ""
    relations = [r for r in _relations(release) or [] if makes_records(type_of(r))]
    drew = _only_drew(release, listed)
    found = []
    for relation in relations:
        if mbid_of(mapping(relation, "artist")) in drew:
            name = text(mapping(relation, "artist"), "name")
            detail = f"{name} is named as {raw_role(relation)!r}, and elsewhere on the release only for its pictures"
            problem = Problem(source=SOURCE, record=mbid, kind="not_music", detail=detail)
            found.append(Found(problems=(problem,)))
        else:
            found.append(_claim(relation, "release", mbid, level))
    return _together(found)


def _only_drew(release: Json, listed: Sequence[Heard]) -> set[str | None]:
    """Who made the pictures of a release and has no other part in it than, at most, `producer`.

    A bare `producer` of a cover studio, on the release only, is of the cover. An artist of the release who also
    took the photograph is a producer all the same, and so is anybody with another part in the music.
    """
    relations = _relations(release) or []
    drew = {mbid_of(mapping(r, "artist")) for r in relations if type_of(r) in PICTURES}
    if not drew:
        return set()
    music = {
        mbid_of(mapping(r, "artist")) for r in relations if type_of(r) not in PICTURES and type_of(r) != "producer"
    }
    for entry in listed:
        music |= {mbid_of(mapping(r, "artist")) for r in _relations(entry.recording) or []}
        music |= {mbid_of(mapping(c, "artist")) for c in mappings(entry.track, "artist-credit")}
    music |= {mbid_of(mapping(c, "artist")) for c in mappings(release, "artist-credit")}
    return drew - music


def _claim(relation: Json, entity: str, record: str, level: Level) -> Found:
    if text(relation, "target-type") not in ("artist", "") or not mapping(relation, "artist"):
        return Found()  # of a label, a place, a series: not of a person
    artist = mapping(relation, "artist")
    role = raw_role(relation)
    name, mbid = text(artist, "name"), mbid_of(artist)
    if is_nobody(artist) or not name or mbid is None:
        detail = f"named as {role!r}: {name or 'nobody'}, which is nobody in particular"
        return Found(problems=(Problem(source=SOURCE, record=record, kind="unknown_person", detail=detail),))
    if is_about_pictures(relation):
        detail = f"{name} is named as {role!r}: that is not of the music"
        return Found(problems=(Problem(source=SOURCE, record=record, kind="not_music", detail=detail),))
    kind = {"person": "person", "group": "group", "orchestra": "group", "choir": "group"}
    person = Person(name=name, ids=(ExternalId(SOURCE, mbid),), kind=kind.get(text(artist, "type").casefold()))
    claim = Claim(
        person=person,
        raw_role=role,
        level=level,
        match=Match.SHARED_ID,
        record=record,
        credited_as=text(relation, "target-credit"),
        url=page(entity, record) if record else None,
    )
    return Found(claims=(claim,))


def _together(found: Sequence[Found]) -> Found:
    claims = dict.fromkeys(claim for part in found for claim in part.claims)
    problems = dict.fromkeys(problem for part in found for problem in part.problems)
    return Found(claims=tuple(claims), problems=tuple(problems))
