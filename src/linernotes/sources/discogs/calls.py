"""What we ask Discogs. Every question is a plain value; nothing is sent here."""

from __future__ import annotations

from datetime import timedelta

from linernotes.model.catalogue import Json
from linernotes.sources.calls import Call, Complaint
from linernotes.sources.reading import mapping, whole

FRESH_FOR = timedelta(hours=6)
"""The terms of the service let nothing be shown that is older."""

PAGE_SIZE = 100
ACCEPT = "application/vnd.discogs.v2.plaintext+json"
"""Profiles as plain text instead of Discogs' own markup."""


def release(number: str) -> Call:
    """One release with its tracks and everybody who is credited on it."""
    return _call(f"releases/{number}", {}, _is_about(number))


def master(number: str) -> Call:
    """What all versions of a release have in common, and which of them is the main one."""
    return _call(f"masters/{number}", {}, _is_about(number))


def versions(master_number: str) -> Call:
    """The first versions of a master."""
    params = {"per_page": str(PAGE_SIZE), "page": "1"}
    return _call(f"masters/{master_number}/versions", params, _is_page("versions", 1))


def artist(number: str) -> Call:
    """One person or group."""
    return _call(f"artists/{number}", {}, _is_about(number))


def search(artist_name: str, title: str, page: int) -> Call:
    """A page of releases of this artist with this title, as Discogs compares them. Needs a token."""
    params = {
        "type": "release",
        "artist": artist_name[:200],
        "release_title": title[:200],
        "per_page": str(PAGE_SIZE),
        "page": str(page),
    }
    return _call("database/search", params, _is_page("results", page))


def _call(path: str, params: dict[str, str], complaint: Complaint) -> Call:
    return Call(path=path, params=params, fresh_for=FRESH_FOR, accept=ACCEPT, complaint=complaint)


def _is_about(number: str) -> Complaint:
    def complaint(answer: Json) -> str | None:
        answered = whole(answer, "id")
        if answered is None:
            return "the answer does not say what it is about"
        return None if str(answered) == number else f"asked about {number}, answered about {answered}"

    return complaint


def _is_page(key: str, page: int) -> Complaint:
    def complaint(answer: Json) -> str | None:
        if not isinstance(answer, dict) or not isinstance(answer.get(key), list):
            return f"the answer has no list of {key}"
        answered = whole(mapping(answer, "pagination"), "page")
        return None if answered in (None, page) else f"asked for page {page} of {key}, answered page {answered}"

    return complaint
