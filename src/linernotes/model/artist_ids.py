"""An artist named by an id instead of a name: bare, with its scheme, or by the address of the page.

An MBID stands for itself. Every other id needs its scheme or an address: `311` and `1975` are names of bands.
"""

from __future__ import annotations

import re

from linernotes.model.catalogue import ExternalId

_MBID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_SHAPES = {
    "musicbrainz": _MBID,
    "spotify": "[0-9A-Za-z]{22}",
    "deezer": "[0-9]{1,20}",
    "discogs": "[0-9]{1,20}",
    "wikidata": "Q[0-9]{1,20}",
}
_PAGES = {
    "musicbrainz": rf"(?:beta\.)?musicbrainz\.org/artist/({_MBID})",
    "spotify": r"open\.spotify\.com/(?:intl-[a-z-]+/)?artist/([0-9A-Za-z]{22})",
    "deezer": r"(?:www\.)?deezer\.com/(?:[a-z]{2}(?:-[a-z]{2})?/)?artist/([0-9]{1,20})",
    "discogs": r"(?:www\.)?discogs\.com/(?:[a-z]{2}/)?artist/([0-9]{1,20})(?:-[^/]*)?",
    "wikidata": r"(?:www\.)?wikidata\.org/(?:wiki|entity)/(Q[0-9]{1,20})",
}
_ADDRESSES = {
    "musicbrainz": "https://musicbrainz.org/artist/{}",
    "spotify": "https://open.spotify.com/artist/{}",
    "deezer": "https://www.deezer.com/artist/{}",
    "discogs": "https://www.discogs.com/artist/{}",
    "wikidata": "https://www.wikidata.org/wiki/{}",
}


def artist_id_of(text: str) -> ExternalId | None:
    """The id that a text is, None when it is a name.

    Understands `a74b1b7f-71a5-4011-9441-d0b5e4122711`, `deezer:399`, `spotify:artist:4Z8W4fKeB5YxbusRsdQVPb` and
    `https://www.discogs.com/artist/3840-Radiohead`.
    """
    asked = text.strip()
    if re.fullmatch(_MBID, asked.lower()):
        return ExternalId("musicbrainz", asked.lower())
    scheme, colon, value = asked.partition(":")
    scheme = scheme.strip().lower()
    if colon and scheme in _SHAPES:
        value = value.strip().removeprefix("artist:")
        value = value.lower() if scheme == "musicbrainz" else value
        return ExternalId(scheme, value) if re.fullmatch(_SHAPES[scheme], value) else None
    address = re.sub(r"^https?://", "", asked).partition("?")[0].partition("#")[0].rstrip("/")
    for scheme, page in _PAGES.items():
        if found := re.fullmatch(page, address):
            return ExternalId(scheme, found[1])
    return None


def page_of(id: ExternalId) -> str | None:
    """The address under which other databases link to an artist, None for a scheme without one."""
    address = _ADDRESSES.get(id.scheme)
    return address.format(id.value) if address is not None else None
