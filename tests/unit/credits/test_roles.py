"""Rules R1 to R6: what a source's role text means."""

import re
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.pipeline.credits.role_words import ROLES
from linernotes.pipeline.credits.roles import WEIGHT, WRITER_ROLES, RoleCode, mapped, parse_roles

R = RoleCode


def one(raw: str, *, released: int | None = None) -> RoleCode:
    (role,) = parse_roles(raw, released=released)
    return role


def test_the_code_and_the_database_know_the_same_roles_and_weights() -> None:
    sql = (files("linernotes.database") / "migrations/20261122000002_facts.sql").read_text(encoding="utf-8")
    rows = re.findall(r"\('(\w+)', '\w+', (true|false), ([\d.]+)\)", sql)
    assert {R(code): Decimal(weight) for code, _, weight in rows} == dict(WEIGHT)
    assert {R(code) for code, counts, _ in rows if counts == "true"} == {role for role in R if WEIGHT[role]}


@pytest.mark.parametrize(
    ("raw", "role", "weight"),
    [
        ("Producer", R.PRODUCER, "1"), ("Producers", R.PRODUCER, "1"), ("Produced By", R.PRODUCER, "1"),
        ("Co-producer", R.CO_PRODUCER, "1"), ("Co-Producers", R.CO_PRODUCER, "1"),
        ("co-produced by", R.CO_PRODUCER, "1"), ("Beats", R.BEAT_MAKER, "1"), ("Beat Maker", R.BEAT_MAKER, "1"),
        ("Additional Production", R.ADDITIONAL_PRODUCER, "0.5"),
        ("Additional Producer", R.ADDITIONAL_PRODUCER, "0.5"),
        ("Associate Producer", R.ASSOCIATE_PRODUCER, "0.25"), ("Assistant Producer", R.ASSISTANT_PRODUCER, "0.25"),
    ],
)  # fmt: skip
def test_a_producer_counts_as_much_as_the_title_says(raw: str, role: RoleCode, weight: str) -> None:
    assert (one(raw), WEIGHT[one(raw)]) == (role, Decimal(weight))


@pytest.mark.parametrize(
    ("raw", "role"),
    [
        ("Executive-Producer", R.EXECUTIVE_PRODUCER), ("Executive Production", R.EXECUTIVE_PRODUCER),
        ("Co-Executive Producer", R.EXECUTIVE_PRODUCER), ("Vocal Producer", R.VOCAL_PRODUCER),
        ("Reissue Producer", R.REISSUE_PRODUCER), ("Compilation Producer", R.COMPILATION_PRODUCER),
        ("Remix", R.REMIXER), ("remixer", R.REMIXER), ("Mixed By", R.MIXER), ("mix", R.MIXER),
        ("Mixing Engineer", R.MIXER), ("Engineer", R.ENGINEER), ("Recorded By", R.ENGINEER),
        ("recording", R.ENGINEER),
        ("Assistant Mixing Engineer", R.ENGINEER), ("Mastered By", R.MASTERING), ("Mastering Engineer", R.MASTERING),
        ("Remastered By", R.MASTERING), ("Arranged By", R.ARRANGER), ("arranger", R.ARRANGER),
        ("Programmed By", R.PROGRAMMER), ("programming", R.PROGRAMMER), ("Drum Programming", R.PROGRAMMER),
        ("Composed By", R.COMPOSER), ("Music By", R.COMPOSER), ("Lyrics By", R.LYRICIST), ("librettist", R.LYRICIST),
        ("Written-By", R.WRITER), ("Written By", R.WRITER), ("songwriters", R.WRITER), ("writer", R.WRITER),
    ],
)  # fmt: skip
def test_roles_of_their_own_class_do_not_count_as_producing(raw: str, role: RoleCode) -> None:
    assert one(raw) is role
    assert WEIGHT[role] == 0
    assert mapped(raw)


def test_writers_are_composers_lyricists_and_writers() -> None:
    assert {R.COMPOSER, R.LYRICIST, R.WRITER} == WRITER_ROLES


@pytest.mark.parametrize(
    "raw",
    [
        "Production Coordinator", "Production Manager", "Product Manager", "Video Producer", "Film Producer",
        "DVD Producer", "Production", "Art Production", "Production Assistant", "Post Production",
        "Coordinator [Production]", "Producer [Video]", "Producer [Production Coordinator]",
        "Producer [Original Version]",
        "Artwork By [Design Production]", "Music Supervisor", "Featuring", "Vocals",
    ],
)  # fmt: skip
def test_a_title_that_only_contains_the_word_is_never_a_producer(raw: str) -> None:
    assert one(raw) is R.OTHER
    assert mapped(raw)


@given(st.text(), st.sampled_from(["producer", "Producer", "producers"]), st.text())
def test_a_role_is_read_by_whole_names_never_by_part_of_a_word(before: str, word: str, after: str) -> None:
    glued = re.sub(r"[\s,;/&+()\[\].\-_‐]", "", f"{before}x{word}x{after}")
    assert one(glued) is R.OTHER


def test_supervised_by_is_the_producer_on_a_release_before_1970() -> None:
    assert one("Supervised By", released=1969) is R.PRODUCER
    assert one("Supervised By", released=1970) is R.OTHER
    assert one("Supervised By") is R.OTHER
    assert one("Supervised By [Editor]", released=1960) is R.OTHER


