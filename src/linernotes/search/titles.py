"""Songs and albums by what people remember of their titles, each with who made it.

A title is read as rule I4 reads it (`linernotes.model.titles`): case, accents, punctuation, guests and version
suffixes are set aside. Words of the artist may stand beside those of a song: `heroes bowie`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.errors import UsageError
from linernotes.model.names import LONGEST_NAME, search_key
from linernotes.model.titles import title_of
from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db
from linernotes.search.paging import Page, checked_limit, page_of, place_after
from linernotes.search.producers import ALIKE_FROM, like

SQL = load_queries("linernotes.search", "titles.sql")

_FEWEST_LETTERS = 3  # what is shorter is looked up whole: too much begins so
_WEIGHED = 1_000  # of each kind of answer; the word "love" is in tens of thousands of titles
_MOST_WORDS = 20
_LOOKED_UP = 3  # of misspelt words, the longest

Hit = TypeVar("Hit", "TrackHit", "AlbumHit")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackHit:
    """A recording found by its title, as the track on the first album that carried it.

    albums is on how many it is. The names of who produced and wrote it, the surest first, stand in the order of
    their ids; empty where nobody is known. closeness: 0 the title, 5 only spelt alike.
    """

    id: UUID
    name: str
    artist_id: UUID
    artist: str
    album_id: UUID
    album: str
    release_date: str | None
    version_class: str
    albums: int
    produced_by: Sequence[str]
    produced_by_ids: Sequence[UUID]
    written_by: Sequence[str]
    written_by_ids: Sequence[UUID]
    alike: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AlbumHit:
    """An album found by its title. Who produced most of its tracks comes first among produced_by."""

    id: UUID
    name: str
    artist_id: UUID
    artist: str
    release_date: str | None
    cover_url: str | None
    tracks: int
    produced_by: Sequence[str]
    produced_by_ids: Sequence[UUID]
    alike: bool


def find_tracks(db: Db, q: str, *, limit: int = 20, cursor: str | None = None) -> Page[TrackHit]:
    """A page of the recordings whose titles answer to q, in one statement: the nearest first, then originals, then
    those that are on most albums.

    Where no title answers, those spelt alike do. Raises UsageError for a text that is no title, a limit beyond 1 to
    100, and a cursor of another question.
    """
    kinds = (int, float, int, int, str, UUID)
    keys = ("closeness", "likeness", "version", "albums", "title_key", "key_id")
    return _found(db, "tracks", q, limit, cursor, dict(zip(keys, kinds, strict=True)), TrackHit)


def find_albums(db: Db, q: str, *, limit: int = 20, cursor: str | None = None) -> Page[AlbumHit]:
    """A page of the albums whose titles answer to q, in one statement: the nearest first, then the oldest.

    Where no title answers, those spelt alike do. Raises as `find_tracks`.
    """
    keys = {"closeness": int, "likeness": float, "released": int, "id": UUID}
    return _found(db, "albums", q, limit, cursor, keys, AlbumHit)


def none_called(q: str) -> str:
    """What to tell who looked for a song that is not here."""
    return f"No song is called {q!r}. Discover its artist first: linernotes discover NAME"


def _found(
    db: Db, what: str, q: str, limit: int, cursor: str | None, keys: Mapping[str, type], kind: type[Hit]
) -> Page[Hit]:
    """A page of what answers; keys are the columns it is sorted by, and what they hold."""
    asked = _asked(q)
    question = f"{what} {' '.join(q.split())!r}"
    place = place_after(cursor, question, tuple(keys.values()))
    asked |= {f"after_{i}": key for i, key in enumerate(place or (None,) * len(keys))}
    asked |= {"begun": place is not None, "limit": checked_limit(limit) + 1, "shown_from": SHOWN_FROM}
    with db.cursor(row_factory=dict_row) as rows:
        # Planned for these words: what is good for a rare one is bad for a frequent one.
        found = rows.execute(SQL[what], asked, prepare=False).fetchall()
    columns = [field.name for field in fields(kind)]
    return page_of(
        found,
        limit,
        question,
        lambda row: [row[key] for key in keys],
        lambda row: kind(**{name: row[name] for name in columns}),
    )


def _asked(q: str) -> dict[str, Any]:
    """What titles are compared with. Raises UsageError for a text that is none."""
    if len(q) > LONGEST_NAME:
        raise UsageError(f"q has {len(q)} characters; the longest title that is looked for has {LONGEST_NAME}.")
    try:
        q.encode()
        words, letters = title_of(q).key, search_key(title_of(q).base)
    except ValueError:
        raise UsageError("Give a title to search for.") from None
    each = words.split()[:_MOST_WORDS]
    return {
        "words": words,
        "letters": letters,
        "lexemes": _lexemes(each),
        **_longest("word", each),
        "begins": f"{like(words)}%",
        "letters_begin": f"{like(letters)}%",
        "contained": f"%{like(words)}%",
        "letters_contained": f"%{like(letters)}%" if len(letters) >= _FEWEST_LETTERS else like(letters),
        "phrase": f"% {like(words)}%",
        "long_enough": len(letters) >= _FEWEST_LETTERS,
        "alike_from": ALIKE_FROM,
        "weighed": _WEIGHED,
    }


def _lexemes(words: Sequence[str]) -> str:
    """All words, the last as the beginning of one when it is long enough, as PostgreSQL's tsquery writes them."""
    quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in words]
    return " & ".join(quoted) + (":*" if len(words[-1]) >= _FEWEST_LETTERS else "")


def _longest(name: str, texts: Sequence[str]) -> dict[str, str]:
    """Three of them, of fewer some twice."""
    longest = sorted(texts, key=len, reverse=True)
    return {f"{name}_{i + 1}": longest[i % min(len(longest), _LOOKED_UP)] for i in range(_LOOKED_UP)}
