"""Opens a table of credits that somebody has, by its path."""

from __future__ import annotations

from linernotes.model.source import Source
from linernotes.sources.file.source import open_file
from linernotes.sources.locators import file_of, is_file
from linernotes.sources.opening import LocalSource


def table_of(locator: str) -> Source | None:
    """The table that a locator names, whatever its name ends in. Raises UsageError when it cannot be read."""
    return open_file(*file_of(locator)) if is_file(locator) else None


OPENINGS = (LocalSource(name="file:PATH", opens=table_of, general=True),)
