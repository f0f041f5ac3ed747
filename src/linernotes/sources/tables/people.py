"""From a cell of names, and perhaps one of ids, to the persons it names."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from linernotes.model.claim import Person
from linernotes.model.names import display_name, is_unknown, name_key, problem_of
from linernotes.sources.tables.table import Cell, parts
from linernotes.sources.tables.values import read_id


class Complaint(NamedTuple):
    """What is wrong with a cell: the kind of the Problem and the reason to show."""

    kind: str
    why: str


class Resolved(NamedTuple):
    """The person behind a written name and id, or None; and what was wrong."""

    person: Person | None
    complaints: tuple[Complaint, ...] = ()


Resolve = Callable[[str, str], Resolved]
"""From a name and an id ('' for none), both as written."""


class Named(NamedTuple):
    """A person as one cell names them. identity says by what two mentions in one file are one person."""

    person: Person
    written: str
    identity: str


def by_name_and_id(own_scheme: str) -> Resolve:
    """How a file's people are known: by the id beside the name, else by the name alone."""

    @lru_cache(maxsize=65_536)
    def resolve(written: str, id_text: str) -> Resolved:
        if is_unknown(written):
            return Resolved(None, (Complaint("unknown_person", f"the person is {written!r}"),))
        if why := problem_of(written):
            return Resolved(None, (Complaint("unusable_name", f"{_short(written)!r} is no usable name: {why}"),))
        name = display_name(written)
        if not id_text:
            return Resolved(Person(name=name))
        known_as = read_id(id_text, own_scheme)
        if known_as is None:
            why = f"{_short(id_text)!r} is no id of its kind: {written} is taken by name"
            return Resolved(Person(name=name), (Complaint("unusable_id", why),))
        return Resolved(Person(name=name, ids=(known_as,)))

    return resolve


def people_in(cell: Cell, ids: Cell, resolve: Resolve) -> tuple[list[Named], list[Complaint]]:
    """Everybody a cell names, each once, in order. Ids count only when there is one place for every name."""
    written = parts(cell)
    id_texts = parts(ids)
    complaints: list[Complaint] = []
    if len(id_texts) != len(written):
        if any(id_texts):
            why = f"{len(written)} names and {len(id_texts)} ids: the names are taken without ids"
            complaints.append(Complaint("misaligned_ids", why))
        id_texts = ("",) * len(written)
    named: list[Named] = []
    for name, id_text in zip(written, id_texts, strict=True):
        if not name:
            continue
        person, found = resolve(name, id_text)
        complaints.extend(found)
        if person is not None:
            named.append(Named(person, name, _identity(person)))
    return _each_once(named), complaints


_key = lru_cache(maxsize=65_536)(name_key)


def _identity(person: Person) -> str:
    """The id, else the name."""
    return f"{person.ids[0].scheme}:{person.ids[0].value}" if person.ids else _key(person.name)


def _each_once(named: list[Named]) -> list[Named]:
    """Without repetitions; a bare name beside the same name with an id is a repetition too."""
    if len(named) < 2:
        return named
    with_id = {_key(n.person.name) for n in named if n.person.ids}
    once: dict[str, Named] = {}
    for n in named:
        if n.person.ids or n.identity not in with_id:
            once.setdefault(n.identity, n)
    return list(once.values())


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"
