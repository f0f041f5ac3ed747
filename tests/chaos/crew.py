"""Workers under fire: kept at their number, killed, frozen and stopped by real signals, and counted."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Collection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType

from tests.chaos.hand import POISONED, Order, work, worker_name

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.chaos.hand"])


class Worker:
    """One process."""

    def __init__(self, order: Order, log: Path) -> None:
        self._process: BaseProcess = CONTEXT.Process(target=work, args=(order, str(log)), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        self.pid = self._process.pid
        self.name = worker_name(self.pid)
        self.peak_kb = 0

    @property
    def status(self) -> int | None:
        """None while it runs; then what it ended with, a signal as a negative number."""
        return self._process.exitcode

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        if self.status is None:
            os.kill(self.pid, number)

    def end(self, seconds: float) -> int | None:
        """What it ended with, within so many seconds; None when it still runs."""
        self._process.join(seconds)
        return self.status

    def look_at_memory(self) -> None:
        """Note the most memory it ever used, in kB."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.peak_kb = max(self.peak_kb, int(line.split()[1]))


class Crew:
    """`with Crew(4, order, log) as crew:` keeps four workers at work and ends them all at the end."""

    def __init__(self, count: int, order: Order, log: Path) -> None:
        self._count, self._order, self._log = count, order, log
        self.workers: list[Worker] = []
        self.started = 0
        self.ended: Counter[int] = Counter()
        self.peak_kb = 0

    def __enter__(self) -> Crew:
        self.fill()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.signal(signal.SIGCONT)
            worker.signal(signal.SIGKILL)
        for worker in self.workers:
            worker.end(10)

    def fill(self) -> None:
        """Put a new worker in the place of each that ended."""
        for worker in self.workers:
            worker.look_at_memory()
            self.peak_kb = max(self.peak_kb, worker.peak_kb)
            if worker.status is not None:
                self.ended[worker.status] += 1
        self.workers = [w for w in self.workers if w.status is None]
        while len(self.workers) < self._count:
            self.workers.append(Worker(self._order, self._log))
            self.started += 1

    def kill(self, choose: random.Random, busy: Collection[str] = ()) -> Worker:
        """kill -9 one of them: of those busy, if there are any."""
        victim = choose.choice([w for w in self.workers if w.name in busy] or self.workers)
        victim.signal(signal.SIGKILL)
        victim.end(10)
        return victim

    def stop(self, seconds: float = 30) -> list[int | None]:
        """SIGTERM to all; what each ended with."""
        for worker in self.workers:
            worker.signal(signal.SIGTERM)
        return [worker.end(seconds) for worker in self.workers]

    @property
    def poisoned(self) -> int:
        """How many died of a deadly message."""
        return self.ended[POISONED]

    @property
    def said(self) -> str:
        """All that they printed."""
        return self._log.read_text() if self._log.exists() else ""


def until(what: Callable[[], bool], seconds: float, why: str, every: float = 0.02) -> float:
    """Look until it is true; how many seconds that took. Raises TimeoutError with the reason."""
    begun = time.monotonic()
    while not what():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"not within {seconds:g} s: {why}")
        time.sleep(every)  # between two looks
    return time.monotonic() - begun
