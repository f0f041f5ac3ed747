"""Scenario 9: a MusicBrainz that is strange for good: lists without end, merged ids, and answers about another thing.

Unlike the faults of `upstream` these do not pass. What the crawl brings is held against the calm twin of a world
without them: all of it is there but the one album that nobody can read, nothing is there that is not in the twin, and
the source was asked a few times more, not for ever.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from tests.chaos.base import Base
from tests.chaos.catalogue import send_artists, world_of
from tests.chaos.crew import Crew
from tests.chaos.killing import WORKERS, Calm, Plan, drain, order
from tests.chaos.report import Report
from tests.sources.mock_musicbrainz import World, answer, mbid
from tests.sources.mock_server import Asked, MockServer, Reply, json_reply

CIRCLE, GROWING, MERGED, WRONG, OTHER = ("Band 1", "Band 2", "Band 3", "Band 4", "Band 5")
TABLES = ("artists", "albums", "tracks", "recordings", "producers", "credits", "links", "names")
ATTEMPTS = 5


class Strange:
    """A world of six artists and more behind such a server; it counts how often each strangeness was met.

    Band 1 has a list of editions whose every page is the first one, Band 2 one that always has a page more and
    nothing on it. Band 3's editions were merged since they were listed, and so was somebody who made all the music.
    Of the last album of Band 4 the source tells something else.
    """

    def __init__(self, world: World, albums: int) -> None:
        self._world = world
        self.met: Counter[str] = Counter()
        self.wrong = f"{WRONG} {albums}"
        self._wrong_id = mbid("release", f"{self.wrong}/0")
        self._other = world.releases[mbid("release", f"{OTHER} 1/0")]
        own = [mbid("release", f"{MERGED} {n}/0") for n in range(1, albums + 1)]
        self.merged = {mbid("was", one): one for one in own}
        people = [own for own, artist in world.artists.items() if artist["relations"]]
        self.person = people[0]
        self.survivor = mbid("survivor", self.person)
        world.artists[self.survivor] = {**world.artists.pop(self.person), "id": self.survivor}
        world.merged |= self.merged | {self.person: self.survivor}

    def __call__(self, asked: Asked) -> Reply:
        last = asked.path.rsplit("/", 1)[-1]
        artist = asked.params.get("artist")
        if last == self._wrong_id:
            return self._strange("an answer about another thing", self._other)
        if last in self.merged or last == self.person:
            self.met["an id that was merged"] += 1
        if artist == mbid("artist", CIRCLE):
            first = Asked(**{**_fields(asked), "params": {**asked.params, "offset": "0"}})
            offset = int(asked.params["offset"])
            return self._strange("a page of a list without end", self._listed(first), offset, 10**9)
        if artist == mbid("artist", GROWING) and asked.params["offset"] != "0":
            offset = int(asked.params["offset"])
            return self._strange("a page of a growing list", {"releases": []}, offset, offset + 100)
        if artist == mbid("artist", GROWING):
            return self._strange("a page of a growing list", self._listed(asked), 0, 100)
        if artist == mbid("artist", MERGED):
            was = {now: before for before, now in self.merged.items()}
            listed = [{**r, "id": was[r["id"]]} for r in self._listed(asked)["releases"]]
            return json_reply({"releases": listed, "release-count": len(listed), "release-offset": 0})
        return answer(self._world, asked)

    def _listed(self, asked: Asked) -> Any:
        return json.loads(answer(self._world, asked).body)

    def _strange(self, what: str, value: Any, offset: int | None = None, count: int = 0) -> Reply:
        self.met[what] += 1
        page = {} if offset is None else {"release-offset": offset, "release-count": count}
        return json_reply({**value, **page})


def _fields(asked: Asked) -> dict[str, Any]:
    return {name: getattr(asked, name) for name in Asked.__dataclass_fields__}


def endure(base: Base, plan: Plan, twin: Calm, log: Path) -> Report:
    """Work through such a world."""
    report = Report(f"A source is strange for good: {plan.size.messages} messages, {WORKERS} workers")
    server = Strange(world_of(plan.size), plan.size.albums)
    with MockServer(server) as mock:
        send_artists(base, plan.size)
        with Crew(WORKERS, order(base, mock, plan), log) as crew:
            drain(base, crew, plan.patience)
            crew.fill()
            report.promise("no worker ended", crew.started == WORKERS, dict(crew.ended))
            report.promise("SIGTERM at the end: all exit 0", crew.stop() == [0] * WORKERS)
    for what, wanted in (
        ("a page of a list without end", 2),
        ("a page of a growing list", 2),
        ("an id that was merged", plan.size.albums + 1),
        ("an answer about another thing", ATTEMPTS),
    ):
        report.strike(what, server.met[what], wanted)
    more = len(mock.asked) - twin.calls
    report.promise("asked a few times more, not for ever", more <= ATTEMPTS + 4, f"{more} times more than calm")
    _judge(report, base, twin, server)
    return report


def _judge(report: Report, base: Base, twin: Calm, server: Strange) -> None:
    tables = base.tables()
    letters = base.letters()
    lost = server.wrong.casefold()
    missing = [row for t in TABLES for row in twin.tables[t] - tables[t] if lost not in row.casefold()]
    report.nothing("all is there but the album that the source tells something else of", missing)
    report.nothing("nothing is there that was never given", [r for t in TABLES for r in tables[t] - twin.tables[t]])
    said = [d["error"] for d in letters]
    report.promise(
        "that album is given up with its reason, and nothing else is",
        [d["queue"] for d in letters] == ["track_discovery"] and "answered about" in said[0],
        said,
    )
    kinds = [kind for (kind,) in base.all("select kind from linernotes.problems")]
    report.promise("the list without end is told of", kinds == ["endless_pages"], kinds)
    known = {value for _, _, value in base.all("select entity_type, scheme, value from linernotes.external_ids")}
    survivors = {*server.merged.keys(), server.person, server.survivor} - known
    report.nothing("what was merged is known by the id it had, and the person by both", survivors)
    report.nothing("0 lost", base.lost())
    report.nothing("nothing stuck", base.stuck())
