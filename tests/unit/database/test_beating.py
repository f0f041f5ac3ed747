"""What beats beside other work ends with it, whatever the database does to it."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import psycopg

from linernotes.database.beating import beating

OFTEN = timedelta(milliseconds=1)


async def test_a_beat_that_fails_is_tried_again():
    beats = asyncio.Semaphore(0)

    async def beat() -> None:
        beats.release()
        raise psycopg.OperationalError("the server is away")

    async with asyncio.timeout(10), beating(beat, OFTEN):
        for _ in range(3):
            await beats.acquire()


async def test_a_beat_that_loses_its_cancellation_ends_all_the_same():
    began = asyncio.Event()

    async def beat() -> None:
        began.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            raise psycopg.OperationalError("the link broke at that moment") from None

    async with asyncio.timeout(10), beating(beat, OFTEN):
        await began.wait()
