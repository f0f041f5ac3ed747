"""`linernotes worker`: work on the queues until told to stop."""

from __future__ import annotations

import logging
from typing import Annotated

import typer

from linernotes.cli.context import (
    configure_logs,
    ready_database,
    run_until_told,
    stop_on_signals,
    wait_for_database,
    worker_name,
)
from linernotes.cli.output import say, telling_errors
from linernotes.model.message import Queue
from linernotes.services.hands import open_hands
from linernotes.services.worker import Worker
from linernotes.settings import Settings, load


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
    once: Annotated[bool, typer.Option("--once", help="Work on what is visible now, then end.")] = False,
) -> None:
    """Work on the queues, as many processes on as many machines as you like. SIGTERM ends it in good order."""
    settings = load()
    configure_logs(settings, level=logging.INFO)
    url = ready_database(settings) if once else wait_for_database(settings)
    done = run_until_told(_work(settings, url, queue or list(Queue), concurrency or settings.concurrency, once=once))
    say(f"{done} messages done.")


async def _work(settings: Settings, url: str, queues: list[Queue], concurrency: int, *, once: bool) -> int:
    async with open_hands(settings, url, worker=worker_name(), patient=not once) as hands:
        workers = Worker(hands.shell, url=url, queues=queues, concurrency=concurrency)
        stop_on_signals(workers.stop)
        if once:
            await workers.run_once()
        else:
            await workers.run()
        return hands.shell.tally.done
