"""What two names alone tell of two people, and when they are suggested as one (P2, P3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.pipeline.credits.likeness import (
    Known,
    Verdict,
    likeness_of,
    same_person_by_name,
    schemes_in_conflict,
)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Ada Lind", "ada  LIND"),
        ("Zoë Ångström", "Zoe Angstrom"),
        ("shndō", "Shndo"),
        ("Dr. Luke", "Dr.Luke"),
        ("Boi-1da", "Boi 1da"),
        ("A$AP Rocky", "ASAP Rocky"),
        ("Ke$ha", "Kesha"),
        ("P!nk", "Pink"),
        ("The Neptunes", "Neptunes"),
        ("Neptunes, The", "The Neptunes"),
        ("Rodgers & Hart", "Rodgers and Hart"),
        ("Gamble + Huff", "Gamble & Huff"),
        ("Emilio Estefan, Jr.", "Emilio Estefan Jr"),
        ("Sam Lind Junior", "Sam Lind Jr."),
        ("Jürgen Müller", "Juergen Mueller"),
        ("The Love Tronic", "Lovetronic"),
        ("J. R. Rotem", "J.R. Rotem"),
        ("Venom (8)", "Venom"),
        ("\u200bwatt", "watt"),
        ("J\u00a0Dilla", "J Dilla"),
        ("Лев Иванов", "ЛЕВ  ИВАНОВ"),
    ],
)
def test_what_differs_only_in_how_it_is_written_is_the_same_name(a: str, b: str) -> None:
    assert same_person_by_name(a, b).verdict is Verdict.SAME


@pytest.mark.parametrize(
    ("a", "b", "reason"),
    [
        ("Ada Lind", "A. Lind", "initials"),
        ("John Robert Lind", "J. R. Lind", "initials"),
        ("Lee Pockriss", "L.J. Pockriss", "initials"),
        ("David Lind", "Dave Lind", "a short form of the first name"),
        ("Robby Krieger", "Robbie Krieger", "a short form of the first name"),
        ("Bill Lind", "William Lind", "a short form of the first name"),
        ('Kevin "Kev-O" Wilson', "Kevin Wilson", "a nickname in quotes more"),
        ("Kevin “She’kspere” Briggs", "She'kspere", "one name is the nickname in the other"),
        ("Brain Holland", "Brian Holland", "spelt almost alike"),
        ("Kenny Gonzalez", "Kenny Gonzales", "spelt almost alike"),
        ("Sean Booth", "Sean Anthony Booth", "a middle name more"),
        ("David A. Stewart", "David Stewart", "a middle name more"),
        ("Walter Tavares", "Walter Tavares Jr.", "only one is called Jr."),
        ("Kiss Zsolt", "Zsolt Kiss", "the same words in another order"),
        ("DJ Miguel Lind", "Miguel Lind", "one name is part of the other"),
    ],
)
def test_what_may_be_one_name_says_why(a: str, b: str, reason: str) -> None:
    found = same_person_by_name(a, b)
    assert (found.verdict, found.reasons) == (Verdict.MAYBE, (reason,))
    assert 0.5 <= found.score < 0.97


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Bill Lind", "Bob Lind"),
        ("Tim Lind", "Tom Lind"),
        ("Tim Lind", "Jim Lind"),
        ("Ann Lind", "Dan Lind"),
        ("Ada Lind", "Bea Lind"),
        ("Peggy Seeger", "Pete Seeger"),
        ("Lind", "Ada Lind"),
        ("Ann Lee Trio", "Ann Lee"),
        ("NAV & Metro Boomin", "Metro Boomin"),
        ("Sam Lind Jr.", "Sam Lind Sr."),
        ("方時赫", "中田ヤスタカ"),
        ("B. Lind", "A. Lind"),
        ("", "Ada Lind"),
        ("\u200b", "\u200b"),
    ],
)
def test_names_of_different_people_stay_different(a: str, b: str) -> None:
    assert same_person_by_name(a, b).verdict is Verdict.DIFFERENT


NAMES = st.text(max_size=40) | st.from_regex(
    r"[A-Z][a-z]{1,8}( \"[a-z]+\")? [A-Z]?[a-zéö.&$!]{0,9}(, Jr\.)?", fullmatch=True
)


@given(NAMES, NAMES)
def test_the_order_of_the_two_names_never_matters(a: str, b: str) -> None:
    one, other = same_person_by_name(a, b), same_person_by_name(b, a)
    assert (one.verdict, one.score) == (other.verdict, other.score)
    assert 0 <= one.score <= 1
    assert one.reasons


# ---- two producers


def known(name: str, **ids: str) -> Known:
    return Known(name=name, ids={scheme: (value,) for scheme, value in ids.items()})


def test_two_of_one_name_without_an_id_are_suggested_from_two_common_recordings_on() -> None:
    pair = known("Ada Lind", musicbrainz="a"), known("Ada Lind")
    verdicts = [likeness_of(*pair, in_common=n).verdict for n in (0, 1, 2)]
    assert verdicts == [Verdict.DIFFERENT, Verdict.DIFFERENT, Verdict.SAME]
    assert likeness_of(*pair, in_common=2).reasons == ("the same name", "2 recordings in common")


def test_two_different_ids_of_one_scheme_are_never_suggested() -> None:
    found = likeness_of(known("Ada Lind", discogs="1"), known("Ada Lind", discogs="2"), in_common=9)
    assert (found.verdict, found.reasons) == (
        Verdict.DIFFERENT,
        ("different ids of one scheme (discogs): never",),
    )


def test_ids_of_different_schemes_are_no_conflict() -> None:
    assert schemes_in_conflict({"discogs": ("1",)}, {"musicbrainz": ("a",)}) == []
    assert schemes_in_conflict({"isni": ("1", "2")}, {"isni": ("2", "3")}) == []


def test_a_spelling_variant_is_suggested_by_its_name_and_more_so_with_common_recordings() -> None:
    pair = known("Dr. Luke"), known("Dr.Luke")
    alone, together = likeness_of(*pair, in_common=0), likeness_of(*pair, in_common=3)
    assert (alone.verdict, together.verdict) == (Verdict.SAME, Verdict.SAME)
    assert 0.8 < alone.score < together.score < 1


def test_initials_take_a_recording_in_common_to_be_suggested() -> None:
    pair = known("Ada Lind"), known("A. Lind")
    assert likeness_of(*pair, in_common=0).verdict is Verdict.DIFFERENT
    assert likeness_of(*pair, in_common=1).verdict is Verdict.MAYBE


def test_a_group_is_never_suggested_as_a_person() -> None:
    group = Known(name="Neptune", ids={}, kind="group")
    person = Known(name="Neptune", ids={}, kind="person")
    assert likeness_of(group, person, in_common=5).verdict is Verdict.DIFFERENT


def test_an_alias_of_one_that_is_the_name_of_the_other_counts_as_the_name() -> None:
    one = Known(name="Dr. Luke", other_names=("Lukasz Gottwald",), ids={})
    assert likeness_of(one, known("Łukasz Gottwald"), in_common=0).verdict is Verdict.SAME
