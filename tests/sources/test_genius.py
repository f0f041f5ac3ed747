"""Genius over real HTTP: from a track to its song, and from a person to their accounts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool

from linernotes.errors import BadAnswer, CredentialMissing, SettingsError, SourceBusy
from linernotes.model.catalogue import AlbumRef, ArtistRef, ExternalId, TrackRef
from linernotes.model.claim import Claim, Match, ProducerRef
from linernotes.model.source import Source
from linernotes.settings import Settings
from linernotes.sources.web import open_web
from tests.sources.conftest import Hands
from tests.sources.mock_genius import TOKEN, Shelf, artist, serve, small_shelf, song
from tests.sources.mock_server import MockServer, json_reply, text_reply


@pytest.fixture
def shelf() -> Shelf:
    return small_shelf()


@pytest.fixture
def server(shelf: Shelf) -> Iterator[MockServer]:
    with serve(shelf) as running:
        yield running


def opened(
    server: MockServer, pool: AsyncConnectionPool[Any], client: httpx2.AsyncClient, hands: Hands, token: str = TOKEN
) -> Source:
    settings = Settings(genius_url=server.url, genius_token=token, contact="tests@example.org")
    return open_web("genius", settings, pool, client, hands.clock)


@pytest.fixture
def source(server: MockServer, pool: AsyncConnectionPool[Any], client: httpx2.AsyncClient, hands: Hands) -> Source:
    return opened(server, pool, client, hands)


def album(name: str = "Northern Windows", by: str = "Ada Lind") -> AlbumRef:
    return AlbumRef(id=uuid4(), name=name, artist=ArtistRef(id=uuid4(), name=by))


def track(name: str, **more: Any) -> TrackRef:
    return TrackRef(id=uuid4(), name=name, recording_id=uuid4(), **more)


async def claims_of(source: Source, *tracks: TrackRef, on: AlbumRef | None = None) -> dict[UUID, tuple[Claim, ...]]:
    assert source.credits is not None
    return dict((await source.credits.credits(on or album(), tracks)).claims)


async def test_the_song_of_our_artist_is_taken_and_not_the_first_hit(source: Source, server: MockServer) -> None:
    glass = track("Glass")
    said = await claims_of(source, glass)
    assert {c.record for c in said[glass.id]} == {"10"}
    assert [asked.path for asked in server.asked] == ["/search", "/songs/10"]
    assert server.asked[0].params == {"q": "Ada Lind Glass"}


async def test_producers_writers_and_roles_become_claims_and_companies_do_not(source: Source) -> None:
    glass = track("Glass")
    assert [(c.raw_role, c.person.name, c.match) for c in (await claims_of(source, glass))[glass.id]] == [
        ("Producer", "Bo Beat", Match.NO_DURATION),
        ("Producer", "NAV & Bo Beat", Match.NO_DURATION),
        ("Writer", "Ada Lind", Match.NO_DURATION),
        ("Writer", "wilma words", Match.NO_DURATION),
        ("Mastering Engineer", "Max Master", Match.NO_DURATION),
        ("Co-Producer", "wilma words", Match.NO_DURATION),
    ]


async def test_a_label_that_nobody_knows_is_told_of(source: Source) -> None:
    assert source.credits is not None
    answer = await source.credits.credits(album(), [track("Glass")])
    (problem,) = answer.problems
    assert (problem.kind, problem.record) == ("unknown_role", "label Glockenspieler Supreme")


async def test_a_second_look_at_the_same_tracks_costs_no_call(
    source: Source, server: MockServer, db: psycopg.Connection
) -> None:
    tracks = [track("Glass"), track("Hush")]
    first = await claims_of(source, *tracks)
    assert len(server.asked) == 4
    assert await claims_of(source, *tracks) == first
    assert len(server.asked) == 4
    assert db.execute("select calls, cached from linernotes.budgets").fetchone() == (4, 4)


async def test_one_request_a_second_leaves_and_one_at_a_time(source: Source, hands: Hands) -> None:
    began = hands.time
    await claims_of(source, track("Glass"), track("Hush"))
    assert (hands.time - began).total_seconds() >= 3


async def test_a_song_that_names_nobody_was_looked_up_and_an_unknown_one_was_not(
    source: Source, shelf: Shelf
) -> None:
    shelf.add(song(14, "Ice", artist(1, "Ada Lind")))
    ice, nowhere = track("Ice"), track("Nowhere To Be Found")
    assert await claims_of(source, ice, nowhere) == {ice.id: ()}


async def test_a_remix_and_a_live_take_are_not_the_song_and_the_song_is_neither(source: Source) -> None:
    remix, live, other = track("Glass (Night Owl Remix)"), track("Glass - Live"), track("Glass (Day Owl Remix)")
    said = await claims_of(source, remix, live, other)
    assert {id: {c.record for c in claims} for id, claims in said.items()} == {remix.id: {"92"}, live.id: set()}


async def test_a_guest_in_our_title_is_no_part_of_the_song(source: Source, server: MockServer) -> None:
    glass = track("Glass (feat. Ada Lindqvist)")
    assert (await claims_of(source, glass))[glass.id][0].record == "10"
    assert server.asked[0].params == {"q": "Ada Lind Glass"}


async def test_a_remaster_has_the_credits_of_the_song_without_its_mastering(source: Source) -> None:
    glass = track("Glass - 2011 Remaster")
    roles = [c.raw_role for c in (await claims_of(source, glass))[glass.id]]
    assert roles == ["Producer", "Producer", "Writer", "Writer", "Co-Producer"]


async def test_translations_and_namesakes_are_never_taken(source: Source) -> None:
    glass = track("Ada Lind - Glass (Traducción al Español)")
    assert await claims_of(source, glass, on=album(by="Genius Traducciones al Español")) == {}
    assert await claims_of(source, track("Glass"), on=album(by="Ada Li")) == {}


async def test_of_several_songs_of_one_name_the_one_on_our_album_is_taken_or_none(source: Source) -> None:
    intro = track("Intro")
    assert (await claims_of(source, intro))[intro.id][0].record == "13"
    assert await claims_of(source, intro, on=album("A Third Album")) == {}


async def test_a_title_that_every_album_has_is_believed_on_our_album_only(source: Source, shelf: Shelf) -> None:
    del shelf.songs[12]
    assert await claims_of(source, track("Intro"), on=album("A Third Album")) == {}


async def test_a_shared_spotify_track_makes_the_match_certain(source: Source) -> None:
    glass = track("Glass", ids=(ExternalId("spotify", "0123456789abcdefABCDEF"),))
    assert {c.match for c in (await claims_of(source, glass))[glass.id]} == {Match.SHARED_ID}


async def test_a_recording_whose_number_is_known_is_asked_for_without_a_search(
    source: Source, server: MockServer
) -> None:
    named_otherwise = track("Glas", recording_ids=(ExternalId("genius", "10"),))
    claims = (await claims_of(source, named_otherwise))[named_otherwise.id]
    assert {c.match for c in claims} == {Match.SHARED_ID}
    assert [asked.path for asked in server.asked] == ["/songs/10"]


async def test_a_name_without_a_visible_sign_is_not_asked_for(source: Source, server: MockServer) -> None:
    assert await claims_of(source, track("\u200b"), track("Glass"), on=album(by="\u200b")) == {}
    assert server.asked == []


async def test_lyrics_are_never_asked_for(source: Source, server: MockServer) -> None:
    await claims_of(source, track("Glass"))
    assert {asked.path.split("/")[1] for asked in server.asked} <= {"search", "songs", "artists"}


# ---- refusals


async def test_a_token_that_is_not_accepted_says_what_to_set_and_keeps_nothing(
    server: MockServer,
    pool: AsyncConnectionPool[Any],
    client: httpx2.AsyncClient,
    hands: Hands,
    db: psycopg.Connection,
) -> None:
    source = opened(server, pool, client, hands, token="wrong")
    with pytest.raises(SettingsError, match="LINERNOTES_GENIUS_TOKEN is not accepted"):
        await claims_of(source, track("Glass"))
    assert db.execute("select count(*) from linernotes.responses").fetchone() == (0,)


async def test_without_a_token_the_source_does_not_open(
    pool: AsyncConnectionPool[Any], client: httpx2.AsyncClient
) -> None:
    with pytest.raises(CredentialMissing, match="LINERNOTES_GENIUS_TOKEN"):
        open_web("genius", Settings(contact="tests@example.org"), pool, client)


async def test_the_token_goes_out_in_no_address_and_into_no_text(source: Source, server: MockServer) -> None:
    await claims_of(source, track("Glass"))
    assert all(TOKEN not in f"{asked.path} {asked.params}" for asked in server.asked)
    assert TOKEN not in repr(Settings(genius_token=TOKEN))


async def test_a_redirect_to_another_host_does_not_get_the_token(source: Source, server: MockServer) -> None:
    with serve(small_shelf()) as elsewhere:
        server.first(text_reply("", 302, Location=f"{elsewhere.url}/search"))
        with pytest.raises(BadAnswer, match="which is not followed"):
            await claims_of(source, track("Glass"))
        assert elsewhere.asked == []


async def test_one_song_that_is_refused_leaves_the_others_alone(source: Source, server: MockServer) -> None:
    glass, hush = track("Glass"), track("Hush")
    server.first(json_reply({"meta": {"status": 422, "message": "Unprocessable"}}, 422))
    assert source.credits is not None
    answer = await source.credits.credits(album(), [glass, hush])
    assert (set(answer.claims), [p.kind for p in answer.problems]) == ({hush.id}, ["refused"])


async def test_a_song_that_was_deleted_is_unknown(source: Source, shelf: Shelf, server: MockServer) -> None:
    server.answer = lambda asked: (
        json_reply({"meta": {"status": 404, "message": "404 Not Found"}}, 404)
        if asked.path == "/songs/10"
        else json_reply({"response": {"hits": [{"type": "song", "result": shelf.songs[10]}]}})
    )
    assert await claims_of(source, track("Glass")) == {}


@pytest.mark.parametrize(
    "reply",
    [
        text_reply("<!DOCTYPE html><title>Just a moment</title>"),
        json_reply({"meta": {"status": 200}, "response": {}}),
        json_reply({"meta": {"status": 200}, "response": {"song": {"id": 11}}}),
    ],
    ids=["HTML", "no hits", "a song instead of hits"],
)
async def test_an_answer_of_another_shape_is_not_believed(source: Source, server: MockServer, reply: Any) -> None:
    server.first(reply)
    with pytest.raises(BadAnswer):
        await claims_of(source, track("Glass"))
    glass = track("Glass")
    assert (await claims_of(source, glass))[glass.id]


async def test_an_answer_about_another_song_is_not_believed(source: Source, server: MockServer, shelf: Shelf) -> None:
    hits = {"hits": [{"type": "song", "result": shelf.songs[10]}]}
    server.first(json_reply({"response": hits}), json_reply({"response": {"song": shelf.songs[11]}}))
    with pytest.raises(BadAnswer, match="answered about 11"):
        await claims_of(source, track("Glass"))


async def test_too_many_requests_send_the_work_away(source: Source, server: MockServer) -> None:
    server.first(json_reply({"meta": {"status": 429, "message": "Too many"}}, 429, Retry_After="60"))
    with pytest.raises(SourceBusy):
        await claims_of(source, track("Glass"))


# ---- profiles


def producer(name: str, *ids: ExternalId) -> ProducerRef:
    return ProducerRef(id=uuid4(), name=name, ids=ids)


async def test_a_profile_has_accounts_other_names_and_both_ids(source: Source, server: MockServer) -> None:
    assert source.profiles is not None
    bo = producer("Bo Beat", ExternalId("genius", "Bo-beat"), ExternalId("genius", "2"))
    gone, by_slug = producer("x", ExternalId("genius", "999")), producer("y", ExternalId("genius", "Some-slug"))
    found = await source.profiles.profiles([bo, gone, by_slug])
    assert set(found) == {bo.id}
    profile = found[bo.id]
    assert [(link.kind, link.value) for link in profile.links] == [
        ("instagram", "bo.beat"),
        ("x", "bobeat"),
        ("genius", "Bo-beat"),
    ]
    assert profile.ids == (ExternalId("genius", "2"), ExternalId("genius_slug", "Bo-beat"))
    assert profile.aliases == ("Bo B.",)
    assert {(link.source_url, link.source_record_id) for link in profile.links} == {
        ("https://genius.com/artists/Bo-beat", "2")
    }
    assert [asked.path for asked in server.asked] == ["/artists/2", "/artists/999"]
