"""The web sources as settings open them: addresses, contact, names, one budget for each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from linernotes.errors import CredentialMissing, SettingsError
from linernotes.model.catalogue import ExternalId
from linernotes.model.claim import ProducerRef
from linernotes.settings import Settings
from linernotes.sources.web import open_web, open_web_sources
from tests.sources import mock_musicbrainz, mock_wikidata
from tests.sources.conftest import Hands
from tests.sources.mock_server import MockServer

Pool = AsyncConnectionPool[Any]


@pytest.fixture
def musicbrainz() -> Iterator[MockServer]:
    with mock_musicbrainz.serve(mock_musicbrainz.small_world(albums=1, tracks=1)) as running:
        yield running


@pytest.fixture
def wikidata() -> Iterator[MockServer]:
    with mock_wikidata.serve(mock_wikidata.Items()) as running:
        yield running


@pytest.fixture
def settings(musicbrainz: MockServer, wikidata: MockServer) -> Settings:
    return Settings(
        contact="tests@example.org",
        musicbrainz_url=f"{musicbrainz.url}/ws/2",
        wikidata_url=wikidata.url,
        wikidata_sparql_url=wikidata.url,
    )


async def test_the_sources_that_are_on_are_opened_in_their_order(
    settings: Settings, pool: Pool, client: httpx2.AsyncClient
) -> None:
    opened = open_web_sources(settings.model_copy(update={"sources": "wikidata,musicbrainz"}), pool, client)
    assert [(s.name, s.family, s.locator) for s in opened] == [(n, n, n) for n in ("wikidata", "musicbrainz")]
    assert [bool(s.catalogue) for s in opened] == [False, True]
    assert [bool(s.credits) for s in opened] == [False, True]
    assert all(s.profiles and s.fresh_for for s in opened)


async def test_each_host_has_a_budget_of_its_own(
    settings: Settings, pool: Pool, client: httpx2.AsyncClient, hands: Hands, db: psycopg.Connection
) -> None:
    first = open_web("musicbrainz", settings, pool, client, hands.clock)
    second = open_web("wikidata", settings, pool, client, hands.clock)
    assert first.catalogue is not None
    assert second.profiles is not None
    assert (await first.catalogue.artists("Ada Lind"))[0].name == "Ada Lind"
    ids = [ExternalId("musicbrainz", mock_musicbrainz.mbid("artist", "Ada Lind"))], [ExternalId("wikidata", "Q1")]
    await second.profiles.profiles([ProducerRef(id=uuid4(), name="Ada", ids=tuple(known)) for known in ids])
    assert db.execute("select source, calls from linernotes.budgets order by 1").fetchall() == [
        ("musicbrainz", 1),
        ("wikidata", 1),
        ("wikidata_sparql", 1),
    ]


@pytest.mark.parametrize("name", ["musicbrainz", "wikidata"])
def test_without_a_contact_a_source_does_not_open(
    name: str, settings: Settings, client: httpx2.AsyncClient, hands: Hands
) -> None:
    unknown = settings.model_copy(update={"contact": None})
    with pytest.raises(CredentialMissing, match="LINERNOTES_CONTACT"):
        open_web(name, unknown, None, client, hands.clock)


@pytest.mark.parametrize(
    ("name", "changed", "variable"),
    [
        (
            "musicbrainz",
            {"musicbrainz_url": "http://musicbrainz.org/ws/2"},
            "LINERNOTES_MUSICBRAINZ_URL",
        ),
        ("wikidata", {"wikidata_url": "http://www.wikidata.org"}, "LINERNOTES_WIKIDATA_URL"),
        (
            "wikidata",
            {"wikidata_sparql_url": "http://query.wikidata.org"},
            "LINERNOTES_WIKIDATA_SPARQL_URL",
        ),
    ],
)
def test_an_official_host_without_tls_is_refused_by_the_name_of_its_setting(
    name: str, changed: dict[str, Any], variable: str, client: httpx2.AsyncClient, hands: Hands
) -> None:
    with pytest.raises(SettingsError, match=f"{variable} is wrong"):
        open_web(name, Settings(contact="tests@example.org", **changed), None, client, hands.clock)
