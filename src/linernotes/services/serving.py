"""One process that does everything: the HTTP interface, the stage workers and the scheduler, until told to stop.

What is left out runs elsewhere: `linernotes worker` and `linernotes scheduler`, as many as one likes.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Protocol

from linernotes.api.app import create_app
from linernotes.api.edge import Edge, open_edge
from linernotes.api.server import new_server
from linernotes.logs import get_logger
from linernotes.services.hands import Hands, open_hands
from linernotes.services.refreshing import Refresher
from linernotes.services.scheduler import Scheduler
from linernotes.services.worker import Worker
from linernotes.settings import Settings

log = get_logger()


class Running(Protocol):
    """Something that runs until it is told to stop."""

    async def run(self) -> None: ...
    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What one process runs beside the HTTP interface. web=False asks no web source."""

    workers: bool = True
    scheduler: bool = True
    web: bool = True


async def serve(
    settings: Settings,
    url: str,
    listener: socket.socket,
    *,
    host: str,
    worker: str,
    parts: Parts,
    ready: Callable[[Edge, Callable[[], None]], None],
) -> None:
    """Serve until stopped. `ready` is called once, with the edge and with what stops everything in good order."""
    async with open_hands(settings, url, worker=worker, web=parts.web, patient=True) as hands:
        with open_edge(settings, url, hands=hands, host=host) as edge:
            server = new_server(create_app(edge))
            beside = services(url, hands, parts, by=worker)

            def stop() -> None:
                server.stop()
                for service in beside:
                    service.stop()

            ready(edge, stop)
            await together(server.serve(sockets=[listener]), beside, stop)


def services(url: str, hands: Hands, parts: Parts, *, by: str) -> list[Running]:
    """The services that run beside the HTTP interface. by: who we are, in the runs of jobs."""
    chosen: list[Running] = []
    if parts.workers:
        chosen.append(Worker(hands.shell, url=url, concurrency=hands.concurrency))
        chosen.append(Refresher(hands.pool))
    if parts.scheduler:
        chosen.append(Scheduler(hands, by=by))
    return chosen


async def together(server: Coroutine[None, None, None], beside: list[Running], stop: Callable[[], None]) -> None:
    """Run all of them; when one ends, all end. The first error is raised when all have ended."""
    tasks = [asyncio.create_task(server), *(asyncio.create_task(service.run()) for service in beside)]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        stop()
        await asyncio.wait(tasks)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
