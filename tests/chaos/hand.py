"""A worker of the tests: the real command in a process of its own, with deadly messages and a quick upstream.

The process is forked from a server that has everything imported, so that two hundred killed workers cost two hundred
forks and not two hundred interpreters. What it runs is `linernotes worker` as it is. Three things are the tests' own:
a message may carry `poison`, at which the stage that gathers it dies or raises; MusicBrainz may be asked more than
once a second; and a failure is tried again sooner. A scheduler may be told to read schedules with seconds.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from types import ModuleType
from typing import Any

import linernotes.cli
from linernotes.database.connect import named
from linernotes.model import schedule
from linernotes.model.message import Message
from linernotes.pipeline import endings, stages
from linernotes.services import jobs, redis_hints
from linernotes.sources import budget
from linernotes.sources.budget import Rate
from linernotes.sources.musicbrainz import opening
from tests.chaos.lan import Machine

KILLS, RAISES = "kills", "raises"
POISONED = 137
"""What a worker ends with that met a deadly message: the status of a process that was killed."""

DIES = b"a worker dies of a deadly message\n"
"""What it writes before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a worker is told. interval (seconds) is the time between two calls of MusicBrainz, over everybody; where
    it is None the real one holds. first_delay and patience (seconds) stand for five and sixty of the real ones.
    Where run_lease (seconds) is given it stands for the minute of a scheduler's run, and schedules have six fields,
    seconds first, so that jobs are due within seconds too. Where hint (seconds) is given it stands for the thirty for
    which a Redis that failed is left alone, and for the ten that a place in its line is believed at most.
    machine is where it works, when that is not here."""

    url: str
    environment: Mapping[str, str]
    arguments: Sequence[str] = ("worker",)
    interval: float | None = None
    first_delay: float = 0.1
    patience: float = 2.0
    run_lease: float | None = None
    hint: float | None = None
    home: str = "/nonexistent"
    machine: Machine | None = None


def worker_name(pid: int) -> str:
    """How the worker with this process number calls itself in its leases."""
    return f"{socket.gethostname()}:{pid}"


def work(order: Order, log: str) -> None:
    """Be a worker until told to stop. Everything it prints goes to the log."""
    with open(log, "a") as lines:
        os.dup2(lines.fileno(), 1)
        os.dup2(lines.fileno(), 2)
    if order.machine is not None:
        order.machine.enter()
    url = order.url if "worker" in order.arguments else named(order.url, worker_name(os.getpid()))
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    os.environ.clear()
    os.environ.update({**kept, "HOME": order.home, **order.environment, "LINERNOTES_DATABASE_URL": url})
    _prepare(order)
    sys.argv = ["linernotes", *order.arguments]
    linernotes.cli.main()


def _prepare(order: Order) -> None:
    _put(endings, "FIRST_DELAY", timedelta(seconds=order.first_delay))
    if order.interval is not None:
        _put(opening, "RATE", Rate(interval=timedelta(seconds=order.interval), concurrency=3))
    if order.run_lease is not None:
        _put(schedule, "FIELDS", 6)
        _put(jobs, "LEASE", timedelta(seconds=order.run_lease))
    if order.hint is not None:
        _put(redis_hints, "LEFT_ALONE_FOR", timedelta(seconds=order.hint))
        _put(budget, "LONGEST_HINT", timedelta(seconds=order.hint))
    patience = timedelta(seconds=order.patience)
    deadly = tuple(replace(s, gather=_deadly(s.gather), patience=min(s.patience, patience)) for s in stages.STAGES)
    _put(stages, "STAGES", deadly)


def _put(home: ModuleType, name: str, value: object) -> None:
    """Replace a value of a module, and everywhere where it was imported from there."""
    before = getattr(home, name)
    for module in [m for n, m in sys.modules.items() if n.startswith("linernotes")]:
        if getattr(module, name, None) is before:
            setattr(module, name, value)


def _deadly(gather: Callable[..., Any]) -> Callable[..., Any]:
    async def gather_or_die(messages: Sequence[Message], sources: Any, store: Any) -> Any:
        if any(m.body.get("poison") == KILLS for m in messages):
            os.write(2, DIES)
            os._exit(POISONED)
        if any(m.body.get("poison") == RAISES for m in messages):
            raise RuntimeError("this message makes its stage raise")
        return await gather(messages, sources, store)

    return gather_or_die
