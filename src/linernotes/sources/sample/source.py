"""The sample catalogue as a source: a few albums whose credits are common knowledge, each with its Wikipedia page.

`catalogue.csv` has one row per track; its people cells hold labels. `people.csv` says who a label is: the name, the
page (whose title is the person's id), whether a person or a team, a team's members, other names. The files are
ours, so a fault in them is an error and not a problem to report.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from urllib.parse import unquote, urlsplit
from uuid import UUID

from linernotes.errors import BadAnswer
from linernotes.model.catalogue import ExternalId
from linernotes.model.claim import Link, Member, Person, ProducerRef, Profile
from linernotes.sources.tables.parse import listing
from linernotes.sources.tables.people import Resolve, Resolved
from linernotes.sources.tables.source import FileSource, Listed, summarise
from linernotes.sources.tables.table import parts, read_table

NAME = "sample"

KINDS = {"person": "person", "team": "group"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One line of people.csv. page is '' for a person without one; members are labels."""

    person: Person
    page: str
    members: tuple[str, ...]


def open_sample() -> FileSource:
    """The catalogue that comes with linernotes."""
    here = files(__package__)
    return read_sample(
        here.joinpath("catalogue.csv").read_text(encoding="utf-8"),
        here.joinpath("people.csv").read_text(encoding="utf-8"),
    )


def read_sample(catalogue: str, people: str) -> FileSource:
    """A sample source from the texts of its two files. Raises BadAnswer when they do not fit together."""
    known = read_people(people)
    table = read_table(NAME, catalogue, {}, json_lines=False)
    found = listing(NAME, table.rows, by_label(known))
    problems = (*table.problems, *found.problems)
    if problems:
        raise BadAnswer(NAME, "catalogue.csv: " + " ".join(f"{p.record}: {p.detail}." for p in problems))
    listed = Listed(found)
    return FileSource(
        name=NAME,
        family=NAME,
        locator=NAME,
        fresh_for=None,
        catalogue=listed,
        credits=listed,
        profiles=SampleProfiles(known),
        profile_schemes=frozenset({"wikipedia"}),
        summary=summarise(found, rows=table.records, problems=0, columns=table.columns),
        problems=(),
    )


def read_people(text: str) -> dict[str, Known]:
    """By label, everybody whom people.csv defines."""
    known: dict[str, Known] = {}
    for line in csv.DictReader(io.StringIO(text, newline="")):
        label, page = line["label"].strip(), line["page"].strip()
        if label in known:
            raise BadAnswer(NAME, f"people.csv defines {label!r} twice. Give each person a label of their own.")
        if line["kind"] not in KINDS:
            raise BadAnswer(NAME, f"people.csv: {label!r} is a {line['kind']!r}. Write person or team.")
        person = Person(
            name=line["name"].strip() or label,
            ids=(page_id(page),) if page else (),
            kind=KINDS[line["kind"]],
            aliases=_filled(line["aliases"]),
        )
        known[label] = Known(person=person, page=page, members=_filled(line["members"]))
    missing = sorted({label for one in known.values() for label in one.members} - known.keys())
    if missing:
        raise BadAnswer(NAME, f"people.csv names members that it does not define: {', '.join(missing)}.")
    return known


def by_label(known: Mapping[str, Known]) -> Resolve:
    """Who a label of the catalogue is. Raises BadAnswer for a label that people.csv does not define."""

    def resolve(written: str, id_text: str) -> Resolved:
        if written not in known:
            raise BadAnswer(NAME, f"catalogue.csv credits {written!r}, whom people.csv does not define. Add a line.")
        return Resolved(known[written].person)

    return resolve


def page_id(page: str) -> ExternalId:
    """The id behind a Wikipedia address: the title of the page."""
    address = urlsplit(page)
    title = unquote(address.path.removeprefix("/wiki/")).replace("_", " ").strip()
    if address.hostname != "en.wikipedia.org" or not address.path.startswith("/wiki/") or not title:
        raise BadAnswer(NAME, f"{page!r} is no page of the English Wikipedia (https://en.wikipedia.org/wiki/…).")
    return ExternalId("wikipedia", title)


class SampleProfiles:
    """The page, the other names and, for a team, the members of everybody who has a page."""

    def __init__(self, known: Mapping[str, Known]) -> None:
        self._profiles = {
            one.person.ids[0]: _profile(one, tuple(Member(person=known[label].person) for label in one.members))
            for one in known.values()
            if one.person.ids
        }

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        """By our id, for those with a page."""
        known = {p.id: next((self._profiles[i] for i in p.ids if i in self._profiles), None) for p in producers}
        return {id: profile for id, profile in known.items() if profile is not None}


def _profile(one: Known, members: tuple[Member, ...]) -> Profile:
    title = one.person.ids[0].value
    link = Link(kind="wikipedia", value=title, url=one.page, source_url=one.page, source_record_id=title)
    return Profile(
        links=(link,), ids=one.person.ids, aliases=one.person.aliases, kind=one.person.kind, members=members
    )


def _filled(cell: str) -> tuple[str, ...]:
    return tuple(part for part in parts(cell) if part)
