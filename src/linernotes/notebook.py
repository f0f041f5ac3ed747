"""linernotes from Python: a notebook or a script asks in one line, and gets values with names and types.

    import linernotes

    with linernotes.open() as notes:
        notes.discover("The Beatles", source="sample")
        for hit in notes.search("george martn"):
            print(hit.name, hit.recordings)

Every answer is a frozen dataclass, or a tuple of them; `pandas.DataFrame(notes.search("max"))` is a table.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

import structlog

from linernotes import logs
from linernotes.database.connect import connect, database_url, open_pool
from linernotes.database.migrate import migrate
from linernotes.database.store import keep_problems
from linernotes.errors import UsageError
from linernotes.forget_key import forget_key
from linernotes.queues.belt import worker_name
from linernotes.search import SHOWN_FROM, Db
from linernotes.search.collaboration import Path, path
from linernotes.search.contents import Contents, contents
from linernotes.search.discovered import FoundProducer, Summary, found_producers, summary
from linernotes.search.evidence import Evidence, evidence
from linernotes.search.exports import COLUMNS, What, exports
from linernotes.search.finding import Sort, Wanted, find_producers
from linernotes.search.paging import MOST
from linernotes.search.producers import ProducerHit, find_producer
from linernotes.search.profile import ProducerProfile, profile
from linernotes.search.titles import TrackHit, find_tracks
from linernotes.services.discovery import Start, send_starts, starts, work_until_drained
from linernotes.services.known import why_waiting
from linernotes.settings import Settings, load
from linernotes.sources.exchange import new_client
from linernotes.sources.registry import Registry, web_openers

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovered:
    """What a discovery brought: counts, and the people with most recordings, producers first.

    unfinished says, in sentences, what was given up or waits for a source; empty when all is done.
    """

    summary: Summary
    producers: tuple[FoundProducer, ...]
    unfinished: tuple[str, ...]


class Notes:
    """An open base. Close it, or use it in a `with`; the embedded server itself goes on, as for the command line."""

    def __init__(self, settings: Settings, url: str) -> None:
        self._settings = settings
        self.url = url
        self._db: Db = connect(url)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._db.close()

    def discover(self, *names: str, source: str = "musicbrainz") -> Discovered:
        """Find artists' albums, tracks, and who produced and wrote them, and wait until that is done.

        source: musicbrainz, deezer, spotify, sample, or `file:PATH`; of the last two all artists when none is named.
        Web sources take their time: MusicBrainz one call a second. Raises UsageError and NotFound.
        """
        if not names and source != "sample" and not source.startswith("file:"):
            raise UsageError("Name the artists to discover.")
        return _run(self._discover(source, names))

    async def _discover(self, locator: str, names: Sequence[str]) -> Discovered:
        source, messages, problems = await self._prepared(locator, names)
        if problems:
            keep_problems(self._db, problems, forget_key(self._settings))
        send_starts(self._db, messages)
        ending = await work_until_drained(self._settings, self.url, worker=worker_name(), progress=lambda *_: None)
        waits = [f"{ending.waiting} messages wait; discover again to go on."] if ending.waiting else []
        buried = [f"{ending.tally.buried} messages were given up."] if ending.tally.buried else []
        return Discovered(
            summary=summary(self._db, source, names),
            producers=tuple(found_producers(self._db, source, names, MOST)),
            unfinished=(*buried, *waits, *(why_waiting(self._db) if waits else ())),
        )

    async def _prepared(self, locator: str, names: Sequence[str]) -> tuple[str, Sequence[Start], Sequence[Any]]:
        """The source's name, the first messages, and what of a file could not be used."""
        async with await open_pool(self.url, 1) as pool, new_client() as client:
            source = Registry(web_openers(self._settings, pool, client)).catalogue(locator)
            messages = await starts(source, names)
            return source.name, messages, getattr(source, "problems", ())

    def search(
        self,
        q: str | None = None,
        *,
        role: str | Sequence[str] = (),
        genre: str | None = None,
        year_from: int | None = None,
        year_to: int | None = None,
        artist: UUID | None = None,
        verified: bool | None = None,
        reachable: bool | None = None,
        sort: str = "relevance",
        limit: int = 20,
    ) -> tuple[ProducerHit, ...]:
        """Producers by name (accents, typos and aliases forgiven), by what they did, when, and for whom.

        What the parameters mean stands at `linernotes.search.finding.Wanted`; sort is relevance, credits, recent or
        rising. limit may be as large as one likes. Raises UsageError.
        """
        if sort not in list(Sort):
            raise UsageError(f"sort is one of {', '.join(Sort)}; got {sort!r}.")
        wanted = Wanted(
            q=q,
            roles=(role,) if isinstance(role, str) else tuple(role),
            genre=genre,
            year_from=year_from,
            year_to=year_to,
            artist=artist,
            verified=verified,
            reachable=reachable,
            sort=Sort(sort),
        )
        found: list[ProducerHit] = []
        cursor = None
        while len(found) < limit:
            page = find_producers(self._db, wanted, limit=min(MOST, limit - len(found)), cursor=cursor)
            found += page.items
            cursor = page.next
            if cursor is None:
                break
        return tuple(found)

    def who(self, song: str, *, limit: int = 20) -> tuple[TrackHit, ...]:
        """Who produced and wrote a song: the recordings whose titles answer, nearest first, at most a hundred.

        Words of the artist may stand beside those of the title; typos are forgiven. Raises UsageError.
        """
        return find_tracks(self._db, song, limit=limit).items

    def profile(self, producer: str | UUID, *, top: int | None = 10) -> ProducerProfile:
        """A producer's page, by id or name: names, roles, the best known recordings, collaborators, links, sources.

        top: recordings of each role, None for all. Raises NotFound, and UsageError when several are meant.
        """
        return profile(self._db, find_producer(self._db, str(producer)), top=top)

    def explain(self, track: str | UUID, producer: str | UUID) -> Evidence:
        """Every claim behind a producer's credits on a track, and how the confidence came about.

        Both by id or name, the track also as `artist - title`. Raises NotFound and UsageError.
        """
        return evidence(self._db, str(track), str(producer))

    def connect(self, one: str | UUID, other: str | UUID) -> Path:
        """The fewest recordings that lead from one producer to another. Raises NotFound and UsageError."""
        return path(self._db, find_producer(self._db, str(one)).id, find_producer(self._db, str(other)).id)

    def contents(self) -> Contents:
        """How much of everything the base holds, and as of when each source said so."""
        return contents(self._db)

    def rows(self, what: str = "credits", *, min_confidence: float = SHOWN_FROM) -> Iterator[dict[str, Any]]:
        """The whole base row by row: credits, producers or collaborations, as mappings. Raises UsageError.

        The rows are read as they are taken; one connection of their own holds them until the last, or until closed.
        """
        if what not in list(What):
            raise UsageError(f"There are {', '.join(What)}; got {what!r}.")
        names = list(COLUMNS[What(what)])
        return self._rows(What(what), names, min_confidence)

    def _rows(self, what: What, names: Sequence[str], min_confidence: float) -> Iterator[dict[str, Any]]:
        with connect(self.url) as db, closing(exports(db, what, min_confidence)) as rows:
            for row in rows:
                yield dict(zip(names, row, strict=True))


def open(database_url_: str | None = None) -> Notes:
    """Open the base: that of a PostgreSQL URL, of LINERNOTES_DATABASE_URL, or the embedded one, started if need be.

    It is brought up to date first. Raises SettingsError and DatabaseError.
    """
    settings = load()
    if database_url_ is not None:
        settings = Settings(**{**settings.model_dump(exclude_unset=True), "database_url": database_url_})
    if not structlog.is_configured():
        logs.configure(settings)  # a notebook is for results; from a warning on, what goes wrong is told on stderr
    url = database_url(settings)
    migrate(url)
    return Notes(settings, url)


def _run(work: Coroutine[Any, Any, Result]) -> Result:
    """Wait for it; in a thread of its own where a loop runs already, as in a notebook."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    results: list[Result] = []
    errors: list[BaseException] = []

    def aside() -> None:
        try:
            results.append(asyncio.run(work))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=aside)
    thread.start()
    thread.join()
    if errors:
        raise errors[0]
    return results[0]


__all__ = ["Discovered", "Notes", "open"]
