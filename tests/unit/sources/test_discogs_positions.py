"""Which tracks the positions of a credit name (rule S3)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.sources.discogs.positions import Positions

VINYL = ["A1", "A2", "A3", "A4", "B1", "B2", "B3"]
CDS = ["1-1", "1-2", "1-3", "2-1", "2-2", "CD15-1", "CD16-15"]
NUMBERS = [str(n) for n in range(1, 15)]
PARTS = ["1", "2a", "2b", "3.1", "3.2", "3.3", "4"]


def named(positions: list[str], text: str) -> list[str]:
    """The positions a text names; one that it does not resolve stands in pointed brackets."""
    found = Positions(positions).resolve(text)
    return [positions[place] for place in sorted(found.places)] + [f"<{item}>" for item in found.unknown]


@pytest.mark.parametrize(
    ("positions", "text", "expected"),
    [
        (VINYL, "A1", ["A1"]),
        (VINYL, "A2, A3", ["A2", "A3"]),
        (VINYL, "A1, A3 to B1, B3", ["A1", "A3", "A4", "B1", "B3"]),
        (VINYL, "A4 to B2", ["A4", "B1", "B2"]),
        (VINYL, "A1; A2; A3", ["A1", "A2", "A3"]),
        (VINYL, "A1 & B1", ["A1", "B1"]),
        (VINYL, "B1-B3", ["B1", "B2", "B3"]),
        (VINYL, "a1 TO a3", ["A1", "A2", "A3"]),
        (VINYL, "Except A2, B1 to B3", ["A1", "A3", "A4"]),
        (NUMBERS, "1, 3 to 10, 14", ["1", *[str(n) for n in range(3, 11)], "14"]),
        (NUMBERS, "6 - 10", ["6", "7", "8", "9", "10"]),
        (NUMBERS, "1 to 6, 8-9", ["1", "2", "3", "4", "5", "6", "8", "9"]),
        (NUMBERS, "01, 02", ["1", "2"]),
        (NUMBERS, "4–6", ["4", "5", "6"]),
        (CDS, "1-1 to 1-3", ["1-1", "1-2", "1-3"]),
        (CDS, "1-2", ["1-2"]),
        (CDS, "1-3 to 2-1", ["1-3", "2-1"]),
        (CDS, "CD15-1 to CD16-15", ["CD15-1", "CD16-15"]),
        (PARTS, "2", ["2a", "2b"]),
        (PARTS, "1 to 3", ["1", "2a", "2b", "3.1", "3.2", "3.3"]),
        (PARTS, "3.2 to 4", ["3.2", "3.3", "4"]),
    ],
)
def test_positions_and_ranges_are_resolved_in_the_order_of_the_track_list(
    positions: list[str], text: str, expected: list[str]
) -> None:
    assert named(positions, text) == expected


@pytest.mark.parametrize(
    ("positions", "text", "expected"),
    [
        (VINYL, "A1 to C3", ["<A1 to C3>"]),
        (VINYL, "A1, C3", ["A1", "<C3>"]),
        (VINYL, "B1 to A1", ["<B1 to A1>"]),
        (VINYL, "A", ["<A>"]),
        (VINYL, "1 to 3", ["<1 to 3>"]),
        (VINYL, "Gyula", ["<Gyula>"]),
        (VINYL, "Except C1", ["<C1>"]),
        (VINYL, "A1 to A2 to A3", ["<A1 to A2 to A3>"]),
        (["1", "2", "1", "2"], "1", ["<1>"]),
        (["1", "2", "1", "2"], "1 to 2", ["<1 to 2>"]),
        ([], "1", ["<1>"]),
        (["", ""], "1", ["<1>"]),
    ],
)
def test_what_is_not_in_the_track_list_is_told_and_not_guessed(
    positions: list[str], text: str, expected: list[str]
) -> None:
    assert named(positions, text) == expected


def test_an_index_track_with_a_position_stands_for_its_parts() -> None:
    positions = Positions(["1", "", "", "5"], groups={"2": (1, 2)})
    assert positions.resolve("2").places == {1, 2}
    assert positions.resolve("1 to 2").places == {0, 1, 2}


@given(st.lists(st.text(alphabet="AB12-. ", max_size=4), max_size=6), st.text(alphabet="AB12-,; .to", max_size=14))
def test_whatever_is_written_every_place_is_in_the_list_and_nothing_is_lost(positions: list[str], text: str) -> None:
    found = Positions(positions).resolve(text)
    assert all(0 <= place < len(positions) for place in found.places)
    assert found.places or found.unknown or not text.strip(" ,;")
