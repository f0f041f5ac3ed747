"""How Genius is read: which hits are ours, which labels are roles, who a person is."""

from __future__ import annotations

import copy
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.model.catalogue import ExternalId, TrackRef
from linernotes.model.claim import Match
from linernotes.model.titles import title_of
from linernotes.pipeline.credits.claims import person_row
from linernotes.pipeline.credits.roles import RoleCode, parse_roles
from linernotes.sources.genius.labels import Reading, read_label
from linernotes.sources.genius.parse import (
    is_generic,
    match_of,
    parse_hits,
    parse_profile,
    parse_song,
    person_of,
    song_of,
)
from tests.sources.mock_genius import artist, performance, small_shelf, song

ADA = artist(1, "Ada Lind")


def hits(*songs: Any) -> dict[str, Any]:
    return {"response": {"hits": [{"type": "song", "result": s} for s in songs]}}


def found(title: str, *songs: Any, by: str = "Ada Lind") -> list[str]:
    return [hit.number for hit in parse_hits(hits(*songs), by, title_of(title))]


# ---- hits


def test_the_exact_title_goes_before_one_that_is_only_spelt_alike() -> None:
    assert found("Glass", song(1, "Glass - Remastered", ADA), song(2, "GLASS!", ADA), song(3, "glass", ADA)) == [
        "3",
        "1",
        "2",
    ]


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Glass", "Glass", True),
        ("Glass (feat. Cy)", "Glass", True),
        ("Glass", "Glass (Ft. Cy)", True),
        ("​Glass", "Glass", True),
        ("Don't Stop", "Don’t Stop", True),
        ("Glass - 2011 Remaster", "Glass", True),
        ("Glass", "Glass (Live)", False),
        ("Glass", "Glass (Night Owl Remix)", False),
        ("Glass (Night Owl Remix)", "Glass (Night Owl Remix)", True),
        ("Glass (Night Owl Remix)", "Glass (Day Owl Remix)", False),
        ("Glass", "Glass (Instrumental)", False),
        ("Glass (Acoustic)", "Glass", False),
        ("Glass", "Glass House", False),
        ("Part 1", "Part 2", False),
    ],
)
def test_a_hit_is_ours_when_the_song_and_its_version_are(ours: str, theirs: str, same: bool) -> None:
    assert found(ours, song(5, theirs, ADA)) == (["5"] if same else [])


@pytest.mark.parametrize(
    ("ours", "theirs", "same"),
    [
        ("Beyonce", "Beyoncé", True),
        ("Simon and Garfunkel", "Simon & Garfunkel", True),
        ("P!nk", "Pink", True),
        ("Ada Lind", "Ada Lindqvist", False),
        ("Ada Lind", "Genius Romanizations", False),
        ("Ada", "Ada Lind", False),
        ("中田ヤスタカ", "中田ヤスタカ", True),
        ("中田ヤスタカ", "きゃりー", False),
    ],
)
def test_a_hit_is_ours_when_the_artist_is(ours: str, theirs: str, same: bool) -> None:
    assert found("Glass", song(5, "Glass", artist(9, theirs)), by=ours) == (["5"] if same else [])


def test_an_artist_who_is_one_of_several_primary_ones_is_the_artist_and_a_guest_is_not() -> None:
    joint = {**song(5, "Glass", artist(9, "Cy")), "primary_artists": [artist(9, "Cy"), ADA]}
    guest = song(6, "Glass", artist(9, "Cy"), featuring=(ADA,))
    assert found("Glass", joint, guest) == ["5"]


def test_translations_are_never_ours_whoever_we_ask_for() -> None:
    page = song(5, "Glass", artist(9, "Genius Traducciones al Español"))
    assert found("Glass", page, by="Genius Traducciones al Español") == []


def test_what_is_no_song_is_passed_over() -> None:
    answer = {"response": {"hits": [{"type": "article", "result": song(5, "Glass", ADA)}, {"type": "song"}, None, 7]}}
    assert parse_hits(answer, "Ada Lind", title_of("Glass")) == ()


@pytest.mark.parametrize("title", ["Intro", "Interlude", "Skit 2", "outro"])
def test_a_title_that_every_album_has_is_told_from_a_song_of_its_own(title: str) -> None:
    assert is_generic(title_of(title))
    assert not is_generic(title_of("Introduction to Snow"))


def test_a_spotify_track_that_both_know_makes_them_one() -> None:
    page = song(5, "Glass", ADA, spotify="0123456789abcdefABCDEF")

    def ours(spotify: str) -> TrackRef:
        return TrackRef(id=UUID(int=1), name="x", recording_id=UUID(int=2), ids=(ExternalId("spotify", spotify),))

    assert match_of(page, ours("0123456789abcdefABCDEF")) is Match.SHARED_ID
    assert match_of(page, ours("9999999999abcdefABCDEF")) is Match.NO_DURATION
    linked = {**page, "media": [{"url": "https://open.spotify.com/track/0123456789abcdefABCDEF?si=x"}]}
    assert match_of(linked, ours("0123456789abcdefABCDEF")) is Match.SHARED_ID


# ---- labels

