"""How a call under /rest/v1/rpc is read: whatever is written, it is understood or refused in PostgREST's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from psycopg import sql

from linernotes.api.rest.asked import MOST_ROWS, Form, arguments_in_body, asked, looks_like_a_filter
from linernotes.api.rest.catalog import Function
from linernotes.api.rest.columns import Values
from linernotes.api.rest.failures import RestError, status_of
from linernotes.api.rest.filters import conditions
from linernotes.api.rest.statement import statement
from linernotes.api.rest.words import array_literal, members, split, unquoted

FUNCTION = Function(
    name="find", arguments=("term", "most"), types=("text", "integer"), defaults=1, returns_set=True,
    returns_nothing=False, columns=("id", "name"),
)  # fmt: skip
SIGNS = st.text(alphabet="abn019.,()\"\\{}:->*% \x00é_'", max_size=40)
WORDS = st.sampled_from([
    "eq.", "not.", "in.(", "or", "and", "(", ")", "like(any).{", "}", "is.null", "fts(", "a", "->>", '"', ",",
    "::text", "cs.", ".desc", ".nullslast", "%s", "'", ";",
])  # fmt: skip
TEXTS = SIGNS | st.lists(WORDS, max_size=12).map("".join) | st.text(max_size=60)


Made = TypeVar("Made")


def tried(make: Callable[[], Made]) -> Made | RestError:
    """What it makes, or how it was refused. Any other error is the test's failure."""
    try:
        return make()
    except RestError as error:
        return error


@settings(max_examples=400)
@given(name=TEXTS, value=TEXTS)
@example("or", "(" * 50 + ")" * 50)
@example("a", 'in.("')
@example("a", "like(any).{")
def test_a_filter_is_understood_or_refused_and_its_value_is_never_sql(name: str, value: str) -> None:
    text = tried(lambda: conditions([(name, value)], Values()).as_string(None))
    if isinstance(text, RestError):
        assert (text.status, text.code) == (400, "PGRST100")
        return
    assert "'" not in text
    assert ";" not in text
    assert text.replace("%(", "").count("%") == 0


@settings(max_examples=300)
@given(select=TEXTS, order=TEXTS, limit=TEXTS, accept=TEXTS, range_=TEXTS)
def test_a_page_is_understood_or_refused(select: str, order: str, limit: str, accept: str, range_: str) -> None:
    query = [("select", select), ("order", order), ("limit", limit)]
    wanted = tried(lambda: asked(query, {"accept": accept, "range": range_}, arguments=frozenset()))
    if isinstance(wanted, RestError):
        assert wanted.status in (400, 406, 416)
        return
    made = tried(lambda: statement(FUNCTION, wanted, "{}", frozenset({"term"}), from_text=False))
    if isinstance(made, RestError):
        assert made.status == 400
        return
    assert ";" not in made.text.as_string(None)
    assert 0 <= wanted.limit <= MOST_ROWS


@given(st.lists(st.text(alphabet='ab,"\\(){} é', max_size=8), min_size=1, max_size=5))
def test_a_list_comes_back_as_it_was_written_in_quotes(values: list[str]) -> None:
    written = ",".join('"' + v.replace("\\", "\\\\").replace('"', '\\"') + '"' for v in values)
    assert members(f"({written})") == values


@given(st.binary(max_size=200), st.sampled_from(["application/json", "text/plain", "", "x"]))
def test_a_body_gives_arguments_or_is_refused(body: bytes, kind: str) -> None:
    found = tried(lambda: arguments_in_body(body, kind))
    if isinstance(found, RestError):
        assert found.status in (400, 415)
        return
    text, names = found
    assert text.strip().startswith("{")
    assert all(isinstance(name, str) for name in names)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("eq.1", True),
        ("not.eq.1", True),
        ("eq(any).{1}", True),
        ("ada lind", False),
        ("eq", False),
        ("equal.1", False),
    ],
)
def test_what_is_a_filter_and_what_an_argument(text: str, is_one: bool) -> None:
    assert looks_like_a_filter(text) is is_one


@pytest.mark.parametrize(
    ("headers", "shown"),
    [
        ({"range": "5-9"}, (5, 5)),
        ({"range": "5-"}, (5, MOST_ROWS)),
        ({"range": "nonsense"}, (0, MOST_ROWS)),
        ({"range": "0-99999"}, (0, MOST_ROWS)),
    ],
)
def test_a_range_is_an_offset_and_a_limit(headers: dict[str, str], shown: tuple[int, int]) -> None:
    wanted = asked([], headers, arguments=frozenset())
    assert (wanted.offset, wanted.limit) == shown
    paged = asked([("offset", "2"), ("limit", "3")], headers, arguments=frozenset())
    assert (paged.offset, paged.limit) == (2, 3)


def test_the_form_is_the_first_that_we_have() -> None:
    def form(accept: str) -> Any:
        return asked([], {"accept": accept}, arguments=frozenset()).form

    assert form("") is Form.JSON
    assert form("text/html, */*;q=0.1") is Form.JSON
    assert form("application/vnd.pgrst.object+json;nulls=stripped") is Form.ONE
    assert form("text/csv") is Form.CSV


@pytest.mark.parametrize(
    ("sqlstate", "anonymous", "status"),
    [
        ("42501", True, 401), ("42501", False, 403), ("22023", False, 400), ("22P02", True, 400),
        ("42P01", False, 404), ("42883", False, 404), ("23505", False, 409), ("23503", False, 409),
        ("25006", False, 405), ("57014", False, 503), ("40P01", False, 503), ("53300", False, 503),
        ("08006", False, 503), ("P0001", False, 400), ("XX000", False, 500), ("54001", False, 400),
        ("42703", False, 400),
    ],
)  # fmt: skip
def test_the_status_follows_from_sqlstate(sqlstate: str, anonymous: bool, status: int) -> None:
    assert status_of(sqlstate, anonymous=anonymous) == status


def test_commas_in_quotes_and_brackets_part_nothing() -> None:
    assert split('a,"b,c",(d,e),{f,g}') == ["a", '"b,c"', "(d,e)", "{f,g}"]
    assert unquoted(r'"a\"b\\"') == 'a"b\\'
    assert array_literal(['a"b', "c,d", "\\"]) == '{"a\\"b","c,d","\\\\"}'


def test_an_argument_is_bound_and_its_type_is_the_functions() -> None:
    made = statement(
        FUNCTION, asked([], {}, arguments=frozenset()), '{"term": "x"}', frozenset({"term"}), from_text=True
    )
    assert isinstance(made.text, sql.Composed)
    assert made.values == {"arguments": '{"term": "x"}'}
    assert '"term" => arguments."term"' in made.text.as_string(None)
