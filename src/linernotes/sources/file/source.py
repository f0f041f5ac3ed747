"""A file of somebody's own as a source: read once, then answered from memory."""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from linernotes.sources.tables.content import read_bytes, to_text
from linernotes.sources.tables.parse import listing
from linernotes.sources.tables.people import by_name_and_id
from linernotes.sources.tables.source import FileProfiles, FileSource, Listed, person_ids, summarise
from linernotes.sources.tables.table import looks_like_json, read_table


def open_file(path: str | Path, columns: Mapping[str, str] | None = None) -> FileSource:
    """Read a CSV or JSON Lines file once and answer from memory.

    columns maps our fields to the file's columns where their names are unusual ({"track": "Title"}). Raises
    UsageError for a file or a mapping that cannot be used; rows that cannot be are in `problems`.
    """
    place = Path(path).expanduser().absolute()
    name = f"file:{place.name}"
    with _no_garbage_collection():
        text, unreadable = to_text(name, read_bytes(place))
        json_lines = _is_json_lines(place) or looks_like_json(text)
        table = read_table(name, text, columns or {}, json_lines=json_lines)
        found = listing(name, table.rows, by_name_and_id(name))
    problems = (*unreadable, *table.problems, *found.problems)
    known = person_ids(found)
    listed = Listed(found)
    return FileSource(
        name=name,
        family=name,
        locator=f"file:{place}",
        fresh_for=None,
        catalogue=listed,
        credits=listed,
        profiles=FileProfiles(known) if known else None,
        profile_schemes=frozenset(i.scheme for i in known),
        summary=summarise(found, rows=table.records, problems=len(problems), columns=table.columns),
        problems=problems,
    )


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """While a file is read everything is kept, so looking for garbage only costs: a third of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _is_json_lines(path: Path) -> bool:
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    return suffixes[-1:] in ([".jsonl"], [".ndjson"])
