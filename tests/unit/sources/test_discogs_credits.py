"""How a release of Discogs is read: its track list, its rows of credits, and which of them are about our tracks."""

from __future__ import annotations

import copy
from collections import Counter
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.model.catalogue import ExternalId, TrackRef
from linernotes.model.claim import CreditAnswer, Level, Match
from linernotes.pipeline.credits.roles import RoleCode, parse_roles
from linernotes.sources import matching
from linernotes.sources.discogs.credits import has_titles_of, is_by, parse_credits
from linernotes.sources.discogs.names import person_of, shown
from linernotes.sources.discogs.parse import (
    main_release,
    pages,
    parse_profile,
    parse_search,
    parse_versions,
)
from linernotes.sources.discogs.rows import account, problems_of, read_rows
from linernotes.sources.discogs.tracklist import read_duration, read_tracklist
from tests.sources.mock_discogs import heading, index, person, release, small_archive, track

ADA = person(11, "Ada Lind (2)")
BO = 21


def ours(name: str, seconds: int | None = None, *ids: ExternalId) -> TrackRef:
    duration = seconds * 1000 if seconds else None
    return TrackRef(id=uuid4(), name=name, recording_id=uuid4(), duration_ms=duration, ids=ids)


def roles(answer: CreditAnswer, one: TrackRef) -> list[tuple[str, Level]] | None:
    claims = answer.claims.get(one.id)
    return None if claims is None else [(c.raw_role, c.level) for c in claims]


# ---- the track list


def test_headings_are_passed_over_and_an_index_stands_for_its_parts() -> None:
    read = read_tracklist(
        release(1, "x", [ADA], [
            heading("Side One"),
            track("A1", "Glass", "3:41"),
            index("Suite", track("A2a", "Ice", "1:00"), track("A2b", "Snow", "2:00"), duration="3:00"),
            {"position": "B1", "title": "Old answers have no type", "duration": ""},
        ])
    )  # fmt: skip
    assert [(e.position, e.title, e.duration_ms) for e in read.tracks] == [
        ("A1", "Glass", 221_000), ("A2a", "Ice", 60_000), ("A2b", "Snow", 120_000),
        ("B1", "Old answers have no type", None),
    ]  # fmt: skip
    assert [(e.title, e.span, e.duration_ms) for e in read.indexes] == [("Suite", (1, 2), 180_000)]


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("4:45", 285), ("1:02:03", 3723), ("0:59", 59), ("74:12", 4452), ("(3:41)", 221), ("", None), ("0:00", None),
     ("3:60", None), ("abc", None), ("3", None)],
)  # fmt: skip
def test_durations_are_read_or_not_known(written: str, seconds: int | None) -> None:
    assert read_duration(written) == (None if seconds is None else seconds * 1000)


# ---- levels


def test_a_credit_is_of_its_track_of_a_range_or_of_the_release() -> None:
    glass, hush = ours("Glass"), ours("Hush")
    answer = parse_credits(
        release(1, "x", [ADA], [track("1", "Glass", "", person(BO, "Bo Beat", "Remix")), track("2", "Hush")],
                person(BO, "Bo Beat", "Producer", tracks="2"), person(22, "Max", "Mastered By")),
        "Ada Lind", [glass, hush],
    )  # fmt: skip
    assert roles(answer, glass) == [("Mastered By", Level.RELEASE), ("Remix", Level.RECORDING)]
    assert roles(answer, hush) == [("Producer", Level.RECORDING), ("Mastered By", Level.RELEASE)]


def test_on_a_release_with_one_track_what_is_said_of_the_release_is_said_of_the_track() -> None:
    glass = ours("Glass")
    answer = parse_credits(
        release(1, "x", [ADA], [track("A", "Glass")], person(BO, "Bo Beat", "Producer")), "Ada Lind", [glass]
    )
    assert roles(answer, glass) == [("Producer", Level.RECORDING)]


