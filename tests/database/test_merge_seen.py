"""What people see of a merge: search, profiles, exports, the log."""

from __future__ import annotations

from typing import Any

import pytest
from psycopg import Connection

from linernotes.database import decisions
from linernotes.database.connect import connect
from linernotes.search.exports import What, exports
from linernotes.search.people import name_decisions
from linernotes.search.producers import find_producer, search_producers
from linernotes.search.profile import profile
from tests.database.merging import (
    BY_ME,
    credits,
    merge_two,
)
from tests.factories import World as Facts


@pytest.fixture
def facts(db: Connection[Any]) -> Facts:
    return Facts(db)


def test_a_merged_producer_is_no_hit_of_its_own_and_its_names_find_the_survivor(facts: Facts):
    luke, _ = merge_two(facts)
    for term in ("Dr. Luke", "Lukasz Gottwald", "gottwald", "Lukas Gottwalt"):
        assert [(hit.id, hit.name) for hit in search_producers(facts.db, term)] == [(luke, "Dr. Luke")]
    (hit,) = search_producers(facts.db, "L. Gottwald")
    assert (hit.found_as, hit.kind, hit.roles, hit.links) == (
        "L. Gottwald",
        "person",
        {"producer": 1, "writer": 1},
        2,
    )


def test_the_search_function_of_the_contract_follows_a_merge_and_its_undoing(facts: Facts):
    luke, lukasz = merge_two(facts)

    def found(term: str) -> list[tuple[Any, ...]]:
        return facts.db.execute("select id, track_count from search_producers(%s)", [term]).fetchall()

    assert found("gottwald") == [(luke, 2)]
    assert found("luk") == [(luke, 2)]
    decisions.split(facts.db, decisions.live_merges(facts.db, luke)[0].id, BY_ME)
    assert found("gottwald") == [(lukasz, 1)]
    assert sorted(found("luk")) == sorted([(luke, 1), (lukasz, 1)])


def test_counting_anew_keeps_the_merged_out_of_the_search_function(facts: Facts):
    luke, _ = merge_two(facts)
    before = facts.db.execute("select * from producer_stats order by producer_id").fetchall()
    facts.db.execute("select linernotes.contract_rebuild_stats()")
    assert facts.db.execute("select * from producer_stats order by producer_id").fetchall() == before
    assert facts.db.execute("select id from search_producers('gottwald')").fetchall() == [(luke,)]


def test_an_old_id_leads_to_the_survivor_with_a_remark(facts: Facts):
    luke, lukasz = merge_two(facts)
    found = find_producer(facts.db, str(lukasz))
    assert (found.id, found.name) == (luke, "Dr. Luke")
    assert found.remark == f"Lukasz Gottwald ({lukasz}) was merged into Dr. Luke on 2026-11-22: they told me"
    assert find_producer(facts.db, str(luke)).remark == ""


def test_a_profile_holds_the_names_ids_links_and_sources_of_everybody_merged(facts: Facts):
    luke, _ = merge_two(facts)
    page = profile(facts.db, find_producer(facts.db, str(luke)))
    assert [name.name for name in page.names] == ["Dr. Luke", "Lukasz Gottwald", "L. Gottwald"]
    assert [(i.scheme, i.value) for i in page.ids] == [("discogs", "d"), ("musicbrainz", "m")]
    assert [link.url for link in page.links] == ["https://luke.example", "https://x.com/luke"]
    assert sorted(source.source for source in page.sources) == ["discogs", "musicbrainz"]


def test_exports_list_one_person_once(facts: Facts):
    luke, _ = merge_two(facts)
    ((name, id_, kind, aliases, recordings, *_, links),) = exports(facts.db, What.PRODUCERS, 0.5)
    assert (name, id_, kind, recordings) == ("Dr. Luke", luke, "person", 2)
    assert aliases == "L. Gottwald;Lukasz Gottwald"
    assert links == "https://luke.example;https://x.com/luke"
    assert {row[6] for row in exports(facts.db, What.CREDITS, 0.5)} == {luke}


def test_the_list_of_decisions_names_a_merge_and_who_made_it(facts: Facts):
    merge_two(facts)
    (row,) = name_decisions(facts.db)
    assert (row.decision, row.name, row.other_name) == ("one person", "Dr. Luke", "Lukasz Gottwald")
    assert row.reason == "merged by me: they told me"


def test_a_member_keeps_the_credits_of_the_group_as_via_group_after_a_merge(facts: Facts):
    group, member, alias = facts.producer("The Linds", kind="group"), facts.producer("Ada"), facts.producer("Ada L.")
    facts.member(group, alias)
    facts.credit(facts.track("Song"), group)
    decisions.merge(facts.db, alias, member, BY_ME)
    page = profile(facts.db, find_producer(facts.db, "Ada"))
    assert [(via.name, via.recordings) for via in page.groups] == [("The Linds", 1)]
    assert page.roles == []


def test_merging_and_splitting_run_on_every_promised_postgresql(any_database_url: str):
    with connect(any_database_url) as db:
        facts = Facts(db)
        luke, lukasz = merge_two(facts)
        assert {row[1] for row in credits(db)} == {luke}
        decisions.split(db, decisions.live_merges(db, luke)[0].id, BY_ME)
        assert {row[1] for row in credits(db)} == {luke, lukasz}
