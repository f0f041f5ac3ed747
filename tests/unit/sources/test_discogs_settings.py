"""When Genius and Discogs take part, and what a token may be."""

from __future__ import annotations

import pytest

from linernotes.errors import SettingsError
from linernotes.settings import load


def test_a_token_switches_its_source_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load().source_names == ("musicbrainz", "wikidata")
    monkeypatch.setenv("LINERNOTES_GENIUS_TOKEN", "abc-123")
    assert load().source_names == ("musicbrainz", "wikidata", "genius")
    monkeypatch.setenv("LINERNOTES_DISCOGS_TOKEN", "xyz")
    assert load().source_names == ("musicbrainz", "wikidata", "genius", "discogs")


def test_who_names_the_sources_has_exactly_those(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINERNOTES_GENIUS_TOKEN", "abc-123")
    monkeypatch.setenv("LINERNOTES_SOURCES", "musicbrainz, discogs")
    assert load().source_names == ("musicbrainz", "discogs")


def test_a_token_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINERNOTES_DISCOGS_TOKEN", " abc-123\n")
    settings = load()
    assert settings.discogs_token is not None
    assert settings.discogs_token.get_secret_value() == "abc-123"
    assert "abc-123" not in f"{settings} {settings!r}"


@pytest.mark.parametrize("wrong", ["two words", "line\nbreak", "schlüssel", "   "])
def test_a_token_of_several_words_is_refused_without_repeating_it(
    monkeypatch: pytest.MonkeyPatch, wrong: str
) -> None:
    monkeypatch.setenv("LINERNOTES_GENIUS_TOKEN", wrong)
    with pytest.raises(SettingsError, match="LINERNOTES_GENIUS_TOKEN is wrong: give the token alone") as refused:
        load()
    assert wrong.strip() == "" or wrong not in str(refused.value)