def test_what_an_index_says_holds_for_its_parts_and_a_part_does_not_speak_for_the_whole() -> None:
    suite, ice, snow = ours("Suite", 180), ours("Ice", 60), ours("Snow", 120)
    parts = [track("2a", "Ice", "1:00", person(22, "Max", "Remix")), track("2b", "Snow", "2:00")]
    whole = index("Suite", *parts, credits=(person(BO, "Bo", "Producer"),), duration="3:00")
    answer = parse_credits(
        release(1, "x", [ADA], [track("1", "Glass"), whole], person(23, "Cy", "Mixed By", tracks="2")),
        "Ada Lind", [suite, ice, snow],
    )  # fmt: skip
    both = [("Mixed By", Level.RECORDING), ("Producer", Level.RECORDING)]
    assert roles(answer, suite) == both
    assert roles(answer, snow) == both
    assert roles(answer, ice) == [both[0], ("Remix", Level.RECORDING), both[1]]


def test_a_credit_for_tracks_known_and_unknown_holds_for_the_known_and_is_told_of() -> None:
    glass = ours("Glass")
    one = release(
        1, "x", [ADA], [track("1", "Glass"), track("2", "Ice")], person(BO, "Bo", "Producer", tracks="1, 7")
    )
    answer = parse_credits(one, "Ada Lind", [glass])
    assert roles(answer, glass) == [("Producer", Level.RECORDING)]
    assert [p.kind for p in answer.problems] == ["unresolved_tracks"]


# ---- people


@pytest.mark.parametrize(
    ("name", "display"),
    [("Venom (8)", "Venom"), ("Persuader, The", "The Persuader"), ("Force, The (23)", "The Force"),
     ("Unknown (3)", "Unknown (3)"), ("Sunn O)))", "Sunn O)))"), ("Blink (182)", "Blink"), ("Jr., Al", "Jr., Al")],
)  # fmt: skip
def test_the_number_of_a_namesake_is_no_part_of_the_name(name: str, display: str) -> None:
    assert shown(name) == display


@pytest.mark.parametrize(
    ("number", "name", "kind"),
    [(0, "Koibito", "unlinked_person"), (None, "Koibito", "unlinked_person"), (194, "Various", "unknown_person"),
     (355, "Unknown Artist", "unknown_person"), (77, "Traditional", "unknown_person"), (78, "", "unknown_person")],
)  # fmt: skip
def test_nobody_in_particular_is_told_of_and_never_a_person(number: Any, name: str, kind: str) -> None:
    glass = ours("Glass")
    credit = {**person(1, name, "Producer"), "id": number}
    answer = parse_credits(release(1, "x", [ADA], [track("1", "Glass")], credit), "Ada Lind", [glass])
    assert (roles(answer, glass), [p.kind for p in answer.problems]) == ([], [kind])


def test_the_name_as_printed_belongs_to_the_credit_and_the_number_to_the_person() -> None:
    glass = ours("Glass")
    team = [person(20, "Stock & Co", role, anv=anv) for role, anv in (("Producer", "S/C"), ("Written-By", "S. & Co"))]
    answer = parse_credits(release(1, "x", [ADA], [track("1", "Glass")], *team), "Ada Lind", [glass])
    assert [(c.credited_as, c.person.name, c.person.ids) for c in answer.claims[glass.id]] == [
        ("S/C", "Stock & Co", (ExternalId("discogs", "20"),)),
        ("S. & Co", "Stock & Co", (ExternalId("discogs", "20"),)),
    ]


# ---- which track is ours


def test_a_title_of_another_version_is_another_track() -> None:
    tracks = [track("1", "Glass (Live)", "3:41"), track("2", "Glass (Night Owl Remix)", "3:41")]
    one = release(1, "x", [ADA], tracks, person(BO, "Bo", "Producer", tracks="1, 2"))
    glass, remix, other = ours("Glass", 221), ours("Glass - Night Owl Remix", 221), ours("Glass (Day Owl Remix)", 221)
    assert set(parse_credits(one, "Ada Lind", [glass, remix, other]).claims) == {remix.id}


