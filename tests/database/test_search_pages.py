"""The pages of artists, albums, tracks, and lists of credits, on a real PostgreSQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from linernotes.errors import NotFound, UsageError
from linernotes.search.albums import album_page
from linernotes.search.artists import albums_of, artist_page, find_artists
from linernotes.search.contents import contents
from linernotes.search.credits import CreditListed, credits_of, evidence_of
from linernotes.search.timeline import timeline
from linernotes.search.tracks import track_page
from tests.counting import statements_sent
from tests.factories import SEEN, World


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def artists(world: World, q: str | None) -> list[str]:
    found: list[str] = []
    cursor = None
    while True:
        page = find_artists(world.db, q, limit=2, cursor=cursor)
        found += [hit.name for hit in page.items]
        cursor = page.next
        if cursor is None:
            return found


def test_an_artist_is_found_by_name_alias_and_with_typos_nearest_first(world: World) -> None:
    for name in ("Björk", "Bjork Guests", "The Bjorks", "Sigur Rós", "Biork"):
        world.artist(name)
    assert artists(world, "bjork") == ["Björk", "Bjork Guests", "The Bjorks", "Biork"]
    world.db.execute(
        """update artists set metadata = '{"aliases": ["The Victorious Rose"]}' where name = 'Sigur Rós'"""
    )
    (hit,) = find_artists(world.db, "victorious rose").items
    assert (hit.name, hit.matched) == ("Sigur Rós", "The Victorious Rose")


def test_an_artist_is_found_by_one_word_with_a_wrong_letter(world: World) -> None:
    for name in ("The Beatles", "Beasts"):
        world.artist(name)
    assert artists(world, "beetles") == ["The Beatles"]


def test_artists_are_listed_by_name_when_none_is_asked_for(world: World) -> None:
    for name in ("cy", "Ada", "Bo", "Di", "ada"):
        world.artist(name)
    assert [name.lower() for name in artists(world, None)] == ["ada", "ada", "bo", "cy", "di"]


def test_an_artist_of_another_name_is_found_by_it_at_once(world: World) -> None:
    world.artist("Prince")
    world.db.execute("update artists set name = 'The Artist' where name = 'Prince'")
    assert (artists(world, "prince"), artists(world, "the artist")) == ([], ["The Artist"])


@pytest.mark.parametrize("q", ["x" * 201, "\0", "\ud83d"])
def test_a_text_that_is_no_name_finds_no_artist(world: World, q: str) -> None:
    with pytest.raises(UsageError):
        find_artists(world.db, q)


def test_an_artists_page_shows_albums_newest_first_and_who_made_them(world: World) -> None:
    producer, writer = world.producer("Ada Producer"), world.producer("Bo Writer")
    for name, released in (("Old", "1983"), ("New", "2020-05-01"), ("Undated", None)):
        track = world.track(f"{name} song", album=name, released=released)
        world.credit(track, writer, "composer")
    world.credit(track, producer)
    world.db.execute("""update artists set metadata = '{"genres": ["pop"], "aliases": ["A. L."]}'""")
    page = artist_page(world.db, world.artist())
    assert [(a.name, a.release_date, a.tracks, a.credited) for a in page.albums] == [
        ("New", "2020-05-01", 1, 1), ("Old", "1983", 1, 1), ("Undated", None, 1, 1),
    ]  # fmt: skip
    assert [(p.name, p.produced, p.written) for p in page.producers] == [("Ada Producer", 1, 0), ("Bo Writer", 0, 3)]
    assert (page.genres, page.aliases, page.albums_in_all, page.recordings) == (["pop"], ["A. L."], 3, 3)
    first = albums_of(world.db, page.id, limit=2)
    assert [a.name for a in albums_of(world.db, page.id, cursor=first.next).items] == ["Undated"]


def test_an_albums_page_shows_its_tracks_in_order_with_their_people(world: World) -> None:
    ada, bo = world.producer("Ada"), world.producer("Bo")
    second = world.track("Second", position=2)
    first = world.track("First", position=1)
    world.track("Bonus", disc=2, position=1)
    world.credit(first, ada)
    world.credit(second, bo, "mixer")
    world.credit(second, ada)
    world.looked(first, "musicbrainz", 1)
    page = album_page(world.db, world.album())
    assert [(t.name, [p.producer for p in t.credits], t.looked_up) for t in page.tracks] == [
        ("First", ["Ada"], True), ("Second", ["Ada", "Bo"], False), ("Bonus", [], False),
    ]  # fmt: skip
    assert (page.artist, page.tracks_in_all) == ("Ada Lind", 3)


def test_a_place_on_a_record_that_no_record_has_does_not_break_the_page(world: World) -> None:
    world.track("Odd")
    world.db.execute("""update tracks set metadata = '{"disc": 1e300, "position": "A1"}'""")
    (track,) = album_page(world.db, world.album()).tracks
    assert (track.disc, track.position) == (99999, None)


def test_a_tracks_page_shows_credits_other_places_versions_and_who_was_asked(world: World) -> None:
    ada = world.producer("Ada")
    song = world.track("Song", released="1983-05-01")
    world.track("Song", album="Best of", released="1999", same_recording_as=song)
    world.track("Song (Live)", album="On Stage", released="1990", version="live", work="Song")
    world.credit(song, ada)
    world.looked(song, "musicbrainz", 1)
    world.looked(song, "discogs")
    page = track_page(world.db, song)
    assert [(c.producer, c.role, c.confidence) for c in page.credits] == [("Ada", "producer", 0.95)]
    assert [(p.album, p.release_date) for p in page.also_on] == [("Best of", "1999-01-01")]
    assert [(p.track, p.version_class) for p in page.versions] == [("Song (Live)", "live")]
    assert [(s.source, s.claims, s.as_of) for s in page.sources] == [("musicbrainz", 1, SEEN), ("discogs", 0, SEEN)]


@pytest.mark.parametrize("page", [artist_page, album_page, track_page, evidence_of, timeline])
def test_what_is_not_there_is_not_found(world: World, page: Any) -> None:
    with pytest.raises(NotFound, match="has the id"):
        page(world.db, uuid4())


def test_a_page_costs_the_same_number_of_statements_however_much_it_shows(world: World) -> None:
    ada = world.producer("Ada")
    song = world.track("Song 0")
    world.credit(song, ada)

    def costs() -> list[int]:
        asked: list[Any] = []
        for page, id_ in (
            (artist_page, world.artist()), (album_page, world.album()), (track_page, song), (timeline, ada),
        ):  # fmt: skip
            with statements_sent() as sent:
                page(world.db, id_)
            asked.append(len(sent))
        with statements_sent() as sent:
            credits_of(world.db, ada)
        return [*asked, len(sent)]

    few = costs()
    for number in range(1, 20):
        world.credit(world.track(f"Song {number}", album=f"Album {number}"), ada)
        world.credit(world.track(f"Other {number}"), world.producer(f"Bo {number}"))
    assert costs() == few
    assert few[-1] == 1


def credits(world: World, id_: UUID, **wanted: Any) -> list[CreditListed]:
    found: list[CreditListed] = []
    cursor = None
    while True:
        page = credits_of(world.db, id_, limit=2, cursor=cursor, **wanted)
        found += page.items
        cursor = page.next
        if cursor is None:
            return found


def test_credits_are_listed_newest_first_each_recording_once_on_its_first_album(world: World) -> None:
    ada = world.producer("Ada")
    for title, released in (("Old", "1983"), ("New", "2020-05-01"), ("Undated", None), ("Between", "1999-05")):
        world.credit(world.track(title, album=f"{title} album", released=released), ada)
    old = next(t for (t,) in world.db.execute("select id from tracks where name = 'Old'"))
    world.track("Old", album="Best of", released="2024", same_recording_as=old)
    world.conclude()
    assert [(c.track, c.album, c.release_date) for c in credits(world, ada)] == [
        ("New", "New album", "2020-05-01"), ("Between", "Between album", "1999-05"), ("Old", "Old album", "1983"),
        ("Undated", "Undated album", None),
    ]  # fmt: skip
    assert [c.track for c in credits(world, ada, year_from=1983, year_to=1999)] == ["Between", "Old"]
    assert [c.track for c in credits(world, ada, year_from=2021)] == []


def test_credits_can_be_those_of_a_role_or_a_class_and_those_that_are_verified(world: World) -> None:
    ada = world.producer("Ada")
    one, two = world.track("One"), world.track("Two")
    world.credit(one, ada, "co_producer")
    world.credit(two, ada, "composer")
    world.credit(two, ada, "composer", source="discogs", base=0.9)
    assert [c.track for c in credits(world, ada, role="producer")] == ["One"]
    assert [c.track for c in credits(world, ada, role="writer")] == ["Two"]
    assert [c.track for c in credits(world, ada, verified=True)] == ["Two"]
    with pytest.raises(UsageError, match="There is no role"):
        credits_of(world.db, ada, role="drummer")
    with pytest.raises(NotFound):
        credits_of(world.db, uuid4())


def test_the_evidence_of_a_credit_tells_its_role_first(world: World) -> None:
    ada = world.producer("Ada")
    song = world.track("Song")
    world.credit(song, ada)
    world.credit(song, ada, "composer")
    (composed,) = credits(world, ada, role="composer")
    found = evidence_of(world.db, composed.id)
    assert (found.track.track, found.producer.name) == ("Song", "Ada")
    assert [c.role for c in found.credits] == ["composer", "producer"]
    assert found.credits[0].claims[0].source == "musicbrainz"


def test_a_timeline_counts_recordings_in_the_year_of_their_first_release(world: World) -> None:
    ada = world.producer("Ada")
    song = world.track("Song", album="First", released="1983")
    world.track("Song", album="Best of", released="1999", same_recording_as=song)
    world.credit(song, ada)
    world.credit(song, ada, "composer")
    world.credit(world.track("Later", artist="Bo", album="Bo's", released="1999"), ada, "composer")
    world.credit(world.track("Some day", album="Undated", released=None), ada)
    assert [(y.year, y.recordings, y.produced, y.written, y.artists) for y in timeline(world.db, ada).years] == [
        (1983, 1, 1, 1, ["Ada Lind"]), (1999, 1, 0, 1, ["Bo"]), (None, 1, 1, 0, ["Ada Lind"]),
    ]  # fmt: skip


def test_the_contents_are_counted_and_each_source_says_as_of_when(world: World) -> None:
    ada = world.producer("Ada")
    song = world.track("Song")
    world.credit(song, ada)
    world.looked(song, "musicbrainz", 1)
    found = contents(world.db)
    assert {h.thing: h.count for h in found.held} == {
        "artists": 1, "albums": 1, "tracks": 1, "recordings": 1, "producers": 1, "credits": 1, "claims": 1,
        "links": 0,
    }  # fmt: skip
    assert all(h.exact for h in found.held)
    assert [(s.source, s.recordings, s.claims, s.as_of) for s in found.sources] == [("musicbrainz", 1, 1, SEEN)]


def test_a_table_too_large_to_count_is_told_as_an_estimate(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.artist("One")
    world.artist("Two")
    world.db.execute("analyze public.artists")
    monkeypatch.setattr("linernotes.search.contents.COUNTED_UP_TO", 1)
    held = {h.thing: h for h in contents(world.db).held}
    assert (held["artists"].count, held["artists"].exact, held["albums"].exact) == (2, False, True)
