"""Scenario 10: the right to ask ends in the middle of a crawl, again and again, and answers lead to somebody else.

The stand-in for Spotify stops accepting every token that it gave out, for all workers at once, and sends some of
their questions to a server that must never hear from anybody: a token, an id or a secret would be in its hands.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

from linernotes.services.discovery import Start, send_starts
from tests.chaos.base import Base
from tests.chaos.catalogue import Size, names, world_of
from tests.chaos.crew import Crew
from tests.chaos.hand import Order
from tests.chaos.killing import WORKERS, drain
from tests.chaos.pace import most_in
from tests.chaos.report import Report
from tests.chaos.upstream import leading_to
from tests.sources.mock_musicbrainz import World
from tests.sources.mock_server import Asked, MockServer, Reply, json_reply
from tests.sources.mock_spotify import CLIENT_ID, SECRET, App, Spotify

INTERVAL = 0.35
"""Seconds between two questions, as in life."""
TOKENS = "/api/token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Faults:
    """Each so many of the API's questions the tokens end, and so many an answer leads elsewhere, once a question."""

    expire_every: int
    lead_away_every: int


class Forgetful:
    """That Spotify. `expired` counts how often all tokens ended, `led_away` how often an answer led elsewhere."""

    def __init__(self, world: World, faults: Faults, trap: str) -> None:
        self.app = App(extended=True)
        self._spotify = Spotify(world, self.app)
        self._faults = faults
        self._away = leading_to(f"{trap}/v1/artists")
        self._lock = threading.Lock()
        self._asked = 0
        self._led: set[str] = set()
        self.expired = 0
        self.tokens_led_away = 0

    @property
    def led_away(self) -> int:
        """How many questions were answered with a way to somebody else."""
        return len(self._led)

    def __call__(self, asked: Asked) -> Reply:
        with self._lock:
            if asked.path == TOKENS:
                if self.expired == 1 and not self.tokens_led_away:
                    self.tokens_led_away = 1
                    return self._away(Reply())
                return self._spotify.answer(asked)
            self._asked += 1
            if self._asked % self._faults.expire_every == 0:
                self.app.expired |= set(self.app.tokens)
                self.expired += 1
            question = f"{asked.path} {sorted(asked.params.items())}"
            if self._asked % self._faults.lead_away_every == 0 and question not in self._led:
                self._led.add(question)
                return self._away(Reply())
            return self._spotify.answer(asked)


def endure(base: Base, size: Size, faults: Faults, log: Path, patience: float = 300) -> Report:
    """Crawl through it with four workers."""
    report = Report(f"Tokens end in the middle: {size.artists} artists of Spotify, {WORKERS} workers")
    world = world_of(size)
    with MockServer(lambda _: json_reply({"items": []})) as trap:
        server = Forgetful(world, faults, trap.url)
        with MockServer(server) as mock:
            starts = [Start(key=f"artist:{n}", body={"artistName": n, "source": "spotify"}) for n in names(size)]
            with base.open() as db:
                send_starts(db, starts)
            with Crew(WORKERS, _order(base, mock), log) as crew:
                drain(base, crew, patience)
                crew.fill()
                report.promise("no worker ended", crew.started == WORKERS, dict(crew.ended))
                report.promise("SIGTERM at the end: all exit 0", crew.stop() == [0] * WORKERS)
                said = crew.said
        report.nothing("nobody went where an answer led", [asked.path for asked in trap.asked])
    app = server.app
    report.strike("times that all tokens ended", server.expired, 2)
    report.strike("questions refused for an old token", app.refused, 2)
    report.strike("answers that led elsewhere", server.led_away, 2)
    report.strike("requests for a token led elsewhere", server.tokens_led_away, 1)
    most = (server.expired + 1) * WORKERS
    report.promise(
        "one new token a worker each time at most", len(app.tokens) <= most, f"{len(app.tokens)} of {most}"
    )
    times = [asked.at for asked in mock.asked if asked.path != TOKENS]
    within = most_in(times, 10 * INTERVAL)
    report.promise("the budget holds over all processes", within <= 11, f"at most {within} in the time of ten")
    _judge(report, base, world, [*app.tokens, SECRET], said)
    return report


def _order(base: Base, mock: MockServer) -> Order:
    environment = {
        "LINERNOTES_CONTACT": "chaos@example.org",
        "LINERNOTES_SOURCES": "spotify",
        "LINERNOTES_SPOTIFY_URL": f"{mock.url}/v1",
        "LINERNOTES_SPOTIFY_ACCOUNTS_URL": mock.url,
        "LINERNOTES_SPOTIFY_CLIENT_ID": CLIENT_ID,
        "LINERNOTES_SPOTIFY_CLIENT_SECRET": SECRET,
        "LINERNOTES_SPOTIFY_MODE": "extended",
        "LINERNOTES_LEASE": "5",
    }
    return Order(url=base.url, environment=environment)


def _judge(report: Report, base: Base, world: World, secrets: list[str], said: str) -> None:
    given = {
        (r["title"], t["title"], t["recording"]["isrcs"][0])
        for r in world.releases.values()
        for m in r["media"]
        for t in m["tracks"]
    }
    kept = base.all("select b.name, t.name, t.isrc from tracks t join albums b on b.id = t.album_id")
    report.promise("all tracks are there with their codes, each once, and no other", sorted(kept) == sorted(given))
    report.nothing("0 dead letters", base.letters())
    report.nothing("0 lost", base.lost())
    report.nothing("nothing stuck", base.stuck())
    report.nothing("no token and no secret in what the workers print", [s for s in secrets if s in said])
