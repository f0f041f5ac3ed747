"""The bell on which the loops of a queue sleep."""

from __future__ import annotations

import asyncio

from linernotes.services.bell import Bell


async def asleep(bell: Bell, loops: int) -> list[asyncio.Task[None]]:
    """Loops that have looked for work, found none, and sleep."""
    tasks = [asyncio.create_task(bell.wait(bell.rung)) for _ in range(loops)]
    for _ in range(3):
        await asyncio.sleep(0)  # let them begin
    assert not any(t.done() for t in tasks)
    return tasks


async def test_a_ring_wakes_every_loop():
    bell = Bell()
    loops = await asleep(bell, 3)
    bell.ring()
    async with asyncio.timeout(10):
        await asyncio.gather(*loops)


async def test_a_ring_while_a_loop_looks_for_work_is_not_missed():
    bell = Bell()
    heard = bell.rung
    bell.ring()
    async with asyncio.timeout(10):
        await bell.wait(heard)


async def test_what_is_rung_twice_before_anybody_sleeps_wakes_a_loop_once():
    bell = Bell()
    heard = bell.rung
    bell.ring()
    bell.ring()
    await bell.wait(heard)
    (loop,) = await asleep(bell, 1)
    loop.cancel()
