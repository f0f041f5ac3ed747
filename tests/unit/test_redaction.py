"""What must never be written down is not: in a line of the log, in the reason of a dead letter."""

from __future__ import annotations

import json
import logging

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from linernotes import logs
from linernotes.errors import SourceRefused
from linernotes.model.message import Reject
from linernotes.pipeline.outcomes import outcome_of
from linernotes.redaction import HIDDEN, keep_secret, password_of, redacted, redacted_value
from linernotes.settings import Settings, load


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("postgresql://ada:hunter22@db.example.org:5432/x failed", "hunter22"),
        ("redis://:p%40ssw0rd@cache.example.org/0", "p%40ssw0rd"),
        ("connection failed: password=hunter22 host=db", "hunter22"),
        ("Authorization: Bearer abc.def-123", "abc.def-123"),
        ("Discogs token=abcdefgh", "abcdefgh"),
        ("GET /songs?access_token=abcdefgh&q=1", "abcdefgh"),
        ('{"client_secret": "abcdefgh", "id": 1}', "abcdefgh"),
        ("'apikey': 'abcdefgh'", "abcdefgh"),
        ("got eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl", "eyJyb2xlIjoiYW5vbiJ9"),
        ("the key ln_0123456789abcdef is unknown", "0123456789abcdef"),
        ("write to ada.lind+music@studio.example.org today", "ada.lind"),
        ("call +44 20 7946 0958 after nine", "7946"),
    ],
)
def test_secrets_and_contacts_are_hidden_by_their_look(text: str, secret: str):
    assert secret not in redacted(text)
    assert HIDDEN in redacted(text)


@pytest.mark.parametrize(
    "text",
    [
        "musicbrainz: answered 503, 4 times",
        "https://musicbrainz.org/ws/2/release/01a2013d-c36c-77c2-96aa-213615425fdf?inc=artist-rels",
        "2026-11-22T05:39:17+00:00 worker host:4711 done=200 ISRC USSM18300073",
        "no source names anybody; looked at 12:30 +0100",
        "The Token Song and Secret Garden by Password",
        "Ada Lind on 'Let's Dance' (1983-04-14), 0.95 × 1.00",
    ],
)
def test_what_is_no_secret_stays_as_it_is(text: str):
    assert redacted(text) == text


def test_a_secret_of_the_settings_is_hidden_wherever_it_stands(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINERNOTES_GENIUS_TOKEN", "quite-an-unusual-token")
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", "postgresql://ada:dr%40gon-fire@db.example.org/x")
    load()
    assert redacted("said quite-an-unusual-token, and dr@gon-fire") == f"said {HIDDEN}, and {HIDDEN}"


def test_a_secret_is_hidden_whole_where_a_part_of_it_looks_like_a_contact():
    keep_secret(["tail wind@example.org gale"])
    assert redacted("it was tail wind@example.org gale, all of it") == f"it was {HIDDEN}, all of it"


@given(st.text(st.characters(categories=["L", "N"]), min_size=8, max_size=40))
def test_a_kept_secret_never_comes_through(secret: str):
    keep_secret([secret])
    assert secret not in redacted(f"before {secret} and {secret}after")


@given(st.text())
def test_redacting_twice_changes_nothing_more(text: str):
    assert redacted(redacted(text)) == redacted(text)


def test_a_value_is_redacted_however_deep_it_lies():
    value = {"token": "abc", "list": [{"email": "x", "note": "mail ada@example.org"}], "count": 3}
    assert redacted_value(value) == {
        "token": HIDDEN,
        "list": [{"email": HIDDEN, "note": f"mail {HIDDEN}"}],
        "count": 3,
    }


def test_an_address_that_cannot_be_read_has_no_password():
    assert password_of("http://[broken") == []


def test_the_reason_of_a_dead_letter_holds_no_token():
    error = SourceRefused("genius", "answered 403: access_token=abcdefgh is not valid")
    outcome = outcome_of(error, "gather")
    assert isinstance(outcome, Reject)
    assert "abcdefgh" not in outcome.why


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_log_line_holds_no_secret_whoever_writes_it(form: str, capsys: pytest.CaptureFixture[str]):
    logs.configure(Settings(log=form), level=logging.INFO)
    structlog.get_logger().info("asked", url="https://x.example.org/?token=abcdefgh", mail="ada@example.org")
    logging.getLogger("uvicorn.error").warning("refused %s", "Bearer abcdefgh")
    try:
        raise ValueError("password=abcdefgh")
    except ValueError:
        structlog.get_logger().exception("failed")
    written = capsys.readouterr().err
    assert all(word in written for word in ("asked", "refused", "failed", "ValueError"))
    assert "abcdefgh" not in written
    assert "ada@example.org" not in written


def test_json_logs_are_one_object_a_line_with_level_and_time(capsys: pytest.CaptureFixture[str]):
    logs.configure(Settings(log="json"), level=logging.INFO)
    structlog.get_logger().info("settled", queue="track_discovery", done=20)
    logging.getLogger("elsewhere").warning("old style %d", 7)
    ours, theirs = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert (ours["event"], ours["level"], ours["queue"], ours["done"]) == ("settled", "info", "track_discovery", 20)
    assert (theirs["event"], theirs["level"]) == ("old style 7", "warning")
    assert (ours["timestamp"][-1], theirs["timestamp"][-1]) == ("Z", "Z")


def test_a_command_is_quiet_below_a_warning(capsys: pytest.CaptureFixture[str]):
    logs.configure(Settings())
    structlog.get_logger().info("nothing to see")
    assert capsys.readouterr().err == ""
