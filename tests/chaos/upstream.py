"""Scenario 4: a MusicBrainz that misbehaves in every way, under workers that share one budget.

Most questions are answered wrongly before they are answered well, each in a way that the seed chooses; when all is
over the tables equal those of the calm twin. What it was asked, and when, is the server's own count.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

from tests.chaos.base import WAITING, Base, differences
from tests.chaos.catalogue import send_artists, world_of
from tests.chaos.crew import Crew, until
from tests.chaos.killing import WORKERS, Calm, Plan, drain, order
from tests.chaos.pace import closest, most_in
from tests.chaos.report import Report
from tests.sources.mock_musicbrainz import World, answer
from tests.sources.mock_server import Asked, MockServer, Reply, json_reply, text_reply

MEMORY_KB = 256 * 1024
Fault = Callable[[Reply], Reply]


@cache
def _packed() -> bytes:
    """Two hundred megabytes, small."""
    return gzip.compress(b"[" + b"0" * 200_000_000, compresslevel=1, mtime=0)


def _bomb(_: Reply) -> Reply:
    return Reply(body=_packed(), headers={"Content-Type": "application/json", "Content-Encoding": "gzip"})


def _million(item: str) -> Fault:
    body = f'{{"releases": [{",".join([item] * 1_000_000)}], "release-count": 1000000, "release-offset": 0}}'.encode()
    return lambda _: Reply(body=body, headers={"Content-Type": "application/json"})


def _another(reply: Reply) -> Reply:
    """The answer to a question that nobody asked."""
    value = json.loads(reply.body)
    if "artists" in value:
        return text_reply("not the search you asked for", 500)
    strange = "00000000-0000-4000-8000-000000000000"
    names = {"title": "Something else", "name": "Somebody else", "sort-name": "Somebody else", "aliases": []}
    ids = {"id": strange, "release-group": {"id": strange}, "release-offset": 77}
    return json_reply(value | names | ids | {"media": []})


def _flipped(reply: Reply) -> Reply:
    """One bit of the answer is another: of the id that it is about, where it says one, else of its first sign."""
    at = 0
    if (found := re.match(rb'\{"id": "[0-9a-f-]{35}', reply.body)) is not None:
        at = found.end()
    return replace(reply, body=reply.body[:at] + bytes([reply.body[at] ^ 1]) + reply.body[at + 1 :])


def leading_to(address: str) -> Fault:
    """A redirect."""
    return lambda _: text_reply("<p>Moved", 302, Location=address)


def _with_nul(reply: Reply) -> Reply:
    """Characters that PostgreSQL cannot hold, inside of names."""
    return replace(
        reply, body=reply.body.replace(b'"title": "', b'"title": "\\u0000\\ud800').replace(b"\\ud800", b"")
    )


QUICK_FAULTS: dict[str, Fault] = {
    "429 with Retry-After": lambda _: text_reply("slow down", 429, Retry_After="1"),
    "429 without": lambda _: text_reply("slow down", 429),
    "503": lambda _: json_reply({"error": "busy"}, 503, Retry_After="1"),
    "500": lambda _: text_reply("oops", 500),
    "502": lambda _: text_reply("<html>bad gateway</html>", 502),
    "cut body": lambda reply: replace(reply, cut=len(reply.body) // 2),
    "nothing but headers": lambda reply: replace(reply, cut=0),
    "HTML with 200": lambda _: text_reply("<!doctype html><p>Please try again"),
    "invalid JSON": lambda reply: replace(reply, body=reply.body[:-2] + b",,"),
    "an empty answer": lambda reply: replace(reply, body=b""),
    "another's answer": _another,
    "a flipped bit": _flipped,
    "a redirect to nowhere else, without end": leading_to(""),
    "a redirect to another host": leading_to("http://elsewhere.invalid/ws/2/artist"),
    "null": lambda _: json_reply(None),
    "a list": lambda _: json_reply([1, 2, 3]),
    "NUL characters": _with_nul,
    "gzip bomb": _bomb,
    "not gzip": lambda reply: replace(reply, headers={**reply.headers, "Content-Encoding": "gzip"}),
    "a list of a million numbers": _million("0"),
    "a list of a million objects": _million('{"id":"x"}'),
    "nested too deeply": lambda _: Reply(body=b"[" * 100_000 + b"]" * 100_000),
}
SLOW_FAULTS: dict[str, Fault] = {
    "silence": lambda reply: replace(reply, hold=threading.Event()),
    "slow drip": lambda reply: replace(reply, drip=0.5),
}


class Misbehaving:
    """A world behind a server that answers each question well only after so many faults."""

    def __init__(self, world: World, faults: dict[str, Fault], choose: random.Random, share: float) -> None:
        self._world, self._choose, self._share = world, choose, share
        self._faults, self._bag = faults, [*faults]
        self._plans: dict[str, list[str]] = {}
        self._lock = threading.Lock()
        choose.shuffle(self._bag)
        self.struck: Counter[str] = Counter()

    def __call__(self, asked: Asked) -> Reply:
        true = answer(self._world, asked)
        with self._lock:
            question = f"{asked.path} {sorted(asked.params.items())}"
            if question not in self._plans:
                self._plans[question] = self._plan()
            name = self._plans[question].pop() if self._plans[question] else None
            if name is None:
                return true
            self.struck[name] += 1
        return self._faults[name](true)

    def _plan(self) -> list[str]:
        """Every fault once before any comes a second time."""
        if self._choose.random() > self._share:
            return []
        if not self._bag:
            self._bag = [*self._faults]
            self._choose.shuffle(self._bag)
        return [self._bag.pop()]


def endure(
    base: Base, plan: Plan, twin: Calm, seed: int, log: Path, *, slow: bool = False, share: float = 0.9
) -> Report:
    """Work through a world whose server misbehaves."""
    report = Report(f"A source misbehaves, seed {seed}: {plan.size.messages} messages, {WORKERS} workers")
    with MockServer(lambda _: json_reply({"releases": []})) as trap:
        faults = QUICK_FAULTS | (SLOW_FAULTS if slow else {}) | {"a redirect to loopback": leading_to(trap.url)}
        server = Misbehaving(world_of(plan.size), faults, random.Random(seed), share)
        _endure(report, server, base, plan, log)
    report.nothing("nobody went where a redirect led", trap.asked)
    for name in faults:
        report.strike(name, server.struck[name], 1)
    report.nothing("0 lost", base.lost())
    report.nothing("tables equal the calm twin's", differences(twin.tables, base.tables()))
    report.nothing("0 dead letters", base.letters())
    report.nothing("nothing stuck", base.stuck())
    return report


def _endure(report: Report, server: Misbehaving, base: Base, plan: Plan, log: Path) -> None:
    with MockServer(server) as mock:
        send_artists(base, plan.size)
        with Crew(WORKERS, order(base, mock, plan), log) as crew:
            drain(base, crew, plan.patience)
            crew.fill()
            report.promise("no worker ended", crew.started == WORKERS, dict(crew.ended))
            report.promise("SIGTERM at the end: all exit 0", crew.stop() == [0] * WORKERS)
            peak = crew.peak_kb
        judge_budget(report, mock, plan)
    report.promise("at most 256 MB a worker", peak <= MEMORY_KB, f"{peak / 1024:.0f} MB")


def judge_budget(report: Report, mock: MockServer, plan: Plan) -> None:
    """By the server's own count: in no span of ten intervals more than eleven requests, all processes together.

    On a host so busy that a request leaves, or is noted, long after its turn, one of each worker may come late.
    """
    times = [asked.at for asked in mock.asked]
    most = most_in(times, 10 * plan.interval)
    report.aim("the budget holds over all processes", most <= 11, f"at most {most} in the time of ten")
    late = f"and no more than one late request a worker ({WORKERS}) goes beyond it, however busy the host"
    report.promise(late, most <= 10 + WORKERS, most)
    report.note(f"{len(times)} requests, {closest(times):.3f} s apart at least, {plan.interval} s asked for")


def wait_for_hours(base: Base, plan: Plan, log: Path) -> Report:
    """`Retry-After: 36000` to the first request: nobody asks again, and nothing is spent."""
    report = Report("A source says to come back in ten hours")
    with MockServer(lambda _: text_reply("come back later", 429, Retry_After="36000")) as mock:
        send_artists(base, plan.size)
        with Crew(WORKERS, order(base, mock, plan), log) as crew:
            until(lambda: len(base.at_work()) == WORKERS, 60, "all workers are there")
            until(lambda: _all_put_off(base), 60, "everything is put off")
            asked = len(mock.asked)
            report.promise("SIGTERM at the end: all exit 0", crew.stop() == [0] * WORKERS)
        report.strike("429 with hours to wait", asked)
        report.promise("nobody asked again", len(mock.asked) == asked <= 3, f"{len(mock.asked)} requests in all")
    paused = base.one("select max(paused_until) - now() > interval '50 minutes' from linernotes.budgets")
    report.promise("the source is paused for everybody", bool(paused))
    report.promise("all of it still waits", base.waiting == plan.size.artists, base.waiting)
    report.nothing("0 dead letters", base.letters())
    report.nothing("0 lost", base.lost())
    return report


def _all_put_off(base: Base) -> bool:
    return not base.one(f"select exists (select from ({WAITING}) w where vt <= now() or worker is not null)")
