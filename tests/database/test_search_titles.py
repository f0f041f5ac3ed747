"""Finding songs and albums by what is remembered of their titles, on a real PostgreSQL."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection

from linernotes.errors import UsageError
from linernotes.model.names import search_key
from linernotes.search.titles import find_albums, find_tracks
from tests.counting import statements_sent
from tests.factories import World


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def songs(world: World, q: str, limit: int = 2) -> list[str]:
    """All that are found, in order, through pages of two."""
    found: list[str] = []
    cursor = None
    while True:
        page = find_tracks(world.db, q, limit=limit, cursor=cursor)
        found += [f"{hit.artist}: {hit.name}" for hit in page.items]
        cursor = page.next
        if cursor is None:
            return found


def albums(world: World, q: str) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = find_albums(world.db, q, limit=2, cursor=cursor)
        found += [hit.name for hit in page.items]
        cursor = page.next
        if cursor is None:
            return found


def test_a_song_says_who_produced_and_who_wrote_it_the_surest_first(world: World) -> None:
    track = world.track("Heroes", artist="Ada Lind", album="Berlin", released="1977-10-14")
    sure, less_sure, writer = world.producer("Zoe Sure"), world.producer("Al Lesser"), world.producer("Wes Writer")
    world.claim(track, sure)
    world.claim(track, sure, source="discogs")
    world.claim(track, less_sure)
    world.claim(track, writer, "composer")
    world.claim(track, writer, "mixer")
    world.conclude()
    (hit,) = find_tracks(world.db, "heroes").items
    assert (hit.name, hit.artist, hit.album, hit.release_date) == ("Heroes", "Ada Lind", "Berlin", "1977-10-14")
    assert (hit.produced_by, hit.produced_by_ids) == (["Zoe Sure", "Al Lesser"], [sure, less_sure])
    assert (hit.written_by, hit.written_by_ids) == (["Wes Writer"], [writer])


def test_the_title_itself_comes_before_its_beginning_and_words_of_it(world: World) -> None:
    for name in ("Cold Love", "Glove", "Love Story", "Love", "Unrelated"):
        world.track(name)
    assert songs(world, "love") == [f"Ada Lind: {name}" for name in ("Love", "Love Story", "Cold Love")]


@pytest.mark.parametrize(
    "q", ["heroes bowie", "bowie heroes", "david bowie - heroes", "HEROES", '"Heroes" (Live)', "hero", "heros bowie",
          "bowie heros", "heroes feat. somebody"],
)  # fmt: skip
def test_a_song_is_found_by_words_of_title_and_artist_in_any_order_and_with_typos(world: World, q: str) -> None:
    world.track('"Heroes"', artist="David Bowie")
    world.track("Changes", artist="David Bowie")
    world.track("Heroines", artist="Somebody Else")
    assert songs(world, q)[0] == 'David Bowie: "Heroes"'


def test_accents_are_forgiven_in_titles_and_in_artists(world: World) -> None:
    world.track("Jóga", artist="Björk")
    assert songs(world, "joga bjork") == songs(world, "JÓGA BJÖRK") == ["Björk: Jóga"]


def test_songs_that_are_only_spelt_alike_are_shown_when_nothing_else_answers(world: World) -> None:
    world.track("Let's Dance")
    world.track("Lets Dancer")
    world.track("Something Else")
    assert songs(world, "somethin else") == ["Ada Lind: Something Else"]
    (first, second) = find_tracks(world.db, "lets danse").items
    assert (first.name, first.alike, second.alike) == ("Let's Dance", True, True)


def test_originals_come_before_other_versions_and_what_is_on_more_albums_before_the_rest(world: World) -> None:
    once = world.track("Yesterday", artist="Covers", album="Tribute")
    world.track("Yesterday (Live)", artist="The Quartet", album="Tour", version="live", work="Yesterday")
    often = world.track("Yesterday", artist="The Quartet", album="First")
    world.track("Yesterday", artist="The Quartet", album="Best of", same_recording_as=often)
    assert songs(world, "yesterday") == [
        "The Quartet: Yesterday", "Covers: Yesterday", "The Quartet: Yesterday (Live)",
    ]  # fmt: skip
    (first, *_) = find_tracks(world.db, "yesterday").items
    assert (first.id, first.albums, once != often) == (often, 2, True)


def test_a_recording_stands_once_on_the_first_album_that_carried_it(world: World) -> None:
    late = world.track("Song", album="Best of", released="1999-01-01")
    early = world.track("Song", album="Debut", released="1980-01-01", same_recording_as=late)
    (hit,) = find_tracks(world.db, "song").items
    assert (hit.id, hit.album, hit.albums) == (early, "Debut", 2)


def test_a_track_that_another_program_stored_is_found_too(world: World) -> None:
    album = world.album("Foreign")
    world.db.execute("insert into tracks (name, album_id) values ('Of No Recording', %s)", [album])
    (hit,) = find_tracks(world.db, "no recording").items
    assert (hit.name, hit.version_class, hit.produced_by) == ("Of No Recording", "original", [])


def test_short_titles_are_found_when_they_are_whole_words(world: World) -> None:
    for name in ("XO", "Exotic", "O", "夢"):
        world.track(name)
    assert songs(world, "xo") == ["Ada Lind: XO"]
    assert songs(world, "o") == ["Ada Lind: O"]
    assert songs(world, "夢") == ["Ada Lind: 夢"]


def test_an_album_is_found_by_its_title_the_oldest_of_a_name_first(world: World) -> None:
    producer, other = world.producer("Most Tracks"), world.producer("One Track")
    for position in range(3):
        track = world.track(f"Song {position}", album="Love", released="1990")
        world.claim(track, producer)
    world.claim(track, other)
    world.conclude()
    for name, released in (("Love Songs", "1970"), ("Free Love", None), ("Loveless", "1991-11-04"), ("Hate", "1999")):
        world.album(name, released=released)
    assert albums(world, "love") == ["Love", "Love Songs", "Loveless", "Free Love"]
    (hit, *_) = find_albums(world.db, "LÓVE").items
    assert (hit.tracks, hit.produced_by, hit.release_date) == (3, ["Most Tracks", "One Track"], "1990")


def test_an_album_spelt_alike_is_shown_when_nothing_else_answers(world: World) -> None:
    world.album("Let's Dance")
    (hit,) = find_albums(world.db, "lets danse").items
    assert (hit.name, hit.alike) == ("Let's Dance", True)


def test_a_page_of_songs_or_albums_takes_one_statement_however_many_there_are(
    world: World, database_url: str
) -> None:
    for number in range(12):
        world.credit(world.track(f"Song {number}", album=f"Song album {number}"), world.producer(f"P {number}"))
    with statements_sent() as sent:
        assert len(find_tracks(world.db, "song", limit=10).items) == 10
        assert len(find_albums(world.db, "song", limit=10).items) == 10
    assert len(sent) == 2


@pytest.mark.parametrize("q", ["", " ", "\0", "\ud83d", "x" * 201])
def test_a_text_that_is_no_title_is_refused(world: World, q: str) -> None:
    for find in (find_tracks, find_albums):
        with pytest.raises(UsageError):
            find(world.db, q)


def test_a_cursor_of_another_title_is_refused(world: World) -> None:
    world.track("Love One")
    world.track("Love Two")
    cursor = find_tracks(world.db, "love", limit=1).next
    assert cursor
    with pytest.raises(UsageError, match="cursor"):
        find_tracks(world.db, "hate", cursor=cursor)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(q=st.text(max_size=40))
def test_any_text_is_answered_or_refused_and_signs_of_like_stand_for_themselves(world: World, q: str) -> None:
    world.track("Love")
    try:
        found = find_tracks(world.db, q).items
        find_albums(world.db, q)
    except UsageError:
        return
    assert all(hit.name == "Love" for hit in found)
    if not set("love") & set(search_key(q)):
        assert not found
