"""What we ask Spotify's Web API. Every question is a plain value; nothing is sent here.

A market is always named: a program's token belongs to no country, and without one nothing counts as available.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta

from linernotes.model.catalogue import Json
from linernotes.sources.calls import Call, Complaint

FRESH_FOR = timedelta(hours=24)
"""Spotify's terms allow copies only as long as they are needed, and want them current."""

MARKET = "US"

RESTRICTED_LIMIT = 10
"""The most that a search or a list of albums gives in Development Mode; more is refused."""
FULL_LIMIT = 50
TRACKS_PAGE = 50
"""Tracks that stand in an album's own answer, and on each page after it; the same in both modes."""
ALBUMS_PER_CALL = 20
TRACKS_PER_CALL = 50


def is_id(value: str) -> bool:
    """Whether a text can be one of Spotify's ids: it stands in addresses, so it may hold no sign of theirs."""
    return re.fullmatch(r"[0-9A-Za-z_-]{1,64}", value) is not None


def find_artists(name: str, limit: int) -> Call:
    """Artists of about this name, Spotify's best first."""
    plain = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", name).split())[:200]
    params = {"q": plain, "type": "artist", "market": MARKET, "limit": str(limit), "offset": "0"}
    return Call(path="search", params=params, fresh_for=FRESH_FOR, complaint=_has_artists)


def artist(artist_id: str) -> Call:
    """One artist."""
    return Call(
        path=f"artists/{artist_id}", params={"market": MARKET}, fresh_for=FRESH_FOR, complaint=_is_thing("artist")
    )


def albums(artist_id: str, offset: int, limit: int) -> Call:
    """A page of an artist's own albums and singles: not those on which it only appears."""
    params = {"include_groups": "album,single", "market": MARKET, "limit": str(limit), "offset": str(offset)}
    return Call(path=f"artists/{artist_id}/albums", params=params, fresh_for=FRESH_FOR, complaint=_has_list("items"))


def album(album_id: str) -> Call:
    """One album with the first fifty of its tracks, which come without ISRCs."""
    return Call(
        path=f"albums/{album_id}", params={"market": MARKET}, fresh_for=FRESH_FOR, complaint=_is_thing("album")
    )


def album_tracks(album_id: str, offset: int) -> Call:
    """A further page of an album's tracks, without ISRCs."""
    params = {"market": MARKET, "limit": str(TRACKS_PAGE), "offset": str(offset)}
    return Call(path=f"albums/{album_id}/tracks", params=params, fresh_for=FRESH_FOR, complaint=_has_list("items"))


def track(track_id: str) -> Call:
    """One track with its ISRC: the only way to it by id in Development Mode."""
    return Call(
        path=f"tracks/{track_id}", params={"market": MARKET}, fresh_for=FRESH_FOR, complaint=_is_thing("track")
    )


def several_albums(album_ids: Sequence[str]) -> Call:
    """At most twenty albums as `album` gives each. Extended Quota Mode only."""
    return _several("albums", album_ids)


def several_tracks(track_ids: Sequence[str]) -> Call:
    """At most fifty tracks as `track` gives each. Extended Quota Mode only."""
    return _several("tracks", track_ids)


def _several(what: str, ids: Sequence[str]) -> Call:
    params = {"ids": ",".join(ids), "market": MARKET}
    return Call(path=what, params=params, fresh_for=FRESH_FOR, complaint=_has_as_many(what, len(ids)))


def _has_artists(answer: Json) -> str | None:
    return _has_list("items")(answer.get("artists") if isinstance(answer, dict) else None)


def _has_list(key: str) -> Complaint:
    def complaint(answer: Json) -> str | None:
        if isinstance(answer, dict) and isinstance(answer.get(key), list):
            return None
        return f"the answer has no list of {key}"

    return complaint


def _has_as_many(key: str, number: int) -> Complaint:
    """Several things come in the order of their ids, null for one that is unknown: only so can they be told apart."""

    def complaint(answer: Json) -> str | None:
        listed = answer.get(key) if isinstance(answer, dict) else None
        if not isinstance(listed, list):
            return f"the answer has no list of {key}"
        return None if len(listed) == number else f"asked for {number} {key}, answered with {len(listed)}"

    return complaint


def _is_thing(what: str) -> Complaint:
    def complaint(answer: Json) -> str | None:
        if isinstance(answer, dict) and isinstance(answer.get("id"), str):
            return None
        return f"the answer is no {what}"

    return complaint
