"""`linernotes worker`: work on the queues until told to stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

import psycopg
import typer

from linernotes.cli.context import Ending, ready, run_until_told
from linernotes.cli.output import say, telling_errors
from linernotes.database.connect import named
from linernotes.errors import UsageError
from linernotes.model.message import Queue
from linernotes.queues.belt import DeadWorker, worker_name
from linernotes.services.hands import Hands, open_hands
from linernotes.services.refreshing import WORKERS_EVERY_S, Refresher, refresh_search
from linernotes.services.supervisor import Place, Supervisor
from linernotes.services.worker import Worker
from linernotes.settings import Settings
from linernotes.sources.exchange import new_client


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(worker)


@telling_errors()
def worker(
    queue: Annotated[
        list[Queue] | None, typer.Option("--queue", help="Only this queue; may be given several times.")
    ] = None,
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, max=32, help="How many batches of one queue at once; else LINERNOTES_CONCURRENCY."),
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option(
            min=1, max=64, help="How many processes, each replaced when it dies; else LINERNOTES_PROCESSES."
        ),
    ] = None,
    once: Annotated[bool, typer.Option("--once", help="Work on what is visible now, then end.")] = False,
) -> None:
    """Work on the queues, as many processes on as many machines as you like. SIGTERM ends it in good order."""
    if once and processes is not None:
        raise UsageError("--once is one pass of one process. Leave --processes out.")
    settings, url = ready(level=logging.INFO, patient=not once)
    share = Share(
        settings=settings,
        url=url,
        queues=tuple(queue or Queue),
        concurrency=concurrency or settings.concurrency,
        once=once,
    )
    if not once and (count := processes or settings.processes):
        import_everything()
        raise typer.Exit(Supervisor(share.of_a_child, worker_name, [Place()] * count).run())
    say(f"{run_until_told(share.work)} messages done.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one process does."""

    settings: Settings
    url: str
    queues: tuple[Queue, ...]
    concurrency: int
    once: bool = False

    def of_a_child(self, dead: Sequence[DeadWorker], begun: Callable[[], None]) -> int:
        """Work under a supervisor; what to end with."""
        try:
            with telling_errors():
                run_until_told(lambda ending: self.work(ending, dead, begun))
        except typer.Exit as ended:
            return ended.exit_code
        return 0

    async def work(
        self, ending: Ending, dead: Sequence[DeadWorker] = (), begun: Callable[[], None] = lambda: None
    ) -> int:
        """Give back what the dead held, then work until told to stop; how many messages are done."""
        name = worker_name()
        url = named(self.url, name)
        async with open_hands(self.settings, url, worker=name, patient=not self.once) as hands:
            workers = Worker(hands.shell, url=url, queues=self.queues, concurrency=self.concurrency)
            ending.calls(workers.stop)
            for one in dead:
                with suppress(psycopg.Error):  # the database went away again: their leases end
                    await hands.belt.free(one)
            begun()
            if self.once:
                await workers.run_once()
                await refresh_search(hands.pool, hands.belt.now())
            else:
                await self._until_stopped(hands, workers)
            return hands.shell.tally.done

    async def _until_stopped(self, hands: Hands, workers: Worker) -> None:
        """Work, and in quiet moments bring up to date what the search looks at."""
        refresher = Refresher(hands.pool, hands.belt.now, every=WORKERS_EVERY_S, busy=lambda: hands.shell.in_hand > 0)
        refreshing = asyncio.create_task(refresher.run())
        try:
            await workers.run()
        finally:
            refreshing.cancel()
            with suppress(asyncio.CancelledError, psycopg.Error):
                await refreshing


def import_everything() -> None:
    """What is imported at the first use of a client is imported now, once for all processes that are forked."""
    new_client()
