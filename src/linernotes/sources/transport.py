"""One HTTP client for all web sources: pacing, waiting, retry, cache and limits live here and nowhere else.

What a status means: 200 and 404 are answers; 429 and 503 pause the source for everybody; 500, 502, 504 and broken
connections are tried twice more; any other 4xx will never work. A source that fails three times in a row, whoever
asks, is left alone by everybody for a while, and then tried with one request. Before that it is asked something that
it answered not long ago: when it answers that, the fault is the question's own (`_answers_others`). No answer is kept
before it has been read and believed.
"""

from __future__ import annotations

import asyncio
import json as json_module
import random
import weakref
from collections.abc import Callable
from datetime import timedelta
from typing import Protocol

import httpx2

from linernotes import __version__
from linernotes.errors import (
    BadAnswer,
    CredentialMissing,
    SettingsError,
    SourceBusy,
    SourceDown,
    SourceError,
    SourceRefused,
)
from linernotes.logs import get_logger
from linernotes.model.catalogue import Json
from linernotes.sources.bodies import ENCODINGS, LARGEST_BODY, decode
from linernotes.sources.budget import SHORT_PAUSE, Budget, Leave
from linernotes.sources.cache import Kept, ResponseCache
from linernotes.sources.calls import Answer, Call
from linernotes.sources.clock import Clock
from linernotes.sources.exchange import DEADLINE, Reply, exchange, next_address, retry_after

RETRIES = 2
SHORT_WAITS = 3
REDIRECTS = 3
FIRST_PAUSE = timedelta(seconds=2)
"""When a busy source does not say for how long; doubled each time that it is still busy."""
LEAST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)
"""What a source may ask for at most: some say a day, and are back long before."""
MISSING_FRESH_FOR = timedelta(days=1)
"""A thing that is not there today may be there tomorrow."""

_BUSY = (429, 503)
_RETRIED = (500, 502, 504)
_REDIRECT = (301, 302, 303, 307, 308)

_log = get_logger(__name__)


class Key(Protocol):
    """The right to ask a source that does not answer everybody."""

    async def authorization(self) -> str:
        """The `Authorization` header of the next request. Raises SourceError or SettingsError."""
        ...

    def refused(self, authorization: str) -> bool:
        """Told that the source did not accept this header (401); whether another one is worth a try."""
        ...


Judge = Callable[[Reply, Json], Exception | None]
"""A source's own way of refusing: what to raise for a reply and its JSON (None where it has none), or None.
A SourceBusy makes everybody wait for as long as it says."""


def note_key(what: str, base_url: str) -> str:
    """The name in the cache of what was worked out from answers."""
    return f"note {what} {base_url}"


