"""Rules C1 to C4: how sure we are."""

from decimal import Decimal
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.model.claim import Level, Match
from linernotes.pipeline.credits.confidence import (
    CAP,
    Weighed,
    base_of,
    best_per_family,
    combine,
    explain_combination,
    is_verified,
    match_by_title,
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


@pytest.mark.parametrize(
    ("ours", "theirs", "match"),
    [
        (200_000, 202_000, Match.WITHIN_2_SECONDS),
        (200_000, 197_999, Match.WITHIN_7_SECONDS),
        (200_000, 207_000, Match.WITHIN_7_SECONDS),
        (200_000, 207_001, None),
        (None, 200_000, Match.NO_DURATION),
        (200_000, None, Match.NO_DURATION),
    ],
)
def test_a_recording_of_equal_title_is_rejected_beyond_seven_seconds(
    ours: int | None, theirs: int | None, match: Match | None
) -> None:
    assert match_by_title(ours, theirs) is match


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


@given(st.sampled_from("abc"), st.lists(st.tuples(st.sampled_from("abc"), confidences)), confidences)
def test_two_claims_of_one_family_do_not_add(
    family: str, claims: list[tuple[str, Decimal]], confidence: Decimal
) -> None:
    once = [*claims, (family, confidence)]
    assert best_per_family([*once, (family, confidence)]) == best_per_family(once)
    assert len(best_per_family(once)) == len({name for name, _ in once})


def test_two_families_each_sure_enough_verify_a_credit() -> None:
    assert is_verified({"musicbrainz": D("0.95"), "discogs": D("0.60")})
    assert not is_verified({"musicbrainz": D("0.95"), "wikidata": D("0.59")})
    assert not is_verified({"musicbrainz": D("0.95")})


def test_the_sum_is_explained_in_words_and_numbers() -> None:
    claims = [Weighed("discogs", D("0.9")), Weighed("musicbrainz", D("0.95"), L.RECORDING)]
    assert explain_combination(claims) == "0.95 (musicbrainz, recording) with 0.90 (discogs) at half weight = 0.9725"


def test_the_explanation_says_what_was_not_added() -> None:
    claims = [
        Weighed("musicbrainz", D("0.95"), L.RECORDING),
        Weighed("musicbrainz", D("0.70"), L.RELEASE),
        Weighed("musicbrainz", D("0.70"), L.RELEASE),
    ]
    assert explain_combination(claims) == (
        "0.95 (musicbrainz, recording) alone = 0.95; 2 weaker claims of families already counted add nothing"
    )


def test_the_explanation_names_the_cap() -> None:
    text = explain_combination(Weighed(f"family {i}", D("0.95")) for i in range(5))
    assert text.endswith("at half weight each = 0.99 (the most there is)")


@given(st.lists(st.builds(Weighed, st.sampled_from("abc"), confidences, st.sampled_from([None, *L]))))
def test_the_explanation_ends_in_the_combined_confidence(claims: list[Weighed]) -> None:
    text = explain_combination(claims)
    if claims:
        total = combine(best_per_family((c.family, c.confidence) for c in claims).values())
        assert Decimal(text.split(" = ")[1].split(" ")[0].rstrip(";")) == total
