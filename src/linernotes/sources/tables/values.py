"""Cells that are not names: dates, durations, positions, ISRCs, addresses and ids. Pure; nothing is guessed.

Each reader answers with the value and a complaint: the value is None when the cell cannot be used, the complaint
'' when there is nothing to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from linernotes.model.catalogue import ExternalId

FIRST_YEAR, LAST_YEAR = 1860, 2100
"""The oldest recording of a voice is of 1860; a year beyond these is a slip of the pen."""

LONGEST_MS = 24 * 60 * 60 * 1000

_MONTHS = {
    name[:length]: number
    for number, name in enumerate(
        (
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ),
        start=1,
    )
    for length in {3, len(name)}
} | {"sept": 9}

_ISO = re.compile(r"(\d{4})(?:[-/](\d{1,2})(?:[-/](\d{1,2})(?:[T ][\d:.+\-Z ]*)?)?)?(?:\.0)?", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]+)\.? +(?:(\d{1,2})(?:st|nd|rd|th)?,? +)?(\d{4})", re.ASCII | re.IGNORECASE)
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? +([a-z]+)\.?,? +(\d{4})", re.ASCII | re.IGNORECASE)
_SLASHED = re.compile(r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4})", re.ASCII)


class Date(NamedTuple):
    """ISO text of the precision that is sure (2016, 2016-10, 2016-10-14) or None, and a complaint."""

    iso: str | None
    complaint: str = ""


@lru_cache(maxsize=65_536)
def read_date(text: str) -> Date:
    """Read a date as people write it. Where day and month may be swapped, only the year is kept."""
    if m := _ISO.fullmatch(text):
        return _date(text, m[1], m[2], m[3])
    if m := _MONTH_FIRST.fullmatch(text):
        return _date(text, m[3], _month(m[1]), m[2])
    if m := _DAY_FIRST.fullmatch(text):
        return _date(text, m[3], _month(m[2]), m[1])
    if m := _SLASHED.fullmatch(text):
        return _slashed(text, int(m[1]), m[2], int(m[3]), m[4])
    return Date(None, f"{text!r} is no date that can be read; write 2016-10-14")


def _slashed(text: str, first: int, sign: str, second: int, year: str) -> Date:
    """10/14/2016 and 14/10/2016 are clear, 14.10.2016 always; 04/05/2016 is April or May."""
    if sign == "." or first > 12 or first == second:
        return _date(text, year, second, first)
    if second > 12:
        return _date(text, year, first, second)
    sure = _date(text, year)
    return sure if sure.complaint else Date(year, f"{text!r} may be day/month or month/day: only the year is kept")


def _month(name: str) -> int:
    """1 to 12, or 99 for what is no month."""
    return _MONTHS.get(name.casefold(), 99)


def _date(text: str, year: str, month: str | int | None = None, day: str | int | None = None) -> Date:
    """Check it against the calendar. A month or day of 0 means unknown, as databases write it."""
    y, m, d = int(year), int(month or 0), int(day or 0)
    if not FIRST_YEAR <= y <= LAST_YEAR:
        return Date(None, f"{text!r} is no possible release date")
    try:
        date(y, m or 1, d or 1)
    except ValueError:
        return Date(None, f"{text!r} is no day of the calendar")
    if not m:
        return Date(f"{y:04}")
    return Date(f"{y:04}-{m:02}-{d:02}" if d else f"{y:04}-{m:02}")


class Number(NamedTuple):
    """A whole number or None, and a complaint."""

    value: int | None
    complaint: str = ""


_DECIMAL = re.compile(r"\d{1,12}(?:\.\d{1,12})?", re.ASCII)
_CLOCK = re.compile(r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2}(?:\.\d{1,3})?)", re.ASCII)


def read_duration(field: str, text: str) -> Number:
    """Milliseconds from a cell of `duration_ms` (milliseconds), `duration_s` or `duration` (seconds or m:ss).

    0 says "not known", as databases write it.
    """
    if _DECIMAL.fullmatch(text):
        milliseconds = float(text) * (1 if field == "duration_ms" else 1000)
    elif m := _CLOCK.fullmatch(text):
        milliseconds = (int(m[1] or 0) * 3600 + int(m[2]) * 60 + float(m[3])) * 1000
    else:
        return Number(None, f"{text!r} is no duration; write 3:45, 225 or, in duration_ms, 225000")
    if milliseconds > LONGEST_MS:
        return Number(None, f"{text!r} is longer than a day; if it is in milliseconds, name the column duration_ms")
    return Number(round(milliseconds) or None)


def read_position(text: str) -> Number:
    """The number of a track on its album: 7, 07, 7.0 or 7/12."""
    m = re.fullmatch(r"0*(\d{1,4})(?:\.0)?(?:\s*/\s*\d+)?", text, re.ASCII)
    return Number(int(m[1]) or None) if m else Number(None, f"{text!r} is no track number; write 1, 2, 3")


@lru_cache(maxsize=65_536)
def web_address(text: str) -> str | None:
    """The address if a browser may safely be sent there, else None."""
    return text if re.fullmatch(r"https?://[^\s/?#]+\S*", text, re.IGNORECASE) and len(text) <= 2000 else None


_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)
_SCHEMES = {
    "musicbrainz": _UUID,
    "discogs": re.compile(r"[1-9]\d{0,11}", re.ASCII),
    "genius": re.compile(r"[1-9]\d{0,11}", re.ASCII),
    "wikidata": re.compile(r"Q[1-9]\d{0,11}", re.ASCII),
    "isni": re.compile(r"\d{15}[\dX]", re.ASCII),
    "ipi": re.compile(r"\d{9,11}", re.ASCII),
    "spotify": re.compile(r"[0-9A-Za-z]{22}", re.ASCII),
    "wikipedia": re.compile(r"\S.{0,254}"),
}
_TIDY: Mapping[str, Callable[[str], str]] = {
    "musicbrainz": str.lower,
    "wikidata": str.upper,
    "isni": lambda value: re.sub(r"[\s-]", "", value).upper(),
    "ipi": lambda value: value.replace(" ", ""),
    "wikipedia": lambda value: value.replace("_", " ").strip(),
}


def read_id(text: str, own_scheme: str) -> ExternalId | None:
    """`wikidata:Q42` under its scheme, anything without a known scheme under the file's own; None when malformed."""
    scheme, colon, value = text.partition(":")
    scheme = scheme.strip().casefold()
    if not colon or scheme not in _SCHEMES:
        return ExternalId(own_scheme, text) if 0 < len(text) <= 500 else None
    value = _TIDY[scheme](value.strip()) if scheme in _TIDY else value.strip()
    return ExternalId(scheme, value) if _SCHEMES[scheme].fullmatch(value) else None


def read_recording_id(text: str, own_scheme: str) -> ExternalId | None:
    """As read_id; a bare UUID is a MusicBrainz recording."""
    bare = _UUID.fullmatch(text.lower())
    return ExternalId("musicbrainz", text.lower()) if bare else read_id(text, own_scheme)
