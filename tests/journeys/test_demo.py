"""The demo: the whole pipeline on the bundled sample, and what can be asked afterwards."""

from __future__ import annotations

from tests.journeys.conftest import Linernotes


def test_the_demo_ends_with_a_table_of_producers_and_says_what_to_do_next(linernotes: Linernotes):
    table = linernotes("demo")
    assert table.splitlines()[1].split()[:3] == ["producer", "produced", "wrote"]
    assert any(line.startswith("Nile Rodgers ") for line in table.splitlines())
    assert "What next:" in linernotes.err
    assert "discover" in linernotes.err


def test_a_second_demo_changes_no_row_and_sends_no_message(linernotes: Linernotes):
    linernotes("demo")
    tables = linernotes.tables()
    versions = "select sum(hashtext(x.xmin::text || x.id::text)) from track_producers x"
    before = linernotes.one(versions)
    ids = linernotes.one("select sum(last_value) from pg_sequences where schemaname = 'pgmq'")
    linernotes("demo")
    assert linernotes.tables() == tables
    assert linernotes.one(versions) == before
    assert linernotes.one("select sum(last_value) from pg_sequences where schemaname = 'pgmq'") == ids


def test_two_people_of_one_name_are_two_producers_and_a_team_keeps_its_members(linernotes: Linernotes):
    linernotes("demo")
    names = [p["id"] for p in linernotes.json("search", "Roger Taylor") if p["name"] == "Roger Taylor"]
    assert len(names) == 2
    both = [{c["artist"] for c in linernotes.json("show", i)["credits"]} for i in names]
    assert all(both)
    assert both[0].isdisjoint(both[1])
    assert "via The Neptunes" in linernotes("show", "Chad Hugo")


def test_a_credit_is_explained_with_source_address_date_and_raw_text(linernotes: Linernotes):
    linernotes("demo")
    told = linernotes("explain", "Let's Dance", "Nile Rodgers")
    assert "https://en.wikipedia.org/wiki/" in told
    assert "says 'producer'" in told
    assert "0.95" in told


def test_a_name_that_nobody_bears_ends_with_1_and_says_what_to_do(linernotes: Linernotes):
    linernotes("show", "Nobody At All", status=1)
    assert "linernotes discover" in linernotes.err