def test_a_remaster_shares_all_credits_but_the_mastering() -> None:
    glass = ours("Glass - 2011 Remaster", 222)
    credits = [person(BO, "Bo", "Producer"), person(22, "Max", "Mastered By"), person(22, "Max", "Lacquer Cut By")]
    one = release(1, "x", [ADA], [track("1", "Glass", "3:41"), track("2", "Ice")], *credits)
    assert roles(parse_credits(one, "Ada Lind", [glass]), glass) == [("Producer", Level.RELEASE)]


def test_of_two_tracks_of_one_title_the_one_as_long_as_ours_is_taken() -> None:
    bo, max_ = person(BO, "Bo", "Producer"), person(22, "Max", "Producer")
    tracks = [track("1", "Glass", "3:36", bo), track("2", "Glass", "3:40", max_)]
    glass = ours("Glass", 221)
    (claim,) = parse_credits(release(1, "x", [ADA], tracks), "Ada Lind", [glass]).claims[glass.id]
    assert (claim.person.name, claim.match) == ("Max", Match.WITHIN_2_SECONDS)


def test_of_two_tracks_of_one_title_without_durations_only_what_both_say_is_believed() -> None:
    glass = ours("Glass")
    same = [track(p, "Glass", "", person(BO, "Bo", "Producer")) for p in ("A1", "CD1")]
    assert roles(parse_credits(release(1, "x", [ADA], same), "Ada Lind", [glass]), glass) == [
        ("Producer", Level.RECORDING)
    ]
    differ = [same[0], track("CD1", "Glass", "", person(22, "Max", "Producer"))]
    answer = parse_credits(release(1, "x", [ADA], differ), "Ada Lind", [glass])
    assert (answer.claims, [p.kind for p in answer.problems]) == ({}, ["ambiguous_track"])


def test_a_track_of_the_release_itself_is_known_by_its_place() -> None:
    second = ours("Untitled", None, ExternalId("discogs", "1-2"))
    tracks = [track("1", "Untitled", "", person(BO, "Bo", "Producer")), track("2", "Untitled")]
    answer = parse_credits(release(1, "x", [ADA], tracks, person(22, "Max", "Mixed By")), "Ada Lind", [second])
    assert [(c.raw_role, c.match) for c in answer.claims[second.id]] == [("Mixed By", Match.SHARED_ID)]


@pytest.mark.parametrize(
    ("ours", "theirs", "match"),
    [
        (200_000, 202_000, Match.WITHIN_2_SECONDS),
        (200_000, 197_999, Match.WITHIN_7_SECONDS),
        (200_000, 207_000, Match.WITHIN_7_SECONDS),
        (200_000, 207_001, None),
        (None, 200_000, Match.NO_DURATION),
        (200_000, None, Match.NO_DURATION),
    ],
)
def test_a_recording_of_equal_title_is_rejected_beyond_seven_seconds(
    ours: int | None, theirs: int | None, match: Match | None
) -> None:
    assert matching.match_by_duration(ours, theirs) is match


@pytest.mark.parametrize(
    ("name", "credited"),
    [("The Persuader", [person(1, "Persuader, The")]), ("Ada Lind", [ADA]), ("ada  lind", [ADA]),
     ("Cy", [ADA, person(3, "Cy (7)")]),
     ("Ada Lind & Cy", [person(11, "Ada Lind (2)", join="&"), person(3, "Cy (7)")]),
     ("A. Lind", [person(11, "Ada Lind", anv="A. Lind")])],
)  # fmt: skip
def test_an_artist_is_recognised_in_the_credit_of_a_release(name: str, credited: list[Any]) -> None:
    assert is_by(release(1, "x", credited, []), name)
    assert not is_by(release(1, "x", credited, []), "Ada")


def test_a_release_with_less_than_half_of_our_tracks_is_another_one() -> None:
    one = release(1, "x", [ADA], [track("1", "Glass")])
    assert has_titles_of(one, "Ada Lind", [ours("Glass"), ours("Hush")])
    assert not has_titles_of(one, "Ada Lind", [ours("Glass"), ours("Hush"), ours("Ice")])
    assert not has_titles_of(one, "Ada Lind", [])


