"""One-time links with which the operator signs in: whoever can read the terminal of `serve` may operate.

They live in the memory of the process that printed them, work once, and for a quarter of an hour.
"""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

from linernotes.api.keys import digest, new_secret

VALID_FOR = timedelta(minutes=15)


class SignInLinks:
    """The links of one process that were not used yet."""

    def __init__(self) -> None:
        self._open: dict[bytes, datetime] = {}
        self._lock = threading.Lock()

    def new(self, now: datetime) -> str:
        """A new token, valid for a quarter of an hour and one use."""
        token = new_secret(prefix="")
        with self._lock:
            self._open[digest(token)] = now + VALID_FOR
        return token

    def use(self, token: str, now: datetime) -> bool:
        """Whether the token was good. It is not any more."""
        with self._lock:
            until = self._open.pop(digest(token), None)
        return until is not None and now < until
