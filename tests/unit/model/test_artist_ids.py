"""An artist can be named by an id, and a name that looks like one stays a name."""

from __future__ import annotations

import pytest

from linernotes.model.artist_ids import artist_id_of, page_of
from linernotes.model.catalogue import ArtistFact, ExternalId
from linernotes.pipeline.artist_discovery import chosen

MBID = "a74b1b7f-71a5-4011-9441-d0b5e4122711"
SPOTIFY = "4Z8W4fKeB5YxbusRsdQVPb"


@pytest.mark.parametrize(
    ("text", "id"),
    [
        (MBID, f"musicbrainz:{MBID}"),
        (f" {MBID.upper()} ", f"musicbrainz:{MBID}"),
        (f"musicbrainz:{MBID}", f"musicbrainz:{MBID}"),
        (f"https://musicbrainz.org/artist/{MBID}/", f"musicbrainz:{MBID}"),
        (f"musicbrainz.org/artist/{MBID}", f"musicbrainz:{MBID}"),
        (f"spotify:artist:{SPOTIFY}", f"spotify:{SPOTIFY}"),
        (f"Spotify: {SPOTIFY}", f"spotify:{SPOTIFY}"),
        (f"https://open.spotify.com/artist/{SPOTIFY}?si=1", f"spotify:{SPOTIFY}"),
        ("deezer:399", "deezer:399"),
        ("https://www.deezer.com/en/artist/399", "deezer:399"),
        ("https://www.discogs.com/artist/3840-Radiohead", "discogs:3840"),
        ("https://www.wikidata.org/wiki/Q44190", "wikidata:Q44190"),
    ],
)
def test_an_id_is_read_bare_with_its_scheme_or_from_an_address(text: str, id: str):
    scheme, value = id.split(":")
    assert artist_id_of(text) == ExternalId(scheme, value)


@pytest.mark.parametrize(
    "text",
    [
        "311", "1975", "Ada Lind", "", ":", "deezer:", "deezer:four", "spotify:Ada", "Band:Camp", f"{MBID}0",
        "musicbrainz:Ada", "https://www.discogs.com/release/3840", "https://example.org/artist/399", "Q44190",
        f"https://evil.example/musicbrainz.org/artist/{MBID}", "4Z8W4fKeB5YxbusRsdQVPb", "deezer:" + "9" * 21,
    ],
)  # fmt: skip
def test_everything_else_is_a_name(text: str):
    assert artist_id_of(text) is None


@pytest.mark.parametrize("scheme", ["musicbrainz", "spotify", "deezer", "discogs", "wikidata"])
def test_the_address_of_an_id_is_that_id(scheme: str):
    value = {"musicbrainz": MBID, "spotify": SPOTIFY, "wikidata": "Q1"}.get(scheme, "27")
    id = ExternalId(scheme, value)
    assert artist_id_of(page_of(id) or "") == id
    assert page_of(ExternalId("isni", "1")) is None


def fact(name: str, *ids: ExternalId) -> ArtistFact:
    return ArtistFact(name=name, ids=ids)


def test_who_is_named_by_an_id_is_the_candidate_that_has_it_and_nobody_else():
    wanted = fact("Radiohead", ExternalId("musicbrainz", "new"), ExternalId("musicbrainz", MBID))
    others = [fact(MBID, ExternalId("musicbrainz", "x")), wanted]
    assert chosen(MBID.upper(), others) is wanted
    assert chosen(MBID, others[:1]) is None
    assert chosen("deezer:399", others) is None
