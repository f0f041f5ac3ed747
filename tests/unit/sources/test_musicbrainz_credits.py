"""Who made the recordings of an edition, as MusicBrainz relates them."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from linernotes.model.catalogue import ExternalId, TrackRef
from linernotes.model.claim import Claim, Level, Match
from linernotes.sources.musicbrainz.credits import lacks_relations, parse_credits, parse_recordings
from linernotes.sources.musicbrainz.parse import parse_tracks
from tests.sources.mock_musicbrainz import (
    TRADITIONAL,
    UNKNOWN,
    Object,
    isrc,
    mbid,
    performance,
    person,
    recording,
    relation,
    release,
)

ADA, BO, CAI = person("Ada Lind"), person("Bo Beat"), person("Cai Words")
RECORDING_URL = f"https://musicbrainz.org/recording/{mbid('recording', 'First')}"


def refs(edition: Object) -> list[TrackRef]:
    return [
        TrackRef(id=uuid4(), name=t.name, recording_id=uuid4(), ids=t.ids, recording_ids=t.recording_ids)
        for t in parse_tracks(edition, 0).items
    ]


def claims_on(*relations: Object, release_relations: tuple[Object, ...] = (), tracks: int = 2) -> tuple[Claim, ...]:
    """The claims about the first of some tracks that has these relationships."""
    others = [recording(f"Other {n}", ADA) for n in range(tracks - 1)]
    edition = release("One", "0", ADA, [recording("First", ADA, *relations), *others], *release_relations)
    first, *_ = wanted = refs(edition)
    return parse_credits(edition, wanted).claims[first.id]


def roles(claims: tuple[Claim, ...]) -> list[str]:
    return [claim.raw_role for claim in claims]


def test_a_producer_of_a_recording_is_claimed_with_id_page_and_the_name_as_credited() -> None:
    (claim,) = claims_on(relation("recording", "producer", BO, credited_as="B. Beat"))
    assert claim.person.name == "Bo Beat"
    assert claim.person.ids == (ExternalId("musicbrainz", BO["id"]),)
    assert claim.person.kind == "person"
    assert (claim.raw_role, claim.credited_as, claim.level, claim.match) == (
        "producer",
        "B. Beat",
        Level.RECORDING,
        Match.SHARED_ID,
    )
    assert (claim.record, claim.url) == (mbid("recording", "First"), RECORDING_URL)


@pytest.mark.parametrize(
    ("attributes", "values", "text"),
    [
        ([], {}, "producer"),
        (["co"], {}, "producer [co]"),
        (["additional"], {}, "producer [additional]"),
        (["executive"], {}, "producer [executive]"),
        (["additional", "co"], {}, "producer [additional, co]"),
        ([], {"task": "vocal"}, "producer [task: vocal]"),
        (["co"], {"task": "drums [live]"}, "producer [co, task: drums (live)]"),
    ],
)
def test_the_attributes_of_a_relationship_stand_in_brackets(
    attributes: list[str], values: dict[str, str], text: str
) -> None:
    assert roles(claims_on(relation("recording", "producer", BO, *attributes, **values))) == [text]


def test_a_type_is_known_by_its_id_whatever_it_is_called_today() -> None:
    renamed = {**relation("recording", "producer", BO), "type": "record producer"}
    assert roles(claims_on(renamed)) == ["producer"]


@pytest.mark.parametrize("kind", ["engineer", "mix", "programming", "arranger", "remixer", "recording", "mastering"])
def test_who_makes_records_is_claimed(kind: str) -> None:
    assert roles(claims_on(relation("recording", kind, BO))) == [kind]


@pytest.mark.parametrize(
    "kind",
    [
        "instrument",
        "vocal",
        "performer",
        "conductor",
        "performing orchestra",
        "chorus master",
        "photography",
        "design/illustration",
        "graphic design",
        "liner notes",
        "video director",
        "publishing",
        "misc",
        "booking",
        "legal representation",
        "artists and repertoire",
        "creative direction",
        "phonographic copyright",
    ],
)
def test_players_pictures_and_business_are_no_claims(kind: str) -> None:
    assert claims_on(relation("recording", kind, BO)) == ()


def test_a_kind_of_relationship_nobody_told_us_of_is_kept_with_its_name() -> None:
    assert roles(claims_on(relation("recording", "tape whisperer", BO, "solo"))) == ["tape whisperer [solo]"]


def test_the_writers_of_a_work_are_claimed_for_its_recordings() -> None:
    (claim,) = claims_on(performance("Song", relation("work", "composer", CAI), attributes=["live", "cover"]))
    assert (claim.person.name, claim.raw_role, claim.level) == ("Cai Words", "composer", Level.WORK)
    assert claim.record == mbid("work", "Song")
    assert claim.url == f"https://musicbrainz.org/work/{mbid('work', 'Song')}"


def test_all_works_of_a_medley_count() -> None:
    found = claims_on(
        performance("Song", relation("work", "composer", CAI)), performance("Tune", relation("work", "writer", BO))
    )
    assert roles(found) == ["composer", "writer"]


def test_a_work_that_the_recording_does_not_perform_says_nothing_of_it() -> None:
    sampled = performance("Song", relation("work", "composer", CAI))
    assert claims_on({**sampled, "type": "quotes", "type-id": mbid("type", "quotes")}) == ()


def test_of_a_work_only_the_writing_counts() -> None:
    work = performance("Song", relation("work", "arranger", BO), relation("work", "publishing", BO))
    assert claims_on(work) == ()


def test_what_is_said_of_the_release_is_said_of_each_track_and_marked() -> None:
    (claim,) = claims_on(release_relations=(relation("release", "producer", BO),))
    assert (claim.level, claim.record) == (Level.RELEASE, mbid("release", "One/0"))
    assert claim.url == f"https://musicbrainz.org/release/{mbid('release', 'One/0')}"


def test_what_is_said_of_a_release_with_one_track_is_said_of_the_track() -> None:
    (claim,) = claims_on(release_relations=(relation("release", "producer", BO),), tracks=1)
    assert claim.level == Level.RECORDING


def test_a_relationship_that_stands_there_twice_is_one_claim() -> None:
    assert len(claims_on(relation("recording", "producer", BO), relation("recording", "producer", BO))) == 1


def test_a_group_is_one_person_of_its_kind() -> None:
    (claim,) = claims_on(relation("recording", "producer", person("The Beats", "Group")))
    assert claim.person.kind == "group"


# ---- what is no person, what is no music


@pytest.mark.parametrize("nobody", [UNKNOWN, TRADITIONAL, {**UNKNOWN, "id": None}])
def test_nobody_in_particular_is_a_problem_and_never_a_person(nobody: Object) -> None:
    edition = release("One", "0", ADA, [recording("First", ADA, relation("recording", "producer", nobody))])
    answer = parse_credits(edition, refs(edition))
    assert list(answer.claims.values()) == [()]
    assert [(p.kind, p.record) for p in answer.problems] == [("unknown_person", mbid("recording", "First"))]


def of_release(*relations: Object, tracks: tuple[Object, ...] | None = None) -> tuple[list[str], list[str]]:
    made = tracks or (recording("First", ADA), recording("Second", ADA))
    edition = release("One", "0", ADA, made, *relations)
    answer = parse_credits(edition, refs(edition))
    return sorted({c.raw_role for cs in answer.claims.values() for c in cs}), [p.kind for p in answer.problems]


def test_a_cover_studio_that_is_called_producer_of_a_release_is_none() -> None:
    studio = person("Pictures & Co", "Group")
    assert of_release(relation("release", "photography", studio), relation("release", "producer", studio)) == (
        [],
        ["not_music"],
    )


@pytest.mark.parametrize(
    "more",
    [
        {"relations": (relation("release", "mastering", BO),)},
        {"tracks": (recording("First", ADA, relation("recording", "vocal", BO)), recording("Second", ADA))},
        {"tracks": (recording("First", BO), recording("Second", ADA))},
    ],
)
def test_a_producer_who_also_drew_the_cover_stays_a_producer(more: dict[str, tuple[Object, ...]]) -> None:
    drew = relation("release", "design/illustration", BO)
    said, problems = of_release(
        drew, relation("release", "producer", BO), *more.get("relations", ()), tracks=more.get("tracks")
    )
    assert "producer" in said
    assert problems == []


@pytest.mark.parametrize("task", ["cover art", "Music video", "DVD", "liner booklet", "artwork & photography"])
def test_a_producer_of_pictures_is_told_of_and_not_claimed(task: str) -> None:
    assert of_release(relation("release", "producer", BO, task=task)) == ([], ["not_music"])


@pytest.mark.parametrize("task", ["vocal", "cartoon drums", "articulation", "discovery"])
def test_a_word_that_only_contains_one_of_pictures_is_none(task: str) -> None:
    assert of_release(relation("release", "producer", BO, task=task)) == ([f"producer [task: {task}]"], [])


def test_the_producer_of_a_film_on_a_disc_is_not_asked_about() -> None:
    film = recording("Film", ADA, relation("recording", "producer", BO), video=True)
    edition = release("One", "0", ADA, [recording("First", ADA), film])
    track = TrackRef(
        id=uuid4(), name="Film", recording_id=uuid4(), recording_ids=(ExternalId("musicbrainz", film["id"]),)
    )
    assert parse_credits(edition, [track]).claims == {}


# ---- which of our tracks an edition's track is


def matched(edition: Object, **how: object) -> set[UUID]:
    track = TrackRef(id=uuid4(), name="First", recording_id=uuid4(), **how)  # type: ignore[arg-type]
    return {track.id} & set(parse_credits(edition, [track]).claims)


def test_a_track_is_recognised_by_its_id_its_recording_or_its_code() -> None:
    edition = release("One", "0", ADA, [recording("First", ADA)])
    assert matched(edition, ids=(ExternalId("musicbrainz", mbid("track", "One/0/1")),))
    assert matched(edition, recording_ids=(ExternalId("musicbrainz", mbid("recording", "First")),))
    assert matched(edition, isrc=isrc("First"), duration_ms=203_000)
    assert matched(edition, isrc=isrc("First"))


def test_a_code_on_a_recording_of_another_length_is_not_the_same_recording() -> None:
    edition = release("One", "0", ADA, [recording("First", ADA)])
    assert not matched(edition, isrc=isrc("First"), duration_ms=211_000)


def test_a_track_that_is_not_on_the_edition_was_not_looked_up() -> None:
    edition = release("One", "0", ADA, [recording("First", ADA)])
    assert not matched(edition)
    assert not matched(edition, ids=(ExternalId("spotify", mbid("track", "One/0/1")),))


def test_a_track_nobody_is_credited_on_was_looked_up_and_names_nobody() -> None:
    edition = release("One", "0", ADA, [recording("First", ADA)])
    assert list(parse_credits(edition, refs(edition)).claims.values()) == [()]


# ---- editions so large that relationships are left out


def a_box_without_relations() -> Object:
    edition = release("Box", "0", ADA, [recording("First", ADA), recording("Second", ADA)])
    for track in edition["media"][0]["tracks"]:
        track["recording"] = {k: v for k, v in track["recording"].items() if k != "relations"}
    return edition


def test_relationships_that_were_left_out_are_noticed_an_empty_list_is_not() -> None:
    box = a_box_without_relations()
    assert lacks_relations(box, refs(box))
    plain = release("One", "0", ADA, [recording("First", ADA)])
    assert not lacks_relations(plain, refs(plain))
    assert not lacks_relations(box, [])


def test_relationships_from_pages_of_recordings_fill_the_gap_and_what_is_still_missing_is_told() -> None:
    box = a_box_without_relations()
    first, second = wanted = refs(box)
    page = {"recordings": [recording("First", ADA, relation("recording", "producer", BO))]}
    answer = parse_credits(box, wanted, parse_recordings(page))
    assert roles(answer.claims[first.id]) == ["producer"]
    assert second.id not in answer.claims
    assert [p.kind for p in answer.problems] == ["incomplete_answer"]


def test_of_a_track_whose_relationships_are_missing_only_what_is_said_of_the_release_is_known() -> None:
    box = a_box_without_relations()
    box["relations"] = [relation("release", "producer", BO)]
    answer = parse_credits(box, refs(box))
    assert [roles(claims) for claims in answer.claims.values()] == [["producer"], ["producer"]]
    (problem,) = answer.problems
    assert (problem.kind, problem.record) == ("incomplete_answer", mbid("release", "Box/0"))
    assert "2 tracks" in problem.detail