@pytest.mark.parametrize(
    ("raw", "role"),
    [
        ("producer [co]", R.CO_PRODUCER),
        ("producer [additional]", R.ADDITIONAL_PRODUCER),
        ("producer [associate]", R.ASSOCIATE_PRODUCER),
        ("producer [assistant]", R.ASSISTANT_PRODUCER),
        ("producer [executive]", R.EXECUTIVE_PRODUCER),
        ("producer [task: vocal]", R.VOCAL_PRODUCER),
        ("producer [task: vocals]", R.VOCAL_PRODUCER),
        ("producer [task: strings]", R.PRODUCER),
        ("producer [guest]", R.PRODUCER),
        ("engineer [assistant]", R.ENGINEER),
        ("engineer [task: mixing]", R.MIXER),
        ("writer [additional]", R.WRITER),
        ("vocal [lead vocals]", R.OTHER),
        ("instrument [guitar]", R.OTHER),
        ("mix-DJ", R.OTHER),
    ],
)
def test_attributes_of_a_musicbrainz_relationship_are_titles_of_their_own(raw: str, role: RoleCode) -> None:
    assert one(raw) is role


@pytest.mark.parametrize(
    ("raw", "role"),
    [
        ("producer [additional] [co]", R.ADDITIONAL_PRODUCER),
        ("producer [co, additional]", R.ADDITIONAL_PRODUCER),
        ("producer [executive] [co]", R.EXECUTIVE_PRODUCER),
        ("producer [assistant] [additional]", R.ASSISTANT_PRODUCER),
        ("Executive-Producer [Co-producer]", R.EXECUTIVE_PRODUCER),
        ("Producer [Additional Production & Remix]", R.REMIXER),
    ],
)
def test_of_several_attributes_the_one_with_the_lowest_weight_holds(raw: str, role: RoleCode) -> None:
    assert one(raw) is role


def test_two_producers_are_not_co_producers() -> None:
    assert parse_roles("Producer, Producer") == (R.PRODUCER,)


@pytest.mark.parametrize(
    ("raw", "roles"),
    [
        ("Producer, Mixed By [Additional]", (R.PRODUCER, R.MIXER)),
        ("Remix, Producer [Additional]", (R.REMIXER, R.ADDITIONAL_PRODUCER)),
        ("Written-By, Producer, Mixed By", (R.WRITER, R.PRODUCER, R.MIXER)),
        ("Producer [Selections Produced By]", (R.PRODUCER,)),
        ("Engineer [Recording, Re-mix], Producer", (R.ENGINEER, R.PRODUCER)),
        ("Banjo [Banjo, Muted Banjo], Co-producer", (R.OTHER, R.CO_PRODUCER)),
        ("Producer [Uncredited], Mixed By [Uncredited]", (R.PRODUCER, R.MIXER)),
        ("Effects [Sampling] [Uncredited], Beats", (R.OTHER, R.BEAT_MAKER)),
        ("Producer [Additional", (R.ADDITIONAL_PRODUCER,)),
    ],
)
def test_a_discogs_role_is_cut_at_commas_outside_brackets(raw: str, roles: tuple[RoleCode, ...]) -> None:
    assert parse_roles(raw) == roles


@pytest.mark.parametrize(
    ("raw", "roles"),
    [
        ("Producer/Engineer", (R.PRODUCER, R.ENGINEER)),
        ("Recorded & Mixed By", (R.ENGINEER, R.MIXER)),
        ("Produced and Arranged By", (R.PRODUCER, R.ARRANGER)),
        ("Words & Music By", (R.COMPOSER, R.LYRICIST)),
        ("ComposerLyricist", (R.COMPOSER, R.LYRICIST)),
        ("producer; songwriter", (R.PRODUCER, R.WRITER)),
        ("Producer (Additional)", (R.ADDITIONAL_PRODUCER,)),
        ("Producer & Friend", (R.OTHER,)),
    ],
)
def test_plain_words_may_join_roles_when_all_of_them_are_known(raw: str, roles: tuple[RoleCode, ...]) -> None:
    assert parse_roles(raw) == roles


@pytest.mark.parametrize("raw", ["Nose Flute", "Producer, Nose Flute", "]", "Prodúcer", "制作"])
def test_an_unknown_role_is_other_and_waits_to_be_mapped(raw: str) -> None:
    assert R.OTHER in parse_roles(raw)
    assert not mapped(raw)


@pytest.mark.parametrize("raw", sorted(ROLES))
def test_every_name_in_the_tables_is_found_in_any_spelling(raw: str) -> None:
    assert parse_roles(raw.upper()) == parse_roles(f" {raw} ") == ROLES[raw]
    assert mapped(raw)


@given(st.text())
def test_no_text_but_a_blank_one_is_without_a_role(raw: str) -> None:
    assert bool(parse_roles(raw)) == bool(re.sub(r"[,;\n]", "", raw).strip())


@given(st.lists(st.sampled_from([*ROLES, "Nose Flute"]).filter(lambda name: "&" not in name), min_size=1, max_size=6))
def test_a_list_of_roles_means_what_its_parts_mean(names: list[str]) -> None:
    apart = [role for name in names for role in parse_roles(name)]
    assert parse_roles(", ".join(names)) == tuple(dict.fromkeys(apart))
