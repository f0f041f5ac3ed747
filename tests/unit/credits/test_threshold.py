"""From which score on a pair is worth a look is learnt from pairs whose truth is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.pipeline.credits.threshold import FEWEST, RIGHT_ENOUGH, UNTAUGHT, threshold_of

SAME, TWO = True, False


def test_the_limit_is_the_smallest_score_above_which_enough_are_right():
    pairs = [(0.9, SAME)] * 27 + [(0.6, SAME)] * 9 + [(0.6, TWO)] * 4 + [(0.3, SAME)] * 4 + [(0.2, TWO)] * 30
    found = threshold_of(pairs)
    assert (found.limit, found.precision, found.recall) == (0.3, 0.909, 1.0)
    assert (found.same, found.different) == (40, 34)


def test_equal_scores_stay_together_on_one_side():
    pairs = [(0.9, SAME)] * 20 + [(0.5, SAME)] * 2 + [(0.5, TWO)] * 20
    assert threshold_of(pairs).limit == 0.9


def test_a_pair_that_the_model_never_brought_is_a_miss_and_no_limit():
    pairs = [(0.9, SAME)] * 20 + [(0.0, SAME)] * 20 + [(0.1, TWO)] * 20
    found = threshold_of(pairs)
    assert (found.limit, found.recall) == (0.9, 0.5)


def test_where_not_even_the_surest_are_right_nothing_is_above_the_limit():
    pairs = [(0.9, TWO)] * 20 + [(0.8, SAME)] * 20
    assert (threshold_of(pairs).limit, threshold_of(pairs).precision) == (1.0, None)


@pytest.mark.parametrize("known", [[], [(0.9, SAME)] * 100, [(0.9, SAME)] * (FEWEST - 1) + [(0.1, TWO)] * 100])
def test_of_too_few_known_pairs_nothing_is_learnt(known: list[tuple[float, bool]]):
    found = threshold_of(known)
    assert (found.limit, found.same, found.precision) == (UNTAUGHT, 0, None)


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=60, max_size=120))
def test_above_a_learnt_limit_the_share_that_is_right_is_what_it_says(known: list[tuple[float, bool]]):
    found = threshold_of(known)
    if found.precision is not None:
        above = [truth for score, truth in known if score >= found.limit]
        assert sum(above) / len(above) >= RIGHT_ENOUGH
        assert found.precision == round(sum(above) / len(above), 3)
