"""Workers under fire: kept at their number, killed, frozen and stopped by real signals, and counted."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType

from tests.chaos.hand import DIES, POISONED, Order, work, worker_name

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.chaos.hand"])


class Process:
    """One process, whoever started it. Aims and numbers only: it may be gone."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.name = worker_name(pid)
        self.peak_kb = 0

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, if it still runs."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def look_at_memory(self) -> None:
        """Note the most memory it ever used, in kB."""
        try:
            status = Path(f"/proc/{self.pid}/status").read_text()
        except OSError:
            return
        for line in status.splitlines():
            if line.startswith("VmHWM:"):
                self.peak_kb = max(self.peak_kb, int(line.split()[1]))


class Worker(Process):
    """One process that we started."""

    def __init__(self, order: Order, log: Path) -> None:
        self._process: BaseProcess = CONTEXT.Process(target=work, args=(order, str(log)), daemon=True)
        self._process.start()
        assert self._process.pid is not None
        super().__init__(self._process.pid)

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
        return said(self._log)


class Family:
    """`with Family(4, order, log) as family:` is the same under `linernotes worker --processes 4`, which keeps the
    processes at their number itself. We look who they are, and strike them."""

    def __init__(self, count: int, order: Order, log: Path) -> None:
        self._order = replace(order, arguments=("worker", "--processes", str(count)))
        self._log = log
        self._died_before = said(log).count(DIES.decode())
        self.workers: Sequence[Process] = ()
        self.peak_kb = 0

    def __enter__(self) -> Family:
        self._parent = Worker(self._order, self._log)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parent.signal(signal.SIGKILL)  # its processes end by themselves then
        self._parent.end(10)

    def fill(self) -> None:
        """See who is there."""
        assert self._parent.status is None, f"the parent has ended: {self.said[-2000:]}"
        known = {worker.pid: worker for worker in self.workers}
        self.workers = [known.get(pid) or Process(pid) for pid in children_of(self._parent.pid)]
        for worker in self.workers:
            worker.look_at_memory()
            self.peak_kb = max(self.peak_kb, worker.peak_kb)

    def kill(self, choose: random.Random, busy: Collection[str] = ()) -> Process | None:
        """kill -9 one of them: of those busy, if there are any; None when all are dead already."""
        self.fill()
        living = [w for w in self.workers if w.name in busy] or self.workers
        if not living:
            return None
        victim = choose.choice(living)
        victim.signal(signal.SIGKILL)
        return victim

    def stop(self, seconds: float = 30) -> list[int | None]:
        """SIGTERM to the parent; what it ended with."""
        self._parent.signal(signal.SIGTERM)
        return [self._parent.end(seconds)]

    @property
    def poisoned(self) -> int:
        """How many died of a deadly message."""
        return self.said.count(DIES.decode()) - self._died_before

    @property
    def said(self) -> str:
        """All that they printed."""
        return said(self._log)


def children_of(pid: int) -> list[int]:
    """The processes that this one has started and that have not ended."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [child for child in map(int, listed.split()) if _lives(child)]


def _lives(pid: int) -> bool:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def said(log: Path) -> str:
    """All that processes printed to this file."""
    return log.read_text() if log.exists() else ""


def until(what: Callable[[], bool], seconds: float, why: str, every: float = 0.02) -> float:
    """Look until it is true; how many seconds that took. Raises TimeoutError with the reason."""
    begun = time.monotonic()
    while not what():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"not within {seconds:g} s: {why}")
        time.sleep(every)  # between two looks
    return time.monotonic() - begun