class Transport:
    """Asks one web source. Safe to share by all tasks of a process."""

    def __init__(
        self,
        source: str,
        base_url: str,
        official_host: str,
        *,
        client: httpx2.AsyncClient,
        budget: Budget,
        cache: ResponseCache,
        contact: str | None,
        clock: Clock,
        says_busy: Callable[[Json], bool] = lambda _: False,
        judge: Judge = lambda reply, json: None,
        key: Key | None = None,
        first_pause: timedelta = FIRST_PAUSE,
        deadline: timedelta = DEADLINE,
        largest_body: int = LARGEST_BODY,
    ) -> None:
        """says_busy recognises a source's way of being busy with status 200, judge its way of refusing.

        first_pause is how long everybody waits when it is busy and does not say for how long.

        Raises CredentialMissing without a contact: the open databases cut off who does not say how to be reached,
        and a mirror's operator wants to know as well. Raises SettingsError for the official host without TLS.
        """
        if not contact:
            raise CredentialMissing(source, "LINERNOTES_CONTACT", "you@example.org")
        if base_url.startswith("http://") and httpx2.URL(base_url).host == official_host:
            raise SettingsError(
                f"LINERNOTES_{source.upper()}_URL is wrong: {official_host} is asked over https:// only."
            )
        self.source = source
        self.base_url = base_url.rstrip("/")
        self._client = client
        self._budget = budget
        self.cache = cache
        self._clock = clock
        self._says_busy = says_busy
        self._judge = judge
        self._key = key
        self._first_pause = first_pause
        self._deadline = deadline
        self._largest_body = largest_body
        self._user_agent = f"linernotes/{__version__} ({contact})".encode()
        self._busy_in_a_row = 0
        self._asking: weakref.WeakValueDictionary[str, asyncio.Lock] = weakref.WeakValueDictionary()

    async def get(self, call: Call) -> Answer:
        """The answer to a call, from the cache while it is fresh. Two tasks with one question ask once.

        Raises SourceBusy, SourceDown, SourceRefused or BadAnswer.
        """
        key = call.key(self.base_url)
        lock = self._asking.setdefault(key, asyncio.Lock())
        async with lock:
            return await self._kept(call, key) or await self._asked(call, key)

    async def noted(self, what: str) -> Json | None:
        """What `note` kept under this name, while it is fresh."""
        kept = await self.cache.find(self.source, note_key(what, self.base_url), self._clock.now())
        return decode(self.source, kept.body) if kept is not None else None

    async def note(self, what: str, value: Json, fresh_for: timedelta) -> None:
        """Keep something that was worked out from answers beside them, for all processes."""
        now = self._clock.now()
        kept = Kept(status=200, body=json_module.dumps(value).encode(), fetched_at=now)
        await self.cache.keep(self.source, note_key(what, self.base_url), kept, now + fresh_for)

    async def _kept(self, call: Call, key: str) -> Answer | None:
        kept = await self.cache.find(self.source, key, self._clock.now())
        if kept is None:
            return None
        json = decode(self.source, kept.body)
        if kept.status == 200 and call.complaint is not None and call.complaint(json) is not None:
            return None  # kept for another question about the same page: ask again
        return Answer(
            status=kept.status, json=json, url=call.url(self.base_url), fetched_at=kept.fetched_at, from_cache=True
        )

    async def _asked(self, call: Call, key: str) -> Answer:
        reply, json = await self._answer(call)
        if reply.status == 200 and call.complaint is not None and (why := call.complaint(json)) is not None:
            raise BadAnswer(self.source, why)
        now = self._clock.now()
        if json is not None:
            fresh_for = call.fresh_for if reply.status == 200 else min(call.fresh_for, MISSING_FRESH_FOR)
            kept = Kept(status=reply.status, body=reply.body, fetched_at=now)
            await self.cache.keep(self.source, key, kept, now + fresh_for)
        return Answer(status=reply.status, json=json, url=call.url(self.base_url), fetched_at=now, from_cache=False)

    async def _answer(self, call: Call) -> tuple[Reply, Json]:
        """What `_reply` gives. A source that did not answer once too often is busy, for everybody."""
        try:
            return await self._reply(call)
        except SourceDown as error:
            if self._budget.in_doubt and await self._answers_others(call):
                await self._budget.answered()
                raise SourceDown(self.source, f"{error.why}, and meanwhile answered another question") from error
            wait = await self._budget.failed(error.why)
            if wait is None:
                raise
            _log.warning("source left alone", source=self.source, why=error.why, seconds=wait.total_seconds())
            raise SourceBusy(self.source, wait, error.why) from error

    async def _answers_others(self, call: Call) -> bool:
        """Whether a source that did not answer once more still answers a question of the same kind that it answered
        before. Then not the source is down, and an attempt is spent: else a question that always fails, alone on a
        quiet source, would look like an outage for ever."""
        kind = call.kind(self.base_url)
        known = await self.cache.answered(self.source, call.key(self.base_url), kind) if kind is not None else None
        if known is None or not await self._budget.besides():
            return False
        try:
            authorization = await self._key.authorization() if self._key is not None else None
            reply = await self._send(call, known.removeprefix("GET "), authorization)
            return reply.status == 200 and not self._says_busy(decode(self.source, reply.body))
        except (httpx2.TransportError, SourceError, SettingsError):
            return False

    async def _reply(self, call: Call) -> tuple[Reply, Json]:
        """Ask until there is an answer to read, or a reason to give up."""
        url = call.url(self.base_url)
        failures = waits = redirects = 0
        renewed = trying = False
        while True:
            authorization = await self._key.authorization() if self._key is not None else None
            try:
                async with self._budget.turn() as leave:
                    trying = leave.trying
                    reply = await self._send(call, url, authorization)
                why = f"answered {reply.status}"
            except httpx2.TransportError as error:
                reply, why = None, f"the connection broke ({type(error).__name__})"
            json = await self._read(reply, leave) if reply is not None else None
            if reply is not None and reply.status == 401 and not renewed and self._renewed(authorization):
                renewed = True
                await self._heard(leave)
                continue
            if reply is not None and (refusal := self._judge(reply, json)) is not None:
                await self._refuse(refusal, leave)
            if reply is not None and (reply.status in _BUSY or (reply.status == 200 and self._says_busy(json))):
                waits += 1
                await self._pause(reply, give_up=waits > SHORT_WAITS)
            elif reply is not None and reply.status in _REDIRECT and call.form is None and redirects < REDIRECTS:
                redirects += 1
                await self._heard(leave)
                url = next_address(self.source, url, reply)
            elif reply is None or reply.status in _RETRIED:
                failures += 1
                if failures > RETRIES or trying:
                    raise SourceDown(self.source, f"{why}, {failures} times")
                await self._clock.sleep(2 ** (failures - 1) * random.uniform(0.5, 1.5))
            else:
                self._busy_in_a_row = 0
                await self._heard(leave)
                self._refuse_unusable(reply, json)
                return reply, json

    def _renewed(self, authorization: str | None) -> bool:
        return self._key is not None and authorization is not None and self._key.refused(authorization)

    async def _heard(self, leave: Leave) -> None:
        """The source is there: if that was in doubt, everybody asks it again."""
        if leave.doubtful:
            await self._budget.answered()

    async def _refuse(self, refusal: Exception, leave: Leave) -> None:
        if isinstance(refusal, SourceBusy):
            await self._budget.pause(refusal.wait, refusal.why)
            _log.warning("source paused", source=self.source, why=refusal.why, seconds=refusal.wait.total_seconds())
        else:
            await self._heard(leave)
        raise refusal

    async def _send(self, call: Call, url: str, authorization: str | None) -> Reply:
        headers = [
            (b"User-Agent", self._user_agent),
            (b"Accept", call.accept.encode()),
            (b"Accept-Encoding", ENCODINGS.encode()),
        ]
        if authorization is not None:
            headers.append((b"Authorization", authorization.encode()))
        request = self._client.build_request(call.method, url, headers=headers, data=call.form)
        return await exchange(
            self.source, self._client, request, self._budget.sent, self._deadline, self._largest_body
        )

    async def _read(self, reply: Reply, leave: Leave) -> Json:
        """The JSON of an answer; of anything but a 200 None when it is not JSON (errors come as text or HTML)."""
        try:
            return decode(self.source, reply.body)
        except BadAnswer:
            if reply.status != 200:
                return None
            await self._heard(leave)
            raise

    async def _pause(self, reply: Reply, *, give_up: bool) -> None:
        """Make everybody wait. Raises SourceBusy unless the wait is short: the next turn waits that out."""
        asked = retry_after(reply, self._clock.now())
        doubled = min(self._first_pause * 2 ** min(self._busy_in_a_row, 12), LONGEST_PAUSE)
        self._busy_in_a_row += 1
        wait = min(max(doubled if asked is None else asked, LEAST_PAUSE), LONGEST_PAUSE)
        why = f"answered {reply.status} and asked everybody to wait"
        await self._budget.pause(wait, why)
        _log.warning("source paused", source=self.source, status=reply.status, seconds=wait.total_seconds())
        if give_up or wait > SHORT_PAUSE:
            raise SourceBusy(self.source, wait, why)

    def _refuse_unusable(self, reply: Reply, json: Json) -> None:
        if reply.status in (200, 404):
            return
        said = json.get("error") if isinstance(json, dict) else None
        detail = f": {said[:200]}" if isinstance(said, str) else ""
        if 400 <= reply.status < 500:
            raise SourceRefused(self.source, f"answered {reply.status}{detail}")
        if reply.status >= 500:
            raise SourceDown(self.source, f"answered {reply.status}{detail}")
        raise BadAnswer(self.source, f"answered with the unexpected status {reply.status}{detail}")
