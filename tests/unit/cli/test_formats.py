"""CSV, JSON and Parquet as rows arrive."""

from __future__ import annotations

import csv
import io
import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.errors import UsageError
from linernotes.search.formats import csv_lines, json_lines, write_parquet

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_of_a_stranger_is_a_formula(start: str) -> None:
    (_, line) = csv_lines(["name"], [[f"{start}cmd"]])
    ((cell,),) = csv.reader(io.StringIO(line, newline=""))
    assert cell == f"'{start}cmd"


def test_a_negative_number_is_no_formula() -> None:
    assert list(csv_lines(["n"], [[-1]])) == ["n\n", "-1\n"]


@given(st.lists(st.tuples(TEXTS, TEXTS)))
def test_whatever_text_goes_into_json_comes_out_again(rows: list[tuple[str, str]]) -> None:
    assert json.loads("".join(json_lines(["a", "b"], rows))) == [{"a": a, "b": b} for a, b in rows]


@given(st.lists(st.tuples(TEXTS, TEXTS)))
def test_whatever_text_goes_into_csv_comes_out_again_but_for_the_mark_before_formulas(
    rows: list[tuple[str, str]],
) -> None:
    text = "".join(csv_lines(["a", "b"], rows))
    _, *read = csv.reader(io.StringIO(text, newline=""))
    assert [[cell.removeprefix("'") for cell in row] for row in read] == [
        [cell.removeprefix("'") for cell in row] for row in rows
    ]


def test_rows_are_written_as_they_arrive() -> None:
    def endless() -> Any:
        while True:
            yield ["Ada"]

    lines = iter(json_lines(["name"], endless()))
    assert next(lines) == '[\n{"name": "Ada"}'
    assert next(iter(csv_lines(["name"], endless()))) == "name\n"


def test_parquet_without_pyarrow_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pip install 'linernotes\[parquet\]'"):
        write_parquet({"name": "text"}, [["Ada"]], io.BytesIO())


def test_parquet_keeps_types_and_unknown_values() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    out = io.BytesIO()
    header = {"name": "text", "confidence": "number", "recordings": "count", "verified": "yes_no"}
    write_parquet(header, [["Ada", 0.95, 3, True], [None, None, None, None]], out)
    assert parquet.read_table(io.BytesIO(out.getvalue())).to_pylist() == [
        {"name": "Ada", "confidence": 0.95, "recordings": 3, "verified": True},
        dict.fromkeys(header),
    ]
