"""Several worker processes under one parent, which starts them, replaces those that die, and ends them together.

The parent has everything imported and forks, so a new worker is at work within a tenth of a second. It never holds a
connection to the database, a thread or an event loop: none of these survives a fork. Who starts in the place of one
that died is told so and gives back what that one held, at once instead of when the lease ends: the parent has seen it
die, so nobody else's work can be meant. The leases stay the truth. Where the database is away, or the parent has died
as well, they end by themselves.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta

from linernotes.logs import get_logger
from linernotes.queues.belt import DeadWorker

log = get_logger()

Work = Callable[[Sequence[DeadWorker], Callable[[], None]], int]
"""What a child does: told in whose place it comes, it says when it has begun, works until SIGTERM, and returns what
to end with."""

PAUSE = timedelta(seconds=0.05)
LONGEST_PAUSE = timedelta(seconds=30)
GRACE = timedelta(seconds=15)
"""Longer than a worker takes to finish or give back what it holds; who has not ended then is killed."""
ENDINGS = (signal.SIGTERM, signal.SIGINT)
FROM_OUTSIDE = (signal.SIGKILL, signal.SIGHUP, *ENDINGS)
"""Signals that no mistake of a process sends to itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a process is due, at a time of the monotonic clock. dead: those whose work is to be given back; failed:
    how many in a row died here before they had begun."""

    due: float = 0.0
    dead: tuple[DeadWorker, ...] = ()
    failed: int = 0


@dataclass(slots=True, kw_only=True)
class Child:
    """A process. begun: it has given back what was to be given back, and works."""

    pid: int
    place: Place
    started: float
    begun: bool = False


def place_after(child: Child, dead: DeadWorker, now: float) -> Place:
    """Who follows one that died: a moment later, and twice as long for each that died here before it had begun."""
    if child.begun:
        return Place(due=now + PAUSE.total_seconds(), dead=(dead,))
    failed = child.place.failed + 1
    pause = min(PAUSE * 2 ** min(failed, 20), LONGEST_PAUSE)
    return Place(due=now + pause.total_seconds(), dead=(*child.place.dead, dead), failed=failed)


@dataclass(slots=True)
class Supervisor:
    """Keeps a process at work in each place. name gives the name that a process bears in its leases."""

    work: Work
    name: Callable[[int], str]
    places: list[Place]
    _children: dict[int, Child] = field(default_factory=dict)
    _told_to_stop: bool = False
    _in_good_order: bool = True
    _bell: tuple[int, int] = (-1, -1)
    _begun: tuple[int, int] = (-1, -1)
    _alive: tuple[int, int] = (-1, -1)

    def run(self) -> int:
        """Work until a signal says stop, and every child has ended; 0 when all of them ended in good order then.

        Call it in the main thread, while there is no other and no connection.
        """
        with ExitStack() as stack:
            self._bell, self._begun, self._alive = (_pipe(stack) for _ in range(3))
            self._listen(stack)
            while not self._told_to_stop:
                self._reap()
                self._fill()
                self._sleep(min((p.due - time.monotonic() for p in self.places), default=None))
            self._end_all()
        return 0 if self._in_good_order else 1

    # ---- life and death

    def _fill(self) -> None:
        now = time.monotonic()
        for place in [p for p in self.places if p.due <= now]:
            self.places.remove(place)
            self._start(place)

    def _start(self, place: Place) -> None:
        sys.stdout.flush()
        sys.stderr.flush()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, ENDINGS)  # one that comes now waits for its own handler
        pid = os.fork()
        if pid == 0:
            self._be_a_child(place, before)
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
        self._children[pid] = Child(pid=pid, place=place, started=time.monotonic())
        log.info("a worker process starts", worker=self.name(pid), in_place_of=[d.name for d in place.dead])

    def _reap(self) -> None:
        for pid, child in list(self._children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._children[pid]
                self._ended(child, os.waitstatus_to_exitcode(status))

    def _ended(self, child: Child, status: int) -> None:
        """Tell how it ended, and keep its place for another."""
        now = time.monotonic()
        name = self.name(child.pid)
        if self._told_to_stop and status in (0, *(-ending for ending in ENDINGS)):
            return  # a signal that came before there was a handler came before there was work
        self._in_good_order = self._in_good_order and not self._told_to_stop
        place = place_after(child, DeadWorker(name=name, killed=-status in FROM_OUTSIDE), now)
        again_in = None if self._told_to_stop else round(place.due - now, 2)
        lived = round(now - child.started, 1)
        log.warning("a worker process ended", worker=name, **_how(status), lived=lived, again_in=again_in)
        self.places.append(place)

    def _end_all(self) -> None:
        """SIGTERM to all. Who has not ended within the grace period is killed."""
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE.total_seconds()
        while self._children:
            self._reap()
            if self._children and time.monotonic() > deadline:
                log.warning("worker processes did not end in time", workers=[*map(self.name, self._children)])
                self._signal(signal.SIGKILL)
                deadline = float("inf")
            if self._children:
                self._sleep(1.0)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._children:
            os.kill(pid, number)  # it is there until we have looked how it ended

    # ---- waiting

    def _listen(self, stack: ExitStack) -> None:
        """Let signals wake the sleeper, and put everything back at the end."""

        def stop(*_: object) -> None:
            self._told_to_stop = True

        for end in (*self._bell, self._begun[0]):
            os.set_blocking(end, False)
        handlers = {signal.SIGCHLD: lambda *_: None} | dict.fromkeys(ENDINGS, stop)
        for number, handler in handlers.items():
            stack.callback(signal.signal, number, signal.signal(number, handler))
        stack.callback(signal.set_wakeup_fd, signal.set_wakeup_fd(self._bell[1], warn_on_full_buffer=False))

    def _sleep(self, seconds: float | None) -> None:
        """Until a signal comes or a child has begun, at most so many seconds; None is for as long as it takes."""
        wait = None if seconds is None else max(0.0, seconds)
        ready, _, _ = select.select([self._bell[0], self._begun[0]], [], [], wait)
        if self._bell[0] in ready:
            os.read(self._bell[0], 4096)
        if self._begun[0] in ready:
            for pid in map(int, os.read(self._begun[0], 65536).split()):
                if pid in self._children:
                    self._children[pid].begun = True

    # ---- the child

    def _be_a_child(self, place: Place, mask: set[int | signal.Signals]) -> None:
        """Never returns."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGCHLD, *ENDINGS):
                signal.signal(number, signal.SIG_DFL)
            os.close(self._alive[1])
            threading.Thread(target=_end_with_parent, args=(self._alive[0],), daemon=True).start()
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            status = self.work(place.dead, self._say_begun)
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except BaseException:
            traceback.print_exc()
        finally:
            with suppress(OSError, ValueError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    def _say_begun(self) -> None:
        os.write(self._begun[1], f"{os.getpid()}\n".encode())


def _end_with_parent(alive: int) -> None:
    """The parent alone holds the other end: when it is gone, however it went, nobody would replace or stop us."""
    os.read(alive, 1)
    os.kill(os.getpid(), signal.SIGTERM)


def _how(status: int) -> dict[str, object]:
    if status >= 0:
        return {"status": status}
    with suppress(ValueError):
        return {"signal": signal.Signals(-status).name}
    return {"signal": -status}


def _pipe(stack: ExitStack) -> tuple[int, int]:
    ends = os.pipe()
    for end in ends:
        stack.callback(os.close, end)
    return ends
