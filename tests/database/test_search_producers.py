"""Finding producers by name, on a real PostgreSQL."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from psycopg import Connection

from linernotes.errors import NotFound, UsageError
from linernotes.search.producers import Closeness, find_producer, search_producers
from tests.factories import World


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def names(hits: list[Any]) -> list[str]:
    return [hit.name for hit in hits]


def test_names_come_in_the_order_of_how_closely_they_answer(world: World) -> None:
    for name in ("Marton", "Sanmartino", "Martinez", "Big Martin", "Martin", "Someone Else"):
        world.producer(name)
    world.producer("Nick", "Martin")
    world.producer("Mártin")
    assert [(hit.name, hit.closeness) for hit in search_producers(world.db, "martin")] == [
        ("Martin", Closeness.NAME),
        ("Nick", Closeness.OTHER_NAME),
        ("Mártin", Closeness.SAME_LETTERS),
        ("Big Martin", Closeness.WORDS),
        ("Martinez", Closeness.BEGINS),
        ("Sanmartino", Closeness.CONTAINS),
        ("Marton", Closeness.ALIKE),
    ]


def test_a_name_alike_as_a_whole_comes_before_one_of_which_a_part_is(world: World) -> None:
    for name in ("Justin Timberlake", "Timbaland"):
        world.producer(name)
    assert names(search_producers(world.db, "timberland")) == ["Timbaland", "Justin Timberlake"]


def test_beside_a_name_that_answers_only_close_look_alikes_are_offered(world: World) -> None:
    for name in ("Jermain Dupri", "Jermaine Dupri", "Jermaine Jackson"):
        world.producer(name)
    assert names(search_producers(world.db, "jermain dupri")) == ["Jermain Dupri", "Jermaine Dupri"]


def test_of_names_that_answer_equally_those_with_more_recordings_come_first(world: World) -> None:
    few, many = world.producer("Max Abel"), world.producer("Max Zorn")
    for title in ("One", "Two"):
        world.credit(world.track(title), many)
    world.credit(world.track("Three"), few)
    assert names(search_producers(world.db, "max")) == ["Max Zorn", "Max Abel"]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("oz", "OZ"),
        ("clarence ofwerman", "Clarence Öfwerman"),
        ("Lukasz Gottwald", "Łukasz Gottwald"),
        ("dr luke", "Dr. Luke"),
        ("boi 1da", "Boi-1da"),
        ("asap rocky", "A$AP Rocky"),
        ("Max Martn", "Max Martin"),
        ("Timberland", "Timbaland"),
        ("Pharel Wiliams", "Pharrell Williams"),
        ("rogers", "Nile Rodgers"),
        ("ruben", "Rick Rubin"),
        ("방시혁", "방시혁"),
        ("ヤスタカ", "中田ヤスタカ"),
    ],
)
def test_case_accents_punctuation_and_typos_are_forgiven(world: World, typed: str, stored: str) -> None:
    world.producer("Someone Else")
    world.producer(stored)
    assert names(search_producers(world.db, typed)) == [stored]


def test_an_alias_finds_its_bearer_and_is_named_in_the_answer(world: World) -> None:
    world.producer("Cirkut", "Henry Walter")
    (hit,) = search_producers(world.db, "henry walter")
    assert (hit.name, hit.matched, hit.closeness) == ("Cirkut", "Henry Walter", Closeness.OTHER_NAME)


def test_names_and_terms_of_any_length_can_be_compared(world: World) -> None:
    world.producer("Lang " * 100)
    assert len(search_producers(world.db, "lang " * 99)) == 1
    assert search_producers(world.db, "other " * 1000) == []


@pytest.mark.parametrize("typed", ["%", "_", "100%", "a_b", "\\"])
def test_wildcards_stand_for_themselves(world: World, typed: str) -> None:
    world.producer("Plain Name")
    assert search_producers(world.db, typed) == []
    world.producer(f"x{typed}x")
    assert names(search_producers(world.db, typed)) == [f"x{typed}x"]


def test_a_recording_on_many_tracks_counts_once(world: World) -> None:
    producer = world.producer("Ada")
    hit = world.track("Hit")
    for number in range(5):
        world.track("Hit", album=f"Best of {number}", artist="Various", same_recording_as=hit)
    world.credit(hit, producer)
    world.credit(hit, producer, "composer")
    (found,) = search_producers(world.db, "Ada")
    assert (found.recordings, found.artists, found.roles) == (1, 2, {"composer": 1, "producer": 1})
    assert found.confidence == 0.95


def test_a_credit_below_one_half_counts_for_nothing(world: World) -> None:
    producer = world.producer("Ada")
    world.credit(world.track("Perhaps"), producer, base=0.4)
    (found,) = search_producers(world.db, "Ada")
    assert (found.recordings, found.roles, found.confidence, found.best_known) == (0, {}, None, ())


def test_a_role_keeps_those_credited_in_it_and_counts_it_alone(world: World) -> None:
    both, writer = world.producer("Max Both"), world.producer("Max Writer")
    world.credit(world.track("One"), both, "co_producer")
    world.credit(world.track("Two"), both, "composer")
    world.credit(world.track("Two again"), writer, "lyricist")
    assert names(search_producers(world.db, "max", role="producer")) == ["Max Both"]
    assert names(search_producers(world.db, "max", role="writer")) == ["Max Both", "Max Writer"]
    (hit,) = search_producers(world.db, "max", role="Co-Producer")
    assert (hit.recordings, hit.roles) == (1, {"co_producer": 1})


def test_an_executive_producer_does_not_count_as_a_producer(world: World) -> None:
    world.credit(world.track("One"), world.producer("Max"), "executive_producer")
    assert search_producers(world.db, "max", role="producer") == []
    assert names(search_producers(world.db, "max", role="executive")) == ["Max"]


def test_an_unknown_role_is_refused_with_those_there_are(world: World) -> None:
    with pytest.raises(UsageError, match=r"There is no role 'drummer'. There are: .*mixer.*writer"):
        search_producers(world.db, "max", role="drummer")


@pytest.mark.parametrize("blank", ["", "  ", "\u200b", "\x00"])
def test_a_blank_term_is_refused(world: World, blank: str) -> None:
    with pytest.raises(UsageError, match="Give a name"):
        search_producers(world.db, blank)


def test_a_link_that_two_people_claim_counts_for_neither(world: World) -> None:
    one, other = world.producer("One Max"), world.producer("Two Max")
    for producer in (one, other):
        world.link(producer, "instagram", "https://instagram.example/max")
    world.link(one, "homepage", "https://one.example")
    world.link(one, "youtube", "https://gone.example", state="gone")
    assert {hit.name: hit.links for hit in search_producers(world.db, "max")} == {"One Max": 1, "Two Max": 0}


def test_no_more_than_the_limit_are_listed(world: World) -> None:
    for number in range(5):
        world.producer(f"Max {number}")
    assert len(search_producers(world.db, "max", limit=3)) == 3


def test_a_producer_is_found_by_id(world: World) -> None:
    producer = world.producer("Max")
    assert find_producer(world.db, f" {producer} ").id == producer
    with pytest.raises(NotFound, match="No producer has the id"):
        find_producer(world.db, str(uuid4()))


def test_an_exact_name_is_found_among_longer_ones(world: World) -> None:
    exact = world.producer("Max")
    world.producer("Max Martin")
    found = find_producer(world.db, "MAX")
    assert (found.id, found.remark) == (exact, "")


def test_the_nearest_name_is_taken_with_a_remark(world: World) -> None:
    world.producer("Max Martin")
    assert find_producer(world.db, "max mar").remark == (
        "No producer is called 'max mar'; this is the nearest name, Max Martin."
    )


def test_namesakes_are_listed_with_what_tells_them_apart(world: World) -> None:
    one, other = world.producer("John Hill"), world.producer("John Hill", qualifier=" (2)")
    world.credit(world.track("One", artist="Ada Lind"), one)
    world.credit(world.track("Two", artist="Bo Berg"), other)
    with pytest.raises(UsageError) as refused:
        find_producer(world.db, "john hill")
    assert not isinstance(refused.value, NotFound)
    said = str(refused.value)
    assert said.startswith("2 producers answer to 'john hill'. Give the id of the one you mean:")
    assert f"{one}  John Hill, 1 recording, known for Ada Lind" in said
    assert f"{other}  John Hill, 1 recording, known for Bo Berg" in said


def test_a_namesake_without_any_credit_stands_in_nobodys_way(world: World) -> None:
    credited = world.producer("John Hill")
    world.producer("John Hill", qualifier=" (2)")
    world.credit(world.track("One"), credited)
    assert find_producer(world.db, "John Hill").id == credited


def test_a_name_that_nobody_has_is_answered_with_the_nearest(world: World) -> None:
    world.producer("Greta Lindqvist")
    world.producer("Greta Lindquest")
    with pytest.raises(NotFound, match="Did you mean Greta Lindq"):
        find_producer(world.db, "Greta Lindqest")


def test_a_name_like_no_other_says_what_to_do_next(world: World) -> None:
    with pytest.raises(
        NotFound, match=r"No producer matches 'Xyz'\. Discover an artist first: linernotes discover NAME"
    ):
        find_producer(world.db, "Xyz")
