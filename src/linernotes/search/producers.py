"""Finding producers by what people remember of their names: aliases, lost accents and typos are forgiven.

A name is compared twice: as it is written (`name_key`) and without accents, punctuation and spaces
(`search_key`); both rules stand in `linernotes.model.names`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from linernotes.errors import NotFound, UsageError
from linernotes.model.artist_ids import artist_id_of
from linernotes.model.catalogue import ExternalId
from linernotes.model.names import name_key, search_key
from linernotes.queries import load_queries
from linernotes.search import SHOWN_FROM, Db, recordings_in_words, row_of

SQL = load_queries("linernotes.search", "producers.sql")

ALIKE_FROM = 0.45
"""Names that only look like the term are offered from this likeness on, 0 to 1: the share of letters that agree when
a quarter of them at most is wrong, else the share of letter groups (trigrams)."""

ALIKE_BESIDE = 0.6
"""The same where some name really answers to the term, so that it is not buried among look-alikes."""

_SOURCE_ID = re.compile(r"(?P<scheme>[A-Za-z_]{2,30}):(?P<value>[^\s\0]{1,200})")
_CANDIDATES = 8
_SUGGESTED = 4
_SURELY_MEANT = 0.6
_CLEARLY_NEARER = 0.1


class Closeness(IntEnum):
    """How a name answers to a term, best first."""

    NAME = 0
    OTHER_NAME = 1
    SAME_LETTERS = 2
    WORDS = 3
    BEGINS = 4
    CONTAINS = 5
    ALIKE = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class ProducerHit:
    """A producer found by a name.

    matched is the name that answered to the term. recordings, artists and roles count recordings once, however
    many tracks carry them (I6); with a role filter they count that role alone. confidence is the best of the
    credits counted, None without any. best_known holds up to three artists, those with most recordings first.
    """

    id: UUID
    name: str
    kind: str | None
    matched: str
    recordings: int
    artists: int
    roles: Mapping[str, int]
    links: int
    confidence: float | None
    best_known: tuple[str, ...]
    closeness: Closeness
    likeness: float

    @property
    def found_as(self) -> str:
        """The name that answered, empty when it is the producer's own."""
        return "" if self.matched == self.name else self.matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Producer:
    """The producer that a text names. remark says how, when the text is not one of their names.

    known_by is what tells them from a namesake: how much they made, and with whom.
    """

    id: UUID
    name: str
    kind: str | None
    known_by: str = ""
    remark: str = ""


def search_producers(db: Db, term: str, role: str | None = None, limit: int = 20) -> list[ProducerHit]:
    """Producers whose names answer to a term, best first: exact, a word of it, prefix, contained, alike; then by
    credited recordings.

    role keeps those with a credit in it: a role's code, or a class (`producer` means all roles that count as one).
    Raises UsageError for a blank term, an unknown role or a limit below 1.
    """
    if limit < 1:
        raise UsageError("--limit must be at least 1.")
    asked = {
        **answering(term),
        "shown_from": SHOWN_FROM,
        "roles": roles_asked(db, role) if role else None,
        "limit": limit,
    }
    with db.cursor(row_factory=dict_row) as cursor:
        found = cursor.execute(SQL["answering"] + SQL["search_producers"], asked, prepare=False).fetchall()
    return [hit_of(row) for row in found]


def answering(term: str, *, begins: bool = True, contains: bool = True, beside: bool = True) -> dict[str, Any]:
    """What the statement `answering` asks for a term. Raises UsageError for a blank or impossible one."""
    try:
        term.encode("utf-8")
        key, letters = name_key(term), search_key(term)
    except ValueError:
        raise UsageError("Give a name to search for.") from None
    return {
        "name_key": key,
        "search_key": letters,
        "prefix": like(letters) + "%",
        "contained": f"%{like(letters)}%",
        "name_prefix": like(key) + "%",
        "name_contained": f"%{like(key)}%",
        "words": f"% {like(key)} %",
        "begins": begins,
        "contains": contains,
        "beside": beside,
        "alike_from": ALIKE_FROM,
        "alike_beside": ALIKE_BESIDE,
    }


def hit_of(row: dict[str, Any]) -> ProducerHit:
    """A found row as a value; its roles by number of recordings."""
    by_count = dict(sorted(row.pop("roles").items(), key=lambda role: (-role[1], role[0])))
    closeness, best_known = Closeness(row.pop("closeness")), tuple(row.pop("best_known"))
    return ProducerHit(**row, roles=by_count, closeness=closeness, best_known=best_known)


