"""Rule P1 in SQL: the database makes the same keys of a name as Python does."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from linernotes.database import connect
from linernotes.model.names import name_key, search_key

Keys = tuple[str | None, str | None]

PEOPLE = (
    "Ada Lind", "Dr. Luke", "Dr.Luke", "Boi-1da", "Boi 1da", "J. R. Rotem", "shndō", "Emilio Estefan, Jr.",
    "A$AP Ada", "P!nk", "!llmind", "Wham!", "!!!", "$", "+44", "Ke$ha", "Łukasz Øst", "Đorđe Ćić", "Straße",
    "İbrahim Işık", "Æon", "Cam O’bi", "Cam Oʼbi", "Rock´n´Roll", "Steven “Lenky” Ray", "BloodPop®", "Mono™",
    "™", "M.I.A.", "AC/DC", "Ⅳ Play", "ＦＵＬＬ　ＷＩＤＴＨ", "ﬁne", "x²", "½ Man", "方舟", "방시혁",
    "中田ヤスタカ", "ﾔｽﾀｶ", "ミスター・チルドレン", "が", "か\u3099", "Ёлка", "Елена", "Μίκης", "ΟΔΥΣΣΕΥΣ",
    "ᾼδης", "אילן", "فيروز", "بَ", "हिन्दी", "ไทย", "Ꭰᏸ", "Եվա", "և", "ﷺ", "☆", "♥ Ada", "👩\u200d🎤",
    "Zoe\u0308", "q\u0323\u0307", "q\u0307\u0323",
)  # fmt: skip
DISGUISES: tuple[Callable[[str], str], ...] = (
    str,
    str.upper,
    str.lower,
    lambda n: f"\u200b {n}\u00a0\ufeff",
    lambda n: unicodedata.normalize("NFD", n).replace(" ", " \u3000\t"),
)


def in_python(name: str) -> Keys:
    try:
        return name_key(name), search_key(name)
    except ValueError:
        return None, None


def in_sql(conn: Connection, names: Sequence[str]) -> list[Keys]:
    return conn.execute(
        """select linernotes.name_key(n), linernotes.search_key(n)
           from unnest(%s::text[]) with ordinality as t(n, i) order by i""",
        [list(names)],
    ).fetchall()


def differences(conn: Connection, names: Sequence[str]) -> list[tuple[str, Keys, Keys]]:
    both = zip(names, in_sql(conn, names), strict=True)
    return [(name, sql, in_python(name)) for name, sql in both if sql != in_python(name)]


@pytest.fixture
def any_db(any_database_url: str) -> Iterator[Connection]:
    with connect.connect(any_database_url) as conn:
        yield conn


def test_the_database_and_python_give_one_name_the_same_keys(any_db: Connection) -> None:
    names = [disguise(name) for name, disguise in product(PEOPLE, DISGUISES)]
    assert len(names) > 300
    assert differences(any_db, names) == []


def test_the_database_and_python_agree_on_every_character_but_ideographs(any_db: Connection) -> None:
    # The ideographs are 9 in 10 of all characters and none has a case, an accent or a variant of its own.
    same_all_over = (
        "CJK UNIFIED",
        "HANGUL SYLLABLE",
        "TANGUT",
        "EGYPTIAN",
        "CUNEIFORM",
        "ANATOLIAN",
        "BAMUM",
        "YI SYLLABLE",
    )
    characters = [
        c
        for c in map(chr, range(1, 0x110000))
        if unicodedata.category(c) not in {"Cn", "Cs", "Co"} and not unicodedata.name(c, "").startswith(same_all_over)
    ]
    assert differences(any_db, [f"a{c} z" for c in characters]) == []
    assert differences(any_db, ["中", "각", "\U00020000", "\ue000"]) == []


def test_a_text_without_a_visible_character_has_no_key_in_the_database(any_db: Connection) -> None:
    assert in_sql(any_db, ["", " ", "\u200b", "\u3164\u2800"]) == [(None, None)] * 4
    assert any_db.execute("select linernotes.name_key(null), linernotes.search_key(null)").fetchone() == (None, None)


def test_both_keys_can_be_indexed(any_db: Connection) -> None:
    any_db.execute("create table name_of_test (name text)")
    any_db.execute("create index on name_of_test (linernotes.name_key(name), linernotes.search_key(name))")
    any_db.execute("insert into name_of_test values ('Boi-1da')")
    found = any_db.execute(
        "select name from name_of_test where linernotes.search_key(name) = linernotes.search_key('boi 1DA')"
    ).fetchall()
    assert found == [("Boi-1da",)]


# What PostgreSQL can store and Python's tables know: no NUL, no surrogates, nothing unassigned or private.
storable = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cn", "Co"), exclude_characters="\x00"))


def test_the_database_and_python_agree_on_any_text(db: Connection) -> None:
    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(storable, max_size=40))
    def agree(names: list[str]) -> None:
        assert differences(db, names) == []

    agree()