# ---- the account


def is_ours(role: str) -> bool:
    return any(code is not RoleCode.OTHER for code in parse_roles(role))


def test_every_row_of_credits_is_accounted_for() -> None:
    one = release(
        1, "x", [ADA], [track("1", "Glass", "", person(BO, "Bo", "Producer, Guitar")), track("2", "Ice")],
        person(BO, "Bo", "Guitar"), person(0, "Somebody", "Producer"), person(22, "Max", ""),
        person(22, "Max", "Mixed By", tracks="9"), person(194, "Various", "Written-By"),
        person(22, "Max", "Mixed By"),
    )  # fmt: skip
    assert account(one, is_ours) == Counter({
        "credit": 2, "other role": 1, "refused: unlinked_person": 1, "refused: no_role": 1,
        "refused: unresolved_tracks": 1, "refused: unknown_person": 1,
    })  # fmt: skip
    assert account(one, is_ours).total() == len(list(read_rows(one))) == 7
    assert len(problems_of(one)) == 4


# ---- searches and people


def test_a_hit_is_ours_only_when_artist_and_title_are() -> None:
    hits = ["Ada Lind (2) - Glass", "Ada Lindqvist - Glass", "Ada Lind - Glass House",
            "Ada Lind - Glass (Deluxe Edition)", "Ada Lind - Glass (Remixes)", "Glass",
            "Ada Lind - Live - Glass", ""]  # fmt: skip
    answer = {"results": [{"id": n, "type": "release", "title": t} for n, t in enumerate(hits, start=1)]}
    answer["results"].append({"id": 99, "type": "master", "title": "Ada Lind - Glass"})
    assert parse_search(answer, "Ada Lind", "Glass") == ("1", "4")
    assert parse_search({"results": [{"id": 1, "title": "A - B - C"}]}, "A - B", "C") == ("1",)


def test_a_site_is_said_to_be_theirs_only_when_it_carries_the_name() -> None:
    addresses = ["http://www.adalind.com/", "https://ada-lind.example.org/music", "http://label.example.org/ada",
                 "https://en.wikipedia.org/wiki/Ada_Lind", "https://adalind.bandcamp.com",
                 "adalind.com", "nonsense"]  # fmt: skip
    profile = parse_profile({"id": 11, "name": "Ada Lind (2)", "urls": addresses}, "11")
    assert [(link.kind, link.value) for link in profile.links] == [
        ("homepage", "adalind.com"), ("homepage", "ada-lind.example.org/music"), ("bandcamp", "adalind"),
    ]  # fmt: skip


# ---- whatever comes

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def read_all(answer: Any) -> None:
    """Everything we would do with an answer."""
    glass = ours("Glass", 221)
    for claim in parse_credits(answer, "Ada Lind", [glass]).claims.get(glass.id, ()):
        assert claim.person.name
        assert claim.person.ids[0].value not in {"0", "194", "355"}
    problems_of(answer)
    account(answer, is_ours)
    has_titles_of(answer, "Ada Lind", [glass])
    is_by(answer, "Ada Lind")
    parse_search(answer, "Ada Lind", "Glass")
    parse_versions(answer)
    main_release(answer)
    pages(answer)
    parse_profile(answer, "1")
    person_of(answer)


@given(anything)
def test_no_json_makes_reading_fail(answer: Any) -> None:
    read_all(answer)


@given(st.data())
def test_a_good_answer_with_one_spoilt_value_is_still_read(data: st.DataObject) -> None:
    archive = small_archive()
    spoilt = copy.deepcopy(
        data.draw(st.sampled_from([archive.releases[100], archive.releases[101], archive.artists[21]]))
    )
    at: Any = spoilt
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], dict | list) or not at[key] or data.draw(st.booleans()):
            at[key] = data.draw(anything)
            break
        at = at[key]
    read_all(spoilt)
