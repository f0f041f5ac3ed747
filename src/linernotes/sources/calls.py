"""A question to a web source, and its answer.

A call is a plain value: the sources make them in `calls.py`, the transport sends them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode

from linernotes.model.catalogue import Json

Complaint = Callable[[Json], str | None]
"""Why an answer cannot be believed (it is about something else, it has not the promised shape), or None."""

LONGEST_KEY = 1000
"""Characters. PostgreSQL refuses index entries above 2700 bytes, so longer requests are known by a digest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One question. path is below the source's base address; with a form it is a POST, which must be safe to repeat.

    fresh_for is how long the answer counts as current. complaint looks at an answer before it is kept.
    """

    path: str
    params: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] | None = None
    fresh_for: timedelta
    accept: str = "application/json"
    complaint: Complaint | None = field(default=None, compare=False)

    @property
    def method(self) -> str:
        return "GET" if self.form is None else "POST"

    def url(self, base_url: str) -> str:
        """The full address. A space is sent as `+`, which is how MusicBrainz joins the values of `inc`."""
        query = urlencode(self.params)
        return f"{base_url}/{self.path}?{query}" if query else f"{base_url}/{self.path}"

    def kind(self, base_url: str) -> str | None:
        """How the keys of questions of this kind begin: searches, things of one sort by id. None for a POST."""
        if self.form is not None:
            return None
        folder, slash, _ = self.path.rpartition("/")
        return f"GET {base_url}/{folder}/" if slash else f"GET {base_url}/{self.path}?"

    def key(self, base_url: str) -> str:
        """The name of this question in the cache: equal for equal questions, never too long for an index."""
        text = f"{self.method} {self.url(base_url)}"
        if self.form is not None:
            text += " " + urlencode(sorted(self.form.items()))
        if len(text) <= LONGEST_KEY:
            return text
        return f"{self.method} {base_url}/{self.path} sha256:{hashlib.sha256(text.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back: status is 200 or 404; the body of a 404 is None when it was not JSON."""

    status: int
    json: Json
    url: str
    fetched_at: datetime
    from_cache: bool

    @property
    def found(self) -> bool:
        """Whether the source knows the thing."""
        return self.status == 200
