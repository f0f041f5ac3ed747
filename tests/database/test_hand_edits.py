"""What people say by hand wins, is never overwritten, says who and why, and can be taken back: rule C5."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection
from typer.testing import CliRunner, Result

from linernotes.cli import app
from linernotes.database import decisions
from linernotes.database.decisions import Credited, Decision
from linernotes.search.evidence import evidence
from tests.database.conftest import NOW, StoredTrack, World, person, said

ADA, BOB = person("Ada", "musicbrainz:a"), person("Bob", "musicbrainz:b")
BY_ME = Decision(by="me", why="it is on the sleeve", at=NOW)

Run = Callable[..., Result]


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)
    return lambda *words: CliRunner().invoke(app, words)


def producer(world: World, name: str) -> UUID:
    row = world.db.execute("select id from producers where name = %s", [name]).fetchone()
    assert row is not None
    return row[0]


def credited(world: World, track: StoredTrack, name: str, role: str = "producer") -> Credited:
    return Credited(recording_id=track.recording_id, track_id=track.id, producer_id=producer(world, name), role=role)


async def claimed(world: World, *claims: Any, name: str = "Song", **more: Any) -> StoredTrack:
    track = await world.track(name, **more)
    await world.claim(track, *(said(track, who, role) for who, role in claims))
    return track


# ---- added


async def test_a_credit_added_by_hand_stays_whatever_sources_say_later(world: World):
    track = await claimed(world, (BOB, "producer"), (ADA, "mixer"))
    decisions.add_credit(world.db, credited(world, track, "Ada"), BY_ME)
    assert world.credits(track) == [("Ada", "mixer", 0.95), ("Ada", "producer", 0.99), ("Bob", "producer", 0.95)]
    await world.claim(track)
    assert world.credits(track) == [("Ada", "producer", 0.99)]


async def test_a_credit_added_by_hand_names_its_source_and_is_no_conflict(world: World):
    track = await claimed(world, (BOB, "producer"), (ADA, "mixer"))
    await world.claim(track, said(track, ADA, source="other"), source="other")
    decisions.add_credit(world.db, credited(world, track, "Ada"), BY_ME)
    rows = "select p.name, x.source, x.conflict from track_producers x join producers p on p.id = x.producer_id"
    assert world.db.execute(f"{rows} where role = 'producer' order by 1").fetchall() == [
        ("Ada", "hand", False),
        ("Bob", "test", True),
    ]


async def test_a_credit_added_by_hand_silences_no_claim_about_the_whole_album_and_nothing_inherited(world: World):
    original = await claimed(world, (BOB, "writer"))
    live = await world.track("Song (Live)", album="Live")
    await world.claim(live, said(live, BOB, scope="release", base=0.7), said(live, ADA, "mixer"))
    decisions.add_credit(world.db, credited(world, live, "Ada"), BY_ME)
    decisions.add_credit(world.db, credited(world, live, "Ada", "writer"), BY_ME)
    assert original.recording_id != live.recording_id
    assert world.credits(live) == [
        ("Ada", "mixer", 0.95),
        ("Ada", "producer", 0.99),
        ("Ada", "writer", 0.99),
        ("Bob", "producer", 0.7),
        ("Bob", "writer", 0.95),
    ]


async def test_saying_the_same_twice_keeps_one_claim(world: World):
    track = await claimed(world, (ADA, "mixer"))
    for url in ("https://one.example", None):
        decisions.add_credit(world.db, credited(world, track, "Ada"), BY_ME, url)
    rows = world.db.execute("select record, note, url from linernotes.claims where source = 'hand'").fetchall()
    assert rows == [("me", "it is on the sleeve", "https://one.example")]


# ---- rejected


async def test_a_rejected_credit_is_not_shown_however_many_sources_claim_it(world: World):
    track = await claimed(world, (ADA, "producer"), (ADA, "writer"), (BOB, "producer"))
    assert decisions.reject_credit(world.db, credited(world, track, "Ada"), BY_ME)
    for source in ("second", "third"):
        await world.claim(track, said(track, ADA, source=source), source=source)
    assert world.credits(track) == [("Ada", "writer", 0.95), ("Bob", "producer", 0.95)]
    assert not decisions.reject_credit(world.db, credited(world, track, "Ada"), BY_ME)


async def test_a_rejected_credit_is_rejected_for_a_source_that_knows_the_name_only(world: World):
    track = await claimed(world, (ADA, "producer"))
    await world.claim(track, said(track, person("ada"), source="list"), source="list")
    decisions.reject_credit(world.db, credited(world, track, "Ada"), BY_ME)
    assert world.credits(track) == []


async def test_a_rejected_credit_is_not_passed_on_to_other_versions(world: World):
    track = await claimed(world, (ADA, "producer"))
    edit = await world.track("Song (Radio Edit)", album="Single")
    await world.claim(edit)
    assert world.credits(edit) == [("Ada", "producer", 0.855)]
    decisions.reject_credit(world.db, credited(world, track, "Ada"), BY_ME)
    assert world.credits() == []


async def test_when_what_was_said_of_the_recording_is_rejected_what_was_said_of_the_album_holds(world: World):
    track = await world.track()
    await world.claim(track, said(track, ADA), said(track, BOB, scope="release", base=0.7, record="release"))
    assert world.credits(track) == [("Ada", "producer", 0.95)]
    decisions.reject_credit(world.db, credited(world, track, "Ada"), BY_ME)
    assert world.credits(track) == [("Bob", "producer", 0.7)]


async def test_a_rejection_holds_for_who_they_are_after_a_merge(world: World):
    track = await claimed(world, (ADA, "producer"))
    await world.claim(track, said(track, BOB, source="other"), source="other")
    decisions.reject_credit(world.db, credited(world, track, "Ada"), BY_ME)
    ada, bob = producer(world, "Ada"), producer(world, "Bob")
    decisions.merge(world.db, ada, bob, BY_ME)
    assert world.credits(track) == []
    decisions.split(world.db, decisions.live_merges(world.db, bob)[0].id, BY_ME)
    assert world.credits(track) == [("Bob", "producer", 0.95)]


async def test_restoring_takes_a_rejection_back_and_then_what_was_added(world: World):
    track = await claimed(world, (ADA, "producer"))
    credit = credited(world, track, "Ada")
    decisions.add_credit(world.db, credit, BY_ME)
    decisions.reject_credit(world.db, credit, BY_ME)
    assert world.credits(track) == []
    assert decisions.restore_credit(world.db, credit, BY_ME) == "rejection"
    assert world.credits(track) == [("Ada", "producer", 0.99)]
    assert decisions.restore_credit(world.db, credit, BY_ME) == "addition"
    assert world.credits(track) == [("Ada", "producer", 0.95)]
    assert decisions.restore_credit(world.db, credit, BY_ME) is None


async def test_adding_a_rejected_credit_lifts_the_rejection_and_keeps_it_on_record(world: World):
    track = await claimed(world, (ADA, "producer"))
    credit = credited(world, track, "Ada")
    decisions.reject_credit(world.db, credit, BY_ME)
    decisions.add_credit(world.db, credit, Decision(by="you", why="", at=NOW))
    assert world.credits(track) == [("Ada", "producer", 0.99)]
    kept = world.db.execute("select by, why, restored_by from linernotes.rejections").fetchall()
    assert kept == [("me", "it is on the sleeve", "you")]


# ---- shown


async def test_explain_shows_who_added_and_who_rejected_when_and_why(world: World):
    track = await claimed(world, (ADA, "producer"), (ADA, "mixer"))
    decisions.add_credit(world.db, credited(world, track, "Ada", "writer"), BY_ME, "https://sleeve.example")
    decisions.reject_credit(world.db, credited(world, track, "Ada"), BY_ME)
    shown = {role.role: role for role in evidence(world.db, "Song", "Ada").credits}
    assert shown["writer"].reasons[0] == "Added by hand by me on 2026-11-22: it is on the sleeve."
    (claim,) = shown["writer"].claims
    assert (claim.source, claim.record, claim.note, claim.url, claim.counts) == (
        "hand", "me", "it is on the sleeve", "https://sleeve.example", True,
    )  # fmt: skip
    rejected = shown["producer"]
    assert (rejected.credit, rejected.computed) == (None, None)
    assert rejected.reasons[0] == "Rejected by me on 2026-11-22: it is on the sleeve."
    assert [claim.rejected for claim in rejected.claims] == [True]
    assert shown["mixer"].rejections == ()


async def test_what_is_computed_again_for_explain_is_what_stands(world: World):
    track = await claimed(world, (ADA, "producer"))
    await world.claim(track, said(track, ADA, source="text", base=0.4), source="text")
    decisions.add_credit(world.db, credited(world, track, "Ada"), BY_ME)
    (role,) = evidence(world.db, "Song", "Ada").credits
    assert role.credit is not None
    assert role.computed == role.credit.confidence == 0.99


# ---- C4: sources that nobody answers for


@pytest.mark.parametrize("family", ["text", "anonymous"])
async def test_text_only_and_anonymous_edits_alone_are_capped_at_a_half(world: World, family: str):
    track = await world.track()
    await world.claim(track, said(track, ADA, source="weak", family=family), source="weak")
    assert world.credits() == [("Ada", "producer", 0.5)]
    assert evidence(world.db, "Song", "Ada").credits[0].computed == 0.5


async def test_two_that_are_capped_alone_are_capped_together(world: World):
    track = await world.track()
    for family in ("text", "anonymous"):
        await world.claim(track, said(track, ADA, source=family), source=family)
    assert world.credits() == [("Ada", "producer", 0.5)]


async def test_beside_a_source_that_somebody_answers_for_they_add_as_every_family_does(world: World):
    track = await claimed(world, (ADA, "producer"))
    await world.claim(track, said(track, ADA, source="text", base=0.9), source="text")
    assert world.credits() == [("Ada", "producer", 0.9725)]


async def test_what_is_weaker_than_the_cap_stays_as_weak(world: World):
    track = await world.track()
    await world.claim(track, said(track, ADA, source="text", base=0.4), source="text")
    assert world.credits() == [("Ada", "producer", 0.4)]


# ---- the commands


async def test_a_credit_is_added_rejected_and_restored_at_the_shell(world: World, run: Run):
    await claimed(world, (ADA, "producer"))
    words = ("Artist - Song", "ada", "Co-Producer")
    added = run("credit", "add", *words, "--url", "https://sleeve.example", "--why", "sleeve")
    assert added.exit_code == 0, added.output
    assert world.credits() == [("Ada", "co_producer", 0.99), ("Ada", "producer", 0.95)]
    assert run("credit", "reject", *words).exit_code == 0
    assert world.credits() == [("Ada", "producer", 0.95)]
    assert "rejected by hand" in run("explain", "Song", "Ada").stdout
    assert run("credit", "reject", *words).exit_code == 2
    assert run("credit", "restore", *words).exit_code == 0
    assert run("credit", "restore", *words).exit_code == 0
    assert run("credit", "restore", *words).exit_code == 1
    assert world.credits() == [("Ada", "producer", 0.95)]


async def test_somebody_new_is_made_only_when_asked(world: World, run: Run):
    await claimed(world, (ADA, "producer"))
    assert run("credit", "add", "Song", "Grace Hill", "mixer").exit_code == 1
    assert run("credit", "add", "Song", "Grace Hill", "mixer", "--new").exit_code == 0
    assert world.credits() == [("Ada", "producer", 0.95), ("Grace Hill", "mixer", 0.99)]
    (hit,) = json.loads(run("search", "grace hill", "--json").stdout)
    assert hit["roles"] == {"mixer": 1}


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("Song", "Ada", "drummer"), 2),
        (("Song", "Ada", "Producer, Mixed By"), 2),
        (("No such song", "Ada", "producer"), 1),
        (("Song", "Nobody Here", "producer"), 1),
        (("Song", "Unknown", "producer", "--new"), 2),
        (("Song", "Ada", "producer", "--url", "javascript:alert(1)"), 2),
    ],
)
async def test_a_correction_that_cannot_be_is_refused_with_a_reason(
    world: World, run: Run, words: tuple[str, ...], code: int
):
    await claimed(world, (ADA, "producer"))
    refused = run("credit", "add", *words)
    assert (refused.exit_code, refused.stdout) == (code, "")
    assert refused.stderr.startswith("linernotes: ")
    assert world.credits() == [("Ada", "producer", 0.95)]


def test_nobody_but_the_owner_reads_what_people_decided(db: Connection[Any]):
    tables = ("producer_merges", "producer_redirects", "rejections", "claims")
    granted = "select has_table_privilege(%s, 'linernotes.' || %s, 'select')"
    roles = ("anon", "authenticated", "service_role")
    assert not any(db.execute(granted, [role, t]).fetchone() == (True,) for role in roles for t in tables)
