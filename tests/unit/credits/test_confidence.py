"""Rules C1 to C3: how sure we are."""

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.model.claim import Level, Match
from linernotes.pipeline.credits.confidence import (
    CAP,
    base_of,
    combine,
    match_of,
)
from linernotes.pipeline.credits.roles import RoleCode

R, L = RoleCode, Level
confidences = st.decimals(min_value=0, max_value="0.99", places=4)
several = st.lists(confidences, max_size=6)


def D(number: str) -> Decimal:  # noqa: N802
    return Decimal(number)


@pytest.mark.parametrize(
    ("family", "level", "role", "documented", "base"),
    [
        ("musicbrainz", L.RECORDING, R.PRODUCER, True, "0.95"),
        ("musicbrainz", L.WORK, R.COMPOSER, True, "0.95"),
        ("musicbrainz", L.RELEASE, R.PRODUCER, True, "0.70"),
        ("discogs", L.RECORDING, R.PRODUCER, True, "0.90"),
        ("discogs", L.RELEASE, R.PRODUCER, True, "0.60"),
        ("genius", L.RECORDING, R.PRODUCER, True, "0.95"),
        ("genius", L.RECORDING, R.WRITER, True, "0.90"),
        ("genius", L.RECORDING, R.ADDITIONAL_PRODUCER, True, "0.90"),
        ("wikidata", L.RECORDING, R.PRODUCER, True, "0.70"),
        ("wikidata", L.RECORDING, R.PRODUCER, False, "0.50"),
        ("file", L.RECORDING, R.PRODUCER, True, "0.95"),
        ("file", L.RECORDING, R.PRODUCER, False, "0.50"),
        ("file:list.csv", L.RECORDING, R.WRITER, False, "0.50"),
        ("sample", L.RECORDING, R.PRODUCER, True, "0.95"),
    ],
)
def test_a_source_is_believed_by_its_kind_and_level(
    family: str, level: Level, role: RoleCode, documented: bool, base: str
) -> None:
    assert base_of(family, level, role, documented=documented) == D(base)


def test_a_source_family_without_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="give it one"):
        base_of("spotify", L.RECORDING, R.PRODUCER, documented=True)


@pytest.mark.parametrize(
    ("match", "factor"),
    [
        (Match.SHARED_ID, "1.0"),
        (Match.WITHIN_2_SECONDS, "0.95"),
        (Match.WITHIN_7_SECONDS, "0.85"),
        (Match.NO_DURATION, "0.80"),
    ],
)
def test_a_match_weighs_as_much_as_it_proves(match: Match, factor: str) -> None:
    assert match_of(match) == D(factor)


def test_a_second_family_counts_half() -> None:
    assert combine([D("0.95"), D("0.90")]) == D("0.9725")


def test_one_family_alone_keeps_its_confidence() -> None:
    assert combine([D("0.95")]) == D("0.95")


def test_without_a_claim_there_is_no_confidence() -> None:
    assert combine([]) == 0


def test_nobody_is_ever_certain() -> None:
    assert combine([D("0.95")] * 9) == combine([D("1")]) == D("0.99")


@pytest.mark.parametrize("number", ["-0.1", "1.1"])
def test_a_number_that_is_no_confidence_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        combine([D("0.5"), D(number)])


@given(st.lists(confidences, max_size=4))
def test_the_order_of_claims_does_not_matter(claims: list[Decimal]) -> None:
    assert len({combine(order) for order in permutations(claims)}) == 1


@given(several.filter(bool))
def test_joined_claims_lie_between_the_best_one_and_the_cap(claims: list[Decimal]) -> None:
    assert max(claims) <= combine(claims) <= CAP


@given(several, confidences)
def test_another_family_never_makes_us_less_sure(claims: list[Decimal], another: Decimal) -> None:
    assert combine([*claims, another]) >= combine(claims)


@given(several, confidences, confidences)
def test_a_surer_claim_never_makes_us_less_sure(claims: list[Decimal], one: Decimal, other: Decimal) -> None:
    assert combine([*claims, max(one, other)]) >= combine([*claims, min(one, other)])
