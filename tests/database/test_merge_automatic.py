"""Who is merged by themselves, on a shared id and on nothing else: rules P2 and P3."""

from __future__ import annotations

from linernotes.database import decisions
from tests.database.conftest import World, person, said
from tests.database.merging import (
    ADA,
    BY_ME,
    credits,
    merged,
    problems,
    producer,
    profile_says,
    two_sources,
)


async def test_two_are_merged_when_a_profile_names_both_ids_as_one_persons(world: World):
    await two_sources(world)
    await profile_says(world, "Ada Lind", "discogs:1")
    assert merged(world.db) == [("A. Lind", "Ada Lind")]
    assert world.credits() == [
        ("Ada Lind", "producer", 0.9),
        ("Ada Lind", "producer", 0.95),
        ("Ada Lind", "producer", 0.9725),
    ]
    why, by, automatic = world.db.execute("select why, by, automatic from linernotes.producer_merges").fetchone()
    assert (why, by, automatic) == ("musicbrainz names one person with discogs 1", "linernotes", True)
    assert problems(world.db) == []


async def test_two_are_merged_when_a_claim_names_both_ids_as_one_persons(world: World):
    await two_sources(world)
    third = await world.track("Three")
    await world.claim(third, said(third, person("Ada", "musicbrainz:a", "discogs:1")))
    assert merged(world.db) == [("A. Lind", "Ada Lind")]
    assert {name for name, _, _ in world.credits()} == {"Ada Lind"}


async def test_a_merge_moves_the_credits_of_recordings_that_no_answer_was_about(world: World):
    await two_sources(world)
    await profile_says(world, "Ada Lind", "discogs:1")
    assert [c[1] for c in credits(world.db)] == [producer(world, "Ada Lind")] * 3


async def test_claims_keep_the_producer_they_were_stored_with(world: World):
    await two_sources(world)
    claims = "select recording_id, producer_id, role, source, record from linernotes.claims order by 1, 2, 3, 4, 5"
    before = world.db.execute(claims).fetchall()
    await profile_says(world, "Ada Lind", "discogs:1")
    assert world.db.execute(claims).fetchall() == before


async def test_two_different_ids_of_one_scheme_are_never_merged_automatically(world: World):
    await two_sources(world)
    track = await world.track("Three")
    await world.claim(track, said(track, person("Ada Lind", "musicbrainz:a", "discogs:2")))
    before = credits(world.db)
    await profile_says(world, "Ada Lind", "discogs:1")
    assert merged(world.db) == []
    assert credits(world.db) == before
    assert problems(world.db) == [("shared_id", "discogs:1")]
    ((detail,),) = world.db.execute("select detail from linernotes.problems").fetchall()
    assert "they have different ids at discogs" in detail
    assert "linernotes people merge" in detail


async def test_an_id_in_common_does_not_join_two_people_of_one_database(world: World):
    one, two = await world.track("One"), await world.track("Two")
    await world.claim(one, said(one, person("Ada Lind", "musicbrainz:a", "discogs:1")))
    await world.claim(two, said(two, person("Ada Lind", "musicbrainz:b", "discogs:1")))
    assert world.db.execute("select count(distinct producer_id) from track_producers").fetchone() == (2,)
    assert merged(world.db) == []
    assert problems(world.db) == [("shared_id", "discogs:1")]


async def test_a_second_id_of_a_scheme_is_not_taken_and_is_reported(world: World):
    track = await world.track()
    await world.claim(track, said(track, person("Ada Lind", "musicbrainz:a", "discogs:1", "discogs:2")))
    await profile_says(world, "Ada Lind", "discogs:3", "wikidata:Q1", "wikidata:Q2", "isni:1", "isni:2")
    ids = "select scheme || ':' || value from linernotes.external_ids where entity_type = 'producer' order by 1"
    kept = [row[0] for row in world.db.execute(ids)]
    assert kept == ["discogs:1", "isni:1", "isni:2", "musicbrainz:a", "wikidata:Q1"]
    assert problems(world.db) == [("second_id", r) for r in ("discogs:2", "discogs:3", "wikidata:Q2")]


async def test_two_ids_that_their_own_database_calls_one_are_one(world: World):
    one, two = await world.track("One"), await world.track("Two")
    await world.claim(one, said(one, person("Ada Lind", "musicbrainz:old")))
    await world.claim(two, said(two, person("Ada L.", "musicbrainz:new")))
    await profile_says(world, "Ada Lind", "musicbrainz:new", "musicbrainz:old", source="musicbrainz")
    assert merged(world.db) == [("Ada L.", "Ada Lind")]


async def test_a_group_and_a_person_are_never_merged_automatically(world: World):
    track = await world.track()
    band, singer = person("The Linds", "discogs:1", kind="group"), person("Ada Lind", "musicbrainz:a", kind="person")
    await world.claim(track, said(track, band), said(track, singer, "writer"))
    await profile_says(world, "Ada Lind", "discogs:1")
    assert merged(world.db) == []
    assert problems(world.db) == [("shared_id", "discogs:1")]


async def test_namesakes_without_an_id_are_never_merged_automatically(world: World):
    for n in range(4):
        track = await world.track(f"Song {n}")
        await world.claim(track, said(track, ADA), source="musicbrainz")
        await world.claim(track, said(track, person("Ada Lind!"), "writer", source="list"), source="list")
    assert merged(world.db) == []
    assert world.db.execute("select count(*) from producers").fetchone() == (2,)


async def test_a_merge_that_people_took_back_is_never_made_again_automatically(world: World):
    await two_sources(world)
    await profile_says(world, "Ada Lind", "discogs:1")
    (made,) = decisions.live_merges(world.db, producer(world, "Ada Lind"))
    assert decisions.split(world.db, made.id, BY_ME)
    await profile_says(world, "Ada Lind", "discogs:1")
    track = await world.track("Three")
    await world.claim(track, said(track, person("Ada", "musicbrainz:a", "discogs:1")))
    assert merged(world.db) == []
    assert problems(world.db) == []
