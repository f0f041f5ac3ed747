"""Rules P1, P3 and P6: how names are compared, searched, shown and taken apart."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.model.letters import INVISIBLE, PUNCTUATION, SPACES
from linernotes.model.names import (
    display_name,
    is_unknown,
    name_key,
    problem_of,
    search_key,
    split_joint,
    strip_discogs_number,
)

visible_text = st.text(min_size=1).filter(lambda text: bool(display_name(text)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada Lind", "ADA LIND"),
        ("Ada Lind", "  Ada \t Lind\n"),
        ("Ada Lind", "\u200bAda Lind"),
        ("Ada Lind", "Ada\u00a0Lind"),
        ("Ada Lind", "\ufeffAda\u00ad Li\u200dnd\u2069"),
        ("Ada Lind", "Ada\x00 Lind"),
        ("Zoë", "Zoe\u0308"),
        ("ＡＤＡ", "ada"),
        ("STRASSE", "straße"),
        ("ΟΔΥΣΣΕΥΣ", "οδυσσεύς".replace("ύ", "υ")),
        ("ÅSA", "åsa"),
    ],
)
def test_a_name_key_sets_aside_case_space_encoding_and_what_is_invisible(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("Zoë", "Zoe"), ("Dr. Luke", "Dr Luke"), ("A$AP", "ASAP"), ("David A. Stewart", "David Stewart"), ("が", "か")],
)
def test_a_name_key_tells_other_names_apart(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


@pytest.mark.parametrize("name", ["방시혁", "中田ヤスタカ", "Елена", "אילן", "فيروز", "हिन्दी", "Łukasz", "Μίκης"])
def test_a_name_key_keeps_every_script(name: str) -> None:
    letters = [c for c in name if unicodedata.category(c)[0] == "L"]
    assert sum(unicodedata.category(c)[0] == "L" for c in name_key(name)) == len(letters)
    assert search_key(name)


@pytest.mark.parametrize("empty", ["", " ", "\u200b", "\u3164", "\u2800", "\ufeff\u00ad", "\x00"])
def test_an_empty_key_is_an_error_never_a_shared_row(empty: str) -> None:
    with pytest.raises(ValueError, match="no visible character"):
        name_key(empty)
    with pytest.raises(ValueError, match="no visible character"):
        search_key(empty)


@given(visible_text)
def test_the_key_of_a_key_is_the_key(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@given(visible_text)
def test_no_name_has_an_empty_search_key(name: str) -> None:
    assert search_key(name).strip()


@given(visible_text)
def test_names_with_one_name_key_have_one_search_key(name: str) -> None:
    assert search_key(display_name(name)) == search_key(name)


@pytest.mark.parametrize(
    "spellings",
    [
        ("Dr. Luke", "Dr.Luke", "dr luke"),
        ("Boi-1da", "Boi 1da", "Boi1da"),
        ("J.R. Rotem", "J. R. Rotem"),
        ("shndō", "Shndo"),
        ("Emilio Estefan, Jr.", "Emilio Estefan, Jr", "Emilio Estefan Jr."),
        ("Łukasz Øst", "Lukasz Ost"),
        ("Encyclopædia", "Encyclopaedia"),
        ("Đorđe", "Dorde"),
        ("Işık", "Isik"),
        ("Ke$ha", "Kesha"),
        ("P!nk", "Pink"),
        ("!llmind", "Illmind"),
        ("Wham!", "Wham"),
        ("Panic! at the Disco", "Panic at the Disco"),
        ("Cam O’bi", "Cam O'bi", "Cam Oʼbi", "Cam O´bi"),
        ("Steven “Lenky” Marsden", 'Steven "Lenky" Marsden'),
        ("BloodPop®", "BloodPop"),
        ("Mono™", "Mono"),
        ("Beyoncé", "Beyonce"),
        ("Ёлка", "Елка"),
        ("Μίκης", "Μικης"),
        ("ミスター・チルドレン", "ミスターチルドレン"),
    ],
)
def test_a_search_key_forgives_accents_punctuation_and_spaces(spellings: tuple[str, ...]) -> None:
    assert len({search_key(s) for s in spellings}) == 1


@pytest.mark.parametrize(("one", "other"), [("が", "か"), ("कि", "क"), ("パ", "ハ"), ("각", "가"), ("بَ", "ب")])
def test_a_mark_that_makes_another_letter_stays_in_the_search_key(one: str, other: str) -> None:
    assert search_key(one) != search_key(other)


def test_a_name_of_signs_alone_is_found_by_its_name_key() -> None:
    assert search_key("!!!") == "!!!"
    assert search_key("☆") != search_key("★")
    assert search_key("\u200b ™") == "tm"


def test_no_letter_or_digit_of_any_script_is_punctuation_or_invisible() -> None:
    lost = [
        c
        for c in map(chr, range(0x110000))
        if unicodedata.category(c)[0] in "LN"
        and unicodedata.normalize("NFKC", c) == c
        and (PUNCTUATION.match(c) or INVISIBLE.match(c) or SPACES.match(c))
    ]
    apostrophe_like = {chr(c) for c in range(0x2B9, 0x300)}
    hangul_fillers = {"\u115f", "\u1160"}
    assert set(lost) - apostrophe_like - hangul_fillers == set()


def test_a_displayed_name_keeps_case_and_punctuation_and_loses_what_is_invisible() -> None:
    assert display_name(" \u200bDr.  Luke\u00a0“L” (8)") == "Dr. Luke “L” (8)"
    assert display_name("Zoe\u0308") == "Zoë"
    assert display_name("\u200b") == ""


def test_broken_characters_never_reach_the_database() -> None:
    assert display_name("Ada\ud800\x00Lind") == "AdaLind"
    assert name_key("Ada\ud800Lind") == "adalind"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Venom (8)", "Venom"),
        ("Marc (130)", "Marc"),
        ("Blink (182) Boys", "Blink (182) Boys"),
        ("Somos 21 (We Are 21)", "Somos 21 (We Are 21)"),
        ("Apollo 440", "Apollo 440"),
        ("(8)", "(8)"),
    ],
)
def test_the_number_of_a_discogs_homonym_is_stripped_for_display(written: str, shown: str) -> None:
    assert strip_discogs_number(written) == shown


@pytest.mark.parametrize(
    "placeholder",
    [
        "Unknown", "UNKNOWN ARTIST", "[unknown]", "(Unknown)", "N/A", "na", "None", "-", "—", "?", "???", "...", "",
        " ", "Various", "various artists", "V.A.", "Traditional", "[traditional]", "Trad.", "Anonymous", "[data]",
        "NULL", "NaN",
    ],
)  # fmt: skip
def test_what_stands_where_nobody_is_named_is_never_a_person(placeholder: str) -> None:
    assert is_unknown(placeholder)


@pytest.mark.parametrize(
    "name",
    ["MC Unknown", "Unknown Mortal Orchestra", "Unknown (3)", "Null", "Nan", "Data", "Various Production", "!!!",
     "NAV", "Nonesuch", "Traditional Fools", "A", "無名"],
)  # fmt: skip
def test_a_real_name_that_looks_like_a_placeholder_is_a_person(name: str) -> None:
    assert not is_unknown(name)


@pytest.mark.parametrize(
    "name",
    [
        "Ada Lind", "!!!", "A", "Emilio Estefan, Jr.", "Earth, Wind & Fire", "Crosby, Stills, Nash & Young",
        "Tyler, The Creator", "Dave Dee, Dozy, Beaky, Mick & Tich", "Florence and the Machine", "Gamble/Huff",
        "Nick Cave and the Bad Seeds", "Peter, Paul and Mary", "Sly & The Family Stone", "Blood, Sweat & Tears, Inc.",
    ],
)  # fmt: skip
def test_a_name_with_commas_and_an_ampersand_can_be_one_name(name: str) -> None:
    assert problem_of(name) is None


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "empty"),
        ("\u200b", "empty"),
        ("x" * 201, "201 characters"),
        ("https://example.org/ada", "web address"),
        ("Ada Lind, Bo Ek & Cy Ray, Ada Lind, Di Fox & Ed Ash", "a list of about 6 people"),
        ("Ada Lind, Bo Ek, Cy Ray, Di Fox", "a list of about 4 people"),
        ("Ada Lind, Bo Ek & Cy Ray and many more", "not complete"),
    ],
)
def test_a_sentence_is_not_stored_as_a_person(name: str, why: str) -> None:
    assert why in (problem_of(name) or "")


def known(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_a_joint_credit_is_split_when_both_parts_are_known_names() -> None:
    people = known("Rodgers", "Hart")
    assert split_joint("Rodgers & Hart", people.__contains__) == ("Rodgers", "Hart")


def test_a_joint_credit_that_is_a_known_name_itself_is_not_split() -> None:
    people = known("Simon & Garfunkel", "Simon", "Garfunkel")
    assert split_joint("Simon & Garfunkel", people.__contains__) == ("Simon & Garfunkel",)


def test_a_joint_credit_with_a_part_nobody_knows_is_not_split() -> None:
    assert split_joint("Rodgers & Hart", known("Rodgers").__contains__) == ("Rodgers & Hart",)


def test_a_joint_credit_is_split_into_the_fewest_known_names() -> None:
    people = known("Tyler", "The Creator", "Tyler, The Creator", "Emilio Estefan, Jr.", "Mattman & Robin")
    joint = "Tyler, The Creator & Emilio Estefan, Jr. & Mattman & Robin"
    assert split_joint(joint, people.__contains__) == ("Tyler, The Creator", "Emilio Estefan, Jr.", "Mattman & Robin")


@pytest.mark.parametrize("name", ["DaHeala", "LaShawn", "McCartney", "PartyNextDoor", "Andand Ray"])
def test_a_name_is_never_split_inside_a_word(name: str) -> None:
    assert split_joint(name, lambda part: True) == (name,)


@given(visible_text)
def test_a_name_is_never_split_when_nobody_is_known(name: str) -> None:
    assert split_joint(name, lambda part: False) == (name,)
