"""Every credit again from the stored claims, and the roles that no rule knows: rules C3 and R6."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from linernotes.cli import app
from linernotes.database import decisions
from linernotes.database.connect import connect
from linernotes.database.decisions import Decision
from tests.database.conftest import NOW, World, person, said
from tests.factories import World as Facts

ADA, BOB = person("Ada", "musicbrainz:a"), person("Bob", "musicbrainz:b")
ROWS = "select xmin::text, * from track_producers order by id"

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(app, words)


async def some_credits(world: World) -> None:
    for n in range(5):
        track = await world.track(f"Song {n}", album=f"Album {n}")
        await world.claim(track, said(track, ADA), said(track, BOB, "writer"), said(track, BOB, scope="release"))
        edit = await world.track(f"Song {n} (Radio Edit)", album=f"Single {n}")
        await world.claim(edit, said(edit, BOB, source="other"), source="other")


async def test_credits_as_their_claims_have_them_are_found_right_and_left_alone(world: World, run: Run):
    await some_credits(world)
    before = world.db.execute(ROWS).fetchall()
    checked = run("credits", "rebuild", "--check")
    assert (checked.exit_code, checked.stdout) == (0, "")
    assert "0 credits on 10 recordings" in checked.stderr
    assert run("credits", "rebuild").exit_code == 0
    assert world.db.execute(ROWS).fetchall() == before


async def test_check_reports_every_difference_changes_nothing_and_exits_1(world: World, run: Run):
    await some_credits(world)
    spoil(world.db)
    before = world.db.execute(ROWS).fetchall()
    checked = run("credits", "rebuild", "--check", "--json")
    assert checked.exit_code == 1
    found = [(row["what"], row["role"], row["stored"], row["concluded"]) for row in json.loads(checked.stdout)]
    assert sorted(found, key=str) == [
        ("differs", "producer", 0.1, 0.95),
        ("missing", "producer", None, 0.95),
        ("without a claim", "mixer", 0.9, None),
    ]
    assert world.db.execute(ROWS).fetchall() == before


async def test_a_rebuild_sets_every_credit_right(world: World, run: Run):
    await some_credits(world)
    right = world.credits()
    spoil(world.db)
    assert world.credits() != right
    assert run("credits", "rebuild").exit_code == 0
    assert world.credits() == right
    assert run("credits", "rebuild", "--check").exit_code == 0


def spoil(db: Any) -> None:
    """One credit changed, one lost, one that nobody claims."""
    ids = db.execute(
        "select x.id from track_producers x join tracks t on t.id = x.track_id"
        " where x.role = 'producer' and t.name in ('Song 1', 'Song 2') order by t.name"
    ).fetchall()
    assert len(ids) == 2
    db.execute("update track_producers set confidence = 0.1 where id = %s", ids[0])
    db.execute("delete from track_producers where id = %s", ids[1])
    db.execute(
        "insert into track_producers (track_id, producer_id, role, confidence, source)"
        " select t.id, p.id, 'mixer', 0.9, 'somebody' from tracks t, producers p"
        " where t.name = 'Song 3' and p.name = 'Ada'"
    )


async def test_a_rebuild_goes_through_all_recordings_some_at_a_time(world: World):
    await some_credits(world)
    batches = list(decisions.batches(world.db, 3))
    assert [len(batch) for batch in batches] == [3, 3, 3, 1]
    assert len({id_ for batch in batches for id_ in batch}) == 10


async def test_a_rebuild_respects_merges_and_rejections(world: World, run: Run):
    await some_credits(world)
    ids = dict(world.db.execute("select name, id from producers").fetchall())
    decisions.merge(world.db, ids["Bob"], ids["Ada"], Decision(by="me", why="", at=NOW))
    before = world.db.execute(ROWS).fetchall()
    assert run("credits", "rebuild", "--check").exit_code == 0
    assert run("credits", "rebuild").exit_code == 0
    assert world.db.execute(ROWS).fetchall() == before


def test_credits_are_concluded_and_compared_on_every_promised_postgresql(any_database_url: str):
    with connect(any_database_url) as db:
        facts = Facts(db)
        track = facts.track("Song")
        facts.claim(track, facts.producer("Ada"))
        (batch,) = decisions.batches(db)
        (found,) = decisions.differences(db, batch)
        assert (found.track, found.producer, found.what, found.concluded) == ("Song", "Ada", "missing", 0.95)
        decisions.reconclude(db, batch, NOW)
        assert decisions.differences(db, batch) == []


# ---- roles to map


async def test_role_names_that_no_rule_knows_are_listed_with_counts_sources_and_an_example(world: World, run: Run):
    for n, source in enumerate(["test", "test", "other"]):
        track = await world.track(f"Song {n}")
        unknown = said(track, ADA, "other", source=source, raw_role="Vibe Curator", url="https://one.example")
        guitar = said(track, BOB, "other", source=source, raw_role="Guitar")
        await world.claim(track, unknown, guitar, said(track, BOB), source=source)
    (row,) = json.loads(run("credits", "roles", "--json").stdout)
    assert (row["raw_role"], row["claims"], row["recordings"], row["sources"]) == (
        "Vibe Curator",
        3,
        3,
        ["other", "test"],
    )
    assert (row["producer"], row["url"]) == ("Ada", "https://one.example")
    assert row["recording"].startswith("Song ")


def test_without_unknown_roles_the_list_is_empty_and_says_so(run: Run):
    listed = run("credits", "roles")
    assert (listed.exit_code, listed.stdout, listed.stderr) == (0, "", "Every role that a source wrote is known.\n")
