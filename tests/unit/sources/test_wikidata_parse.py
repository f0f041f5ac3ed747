"""What we read in Wikidata: accounts and ids that are current, each with the item that says so."""

from __future__ import annotations

import pytest

from linernotes.model.catalogue import ExternalId
from linernotes.sources.wikidata import calls
from linernotes.sources.wikidata.parse import is_item, parse_entities, parse_profile, parse_rows, says_busy
from tests.sources.mock_musicbrainz import mbid
from tests.sources.mock_wikidata import entity, statement

ADA = mbid("artist", "Ada Lind")


def row(item: str = "Q1", name: str | None = None, value: str = "", kind: str = "literal") -> dict[str, object]:
    found: dict[str, object] = {
        "mbid": {"type": "literal", "value": ADA},
        "item": {"type": "uri", "value": f"http://x/entity/{item}"},
    }
    if name:
        found |= {"property": {"type": "literal", "value": name}, "value": {"type": kind, "value": value}}
    return found


def rows(*given: dict[str, object]) -> dict[str, object]:
    return {"head": {"vars": []}, "results": {"bindings": list(given)}}


def test_rows_are_grouped_by_person_item_and_property() -> None:
    found = parse_rows(
        rows(
            row("Q1", "P2003", "ada"),
            row("Q1", "P2003", "ada.too"),
            row("Q1", "P2003", "ada"),
            row("Q1", "P345", "x"),
        )
    )
    assert found == {ADA: {"Q1": {"P2003": ["ada", "ada.too"], "P345": ["x"]}}}


def test_a_person_of_whom_the_item_says_nothing_more_is_known_all_the_same() -> None:
    assert parse_rows(rows(row("Q1"))) == {ADA: {"Q1": {}}}


def test_a_value_that_is_known_to_exist_and_not_known_is_none() -> None:
    assert parse_rows(rows(row("Q1", "P2003", "t123", "bnode"))) == {ADA: {"Q1": {}}}


def test_statements_that_no_longer_hold_are_passed_over() -> None:
    found = parse_entities(
        {
            "entities": {
                "Q1": entity(
                    "Q1",
                    P2003=[
                        statement("now"),
                        statement("best", rank="preferred"),
                        statement("wrong", rank="deprecated"),
                        statement("former", ended=True),
                        statement(None, kind="somevalue"),
                        statement(None, kind="novalue"),
                        statement({"time": "+2001"}),
                    ],
                    P31=[statement("Q5")],
                ),
                "Q2": {"id": "Q2", "missing": ""},
            }
        }
    )
    assert found == {"Q1": {"P2003": ["now", "best"]}}


def test_an_item_that_was_merged_stands_under_both_numbers_and_a_mixed_up_one_under_none() -> None:
    moved = {**entity("Q2", P345=[statement("x")]), "redirects": {"from": "Q1", "to": "Q2"}}
    assert set(parse_entities({"entities": {"Q1": moved}})) == {"Q1", "Q2"}
    assert parse_entities({"entities": {"Q1": entity("Q2", P345=[statement("x")])}}) == {}


def test_a_profile_has_links_in_one_spelling_with_the_item_that_publishes_them() -> None:
    found = parse_profile(
        "Q1",
        {
            "P2003": ["Ada.Lind"],
            "P2002": ["AdaLind"],
            "P2013": ["AdaLindMusic"],
            "P2397": ["UCabcdefghijklmnopqrstuV"],
            "P7085": ["ada_lind"],
            "P3040": ["ada-lind"],
            "P856": ["https://www.adalind.example.com/"],
            "P345": ["nm1234567"],
        },
    )
    assert [(link.kind, link.value) for link in found.links] == [
        ("instagram", "ada.lind"),
        ("x", "adalind"),
        ("facebook", "adalindmusic"),
        ("youtube", "channel/UCabcdefghijklmnopqrstuV"),
        ("tiktok", "ada_lind"),
        ("soundcloud", "ada-lind"),
        ("homepage", "adalind.example.com"),
        ("imdb", "nm1234567"),
    ]
    assert {link.source_url for link in found.links} == {"https://www.wikidata.org/wiki/Q1"}
    assert {link.source_record_id for link in found.links} == {"Q1"}


def test_ids_in_other_databases_are_kept() -> None:
    found = parse_profile(
        "Q1",
        {
            "P1902": ["0aBcDeFgHiJkLmNoPqRsTu"],
            "P1953": ["1234"],
            "P2373": ["Ada-lind"],
            "P213": ["0000 0001 2345 678X"],
            "P434": [ADA],
        },
    )
    assert set(found.ids) == {
        ExternalId("wikidata", "Q1"),
        ExternalId("spotify", "0aBcDeFgHiJkLmNoPqRsTu"),
        ExternalId("discogs", "1234"),
        ExternalId("genius_slug", "Ada-lind"),
        ExternalId("isni", "000000012345678X"),
        ExternalId("musicbrainz", ADA),
    }


def test_an_item_of_several_musicbrainz_artists_names_none_of_them() -> None:
    assert parse_profile("Q1", {"P434": [ADA, mbid("artist", "Ada's other name")]}).ids == (
        ExternalId("wikidata", "Q1"),
    )


@pytest.mark.parametrize("value", ["../../etc/passwd", "a b", "x?y=1", "", "https://evil.example.com", "a/b/../c"])
def test_a_handle_that_is_none_gives_no_link_and_no_other_host(value: str) -> None:
    for link in parse_profile("Q1", {"P2003": [value], "P2002": [value], "P7085": [value]}).links:
        pytest.fail(f"{value!r} became {link}")


@pytest.mark.parametrize("value", ["12x", "", "Q12", "-1", "١٢"])
def test_an_id_of_another_shape_is_none(value: str) -> None:
    assert parse_profile("Q1", {"P1953": [value], "P1902": [value], "P213": [value]}).ids == (
        ExternalId("wikidata", "Q1"),
    )


def test_busy_is_said_with_status_200() -> None:
    assert says_busy({"error": {"code": "maxlag", "info": "Waiting for a server", "lag": 5.2}})
    assert not says_busy({"error": {"code": "no-such-entity"}})
    assert not says_busy({"entities": {}})


def test_equal_sets_of_people_are_one_question() -> None:
    one, two = mbid("artist", "1"), mbid("artist", "2")
    assert calls.by_mbid([one, two]) == calls.by_mbid([two, one])
    assert calls.by_item(["Q2", "Q1"]).params["ids"] == "Q1|Q2"


def test_the_question_leaves_out_what_no_longer_holds() -> None:
    form = calls.by_mbid([ADA]).form
    assert form is not None
    query = form["query"]
    assert f'"{ADA}"' in query
    assert "FILTER(?rank != wikibase:DeprecatedRank)" in query
    assert "FILTER NOT EXISTS { ?statement pq:P582 ?ended }" in query
    assert query.count("{") == query.count("}")
    assert all(f'("{name}" p:{name} ps:{name})' in query for name in calls.PROPERTIES)


def test_only_numbers_of_items_are_items() -> None:
    assert is_item("Q42")
    assert not any(is_item(value) for value in ("", "42", "Q", "Q0", "P42", "Q42|Q43", "Q42 "))
