"""What we ask Genius. Every question is a plain value; nothing is sent here. Lyrics are never asked for."""

from __future__ import annotations

from datetime import timedelta

from linernotes.model.catalogue import Json
from linernotes.sources.calls import Call, Complaint
from linernotes.sources.reading import mapping, whole

SONG_FRESH_FOR = timedelta(days=7)
PROFILE_FRESH_FOR = timedelta(days=30)

LONGEST_QUESTION = 300
"""Characters of a search; Genius reads no more words than a title has."""


def search(artist: str, title: str) -> Call:
    """Songs that resemble an artist and a title. There is no search by artist alone, and none by code."""
    question = " ".join(f"{artist} {title}".split())[:LONGEST_QUESTION]
    return Call(path="search", params={"q": question}, fresh_for=SONG_FRESH_FOR, complaint=_has_hits)


def song(number: str) -> Call:
    """One song with everybody who made it."""
    return Call(
        path=f"songs/{number}",
        params={"text_format": "plain"},
        fresh_for=SONG_FRESH_FOR,
        complaint=_is_about("song", number),
    )


def artist(number: str) -> Call:
    """One person or group with other names and accounts."""
    return Call(
        path=f"artists/{number}",
        params={"text_format": "plain"},
        fresh_for=PROFILE_FRESH_FOR,
        complaint=_is_about("artist", number),
    )


def _has_hits(answer: Json) -> str | None:
    if isinstance(mapping(answer, "response").get("hits"), list):
        return None
    return "the answer has no list of hits"


def _is_about(kind: str, number: str) -> Complaint:
    def complaint(answer: Json) -> str | None:
        answered = whole(mapping(mapping(answer, "response"), kind), "id")
        if answered is None:
            return f"the answer holds no {kind}"
        return None if str(answered) == number else f"asked about {kind} {number}, answered about {answered}"

    return complaint
