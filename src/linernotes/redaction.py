"""What must never be written down: secrets of this process, keys and tokens by their look, people's contacts.

Every line of a log, every reason of a dead letter passes here. A secret that the settings hold is known by its value
(`keep_secret`); others are known by their look: credentials in a URL, a header or a query, JSON Web Tokens, keys of
ours, e-mail addresses and telephone numbers. Nothing here touches a network, a clock or a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

HIDDEN = "***"

SHORTEST_SECRET = 6
"""A shorter value is not looked for: hiding every "1234" would make a log unreadable and protect nothing."""

# What is hidden of each is its group `hide`.
_PATTERNS = (
    # scheme://user:password@host
    re.compile(r"(?<=://)(?P<hide>[^/\s@]*:[^/\s]*)(?=@)"),
    # Authorization: Bearer abc, and the schemes that Discogs and HTTP know
    re.compile(r"(?i)\b(?:bearer|basic|discogs token=|token token=)\s*(?P<hide>[^\s\"',;]+)"),
    # ?token=abc, client_secret: abc, 'apikey': 'abc', password=abc (libpq)
    re.compile(
        r"(?i)\b(?:access_token|refresh_token|token|api_?key|client_secret|secret|password|passwd|pwd"
        r"|authorization|cookie)\b[\"']?\s*[=:]\s*[\"']?(?!bearer\b|basic\b)(?P<hide>[^\s\"'&,;}]+)"
    ),
    re.compile(r"(?P<hide>\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*)"),
    re.compile(r"(?P<hide>\bln_[A-Za-z0-9_-]{8,})"),
    re.compile(r"(?P<hide>[\w.+-]+@[\w-]+(?:\.[\w-]+)+)"),
    # Telephone numbers as people write them to be called: with a country code.
    re.compile(r"(?<![\w.+:-])(?P<hide>\+[1-9]\d?\d?[ ./()-]{0,2}\d(?:[ ./()-]{0,2}\d){5,12})(?![\w:.-]\w)"),
)

_SECRETS: set[str] = set()


def keep_secret(values: Iterable[str]) -> None:
    """Never write these values down from now on, in this process. The settings do this for each of their secrets."""
    _SECRETS.update(value for value in values if len(value) >= SHORTEST_SECRET)


def redacted(text: str) -> str:
    """The text without secrets and contacts; each is replaced by ***."""
    known = [re.compile(f"(?P<hide>{re.escape(secret)})") for secret in _SECRETS if secret in text]
    spans = sorted(match.span("hide") for pattern in (*_PATTERNS, *known) for match in pattern.finditer(text))
    parts, end = [], 0
    for start, stop in spans:
        if start >= end:
            parts += [text[end:start], HIDDEN]
        end = max(end, stop)
    return "".join([*parts, text[end:]])


def redacted_value(value: Any) -> Any:
    """The same for a value of a log line: texts in it are redacted, however deep; other values stay."""
    match value:
        case str():
            return redacted(value)
        case Mapping():
            return {key: HIDDEN if _names_a_secret(str(key)) else redacted_value(v) for key, v in value.items()}
        case list() | tuple() | set() | frozenset():
            return [redacted_value(v) for v in value]
        case BaseException():
            return redacted(str(value) or type(value).__name__)
        case _:
            return value


def password_of(url: str) -> list[str]:
    """The password in a URL, as it is written and as it is meant; none when there is none."""
    try:
        password = urlsplit(url).password
    except ValueError:
        return []
    return [password, unquote(password)] if password else []


def _names_a_secret(key: str) -> bool:
    return bool(re.fullmatch(r"(?i).*(token|secret|password|apikey|api_key|authorization|cookie|e-?mail|phone)", key))
