"""House-keeping of ours that needs more than SQL, called by the scheduler beside the contract's ten workers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from linernotes.database.connect import connect
from linernotes.services.arguments import number, only
from linernotes.services.hands import Hands
from linernotes.services.new_releases import due_artists, send_for_new_albums
from linernotes.services.repolling import due, send_due

Chore = Callable[[Mapping[str, Any], Hands, datetime], Awaitable[dict[str, Any]]]


async def late_credits(arguments: Mapping[str, Any], hands: Hands, now: datetime) -> dict[str, Any]:
    """Send tracks of which a source that is on should be asked again (rule F5), the longest due first."""
    only(arguments, "limit")
    limit = number(arguments, "limit", default=200, least=1, most=10_000)

    def send() -> int:
        with connect(hands.url) as db:
            return send_due(db, due(db, now, limit, hands.sources), now)

    return {"success": True, "sent": await asyncio.to_thread(send)}


async def new_releases(arguments: Mapping[str, Any], hands: Hands, now: datetime) -> dict[str, Any]:
    """Send for the albums of artists who may have a new one (rule F5), the longest due first."""
    only(arguments, "limit")
    limit = number(arguments, "limit", default=100, least=1, most=10_000)

    def send() -> int:
        with connect(hands.url) as db:
            return send_for_new_albums(db, due_artists(db, now, limit, hands.sources), now)

    return {"success": True, "sent": await asyncio.to_thread(send)}


CHORES: Mapping[str, Chore] = MappingProxyType({"lateCredits": late_credits, "newReleases": new_releases})
