"""Instagram: what people with a professional account say of themselves, by a handle that a source published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx2
import psycopg
import pytest
from psycopg_pool import AsyncConnectionPool
from pydantic import SecretStr

from linernotes.database.store import Store, store_rows
from linernotes.errors import BadAnswer, CredentialMissing, SettingsError, SourceBusy, SourceRefused
from linernotes.model.catalogue import ExternalId
from linernotes.model.claim import Link, ProducerRef, Profile
from linernotes.model.rows import ProfileRow
from linernotes.model.source import Source
from linernotes.settings import Settings, load
from linernotes.sources.web import open_web
from tests.factories import SEEN
from tests.factories import World as Facts
from tests.sources.conftest import Hands
from tests.sources.drive import drive
from tests.sources.mock_instagram import TOKEN, USER_ID, Accounts, error, serve
from tests.sources.mock_musicbrainz import small_world
from tests.sources.mock_server import MockServer, Reply, json_reply


@pytest.fixture
def accounts() -> Accounts:
    known = Accounts(personal={"private.pia"})
    known.add("ada.lind", "Records in the north.\n🎛", "https://ada-records.com/")
    known.add("bo_ek")
    return known


@pytest.fixture
def server(accounts: Accounts) -> Iterator[MockServer]:
    with serve(accounts) as running:
        yield running


@pytest.fixture
def source(server: MockServer, pool: AsyncConnectionPool[Any], client: httpx2.AsyncClient, hands: Hands) -> Source:
    return open_web("instagram", settings_for(server), pool, client, hands.clock)


def settings_for(server: MockServer, **more: Any) -> Settings:
    own = {"instagram_token": SecretStr(TOKEN), "instagram_user_id": USER_ID, **more}
    return Settings(contact="tests@example.org", instagram_url=f"{server.url}/v23.0", **own)


async def asked_for(source: Source, *handles: str) -> list[Profile | None]:
    people = [ProducerRef(id=uuid4(), name="Somebody", ids=(ExternalId("instagram", h),)) for h in handles]
    assert source.profiles is not None
    found = await source.profiles.profiles(people)
    return [found.get(person.id) for person in people]


async def test_a_professional_account_gives_its_words_and_the_site_it_names(source: Source, server: MockServer):
    (profile,) = await asked_for(source, "ada.lind")
    assert profile is not None
    assert profile.biography == "Records in the north.\n🎛"
    assert [(k.kind, k.value, k.source_url) for k in profile.links] == [
        ("instagram", "ada.lind", "https://instagram.com/ada.lind"),
        ("homepage", "ada-records.com", "https://instagram.com/ada.lind"),
    ]
    assert "token" not in server.asked[0].path + str(server.asked[0].params).lower()


async def test_an_account_without_a_biography_has_none(source: Source):
    (profile,) = await asked_for(source, "bo_ek")
    assert profile is not None
    assert (profile.biography, len(profile.links)) == (None, 1)


async def test_personal_accounts_and_nobody_have_no_profile_and_are_no_fault(source: Source):
    found = await asked_for(source, "private.pia", "nobody.here", "bo_ek")
    assert [profile is None for profile in found] == [True, True, False]


@pytest.mark.parametrize("handle", ["", "a)b{id", "ada lind", "x" * 31, "äda", "a/../b"])
async def test_what_is_no_handle_is_not_asked_for(source: Source, server: MockServer, handle: str):
    assert await asked_for(source, handle) == [None]
    assert len(server.asked) == 0


async def test_who_has_no_handle_is_not_asked_for(source: Source, server: MockServer):
    assert source.profiles is not None
    assert await source.profiles.profiles([ProducerRef(id=uuid4(), name="ada.lind")]) == {}
    assert len(server.asked) == 0


async def test_an_answer_is_kept_for_a_week_and_two_hundred_are_asked_for_in_an_hour(
    source: Source, server: MockServer, hands: Hands
):
    await asked_for(source, "ada.lind", "ada.lind")
    assert len(server.asked) == 1
    begun = hands.time
    await asked_for(source, "bo_ek")
    assert hands.time - begun >= timedelta(seconds=17)
    hands.time += timedelta(days=7, minutes=1)
    await asked_for(source, "ada.lind")
    assert len(server.asked) == 3


async def test_an_expired_token_names_the_setting(source: Source, accounts: Accounts):
    accounts.expired = True
    with pytest.raises(SettingsError, match="TOKEN is not accepted by Instagram, or has expired"):
        await asked_for(source, "ada.lind")


@pytest.mark.parametrize("code", [10, 200, 299])
async def test_a_missing_permission_is_named(source: Source, server: MockServer, code: int):
    server.first(error(code, "(#10) Application does not have permission", status=403))
    with pytest.raises(SettingsError, match=r"lacks a permission .*instagram_manage_insights"):
        await asked_for(source, "ada.lind")


USAGE = '{"178": [{"type": "instagram", "call_count": 100, "estimated_time_to_regain_access": %s}]}'


@pytest.mark.parametrize("code", [4, 17, 32, 613, 80002])
async def test_too_many_questions_make_everybody_wait(source: Source, server: MockServer, code: int):
    server.first(error(code, "limit reached"))
    with pytest.raises(SourceBusy) as refused:
        await asked_for(source, "ada.lind")
    assert refused.value.wait == timedelta(hours=1)
    with pytest.raises(SourceBusy):
        await asked_for(source, "bo_ek")
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("usage", "wait"),
    [
        (USAGE % 7, timedelta(minutes=7)),
        (USAGE % 0, timedelta(hours=1)),
        (USAGE % 99999, timedelta(hours=24)),
        (USAGE % '"soon"', timedelta(hours=1)),
        ("[[[", timedelta(hours=1)),
        ("[]", timedelta(hours=1)),
        ("7", timedelta(hours=1)),
        ('{"178": 7}', timedelta(hours=1)),
    ],
)
async def test_the_wait_is_as_long_as_the_usage_of_the_account_tells(
    source: Source, server: MockServer, usage: str, wait: timedelta
):
    server.first(error(80002, "limit reached", X_Business_Use_Case_Usage=usage))
    with pytest.raises(SourceBusy) as refused:
        await asked_for(source, "ada.lind")
    assert refused.value.wait == wait


async def test_a_fault_of_theirs_is_tried_again(source: Source, server: MockServer):
    server.first(error(2, "An unexpected error has occurred", status=500))
    assert (await asked_for(source, "bo_ek"))[0] is not None
    assert len(server.asked) == 2


async def test_any_other_error_is_told_with_its_words(source: Source, server: MockServer):
    server.first(error(2500, "An active access token must be used"))
    with pytest.raises(SourceRefused, match="error 2500: An active access token must be used"):
        await asked_for(source, "ada.lind")


@pytest.mark.parametrize("body", [{}, [], {"business_discovery": 7}, {"business_discovery": {"username": "other"}}])
async def test_an_answer_about_somebody_else_is_not_believed(source: Source, server: MockServer, body: object):
    server.first(json_reply(body))
    with pytest.raises(BadAnswer, match=r"asked about ada.lind"):
        await asked_for(source, "ada.lind")


@pytest.mark.parametrize(
    "shown",
    [
        {"biography": 7, "website": []},
        {"biography": None, "website": "javascript:alert(1)"},
        {"biography": "\x00 ", "website": "http://127.0.0.1/"},
    ],
)
async def test_whatever_stands_in_a_profile_is_read(source: Source, server: MockServer, shown: dict[str, object]):
    reply: Reply = json_reply({"business_discovery": {"username": "Ada.Lind", **shown}, "id": USER_ID})
    server.first(reply)
    (profile,) = await asked_for(source, "ada.lind")
    assert profile is not None
    assert (profile.biography, [k.kind for k in profile.links]) == (None, ["instagram"])


async def test_what_stays_in_the_base_is_without_the_token(source: Source, db: psycopg.Connection[Any]):
    await asked_for(source, "ada.lind")
    rows = db.execute("select request, body from linernotes.responses").fetchall()
    assert rows
    assert TOKEN not in str(rows)


# ---- when it takes part


@pytest.mark.parametrize("missing", ["instagram_token", "instagram_user_id", "contact"])
def test_without_a_setting_it_does_not_open_and_says_which(
    server: MockServer, client: httpx2.AsyncClient, hands: Hands, missing: str
):
    settings = settings_for(server).model_copy(update={missing: None})
    with pytest.raises(CredentialMissing, match=f"LINERNOTES_{missing.upper()}"):
        open_web("instagram", settings, None, client, hands.clock)


def test_it_is_off_until_token_and_number_are_set(monkeypatch: pytest.MonkeyPatch):
    assert "instagram" not in load().source_names
    monkeypatch.setenv("LINERNOTES_INSTAGRAM_TOKEN", TOKEN)
    assert "instagram" not in load().source_names
    monkeypatch.setenv("LINERNOTES_INSTAGRAM_USER_ID", USER_ID)
    assert "instagram" in load().source_names
    monkeypatch.setenv("LINERNOTES_SOURCES", "musicbrainz")
    assert "instagram" not in load().source_names


def test_a_number_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINERNOTES_INSTAGRAM_USER_ID", "me/../you")
    with pytest.raises(SettingsError, match="LINERNOTES_INSTAGRAM_USER_ID"):
        load()


# ---- in the pipeline: the handle comes from another source


async def test_a_handle_that_musicbrainz_publishes_brings_the_words_in_the_same_run_and_only_its_own(
    database_url: str, db: psycopg.Connection[Any]
):
    accounts = Accounts()
    for n in range(1, 5):
        accounts.add(f"producer.{n}", f"I am number {n}.")
    with serve(accounts) as server:
        own = {
            "sources": "instagram,musicbrainz",
            "instagram_token": SecretStr(TOKEN),
            "instagram_user_id": USER_ID,
            "instagram_url": f"{server.url}/v23.0",
        }
        async with drive(database_url, small_world(albums=2, tracks=3), **own) as run:
            await run.discover("Ada Lind", "musicbrainz")
            rows = dict(
                db.execute("select instagram_handle, instagram_bio from producers where instagram_handle is not null")
                .fetchall()
            )  # fmt: skip
            assert len(rows) > 1
            assert rows == {handle: f"I am number {handle[-1]}." for handle in rows}
            assert len(server.asked) == len(rows)
            links = db.execute("select count(*) from linernotes.producer_links where source = 'instagram'").fetchone()
            assert links == (len(rows),)


async def test_a_handle_that_two_people_claim_is_asked_for_neither(
    database_url: str, db: psycopg.Connection[Any], pool: AsyncConnectionPool[Any]
):
    facts = Facts(db)
    ada, bo, cy = (facts.producer(name) for name in ("Ada", "Bo", "Cy"))
    for who, handle in ((ada, "shared"), (bo, "shared"), (cy, "cy")):
        facts.link(who, "instagram", f"https://instagram.com/{handle}", value=handle)
    facts.link(ada, "instagram", "https://instagram.com/gone", value="gone", state="gone")
    found = await Store(pool).producers([ada, bo, cy])
    assert [found[who].handles for who in (ada, bo, cy)] == [(), (), (ExternalId("instagram", "cy"),)]


@pytest.mark.parametrize(("others", "kept"), [(0, "Mine."), (1, None)])
async def test_the_words_of_an_account_that_two_people_claim_are_kept_for_neither(
    db: psycopg.Connection[Any], pool: AsyncConnectionPool[Any], others: int, kept: str | None
):
    facts = Facts(db)
    ada = facts.producer("Ada")
    for n in range(others):
        facts.link(facts.producer(f"Other {n}"), "instagram", "https://instagram.com/ada", value="ada")
    place = Link(kind="instagram", value="ada", url="u", source_url="u", source_record_id="ada")
    row = ProfileRow(
        producer_id=ada, source="instagram", kind=None, image_url=None, ids=(), links=(place,), aliases=(),
        members=(), biography="Mine.",
    )  # fmt: skip
    async with pool.connection() as connection, connection.transaction():
        await store_rows(connection, [row], [], SEEN)
    assert db.execute("select instagram_bio from producers where id = %s", [ada]).fetchone() == (kept,)
