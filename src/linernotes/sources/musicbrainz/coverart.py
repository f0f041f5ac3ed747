"""Where the picture of an album is: an address at the Cover Art Archive. Nothing is asked, nothing is fetched.

MusicBrainz says of every edition whether the archive has its front. The address is of the album (release group): the
archive shows the front that its editors chose for it. Pictures belong to their owners: we link, and keep none.
"""

from __future__ import annotations

from collections.abc import Iterable

from linernotes.model.catalogue import Json
from linernotes.sources.mbid import as_mbid
from linernotes.sources.reading import mapping

FRONT = "https://coverartarchive.org/release-group/{}/front-500"


def front_of(group_mbid: str, releases: Iterable[Json]) -> str | None:
    """The address of an album's front, 500 pixels wide; None unless one of these editions of it has a front."""
    mbid = as_mbid(group_mbid)
    if mbid is None or not any(mapping(r, "cover-art-archive").get("front") is True for r in releases):
        return None
    return FRONT.format(mbid)
