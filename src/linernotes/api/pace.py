"""How often one caller may ask: a bucket of tokens for each, refilled evenly.

A caller is a key, or an address for those without one. Buckets live in this process's memory, at most MOST of them:
whoever was longest not seen is forgotten first, and an attacker with many addresses gains nothing but that.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from linernotes.api.asgi import ASGIApp, Receive, Scope, Send, send_problem
from linernotes.api.edge import Edge
from linernotes.api.problems import problem_of
from linernotes.errors import TooOften

MOST = 10_000
A_MINUTE = 60.0
ELSEWHERE = 1_200
HOUSEHOLD = 4
"""How many times one caller's allowance an address has, keys of any number and validity together."""


class Pace:
    """Lets every caller make `a_minute` requests a minute, as many of them at once; 0 means no limit."""

    def __init__(self, a_minute: int, *, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._a_minute = a_minute
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, caller: str) -> None:
        """Count a request. Raises TooOften with the time until the next one may come."""
        if not self._a_minute:
            return
        now, rate = self._clock(), self._a_minute / A_MINUTE
        tokens, seen = self._buckets.pop(caller, (float(self._a_minute), now))
        tokens = min(float(self._a_minute), tokens + (now - seen) * rate)
        self._buckets[caller] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        if tokens < 1:
            wait = timedelta(seconds=(1 - tokens) / rate)
            raise TooOften(wait, f"More than {self._a_minute} requests a minute. Ask again a little later.")


def address(client: tuple[str, int] | None) -> str:
    """Where a request came from, as one caller: of IPv6 the network, since one household has all of its addresses."""
    if client is None:
        return "unknown"
    try:
        found = ip_address(client[0])
    except ValueError:
        return client[0]
    return found.exploded[:19] if isinstance(found, IPv6Address) else str(found)


def allowance(edge: Edge) -> int:
    """How many requests a minute one caller may make here, 0 for any number."""
    chosen = edge.settings.requests_a_minute
    if chosen is not None:
        return chosen
    return 0 if edge.on_loopback else ELSEWHERE


class PaceOfAddresses:
    """Counts every request on its address, before anything is looked up: guessing keys is held back here."""

    def __init__(self, app: ASGIApp, a_minute: int) -> None:
        self._app = app
        self._pace = Pace(a_minute * HOUSEHOLD)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            try:
                self._pace.take(address(scope.get("client")))
            except TooOften as error:
                return await send_problem(scope, receive, send, problem_of(error))
        return await self._app(scope, receive, send)
