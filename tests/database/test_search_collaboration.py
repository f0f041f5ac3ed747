"""Who works with whom, on a real PostgreSQL."""

from __future__ import annotations

import itertools
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from linernotes.errors import NotFound, UsageError
from linernotes.search import paths
from linernotes.search.collaboration import collaborators, network, path, similar
from tests.counting import statements_sent
from tests.factories import World


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def together(world: World, *people: UUID, title: str = "Song", role: str = "producer", **track: Any) -> UUID:
    """A new recording that credits these people."""
    made = world.track(f"{title} {len(world.recordings)}", **track)
    for person in people:
        world.claim(made, person, role)
    world.conclude()
    return made


def test_a_collaborator_is_credited_on_the_same_recordings_and_so_is_the_other_way_round(world: World) -> None:
    ada, bo, cy = (world.producer(name) for name in ("Ada", "Bo", "Cy"))
    together(world, ada, bo, album="A", released="1983")
    together(world, ada, bo, cy, album="B", released="1999")
    together(world, cy)
    assert [(t.name, t.recordings, t.first_year, t.last_year) for t in collaborators(world.db, ada).items] == [
        ("Bo", 2, 1983, 1999), ("Cy", 1, 1999, 1999),
    ]  # fmt: skip
    for one in collaborators(world.db, ada).items:
        assert (ada, one.recordings) in [(t.id, t.recordings) for t in collaborators(world.db, one.id).items]


def test_a_recording_on_many_albums_is_one_that_was_made_together(world: World) -> None:
    ada, bo = world.producer("Ada"), world.producer("Bo")
    song = together(world, ada, bo)
    for number in range(4):
        world.track("Song", album=f"Best of {number}", same_recording_as=song)
    world.conclude()
    assert [t.recordings for t in collaborators(world.db, ada).items] == [1]


def test_collaborators_come_page_by_page_each_once(world: World) -> None:
    ada = world.producer("Ada")
    for number in range(5):
        together(world, ada, world.producer(f"Bo {number}"))
    first = collaborators(world.db, ada, limit=3)
    second = collaborators(world.db, ada, limit=3, cursor=first.next)
    assert [t.name for t in (*first.items, *second.items)] == [f"Bo {n}" for n in range(5)]
    assert second.next is None
    with statements_sent() as sent:
        collaborators(world.db, ada)
    assert len(sent) == 1


def test_roles_are_told_of_both(world: World) -> None:
    ada, bo = world.producer("Ada"), world.producer("Bo")
    song = world.track("Song")
    for person, role in ((ada, "producer"), (ada, "mixer"), (bo, "composer")):
        world.claim(song, person, role)
    world.conclude()
    (met,) = collaborators(world.db, ada).items
    assert (met.their_roles, met.own_roles) == (["composer"], ["mixer", "producer"])


def test_similar_are_those_who_work_for_the_same_artists_with_the_reason(world: World) -> None:
    ada, near, far, stranger = (world.producer(name) for name in ("Ada", "Near", "Far", "Stranger"))
    for artist in ("Xenia", "Yves", "Zoe"):
        together(world, ada, artist=artist, album=artist)
        together(world, near, artist=artist, album=artist)
    together(world, far, artist="Xenia", album="Xenia")
    for artist in ("Other", "Others", "Still others"):
        together(world, far, artist=artist, album=artist)
    together(world, stranger, artist="Nobody's", album="N")
    together(world, ada, near, artist="Zoe", album="Zoe")
    found = similar(world.db, ada)
    assert [s.name for s in found] == ["Near", "Far"]
    assert found[0].likeness > found[1].likeness > 0
    assert found[0].why == "Both worked with Yves, Zoe, Xenia; together on 1 recording."
    assert found[1].why == "Both worked with Xenia."


def test_a_path_is_the_shortest_chain_of_recordings_each_with_its_credits(world: World) -> None:
    people = [world.producer(name) for name in ("Ada", "Bo", "Cy", "Di", "Ed")]
    for one, other in itertools.pairwise(people):
        together(world, one, other)
    detour = world.producer("Detour")
    together(world, people[0], detour)
    found = path(world.db, people[0], people[3])
    assert found.hops is not None
    assert [(h.from_name, h.to_name) for h in found.hops] == [("Ada", "Bo"), ("Bo", "Cy"), ("Cy", "Di")]
    assert found.complete
    for hop in found.hops:
        credits = world.db.execute(
            "select producer_id from track_producers where track_id = %s and id = any(%s) order by confidence",
            [hop.track_id, [hop.from_credit_id, hop.to_credit_id]],
        ).fetchall()
        assert {c for (c,) in credits} == {hop.from_id, hop.to_id}


def test_there_is_no_path_to_somebody_who_works_alone_and_none_is_needed_to_oneself(world: World) -> None:
    ada, hermit = world.producer("Ada"), world.producer("Hermit")
    together(world, ada, world.producer("Bo"))
    together(world, hermit)
    assert path(world.db, ada, hermit).hops is None
    assert path(world.db, ada, hermit).complete
    assert path(world.db, ada, ada).hops == ()
    with pytest.raises(NotFound):
        path(world.db, ada, uuid4())


def test_a_search_for_a_path_ends_and_says_that_it_did_not_look_everywhere(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "MOST_PEOPLE", 3)
    people = [world.producer(f"P{number}") for number in range(8)]
    for one, other in itertools.pairwise(people):
        together(world, one, other)
    found = path(world.db, people[0], people[-1])
    assert (found.hops, found.complete) == (None, False)


def test_a_path_longer_than_six_hops_is_not_told(world: World) -> None:
    people = [world.producer(f"P{number}") for number in range(8)]
    for one, other in itertools.pairwise(people):
        together(world, one, other)
    assert len(path(world.db, people[0], people[6]).hops or ()) == 6
    assert path(world.db, people[0], people[7]).hops is None
    with statements_sent() as sent:
        path(world.db, people[0], people[6])
    assert len(sent) <= 2 + paths.MOST_HOPS + 1


def test_a_network_is_somebody_and_who_they_work_with_most_and_who_of_these_with_each_other(world: World) -> None:
    ada, bo, cy, di = (world.producer(name) for name in ("Ada", "Bo", "Cy", "Di"))
    together(world, ada, bo, cy)
    together(world, ada, bo)
    together(world, ada, di)
    together(world, bo, cy)
    drawn = network(world.db, ada, limit=2)
    assert [(n.name, n.recordings, n.distance) for n in drawn.nodes] == [("Ada", 3, 0), ("Bo", 2, 1), ("Cy", 1, 1)]
    assert {frozenset((e.source, e.target)): e.recordings for e in drawn.edges} == {
        frozenset((ada, bo)): 2, frozenset((ada, cy)): 1, frozenset((bo, cy)): 2,
    }  # fmt: skip
    with pytest.raises(UsageError, match="1 to 60"):
        network(world.db, ada, limit=61)