def find_producer(db: Db, text: str) -> Producer:
    """The one producer that an id or a name means.

    Raises UsageError when several answer equally well, listing what tells them apart, and NotFound with the
    nearest names when none does.
    """
    meant = producers_meant(db, text)
    if len(meant) > 1:
        raise UsageError(which_one(text, meant))
    return meant[0]


def producers_meant(db: Db, text: str) -> list[Producer]:
    """Those who answer best to an id or a name, at least one; several when they answer equally well.

    A name of theirs counts before one that begins with the text, contains it or is spelt like it. Raises NotFound.
    """
    id_ = as_uuid(text)
    if id_ is not None and (own := _with_id(db, id_)) is not None:
        return [own]
    if (known := _by_source(db, text)) is not None:
        return [_by_id(db, known)]
    if id_ is not None:
        raise _unknown(id_)
    hits = search_producers(db, text, limit=_CANDIDATES)
    if not hits:
        raise NotFound(none_matches(text))
    best = hits[0]
    equal = [hit for hit in hits if hit.closeness is best.closeness]
    if best.closeness is Closeness.ALIKE:
        equal = [hit for hit in equal if hit.likeness > best.likeness - _CLEARLY_NEARER]
        if best.likeness < _SURELY_MEANT or len(equal) > 1:
            nearest = " or ".join(list(dict.fromkeys(hit.name for hit in hits))[:_SUGGESTED])
            raise NotFound(f"No producer is called {text!r}. Did you mean {nearest}?")
    # A name without an id counts for whom another source identifies; what is left of it may be credited nowhere.
    return [_meant(text, hit) for hit in [hit for hit in equal if hit.recordings] or equal]


def which_one(text: str, meant: Sequence[Producer]) -> str:
    """What to tell who named several producers at once."""
    lines = [f"  {producer.id}  {producer.known_by}" for producer in meant]
    return "\n".join([f"{len(meant)} producers answer to {text!r}. Give the id of the one you mean:", *lines])


def none_matches(term: str) -> str:
    """What to tell who looked for a name that nobody has."""
    return f"No producer matches {term!r}. Discover an artist first: linernotes discover NAME"


def as_uuid(text: str) -> UUID | None:
    """The text as an id, or None when it is not one."""
    try:
        return UUID(text.strip())
    except ValueError:
        return None


def _by_source(db: Db, text: str) -> UUID | None:
    """Whom a source's id or the address of a page there means: an MBID, `discogs:123`, `isni:...`, a web address."""
    meant = artist_id_of(text)
    if meant is None and (given := _SOURCE_ID.fullmatch(text.strip())):
        meant = ExternalId(given["scheme"].lower(), given["value"])
    if meant is None or meant.scheme == "name":
        return None
    row = db.execute(SQL["producer_of_source"], {"scheme": meant.scheme, "value": meant.value}).fetchone()
    return row[0] if row else None


def _by_id(db: Db, id_: UUID) -> Producer:
    found = _with_id(db, id_)
    if found is None:
        raise _unknown(id_)
    return found


def _with_id(db: Db, id_: UUID) -> Producer | None:
    return row_of(db, Producer, SQL["producer_by_id"], {"id": id_})


def _unknown(id_: UUID) -> NotFound:
    return NotFound(f"No producer has the id {id_}. `linernotes search NAME` finds ids by name.")


def roles_asked(db: Db, role: str) -> list[str]:
    """The role codes that a role or class means. Raises UsageError naming those there are."""
    codes = [code for (code,) in db.execute(SQL["roles_asked"], {"role": role_word(role)})]
    if not codes:
        known = [word for (word,) in db.execute(SQL["known_roles"])]
        raise UsageError(f"There is no role {role!r}. There are: {', '.join(known)}.")
    return codes


def role_word(role: str) -> str:
    """How a role or class is written: `Co-Producer` is `co_producer`. What cannot be one becomes one that is not."""
    word = role.strip().casefold().replace("-", "_").replace(" ", "_")
    return word if word.isascii() and word.isprintable() else "?"


def like(text: str) -> str:
    r"""Text for LIKE in which %, _ and \\ stand for themselves."""
    return text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")


def _meant(text: str, hit: ProducerHit) -> Producer:
    exact = hit.closeness <= Closeness.SAME_LETTERS
    known_for = f", known for {', '.join(hit.best_known)}" if hit.best_known else ""
    return Producer(
        id=hit.id,
        name=hit.name,
        kind=hit.kind,
        known_by=f"{hit.name}, {recordings_in_words(hit.recordings)}{known_for}",
        remark="" if exact else f"No producer is called {text!r}; this is the nearest name, {hit.matched}.",
    )
