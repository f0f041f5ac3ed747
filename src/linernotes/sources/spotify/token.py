"""Spotify's token: the right to ask for an hour. It is kept in memory only, never in the database, never in a log."""

from __future__ import annotations

import asyncio
import base64
import re
from datetime import datetime, timedelta

import httpx2
from pydantic import SecretStr

from linernotes import __version__
from linernotes.errors import BadAnswer, SettingsError, SourceBusy, SourceDown
from linernotes.model.catalogue import Json
from linernotes.sources.bodies import decode
from linernotes.sources.clock import Clock
from linernotes.sources.exchange import DEADLINE, Reply, exchange, retry_after
from linernotes.sources.reading import text, whole
from linernotes.sources.spotify.refusals import SOURCE

RENEW_BEFORE = timedelta(seconds=60)
"""A token is not used in its last minute: it could end on the way."""

REFUSED_FOR = timedelta(minutes=10)
"""A refused client id is not shown again for so long, however much work waits."""

LONGEST_WAIT = timedelta(hours=1)
LARGEST_ANSWER = 64 * 1024


class Token:
    """Implements Key of `sources.transport`: asks for a token when there is none, and shortly before it ends."""

    def __init__(
        self, accounts_url: str, client_id: str, secret: SecretStr, *, client: httpx2.AsyncClient, clock: Clock
    ) -> None:
        """Raises SettingsError for Spotify's own host without TLS: the secret travels in the request."""
        if accounts_url.startswith("http://") and httpx2.URL(accounts_url).host == "accounts.spotify.com":
            raise SettingsError(
                "LINERNOTES_SPOTIFY_ACCOUNTS_URL is wrong: accounts.spotify.com is asked over https:// only."
            )
        self._url = f"{accounts_url.rstrip('/')}/api/token"
        self._id = client_id
        self._secret = secret
        self._client = client
        self._clock = clock
        self._line = asyncio.Lock()
        self._value: str | None = None
        self._renew_at: datetime | None = None
        self._refusal: tuple[datetime, str] | None = None

    async def authorization(self) -> str:
        """`Bearer ...`. Raises SettingsError when Spotify does not know the app, SourceBusy or SourceDown."""
        async with self._line:
            now = self._clock.now()
            if self._value is None or self._renew_at is None or now >= self._renew_at:
                await self._ask(now)
            return f"Bearer {self._value}"

    def refused(self, authorization: str) -> bool:
        """Forget the token that was not accepted, unless another task has renewed it already."""
        if authorization == f"Bearer {self._value}":
            self._value = None
        return True

    async def _ask(self, now: datetime) -> None:
        if self._refusal is not None and now < self._refusal[0] + REFUSED_FOR:
            raise SettingsError(self._refusal[1])
        reply = await self._reply()
        answer = _read(reply)
        if reply.status in (400, 401, 403):
            self._refusal = now, _refused(answer)
            raise SettingsError(self._refusal[1])
        if reply.status in (429, 503):
            wait = retry_after(reply, now) or timedelta(minutes=1)
            raise SourceBusy(SOURCE, min(wait, LONGEST_WAIT), f"its token service answered {reply.status}")
        value = answer.get("access_token") if isinstance(answer, dict) else None
        if reply.status != 200 or not isinstance(value, str) or not re.fullmatch(r"[!-~]+", value):
            raise SourceDown(SOURCE, f"its token service answered {reply.status} and gave no token")
        lifetime = timedelta(seconds=whole(answer, "expires_in") or 3600)
        self._value = value
        self._renew_at = now + max(lifetime - RENEW_BEFORE, lifetime / 2)

    async def _reply(self) -> Reply:
        pair = base64.b64encode(f"{self._id}:{self._secret.get_secret_value()}".encode()).decode()
        headers = {
            "Authorization": f"Basic {pair}",
            "Accept": "application/json",
            "User-Agent": f"linernotes/{__version__}",
        }
        request = self._client.build_request(
            "POST", self._url, headers=headers, data={"grant_type": "client_credentials"}
        )
        try:
            return await exchange(SOURCE, self._client, request, _nothing, DEADLINE, LARGEST_ANSWER)
        except httpx2.TransportError as error:
            raise SourceDown(SOURCE, f"its token service did not answer ({type(error).__name__})") from None


async def _nothing() -> None:
    """Tokens do not count in the budget of questions."""


def _read(reply: Reply) -> Json:
    try:
        return decode(SOURCE, reply.body)
    except BadAnswer:
        return None


def _refused(answer: Json) -> str:
    why = text(answer, "error_description") or text(answer, "error") or "no reason given"
    return (
        f"spotify does not accept your app ({why[:200]}). Copy client id and secret from "
        "https://developer.spotify.com/dashboard to LINERNOTES_SPOTIFY_CLIENT_ID and "
        "LINERNOTES_SPOTIFY_CLIENT_SECRET."
    )
