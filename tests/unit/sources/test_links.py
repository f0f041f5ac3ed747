"""Addresses of people in one spelling (rules L1 and L2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linernotes.sources.links import (
    Place,
    discogs_artist,
    genius_artist,
    normalise,
    spotify_artist,
    wikidata_item,
)

CHANNEL = "UCabcdefghijklmnopqrstuV"
SPOTIFY = "0aBcDeFgHiJkLmNoPqRsTu"


@pytest.mark.parametrize(
    ("address", "kind", "value", "url"),
    [
        ("https://www.instagram.com/Ada.Lind/", "instagram", "ada.lind", "https://instagram.com/ada.lind"),
        ("http://instagram.com/ada.lind?hl=en#top", "instagram", "ada.lind", "https://instagram.com/ada.lind"),
        ("https://www.instagram.com/@AdaLind", "instagram", "adalind", "https://instagram.com/adalind"),
        ("https://twitter.com/AdaLind", "x", "adalind", "https://x.com/adalind"),
        ("https://mobile.twitter.com/@AdaLind?s=20", "x", "adalind", "https://x.com/adalind"),
        ("https://x.com/adalind/", "x", "adalind", "https://x.com/adalind"),
        ("http://m.facebook.com/AdaLindMusic", "facebook", "adalindmusic", "https://facebook.com/adalindmusic"),
        ("https://www.facebook.com/profile.php?id=1234", "facebook", "1234", "https://facebook.com/1234"),
        ("https://www.facebook.com/pages/Ada-Lind/1234", "facebook", "1234", "https://facebook.com/1234"),
        ("https://www.tiktok.com/@Ada_Lind?lang=de", "tiktok", "ada_lind", "https://tiktok.com/@ada_lind"),
        (f"https://youtube.com/channel/{CHANNEL}", "youtube", f"channel/{CHANNEL}", None),
        ("https://www.youtube.com/@AdaLind/videos", "youtube", "@adalind", "https://youtube.com/@adalind"),
        ("https://www.youtube.com/user/AdaLind", "youtube", "user/adalind", "https://youtube.com/user/adalind"),
        ("https://soundcloud.com/Ada-Lind", "soundcloud", "ada-lind", "https://soundcloud.com/ada-lind"),
        ("https://adalind.bandcamp.com/album/one", "bandcamp", "adalind", "https://adalind.bandcamp.com"),
        (f"https://open.spotify.com/artist/{SPOTIFY}?si=x", "spotify", SPOTIFY, None),
        (f"https://open.spotify.com/intl-de/artist/{SPOTIFY}", "spotify", SPOTIFY, None),
        ("https://bsky.app/profile/ada.example", "bluesky", "ada.example", "https://bsky.app/profile/ada.example"),
        ("https://www.AdaLind.example.com/", "homepage", "adalind.example.com", "https://www.adalind.example.com"),
        ("http://adalind.org/Start?x=1", "homepage", "adalind.org/Start", "http://adalind.org/Start"),
        ("https://bücher.example.com/Ä", "homepage", "xn--bcher-kva.example.com/%C3%84", None),
        ("adalind.org", "homepage", "adalind.org", "https://adalind.org"),
    ],
)
def test_an_address_is_brought_to_one_spelling(address: str, kind: str, value: str, url: str | None) -> None:
    place = normalise(address)
    assert place is not None
    assert (place.kind, place.value) == (kind, value)
    assert url is None or place.url == url


@pytest.mark.parametrize(
    "address",
    [
        "mailto:ada@example.org",
        "ada@example.org",
        "javascript:alert(1)",
        "ftp://adalind.org/",
        "data:text/html,hello",
        "tel:+4612345",
        "https://localhost/ada",
        "http://127.0.0.1/ada",
        "http://[::1]/ada",
        "http://2130706433/",
        "http://0x7f.1/",
        "http://10.0.0.8/",
        "http://169.254.169.254/latest",
        "http://printer.local/",
        "http://intranet/",
        "http://adalind.org:5432/",
        "https://ada:secret@adalind.org/",
        "https://adalind.org@127.0.0.1/",
        "",
        "   ",
        "https://",
        "https://adalind.org/\x00",
        "https://adalind.org/%00",
        "https://" + "a" * 3000 + ".org",
    ],
)
def test_what_is_no_public_web_address_is_refused(address: str) -> None:
    assert normalise(address) is None


@pytest.mark.parametrize(
    "address",
    [
        "https://www.instagram.com/p/Cabc123/",
        "https://www.instagram.com/",
        "https://twitter.com/intent/tweet?text=x",
        "https://www.facebook.com/sharer/sharer.php?u=x",
        "https://www.youtube.com/watch?v=abc",
        "https://www.tiktok.com/tag/ada",
        "https://bandcamp.com/",
        "https://open.spotify.com/track/0aBcDeFgHiJkLmNoPqRsTu",
        "https://vimeo.com/123456",
    ],
)
def test_a_page_of_a_service_that_is_nobodys_profile_is_no_link(address: str) -> None:
    assert normalise(address) is None


def test_two_spellings_of_one_handle_are_equal() -> None:
    spellings = ["https://twitter.com/Ada", "http://www.x.com/ada/", "https://mobile.twitter.com/ADA?s=1"]
    assert {normalise(a) for a in spellings} == {Place("x", "ada", "https://x.com/ada")}


def test_ids_of_other_databases_are_read_from_their_addresses() -> None:
    assert discogs_artist("https://www.discogs.com/artist/1234-Ada-Lind") == "1234"
    assert discogs_artist("https://www.discogs.com/de/artist/1234?x=1") == "1234"
    assert discogs_artist("https://www.discogs.com/label/1234") is None
    assert wikidata_item("https://www.wikidata.org/wiki/Q42") == "Q42"
    assert wikidata_item("http://www.wikidata.org/entity/Q42") == "Q42"
    assert wikidata_item("https://www.wikidata.org/wiki/Property:P42") is None
    assert genius_artist("https://genius.com/artists/Ada-lind") == "Ada-lind"
    assert genius_artist("https://genius.com/Ada-lind-song-lyrics") is None
    assert spotify_artist(f"https://open.spotify.com/artist/{SPOTIFY}") == SPOTIFY
    assert spotify_artist("https://evil.example.com/open.spotify.com/artist/x") is None


def test_an_address_on_another_host_that_only_looks_like_discogs_gives_no_id() -> None:
    assert discogs_artist("https://notdiscogs.com/artist/1234") is None
    assert discogs_artist("https://example.org/?u=https://www.discogs.com/artist/1234") is None


HOSTS = """instagram.com www.facebook.com m.youtube.com x.com tiktok.com vk.com open.spotify.com a.bandcamp.com
    adalind.org bücher.example.com mixcloud.com bsky.app imdb.com m.me.org www.instagr.am threads.net"""
PIECES = st.text(max_size=12) | st.sampled_from(["@ada", "profile", "channel", "artist", "user", "%41", "@@a"])
addresses = st.builds(
    lambda scheme, host, path: f"{scheme}{host}/{'/'.join(path)}",
    st.sampled_from(["https://", "http://", "", "ftp://"]),
    st.sampled_from(HOSTS.split()),
    st.lists(PIECES),
)


@given(st.text() | addresses)
def test_no_text_makes_it_fail_and_what_comes_out_stays_as_it_is(address: str) -> None:
    place = normalise(address)
    for reader in (discogs_artist, wikidata_item, genius_artist, spotify_artist):
        reader(address)
    if place is not None:
        assert normalise(place.url) == place
        assert place.value
        assert place.url.isascii()
        assert place.url.startswith(("https://", "http://"))
