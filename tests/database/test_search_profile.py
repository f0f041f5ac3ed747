"""One producer's page, on a real PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from linernotes.search.producers import find_producer
from linernotes.search.profile import ProducerProfile, profile
from tests.factories import SEEN, World


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def page_of(world: World, producer: UUID, **options: Any) -> ProducerProfile:
    return profile(world.db, find_producer(world.db, str(producer)), **options)


def test_credits_are_grouped_by_role_and_a_recording_counts_once(world: World) -> None:
    ada = world.producer("Ada")
    hit = world.track("Hit", album="Debut", released="2019")
    world.track("Hit", album="Best of", released="2024", same_recording_as=hit)
    world.credit(hit, ada)
    world.credit(hit, ada, "composer")
    world.credit(world.track("Other"), ada)
    page = page_of(world, ada)
    assert [(role.role, role.recordings) for role in page.roles] == [("producer", 2), ("composer", 1)]
    produced = [credit for credit in page.credits if credit.role == "producer"]
    assert sorted((c.track, c.album, c.year) for c in produced) == [("Hit", "Debut", 2019), ("Other", "First", 2020)]


def test_only_the_best_known_recordings_are_listed_and_all_are_counted(world: World) -> None:
    ada = world.producer("Ada")
    for number in range(5):
        world.claim(world.track(f"Track {number}", popularity=number), ada)
    world.conclude()
    page = page_of(world, ada, top=2)
    assert [credit.track for credit in page.credits] == ["Track 4", "Track 3"]
    assert page.roles[0].recordings == 5
    assert len(page_of(world, ada, top=None).credits) == 5


def test_a_credit_says_what_a_reader_should_know_of_it(world: World) -> None:
    ada = world.producer("Ada")
    song = world.track("Song")
    world.claim(song, ada, credited_as="A. Lind", source="musicbrainz")
    world.claim(song, ada, source="list", base=0.9)
    world.claim(world.track("Album track"), ada, scope="release")
    world.claim(world.track("Perhaps"), ada, base=0.4)
    world.track("Song (edit)", work="Song", version="edit")
    world.conclude()
    said = {c.track: (c.flags, c.credited_as) for c in page_of(world, ada).credits}
    assert said == {
        "Song": ("verified", "A. Lind"),
        "Song (edit)": ("verified, inherited", "A. Lind"),
        "Album track": ("said of the whole album", None),
    }


def test_collaborators_are_those_on_the_same_recording_even_if_another_track_carries_it(world: World) -> None:
    ada, bo, cy = world.producer("Ada"), world.producer("Bo"), world.producer("Cy")
    song, other = world.track("Song"), world.track("Other")
    world.track("Song", album="Best of", same_recording_as=song)
    for track, who, role in (
        (song, ada, "producer"),
        (song, bo, "composer"),
        (song, bo, "mixer"),
        (other, cy, "mixer"),
    ):
        world.claim(track, who, role)
    world.conclude()
    (met,) = page_of(world, ada).collaborators
    assert (met.name, met.recordings, met.roles) == ("Bo", 1, ["composer", "mixer"])


def test_artists_worked_with_have_the_years_of_the_first_and_last_album(world: World) -> None:
    ada = world.producer("Ada")
    for title, album, released in (("A", "Early", "1999-05"), ("B", "Late", "2021"), ("C", "Undated", None)):
        world.claim(world.track(title, artist="Bo Berg", album=album, released=released), ada)
    world.conclude()
    (artist,) = page_of(world, ada).artists
    assert (artist.name, artist.recordings, artist.first_year, artist.last_year) == ("Bo Berg", 3, 1999, 2021)


def test_a_group_credit_is_seen_by_members_as_via_the_group_and_not_counted_as_their_own(world: World) -> None:
    member, group = world.producer("Chad", kind="person"), world.producer("The Neptunes", kind="group")
    world.member(group, member)
    shared, groups_own = world.track("Both"), world.track("Group only")
    world.claim(shared, member)
    world.claim(shared, group)
    world.claim(groups_own, group)
    world.conclude()
    page = page_of(world, member)
    assert sum(role.recordings for role in page.roles) == 1
    assert [(via.name, via.recordings) for via in page.groups] == [("The Neptunes", 1)]
    assert [m.name for m in page_of(world, group).members] == ["Chad"]


def test_what_a_group_made_before_or_after_a_membership_is_not_the_members(world: World) -> None:
    member, group = world.producer("Chad"), world.producer("The Neptunes", kind="group")
    world.member(group, member, date(2000, 1, 1), date(2009, 12, 31))
    for title, released in (("Before", "1999"), ("During", "2005-06"), ("After", "2015"), ("Undated", None)):
        world.claim(world.track(title, album=title, released=released), group)
    world.conclude()
    (via,) = page_of(world, member).groups
    assert via.recordings == 2


def test_links_carry_their_source_and_a_disputed_or_dead_one_is_not_shown(world: World) -> None:
    ada, bo = world.producer("Ada"), world.producer("Bo")
    world.link(ada, "homepage", "https://ada.example")
    world.link(ada, "youtube", "https://gone.example", state="gone")
    for who in (ada, bo):
        world.link(who, "instagram", "https://instagram.example/both")
    (link,) = page_of(world, ada).links
    assert (link.url, link.source, link.source_url, link.last_seen_at) == (
        "https://ada.example",
        "musicbrainz",
        "https://musicbrainz.example/artist/1",
        SEEN,
    )
    assert page_of(world, bo).links == []


def test_every_source_says_as_of_when(world: World) -> None:
    ada = world.producer("Ada")
    later = SEEN + timedelta(days=9)
    world.claim(world.track("One"), ada, source="musicbrainz")
    world.claim(world.track("Two"), ada, source="musicbrainz", seen=later)
    world.link(ada, source="wikidata")
    said = [(s.source, s.claims, s.links, s.as_of) for s in page_of(world, ada).sources]
    assert said == [("musicbrainz", 2, 0, later), ("wikidata", 0, 1, SEEN)]


def test_names_and_ids_are_listed_but_not_our_own_note_of_the_name(world: World) -> None:
    ada = world.producer("Ada", "Ada L.", kind="person")
    world.name(ada, "A. Lind", "credited_as")
    world.external_id(ada, "wikidata", "Q1")
    world.external_id(ada, "name", "ada")
    page = page_of(world, ada)
    assert [(n.name, n.kind) for n in page.names] == [
        ("Ada", "name"),
        ("Ada L.", "alias"),
        ("A. Lind", "credited_as"),
    ]
    assert [(i.scheme, i.value) for i in page.ids] == [("wikidata", "Q1")]
    assert page.kind == "person"


def test_somebody_without_credits_has_a_page_all_the_same(world: World) -> None:
    page = page_of(world, world.producer("Nobody Yet"))
    assert (page.roles, page.credits, page.collaborators, page.sources) == ([], [], [], [])
