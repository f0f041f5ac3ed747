"""One request and its answer over HTTP, under a deadline and a size limit. Knows nothing of budgets or retries."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from urllib.parse import urljoin

import httpx2

from linernotes.errors import BadAnswer, SourceDown
from linernotes.sources.bodies import LARGEST_BODY, read_body

DEADLINE = timedelta(seconds=30)
"""For the whole exchange. A read timeout alone would let an answer drip in for minutes."""

CONNECT_WITHIN = 10.0
"""Seconds until a connection must stand."""

ERROR_TEXT_LIMIT = 64 * 1024

_SENT = "http11.send_request_body.complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came over the wire, unpacked but not yet read. Header names are lower-case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def new_client() -> httpx2.AsyncClient:
    """The client that all sources share. Connections stay open for a while, so that requests leave at once.

    It never follows a redirect by itself: the transport looks at where it leads first.
    """
    limits = httpx2.Limits(max_connections=20, max_keepalive_connections=10, keepalive_expiry=60.0)
    return httpx2.AsyncClient(follow_redirects=False, limits=limits, verify=_trust())


@cache
def _trust() -> ssl.SSLContext:
    """Whose certificates we believe, read once for all clients, and for all processes that are forked from here."""
    return httpx2.create_ssl_context()


async def exchange(
    source: str,
    client: httpx2.AsyncClient,
    request: httpx2.Request,
    when_sent: Callable[[], Awaitable[None]],
    deadline: timedelta,
    limit: int = LARGEST_BODY,
) -> Reply:
    """Send one request and read its answer to the end. when_sent is awaited once the request has left.

    Raises httpx2.TransportError for a broken connection, SourceDown past the deadline, BadAnswer for a body that is
    too large or cannot be unpacked.
    """

    async def trace(event: str, info: Mapping[str, object]) -> None:
        if event == _SENT:
            await when_sent()

    seconds = deadline.total_seconds()
    timeout = httpx2.Timeout(seconds, connect=min(CONNECT_WITHIN, seconds))
    request.extensions = {**request.extensions, "trace": trace, "timeout": timeout.as_dict()}
    try:
        async with asyncio.timeout(seconds):
            response = await client.send(request, stream=True)
            try:
                body = await _body(source, response, limit)
            finally:
                await response.aclose()
    except (TimeoutError, httpx2.ReadTimeout):
        raise SourceDown(source, f"no complete answer within {seconds:g} s") from None
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(status=response.status_code, headers=headers, body=body)


async def _body(source: str, response: httpx2.Response, limit: int) -> bytes:
    """The body. Of an error the status says enough: its page may be of any size and shape, and is then left out."""
    encoding = response.headers.get("content-encoding", "").strip().lower()
    if response.status_code in (200, 404):
        return await read_body(source, response.aiter_raw(), encoding, limit)
    try:
        return await read_body(source, response.aiter_raw(), encoding, min(limit, ERROR_TEXT_LIMIT))
    except BadAnswer:
        return b""


def retry_after(reply: Reply, now: datetime) -> timedelta | None:
    """How long the source asks us to wait: `Retry-After` in seconds or as an HTTP date; None when it does not say."""
    text = reply.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:12]), 10 * 365 * 86400))
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=UTC)
    return max(until - now, timedelta(0))


def next_address(source: str, url: str, reply: Reply) -> str:
    """Where a redirect leads. Raises BadAnswer when that is not the same host, port and scheme.

    An answer must not be able to send us, and what we send, to anybody else: least of all to ourselves. It is tried
    again as any other answer of no use, since a source that is being repaired may point elsewhere for an hour.
    """
    location = reply.headers.get("location", "")
    try:
        there, here = httpx2.URL(urljoin(url, location)), httpx2.URL(url)
        same = (there.scheme, there.host, there.port) == (here.scheme, here.host, here.port)
    except (httpx2.InvalidURL, ValueError):
        same = False
    if not location or not same or there.userinfo:
        raise BadAnswer(source, f"redirects to {location[:100]!r}, which is not followed: another host than {url}")
    return str(there)
