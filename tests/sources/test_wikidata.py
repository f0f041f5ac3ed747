"""Wikidata over real HTTP: profiles of many people in one call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest

from linernotes.errors import BadAnswer, SourceBusy, SourceRefused
from linernotes.model.catalogue import ExternalId
from linernotes.model.claim import ProducerRef
from linernotes.sources.transport import Transport
from linernotes.sources.wikidata.parse import says_busy
from linernotes.sources.wikidata.source import Wikidata
from tests.sources.mock_musicbrainz import mbid
from tests.sources.mock_server import MockServer, json_reply, text_reply
from tests.sources.mock_wikidata import Items, entity, serve, statement

Make = Callable[..., Transport]


def musicbrainz_id(name: str) -> str:
    return mbid("artist", name)


@pytest.fixture
def items() -> Items:
    known = Items()
    known.add(
        entity(
            "Q11",
            P434=[statement(musicbrainz_id("Ada"))],
            P2003=[statement("ada"), statement("former", ended=True), statement("wrong", rank="deprecated")],
            P856=[statement("https://ada.example.com/")],
            P1953=[statement("1234")],
        )
    )
    known.add(entity("Q12", P434=[statement(musicbrainz_id("Bo"))]))
    return known


@pytest.fixture
def server(items: Items) -> Iterator[MockServer]:
    with serve(items) as running:
        yield running


@pytest.fixture
def source(server: MockServer, transport_to: Make) -> Wikidata:
    return Wikidata(
        transport_to(server.url, "wikidata", says_busy=says_busy),
        transport_to(server.url, "wikidata_sparql", says_busy=says_busy),
    )


def producer(name: str, scheme: str = "musicbrainz", value: str | None = None) -> ProducerRef:
    return ProducerRef(id=uuid4(), name=name, ids=(ExternalId(scheme, value or musicbrainz_id(name)),))


async def test_people_are_found_by_their_musicbrainz_ids_in_one_call(source: Wikidata, server: MockServer) -> None:
    ada, bo, cai = producer("Ada"), producer("Bo"), producer("Cai")
    nobody = ProducerRef(id=uuid4(), name="Ada")
    found = await source.profiles([ada, bo, cai, nobody])
    assert set(found) == {ada.id, bo.id}
    assert [(link.kind, link.value) for link in found[ada.id].links] == [
        ("instagram", "ada"),
        ("homepage", "ada.example.com"),
    ]
    assert found[ada.id].ids == (ExternalId("wikidata", "Q11"), ExternalId("discogs", "1234"))
    assert found[bo.id].links == ()
    assert [asked.path for asked in server.asked] == ["/sparql"]
    assert server.asked[0].headers["accept"] == "application/sparql-results+json"


async def test_people_whose_item_is_known_are_found_by_it(source: Wikidata, server: MockServer) -> None:
    ada, gone, odd = (
        producer("Ada", "wikidata", "Q11"),
        producer("x", "wikidata", "Q99"),
        producer("y", "wikidata", "z"),
    )
    found = await source.profiles([ada, gone, odd])
    assert set(found) == {ada.id}
    assert [link.value for link in found[ada.id].links] == ["ada", "ada.example.com"]
    assert ExternalId("musicbrainz", musicbrainz_id("Ada")) in found[ada.id].ids
    (asked,) = server.asked
    assert (asked.path, asked.params["ids"], asked.params["maxlag"]) == ("/w/api.php", "Q11|Q99", "5")


async def test_two_hundred_people_are_one_call_and_one_more_is_two(source: Wikidata, server: MockServer) -> None:
    await source.profiles([producer(f"Person {n}") for n in range(200)])
    assert len(server.asked) == 1
    await source.profiles([producer(f"Other {n}") for n in range(201)])
    assert len(server.asked) == 3


async def test_two_items_that_claim_to_be_one_person_are_both_not_believed(source: Wikidata, items: Items) -> None:
    items.add(entity("Q13", P434=[statement(musicbrainz_id("Ada"))], P2003=[statement("impostor")]))
    ada, bo = producer("Ada"), producer("Bo")
    assert set(await source.profiles([ada, bo])) == {bo.id}


async def test_nobody_to_ask_about_is_no_call(source: Wikidata, server: MockServer) -> None:
    assert await source.profiles([]) == {}
    assert server.asked == []


async def test_servers_that_lag_behind_are_given_time(source: Wikidata, server: MockServer) -> None:
    server.first(json_reply({"error": {"code": "maxlag", "lag": 9.5}}, Retry_After="60"))
    with pytest.raises(SourceBusy) as caught:
        await source.profiles([producer("Ada", "wikidata", "Q11")])
    assert caught.value.wait == timedelta(seconds=60)


async def test_another_error_with_status_200_is_a_bad_answer(source: Wikidata, server: MockServer) -> None:
    server.first(json_reply({"error": {"code": "no-such-entity"}}))
    with pytest.raises(BadAnswer, match="no-such-entity"):
        await source.profiles([producer("Ada", "wikidata", "Q11")])


async def test_too_many_requests_in_plain_words_stop_everybody(source: Wikidata, server: MockServer) -> None:
    server.first(text_reply("You are making too many requests", 429, "text/plain", Retry_After="1000"))
    for _ in range(2):
        with pytest.raises(SourceBusy):
            await source.profiles([producer("Ada")])
    assert len(server.asked) == 1


async def test_a_query_the_service_cannot_read_is_refused(source: Wikidata, server: MockServer) -> None:
    server.first(text_reply("MalformedQueryException", 400, "text/plain"))
    with pytest.raises(SourceRefused, match="400"):
        await source.profiles([producer("Ada")])
