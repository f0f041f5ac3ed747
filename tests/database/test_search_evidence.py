"""Why a credit stands, on a real PostgreSQL. What is explained is what the concluding function stored."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import Connection

from linernotes.errors import NotFound, UsageError
from linernotes.search.evidence import CreditEvidence, evidence
from tests.factories import World


@pytest.fixture
def world(db: Connection[Any]) -> World:
    return World(db)


def the_credit(world: World, track: str = "Song", producer: str = "Ada") -> CreditEvidence:
    (credit,) = evidence(world.db, track, producer).credits
    return credit


def test_one_source_alone_is_as_sure_as_its_claim(world: World) -> None:
    world.credit(world.track("Song"), world.producer("Ada"))
    found = the_credit(world)
    assert found.credit is not None
    assert (found.credit.confidence, found.computed) == (0.95, 0.95)
    assert found.reasons == (
        "0.9500: the strongest claim, and no second family of sources makes it.",
        "Not verified: that takes two families of sources with 0.60 or more each, here 1.",
    )


def test_a_second_family_counts_half_and_verifies(world: World) -> None:
    song, ada = world.track("Song"), world.producer("Ada")
    world.claim(song, ada, source="musicbrainz", base=0.95)
    world.claim(song, ada, source="list", base=0.9)
    world.conclude()
    found = the_credit(world)
    assert found.credit is not None
    assert (found.credit.confidence, found.computed, found.credit.verified) == (0.9725, 0.9725, True)
    assert found.reasons[0].startswith("0.9725: 1 − (1 − 0.95) × (1 − 0.9 / 2), so the strongest")
    assert found.reasons[1] == "Verified: 2 families of sources claim it with 0.60 or more."


def test_claims_of_one_family_do_not_add_and_all_are_shown(world: World) -> None:
    song, ada = world.track("Song"), world.producer("Ada")
    world.claim(song, ada, record="a", base=0.95, match=0.8)
    world.claim(song, ada, record="b", base=0.95)
    world.conclude()
    found = the_credit(world)
    assert found.computed == 0.95
    assert [(c.record, c.counts, c.strength) for c in found.claims] == [("b", True, 0.95), ("a", False, 0.76)]
    assert (
        "Several claims of musicbrainz: claims of one family do not add, the strongest stands for it."
        in found.reasons
    )


def test_many_sources_come_to_no_more_than_the_cap(world: World) -> None:
    song, ada = world.track("Song"), world.producer("Ada")
    for source in ("musicbrainz", "discogs", "genius", "list"):
        world.claim(song, ada, source=source, base=0.95)
    world.conclude()
    assert the_credit(world).computed == 0.99
    assert the_credit(world).reasons[0].startswith("at most 0.99: 1 − (1 − 0.95)")


def test_a_claim_of_the_whole_album_is_flagged(world: World) -> None:
    world.credit(world.track("Song"), world.producer("Ada"), scope="release")
    found = the_credit(world)
    assert found.computed == 0.7
    assert any("release scope" in reason for reason in found.reasons)


def test_a_claim_of_the_whole_album_does_not_count_beside_a_more_specific_one(world: World) -> None:
    song = world.track("Song")
    world.claim(song, world.producer("Ada"), scope="release")
    world.claim(song, world.producer("Bo"), scope="recording")
    world.conclude()
    found = the_credit(world)
    assert (found.credit, found.computed) == (None, None)
    assert [(c.overruled, c.counts) for c in found.claims] == [(True, False)]
    assert found.reasons == (
        "A claim about the whole album does not count where a source speaks of this very recording.",
        "No credit was concluded from this.",
    )


def test_an_edit_inherits_the_producer_at_nine_tenths(world: World) -> None:
    world.claim(world.track("Song"), world.producer("Ada"))
    world.track("Song (edit)", work="Song", version="edit")
    world.conclude()
    found = the_credit(world, "Song (edit)")
    assert found.credit is not None
    assert (found.credit.confidence, found.credit.inherited, found.computed) == (0.855, True, 0.855)
    assert "Inherited × 0.90 from 'Song', another version of the same work." in found.reasons
    assert found.claims[0].inherited_from == "Song"


def test_a_source_that_knows_only_the_name_counts_for_whom_another_identifies(world: World) -> None:
    song = world.track("Song")
    ada, only_a_name = world.producer("Ada"), world.producer("Ada", qualifier=" (2)")
    world.claim(song, ada)
    world.claim(song, only_a_name, source="list", base=0.5, by_name=True)
    world.conclude()
    found = the_credit(world)
    assert found.credit is not None
    assert found.credit.confidence == found.computed == 0.9625
    assert [c.source for c in found.claims] == ["musicbrainz", "list"]
    assert any("knows the name without an id" in reason for reason in found.reasons)


def test_a_credit_that_the_claims_no_longer_give_says_so(world: World) -> None:
    song, ada = world.track("Song"), world.producer("Ada")
    world.credit(song, ada)
    world.claim(song, ada, source="list", base=0.9)
    assert any(
        "stored confidence is 0.9500 and the claims now come to 0.9725" in reason
        for reason in the_credit(world).reasons
    )


def test_a_credit_that_somebody_wrote_without_a_claim_says_so(world: World) -> None:
    song, ada = world.track("Song"), world.producer("Ada")
    world.db.execute(
        """insert into public.track_producers (track_id, producer_id, confidence, source)
           values (%s, %s, 0.8, 'import')""",
        [song, ada],
    )
    found = the_credit(world)
    assert (found.computed, found.claims) == (None, ())
    assert found.reasons == ("No claim is stored for this credit: import wrote it with this confidence.",)


def test_a_conflict_and_a_credit_too_weak_to_show_are_told(world: World) -> None:
    song = world.track("Song")
    world.claim(song, world.producer("Ada"), base=0.4)
    world.claim(song, world.producer("Bo"), source="list")
    world.conclude()
    reasons = the_credit(world).reasons
    assert "Sources name different producers for this recording (conflict); every claim is kept." in reasons
    assert "Below 0.50, so the credit is kept and not shown in lists." in reasons


def test_sources_that_were_asked_and_do_not_name_the_person_are_listed(world: World) -> None:
    song, ada = world.track("Song"), world.producer("Ada")
    world.credit(song, ada)
    world.looked(song, "musicbrainz", 1)
    world.looked(song, "wikidata", 0)
    world.looked(song, "list", 3)
    silent = evidence(world.db, "Song", "Ada").silent
    assert [(s.source, s.claims) for s in silent] == [("list", 3), ("wikidata", 0)]


def test_every_role_of_the_person_is_explained(world: World) -> None:
    song, ada = world.track("Song"), world.producer("Ada")
    world.claim(song, ada, "composer")
    world.claim(song, ada, "producer")
    world.conclude()
    assert [credit.role for credit in evidence(world.db, "Song", "Ada").credits] == ["producer", "composer"]


@pytest.mark.parametrize("text", ["Song", "SONG", " song ", "Ada Lind - Song", "ada lind - song", "ong"])
def test_a_track_is_named_by_title_or_by_artist_and_title(world: World, text: str) -> None:
    song = world.track("Song")
    world.credit(song, world.producer("Ada"))
    assert evidence(world.db, text, "Ada").track.id == song


def test_a_title_with_a_dash_of_its_own_is_a_title(world: World) -> None:
    remix = world.track("Song - Radio Edit")
    world.credit(remix, world.producer("Ada"))
    for text in ("Song - Radio Edit", "Ada Lind - Song - Radio Edit"):
        assert evidence(world.db, text, "Ada").track.id == remix


def test_a_track_is_named_by_id_on_any_of_its_albums(world: World) -> None:
    song = world.track("Song")
    again = world.track("Song", album="Best of", same_recording_as=song)
    world.credit(song, world.producer("Ada"))
    assert evidence(world.db, str(again), "Ada").track.album == "Best of"
    assert evidence(world.db, "Song", "Ada").credits[0].computed == 0.95


def test_a_title_of_several_recordings_asks_which(world: World) -> None:
    ada = world.producer("Ada")
    one, other = world.track("Song"), world.track("Song", artist="Bo Berg")
    world.claim(one, ada)
    world.claim(other, ada)
    world.conclude()
    with pytest.raises(UsageError, match=r"'Song' is the name of 2 recordings\. Give an id:") as refused:
        evidence(world.db, "Song", "Ada")
    assert f"{other}  Bo Berg - Song (First)" in str(refused.value)
    assert evidence(world.db, "Bo Berg - Song", "Ada").track.id == other


def test_who_is_not_credited_on_a_track_hears_who_is(world: World) -> None:
    world.producer("Bo")
    world.credit(world.track("Song"), world.producer("Ada"))
    with pytest.raises(NotFound, match=r"No source claims that Bo had a part in 'Song'.*\n  Ada Lind - Song: Ada"):
        evidence(world.db, "Song", "Bo")


def test_of_two_namesakes_the_one_on_the_track_is_meant(world: World) -> None:
    one, other = world.producer("John Hill"), world.producer("John Hill", qualifier=" (2)")
    world.claim(world.track("Song"), one)
    world.claim(world.track("Elsewhere"), other)
    world.conclude()
    assert evidence(world.db, "Elsewhere", "John Hill").producer.id == other
    with pytest.raises(UsageError, match="2 producers answer to 'John Hill'"):
        evidence(world.db, "Nowhere", "John Hill")


def test_an_unknown_title_is_not_found(world: World) -> None:
    ada = world.producer("Ada")
    with pytest.raises(NotFound, match=f"No track is called 'Nothing'. `linernotes show {ada}` lists"):
        evidence(world.db, "Nothing", "Ada")
    with pytest.raises(UsageError, match="Give the title of a track"):
        evidence(world.db, " ", "Ada")