ROLES = """
    Mixing Engineer; Mastering Engineer; Recording Engineer; Assistant Engineer; Assistant Mixing Engineer; Engineer;
    Executive Producer; Executive Producers; Co-Producer; Co-Producers; Additional Production; Additional Producer;
    Vocal Producer; Vocal Production; Assistant Producer; Associate Producer; Programmer; Drum Programming; Arranger;
    Vocal Arranger; String Arranger; Orchestrator; Composer; Lyricist; Songwriter; Remixer; Mixed By; Mastered by;
    Additional Vocal Production; Immersive Mixing Engineer; Vocal Engineer; Co-Writer
"""
COMPANIES = """
    Label; Labels; Distributor; Distributed By; Publisher; Phonographic Copyright ℗; Copyright ©; Recorded At;
    Mixed At; Mastered At; Production Company; Licensed To; Rights Holder; Recording Studio; Record Label;
    Published By
"""
OTHERS = """
    Guitar; Background Vocals; Talkbox; Worship Leader; Video Director; Video Producer; Film Producer; Photography;
    Art Direction; Cover Art; A&R; Choreographer; Bass Guitar; Lead Vocals; Production Coordinator;
    Production Manager; Creative Director; Executive Video Producer; Production Assistant; Video Editor;
    Additional Vocals; Drums; Strings
"""


def listed(text: str) -> list[str]:
    return [label.strip() for label in text.replace("\n", " ").split(";")]


@pytest.mark.parametrize("label", listed(ROLES))
def test_a_label_of_the_making_is_a_role_that_our_rules_know(label: str) -> None:
    assert read_label(label) is Reading.ROLE
    assert RoleCode.OTHER not in parse_roles(label)


@pytest.mark.parametrize("label", listed(COMPANIES))
def test_a_company_is_never_a_person(label: str) -> None:
    assert read_label(label) is Reading.COMPANY


@pytest.mark.parametrize("label", listed(OTHERS))
def test_players_pictures_and_business_are_no_role_of_the_making(label: str) -> None:
    assert read_label(label) is Reading.NOT_OURS


@pytest.mark.parametrize("label", ["Vibe Curator", "Sunshine Producer", "Zorgengineer", "", "???"])
def test_an_unheard_of_label_is_unknown(label: str) -> None:
    assert read_label(label) is Reading.UNKNOWN


# ---- people


def test_a_joint_credit_stays_whole_and_invisible_signs_go() -> None:
    joint, hidden = person_of(artist(3, "NAV & Bo Beat")), person_of(artist(4, "\u200bwilma\xa0words"))
    assert joint is not None
    assert joint.name == "NAV & Bo Beat"
    assert hidden is not None
    assert hidden.name == "wilma words"
    assert person_row(hidden).name_key == "wilma words"


def test_a_person_has_a_number_and_the_last_part_of_the_address() -> None:
    known = person_of(artist(2, "Bo Beat"))
    assert known is not None
    assert known.ids == (ExternalId("genius", "2"), ExternalId("genius_slug", "Bo-beat"))
    bare = person_of({"id": 2, "name": "Bo"})
    assert bare is not None
    assert bare.ids == (ExternalId("genius", "2"),)


@pytest.mark.parametrize("wrong", [{"name": "Bo"}, {"id": 2}, {"id": 2, "name": "\u200b"}, {"id": "2", "name": "Bo"}])
def test_who_has_no_number_or_no_name_is_told_of_and_no_person(wrong: Any) -> None:
    read = parse_song(song(1, "Glass", ADA, producers=(wrong,)), title_of("Glass"), Match.NO_DURATION)
    assert (read.claims, [p.kind for p in read.problems]) == ((), ["unknown_person"])


def test_one_person_in_two_roles_is_two_claims() -> None:
    page = song(1, "Glass", ADA, producers=(ADA,), writers=(ADA,), performances=(performance("Vocal Producer", ADA),))
    read = parse_song(page, title_of("Glass"), Match.NO_DURATION)
    assert [c.raw_role for c in read.claims] == ["Producer", "Writer", "Vocal Producer"]
    assert {c.url for c in read.claims} == {"https://genius.com/Ada-lind-1-lyrics"}


def test_an_old_answer_without_further_credits_is_read() -> None:
    page = song(1, "Glass", ADA, producers=(ADA,))
    del page["custom_performances"]
    assert len(parse_song(page, title_of("Glass"), Match.NO_DURATION).claims) == 1


@pytest.mark.parametrize(
    ("written", "value"),
    [("bo.beat", "bo.beat"), ("@Bo_Beat", "bo_beat"), ("https://www.instagram.com/bobeat/", "bobeat"),
     ("bo beat", None), ("../explore", None), ("", None), (None, None), ("https://evil.example.com/x", None)],
)  # fmt: skip
def test_an_account_is_a_handle_or_nothing(written: Any, value: str | None) -> None:
    answer = {"response": {"artist": {**artist(2, "Bo Beat"), "instagram_name": written}}}
    links = {link.kind: link.value for link in parse_profile(answer, "2").links}
    assert links.get("instagram") == value
    assert set(links) <= {"instagram", "genius"}


# ---- whatever comes

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
)


def read_all(answer: Any) -> None:
    """Everything we would do with an answer."""
    parse_hits(answer, "Ada Lind", title_of("Glass"))
    read = parse_song(song_of(answer), title_of("Glass"), Match.NO_DURATION)
    assert all(claim.person.name and claim.person.ids for claim in read.claims)
    parse_profile(answer, "1")


@given(anything)
def test_no_json_makes_reading_fail(answer: Any) -> None:
    read_all(answer)
    read_all({"response": answer})
    read_all({"response": {"song": answer, "artist": answer, "hits": [answer]}})


@given(st.data())
def test_a_good_song_with_one_spoilt_value_is_still_read(data: st.DataObject) -> None:
    spoilt: Any = {"response": {"song": copy.deepcopy(small_shelf().songs[10])}}
    at = spoilt
    while True:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], dict | list) or not at[key] or data.draw(st.booleans()):
            at[key] = data.draw(anything)
            break
        at = at[key]
    read_all(spoilt)
