"""Where a setting comes from."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from linernotes.errors import SettingsError
from linernotes.settings import Settings, load


def test_a_setting_is_read_from_its_variable_and_an_empty_one_is_not_set(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINERNOTES_CONTACT", "me@example.org")
    monkeypatch.setenv("linernotes_lease", "45")
    monkeypatch.setenv("LINERNOTES_SOURCES", "")
    settings = Settings()
    assert (settings.contact, settings.lease, settings.sources) == ("me@example.org", 45, "musicbrainz,wikidata")
    assert "sources" not in settings.model_fields_set


def test_what_is_given_counts_before_the_environment(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINERNOTES_CONTACT", "me@example.org")
    assert Settings(contact="you@example.org").contact == "you@example.org"


def test_a_wrong_variable_is_named_and_a_word_that_is_no_setting_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("LINERNOTES_LEASE", "soon")
    with pytest.raises(SettingsError, match=r"LINERNOTES_LEASE is wrong: Input should be a valid integer"):
        load()
    monkeypatch.delenv("LINERNOTES_LEASE")
    with pytest.raises(ValidationError):
        Settings(leese=3)
