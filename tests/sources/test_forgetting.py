"""Forgetting somebody whom a source goes on naming: the real stages over a stand-in of it, and real HTTP."""

from __future__ import annotations

import asyncio
import csv
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from linernotes.database.forgetting import forget, refused_claims
from linernotes.model.forgetting import ForgetKey
from tests.database.everywhere import places
from tests.sources.drive import Drive, drive
from tests.sources.mock_musicbrainz import World, mbid, person, recording, relation, release, url_relation

NAME = "Ada Lindqvist"
HER_ID = mbid("artist", NAME)
BAND = "The Vera Band"
HANDLE = "lindqvist.sound"
TRACES = ("lindqvist", HER_ID)
KEY = "5f" * 32


def world_with(
    *, name: str = NAME, credited_as: str = "", alias: str = "Adda L.", address: str = "https://www.instagram.com/{}/",
    id_: str = HER_ID, songs: int = 2,
) -> World:  # fmt: skip
    """A band whose songs she produced, and Bo mixed, under these spellings of her."""
    world = World()
    band = world.add_artist(BAND, kind="Group")
    her = {**person(name), "id": id_}
    world.artists[id_] = {
        **her,
        "aliases": [{"name": alias, "type": "Artist name"}],
        "isnis": [],
        "relations": [url_relation("social network", address.format(HANDLE))],
    }
    bo = world.add_artist("Bo Ek")
    made = [
        recording(
            f"Song {n}",
            band,
            relation("recording", "producer", her, credited_as=credited_as),
            relation("recording", "producer", her, "video"),  # of which a problem is kept
            relation("recording", "mix", bo),
        )
        for n in range(songs)
    ]
    world.add_release(release("Album", "0", band, made))
    return world


def stored(db: psycopg.Connection[Any]) -> UUID:
    row = db.execute("select entity_id from linernotes.external_ids where value = %s", [HER_ID]).fetchone()
    assert row is not None
    id_: UUID = row[0]
    return id_


async def crawled(run: Drive, known: World, said: World, source: str = "musicbrainz") -> None:
    """The same discovery once more, of a MusicBrainz that says this now and whose kept answers are over."""
    known.artists, known.releases = said.artists, said.releases
    run.time.at += timedelta(days=60)
    run.forget_that_it_is_done()
    await run.discover(BAND, source)


def credits(db: psycopg.Connection[Any]) -> set[tuple[str, str]]:
    return set(
        db.execute(
            "select t.name, p.name from track_producers x join tracks t on t.id = x.track_id"
            " join producers p on p.id = x.producer_id"
        ).fetchall()
    )


ACCENTS = ["\u0301", "\u0308", "\u030a", "\u0327"]
SIGNS = ["-", ".", "'", " ", "\u00a0", "\u200b", "’"]


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """Her name with other case, accents, signs and spaces."""
    written = ""
    for letter in NAME:
        written += letter.upper() if draw(st.booleans()) else letter.lower()
        if letter.isalpha():
            written += draw(st.sampled_from(["", "", "", *ACCENTS]))
        written += draw(st.sampled_from(["", "", "", "", *SIGNS]))
    return written


ADDRESSES = [
    "https://www.instagram.com/{}/", "http://instagram.com/{}", "https://www.instagram.com/{}?hl=en",
    "https://m.instagram.com/{}/",
]  # fmt: skip


def test_no_crawl_brings_them_back_in_any_spelling(
    database_url: str, db: psycopg.Connection[Any], tmp_path: Path
) -> None:
    world = world_with()
    with asyncio.Runner() as loop:
        driving = drive(database_url, world, forget_key=SecretStr(KEY))
        run = loop.run(driving.__aenter__())
        try:
            loop.run(run.discover(BAND, "musicbrainz"))
            assert {c.split(".")[1] for c in places(db, *TRACES)} >= {
                "producers", "producer_names", "external_ids", "producer_links", "claims", "responses", "problems",
            }  # fmt: skip
            forget(db, stored(db), ForgetKey(bytes.fromhex(KEY)), run.time.now())
            assert places(db, *TRACES) == []
            assert credits(db) == {("Song 0", "Bo Ek"), ("Song 1", "Bo Ek")}
            refused = refused_claims(db)

            @settings(max_examples=12, deadline=None, database=None, phases=[Phase.explicit, Phase.generate])
            @example(name=NAME, credited=NAME, alias="Adda L.", address=ADDRESSES[0], id_=HER_ID)
            @given(
                name=spellings(),
                credited=spellings(),
                alias=spellings(),
                address=st.sampled_from(ADDRESSES),
                id_=st.sampled_from([HER_ID, mbid("artist", "a second page of hers")]),
            )
            def crawl(name: str, credited: str, alias: str, address: str, id_: str) -> None:
                said = world_with(name=name, credited_as=credited, alias=alias, address=address, id_=id_, songs=3)
                loop.run(crawled(run, world, said))
                assert places(db, *TRACES) == []
                table = tmp_path / "own.csv"
                with table.open("w", encoding="utf-8", newline="") as file:
                    csv.writer(file).writerows([["artist", "track", "producers"], [BAND, "Listed", name]])
                loop.run(crawled(run, world, said, f"file:{table}"))
                assert places(db, *TRACES) == []

            crawl()
            assert {name for _, name in credits(db)} == {"Bo Ek"}
            assert {track for track, _ in credits(db)} == {"Song 0", "Song 1", "Song 2"}
            assert refused_claims(db) > refused
        finally:
            loop.run(driving.__aexit__(None, None, None))


async def test_an_answer_that_names_somebody_who_was_forgotten_is_used_and_not_kept(
    database_url: str, db: psycopg.Connection[Any]
) -> None:
    world = world_with()
    async with drive(database_url, world, forget_key=SecretStr(KEY)) as run:
        await run.discover(BAND, "musicbrainz")
        kept = {r for (r,) in db.execute("select request from linernotes.responses")}
        receipt = forget(db, stored(db), ForgetKey(bytes.fromhex(KEY)), run.time.now())
        left = {r for (r,) in db.execute("select request from linernotes.responses")}
        assert len(kept - left) == receipt.erased["kept_answers"] > 0
        await crawled(run, world, world_with(songs=3))
        assert ("Song 2", "Bo Ek") in credits(db)
        again = db.execute(
            "select request from linernotes.responses where expires_at > %s", [run.time.now()]
        ).fetchall()
        assert again  # what does not name her is kept as ever
        assert places(db, *TRACES) == []


async def test_the_key_stands_nowhere_in_the_database(database_url: str, db: psycopg.Connection[Any]) -> None:
    async with drive(database_url, world_with(), forget_key=SecretStr(KEY)) as run:
        await run.discover(BAND, "musicbrainz")
        forget(db, stored(db), ForgetKey(bytes.fromhex(KEY)), run.time.now())
        run.forget_that_it_is_done()
        await run.discover(BAND, "musicbrainz")
        assert places(db, KEY) == []
        seen = db.execute("select query from pg_stat_activity").fetchall()
        assert not any(KEY in (query or "") for (query,) in seen)
        assert db.execute("select current_setting('linernotes.forget_key', true)").fetchone() in [(None,), ("",)]
