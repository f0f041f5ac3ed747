"""Every question of the search is understood by the oldest server we run on and by the newest."""

from __future__ import annotations

from datetime import UTC, datetime

from linernotes.api.keys import Role
from linernotes.api.rest.description import description
from linernotes.database.connect import connect
from linernotes.search.albums import album_page
from linernotes.search.artists import albums_of, artist_page, find_artists
from linernotes.search.collaboration import collaborators, network, path, similar
from linernotes.search.contents import contents
from linernotes.search.credits import credits_of, evidence_of
from linernotes.search.discoveries import discoveries
from linernotes.search.finding import Sort, Wanted, find_producers
from linernotes.search.producers import find_producer
from linernotes.search.profile import profile
from linernotes.search.timeline import timeline
from linernotes.search.tracks import track_page
from tests.factories import World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_every_question_is_answered(any_database_url: str) -> None:
    with connect(any_database_url) as db:
        world = World(db)
        ada, bo, cy = (world.producer(name) for name in ("Ada Öberg", "Bo Berg", "Cy"))
        for number, people in enumerate([(ada, bo), (ada, bo), (bo, cy)]):
            song = world.track(f"Song {number}", album=f"Album {number}", released=f"202{number + 4}-01-01")
            for person in people:
                world.claim(song, person)
        world.conclude()
        world.link(ada)
        db.execute("select linernotes.refresh_search(1000, %s)", [NOW])

        for sort in Sort:
            for q in (None, "berg", "bo", "ada oberk"):
                wanted = Wanted(q=q, sort=sort, roles=("producer",), year_from=2024, year_to=2026)
                first = find_producers(db, wanted, limit=1)
                assert first.items or sort is Sort.RISING
                if first.next:
                    assert find_producers(db, wanted, limit=1, cursor=first.next).items[0].id != first.items[0].id
        (artist,) = find_artists(db, "ada lind").items
        assert len(find_artists(db, None).items) == 1
        assert artist_page(db, artist.id).recordings == 3
        first_albums = albums_of(db, artist.id, limit=2)
        (oldest,) = albums_of(db, artist.id, limit=2, cursor=first_albums.next).items
        assert len(album_page(db, oldest.id).tracks) == 1
        credit, *_ = credits_of(db, bo, role="producer", year_from=2024).items
        assert track_page(db, credit.track_id).credits
        assert evidence_of(db, credit.id).credits[0].claims
        assert [t.name for t in collaborators(db, bo).items] == ["Ada Öberg", "Cy"]
        page = profile(db, find_producer(db, str(bo)))
        assert [(c.name, c.recordings) for c in page.collaborators] == [("Ada Öberg", 2), ("Cy", 1)]
        assert [s.name for s in similar(db, ada)] == ["Bo Berg", "Cy"]
        assert len(network(db, bo).edges) == 2
        assert [hop.to_name for hop in path(db, ada, cy).hops or ()] == ["Bo Berg", "Cy"]
        assert [y.year for y in timeline(db, bo).years] == [2024, 2025, 2026]
        assert contents(db).count("credits") == 6
        assert discoveries(db).items == ()
        assert len(description(db, Role.ANON)["paths"]) == 2
