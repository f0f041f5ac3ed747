"""What a process needs to work on the queues: a pool, the web sources that are on, a belt and a shell."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TypeVar

from linernotes.database.connect import open_pool
from linernotes.database.forgetting import recognise_the_forgotten
from linernotes.database.store import Store
from linernotes.forget_key import forget_key, places_of_key
from linernotes.pipeline.shell import Shell
from linernotes.queues.belt import Belt, Pool
from linernotes.services.clock import DatabaseClock, utc_now
from linernotes.services.patience import soon_as_the_database_is_there
from linernotes.services.redis_hints import open_redis
from linernotes.services.redis_keys import RedisKeys
from linernotes.services.redis_line import RedisLine
from linernotes.services.shared_keys import SharedKeys
from linernotes.settings import Settings
from linernotes.sources.exchange import new_client
from linernotes.sources.registry import Registry, web_openers

CONNECTIONS = 4
"""The most that one process holds while it works; an idle one holds one, and one to listen."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """One process's means of working.

    url is the database's, for a connection of one's own; concurrency is how many batches of one queue it may have in
    hand at once; sources are the web sources that are on, None for all;
    shared_keys are de-duplication keys outside PostgreSQL, where there are any.
    """

    pool: Pool
    belt: Belt
    shell: Shell
    url: str = ""
    concurrency: int = 1
    sources: tuple[str, ...] | None = None
    shared_keys: SharedKeys | None = None


@asynccontextmanager
async def open_hands(
    settings: Settings, url: str, *, worker: str, web: bool = True, patient: bool = False
) -> AsyncIterator[Hands]:
    """Open them, and close them at the end. web=False leaves every web source out.

    Raises DatabaseAway when the database is not there; patient=True waits for it instead. Raises
    SettingsError where people were forgotten and the key that recognises them is not here.
    """
    once_there = soon_as_the_database_is_there if patient else _at_once
    async with AsyncExitStack() as stack:
        pool = await stack.enter_async_context(await once_there(lambda: open_pool(url, CONNECTIONS)))
        await recognise_the_forgotten(pool, forget_key(settings), where=places_of_key(settings))
        client = await stack.enter_async_context(new_client())
        redis = open_redis(settings.redis_url, utc_now) if settings.redis_url else None
        if redis is not None:
            stack.push_async_callback(redis.close)
        places = RedisLine(redis).place if redis is not None else None
        keys = RedisKeys(redis) if redis is not None else None
        registry = Registry(web_openers(settings, pool, client, places) if web else {})
        lease = timedelta(seconds=settings.lease)
        clock = DatabaseClock(pool)
        await once_there(clock.measure)
        keeping = asyncio.create_task(clock.keep())
        stack.callback(keeping.cancel)
        belt = Belt(pool, worker=worker, now=clock, lease=lease, told_done=keys.told_done if keys else None)
        shell = Shell(belt, Store(pool), registry, pool, partial(forget_key, settings))
        names = settings.source_names if web else ()
        yield Hands(
            pool=pool,
            belt=belt,
            shell=shell,
            url=url,
            concurrency=settings.concurrency,
            sources=names,
            shared_keys=keys,
        )


async def _at_once(start: Callable[[], Awaitable[T]]) -> T:
    return await start()
