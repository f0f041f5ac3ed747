"""Discogs over real HTTP: from an album to its versions and their credits, within its limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from linernotes.errors import BadAnswer, CredentialMissing, SettingsError, SourceBusy
from linernotes.model.catalogue import AlbumRef, ArtistRef, ExternalId, TrackRef
from linernotes.model.claim import CreditAnswer, Level, Match, ProducerRef
from linernotes.model.source import Source
from linernotes.settings import Settings
from linernotes.sources.web import open_web
from tests.sources.conftest import Hands
from tests.sources.mock_discogs import TOKEN, Archive, person, release, serve, small_archive, track
from tests.sources.mock_server import MockServer, json_reply, text_reply

RELEASE = ExternalId("discogs_release", "100")
MASTER = ExternalId("discogs_master", "500")


@pytest.fixture
def archive() -> Archive:
    return small_archive()


@pytest.fixture
def server(archive: Archive, hands: Hands) -> Iterator[MockServer]:
    with serve(archive, lambda: hands.time.timestamp()) as running:
        yield running


class Open:
    """Opens the source at the stand-in, with or without a token."""

    def __init__(
        self, server: MockServer, pool: AsyncConnectionPool[Any], client: httpx2.AsyncClient, hands: Hands
    ) -> None:
        self._with = (pool, client, hands.clock)
        self._url = server.url

    def __call__(self, token: str | None = TOKEN, url: str | None = None) -> Source:
        settings = Settings(discogs_url=url or self._url, discogs_token=token, contact="tests@example.org")
        return open_web("discogs", settings, *self._with)


@pytest.fixture
def opened(server: MockServer, pool: AsyncConnectionPool[Any], client: httpx2.AsyncClient, hands: Hands) -> Open:
    return Open(server, pool, client, hands)


def album(*ids: ExternalId, name: str = "Northern Windows", by: str = "Ada Lind") -> AlbumRef:
    return AlbumRef(id=uuid4(), name=name, artist=ArtistRef(id=uuid4(), name=by), ids=ids)


def ours(name: str, seconds: int | None = None) -> TrackRef:
    return TrackRef(id=uuid4(), name=name, recording_id=uuid4(), duration_ms=seconds and seconds * 1000)


GLASS, HUSH, ICE = ours("Glass", 221), ours("Hush", 243), ours("Ice")
TRACKS = (GLASS, HUSH, ICE)


async def ask(source: Source, of: AlbumRef, *tracks: TrackRef) -> CreditAnswer:
    assert source.credits is not None
    return await source.credits.credits(of, tracks or TRACKS)


def said(answer: CreditAnswer, track: TrackRef) -> set[tuple[str, str, str, Level]]:
    return {(c.record, c.person.name, c.raw_role, c.level) for c in answer.claims[track.id]}


def paths(server: MockServer) -> list[str]:
    return [asked.path for asked in server.asked]


async def test_an_album_with_a_number_needs_no_token_and_no_search(opened: Open, server: MockServer) -> None:
    answer = await ask(opened(None), album(RELEASE), HUSH, ICE)
    assert said(answer, HUSH) == {
        ("100", "Bo Beat", "Producer", Level.RECORDING),
        ("100", "Max Master", "Mastered By", Level.RELEASE),
    }
    assert {c.match for c in answer.claims[HUSH.id]} == {Match.WITHIN_2_SECONDS}
    assert {c.match for c in answer.claims[ICE.id]} == {Match.NO_DURATION}
    assert {c.credited_as for c in answer.claims[HUSH.id]} == {"", "B. Beat"}
    assert paths(server) == ["/releases/100"]
    assert "authorization" not in server.asked[0].headers


async def test_the_credits_of_all_versions_that_were_read_are_joined_and_each_names_its_version(
    opened: Open, server: MockServer
) -> None:
    answer = await ask(opened(None), album(RELEASE))
    assert ("101", "Cy Desk", "Producer, Mixed By", Level.RECORDING) in said(answer, GLASS)
    assert ("100", "Max Master", "Mastered By", Level.RELEASE) in said(answer, GLASS)
    assert {c.url for c in answer.claims[GLASS.id] if c.record == "101"} == {"https://www.discogs.com/release/101"}
    assert paths(server) == ["/releases/100", "/masters/500", "/masters/500/versions", "/releases/101"]


async def test_a_range_that_leaves_the_track_list_is_told_of_and_not_guessed(opened: Open) -> None:
    answer = await ask(opened(None), album(RELEASE))
    assert not [c for claims in answer.claims.values() for c in claims if c.raw_role == "Written-By"]
    (problem,) = answer.problems
    assert (problem.kind, problem.record) == ("unresolved_tracks", "101")
    assert "1 to 9" in problem.detail


async def test_a_master_leads_to_its_main_release_and_further_versions(opened: Open, server: MockServer) -> None:
    answer = await ask(opened(None), album(MASTER))
    assert {c.record for claims in answer.claims.values() for c in claims} == {"100", "101"}
    assert paths(server)[:2] == ["/masters/500", "/releases/100"]


async def test_no_more_than_three_versions_are_read(opened: Open, archive: Archive, server: MockServer) -> None:
    for number in range(101, 130):
        archive.add({**archive.releases[101], "id": number, "extraartists": []})  # nobody produced
    await ask(opened(), album(RELEASE))
    assert len([p for p in paths(server) if p.startswith("/releases/")]) == 3


async def test_with_a_token_an_album_is_searched_and_every_hit_is_checked(opened: Open, server: MockServer) -> None:
    answer = await ask(opened(), album())
    assert paths(server)[:3] == ["/database/search", "/releases/92", "/releases/100"]
    assert server.asked[0].params["type"] == "release"
    assert server.asked[0].headers["authorization"] == f"Discogs token={TOKEN}"
    assert ("100", "Bo Beat", "Producer", Level.RECORDING) in said(answer, HUSH)


async def test_a_search_is_read_page_by_page_until_the_album_is_found(
    archive: Archive, hands: Hands, opened: Open
) -> None:
    with serve(archive, lambda: hands.time.timestamp(), page=2) as server:
        answer = await ask(opened(url=server.url), album())
        assert answer.claims
        asked = [a.params["page"] for a in server.asked if a.path == "/database/search"]
    assert asked == ["1", "2"]


@pytest.mark.parametrize(
    "of",
    [
        album(by="Ada Linde"),
        album(name="Northern Windows II"),
        album(name="Northern Windows Remix"),
        album(by="\u200b"),
    ],
    ids=["another artist", "another title", "remixes", "nobody"],
)
async def test_a_search_that_finds_no_album_of_ours_says_nothing(opened: Open, of: AlbumRef) -> None:
    assert (await ask(opened(), of)).claims == {}


async def test_without_a_token_and_without_a_number_nothing_is_asked(opened: Open, server: MockServer) -> None:
    assert (await ask(opened(None), album())).claims == {}
    assert server.asked == []


async def test_a_second_look_within_six_hours_costs_no_call_and_later_it_does(
    opened: Open, server: MockServer, hands: Hands, db: psycopg.Connection
) -> None:
    source = opened()
    first = await ask(source, album())
    calls = len(server.asked)
    assert await ask(source, album()) == first
    assert len(server.asked) == calls
    hands.time += timedelta(hours=6, minutes=1)
    await ask(source, album())
    assert len(server.asked) == 2 * calls
    assert source.fresh_for == timedelta(hours=6)


@pytest.mark.parametrize(("token", "a_minute"), [(None, 25), (TOKEN, 50)])
async def test_no_more_leave_in_a_minute_than_are_allowed(
    opened: Open, archive: Archive, hands: Hands, token: str | None, a_minute: int
) -> None:
    source = opened(token)
    for number in range(200, 200 + a_minute + 1):
        archive.artists[number] = {"id": number, "name": "x"}
    people = [producer(str(number)) for number in range(200, 200 + a_minute + 1)]
    assert source.profiles is not None
    began = hands.time
    assert len(await source.profiles.profiles(people)) == a_minute + 1
    assert hands.time - began >= timedelta(seconds=59)


async def test_a_limit_that_others_at_our_address_used_up_is_waited_for_a_minute(
    opened: Open, server: MockServer, hands: Hands, db: psycopg.Connection
) -> None:
    source = opened(None)
    async with httpx2.AsyncClient(trust_env=False) as stranger:
        for _ in range(25):
            await stranger.get(f"{server.url}/artists/21")
    with pytest.raises(SourceBusy) as busy:
        await ask(source, album(RELEASE), HUSH)
    assert busy.value.wait == timedelta(seconds=60)
    assert db.execute("select paused_until from linernotes.budgets").fetchone() == (
        hands.time + timedelta(seconds=60),
    )
    hands.time += timedelta(seconds=61)
    assert said(await ask(source, album(RELEASE), HUSH), HUSH)


async def test_a_release_that_is_gone_is_passed_over(opened: Open, archive: Archive) -> None:
    del archive.releases[101]
    gone = ExternalId("discogs_release", "101")
    assert (await ask(opened(None), album(gone))).claims == {}
    assert said(await ask(opened(None), album(gone, MASTER)), HUSH)


async def test_a_number_that_is_none_is_not_asked_for(opened: Open, server: MockServer) -> None:
    wrong = [
        ExternalId("discogs_release", "../artists/1"),
        ExternalId("discogs_master", ""),
        ExternalId("discogs_release", "x"),
    ]
    assert (await ask(opened(None), album(*wrong))).claims == {}
    assert server.asked == []


async def test_an_answer_about_another_release_is_not_believed_and_not_kept(
    opened: Open, server: MockServer, archive: Archive, db: psycopg.Connection
) -> None:
    server.first(json_reply(archive.releases[101]))
    with pytest.raises(BadAnswer, match="answered about 101"):
        await ask(opened(None), album(RELEASE))
    assert db.execute("select count(*) from linernotes.responses").fetchone() == (0,)


@pytest.mark.parametrize(
    "reply", [text_reply("<html>Cloudflare</html>"), json_reply({"pagination": {}}), json_reply([])]
)
async def test_an_answer_of_another_shape_is_not_believed(opened: Open, server: MockServer, reply: Any) -> None:
    source = opened()
    server.first(reply)
    with pytest.raises(BadAnswer):
        await ask(source, album())
    assert (await ask(source, album())).claims


async def test_a_token_that_is_not_accepted_says_what_to_set(opened: Open) -> None:
    with pytest.raises(SettingsError, match="LINERNOTES_DISCOGS_TOKEN is not accepted"):
        await ask(opened("wrong"), album())


async def test_a_service_that_wants_a_token_where_none_is_set_says_so(opened: Open, server: MockServer) -> None:
    server.first(json_reply({"message": "You must authenticate to access this resource."}, 401))
    with pytest.raises(SettingsError, match="LINERNOTES_DISCOGS_TOKEN is not set"):
        await ask(opened(None), album(RELEASE))


async def test_the_source_needs_a_contact_and_no_token(
    pool: AsyncConnectionPool[Any], client: httpx2.AsyncClient
) -> None:
    with pytest.raises(CredentialMissing, match="LINERNOTES_CONTACT"):
        open_web("discogs", Settings(), pool, client)


async def test_a_track_of_another_length_is_another_recording(opened: Open) -> None:
    long, near = ours("Glass", 421), ours("Glass", 226)
    answer = await ask(opened(None), album(RELEASE, MASTER), long, near)
    assert set(answer.claims) == {near.id}
    assert {c.match for c in answer.claims[near.id]} == {Match.WITHIN_7_SECONDS}


async def test_on_a_release_by_various_only_tracks_of_our_artist_are_ours(opened: Open, archive: Archive) -> None:
    bo = person(21, "Bo Beat", "Producer")
    archive.add(
        release(
            300,
            "Summer Hits",
            [person(194, "Various")],
            [
                track("1", "Hush", "4:02", bo, artists=[person(31, "The Loud")]),
                track("2", "Glass", "3:41", bo, artists=[person(11, "Ada Lind (2)", join=","), person(32, "Cy")]),
            ],
        )
    )
    answer = await ask(opened(None), album(ExternalId("discogs_release", "300"), name="Summer Hits"))
    assert set(answer.claims) == {GLASS.id}


# ---- profiles


def producer(number: str, name: str = "Bo Beat") -> ProducerRef:
    return ProducerRef(id=uuid4(), name=name, ids=(ExternalId("discogs", number),))


async def profile_of(source: Source, one: ProducerRef) -> Any:
    assert source.profiles is not None
    found = await source.profiles.profiles([one])
    return found.get(one.id)


async def test_a_profile_has_links_and_other_names_and_no_other_people(opened: Open) -> None:
    profile = await profile_of(opened(None), producer("21"))
    assert [(link.kind, link.value) for link in profile.links] == [
        ("instagram", "bo.beat"),
        ("homepage", "bobeat.example.com"),
    ]
    assert profile.aliases == ("B. Beat", "Beat", "Bo Bertil Svensson")
    assert profile.kind == "person"
    assert {(link.source_url, link.source_record_id) for link in profile.links} == {
        ("https://www.discogs.com/artist/21", "21")
    }


async def test_a_group_has_members_and_the_names_of_a_pair_are_no_name_of_it(opened: Open) -> None:
    profile = await profile_of(opened(None), producer("25", "Beat & Desk"))
    assert (profile.kind, profile.aliases) == ("group", ())
    assert [(m.person.name, m.person.ids[0].value) for m in profile.members] == [("Bo Beat", "21"), ("Cy Desk", "23")]


@pytest.mark.parametrize("number", ["194", "355", "0", "abc", "999"])
async def test_nobody_in_particular_has_no_profile(opened: Open, number: str) -> None:
    assert await profile_of(opened(None), producer(number)) is None
