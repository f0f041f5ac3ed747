"""Opens the catalogue that comes with linernotes."""

from __future__ import annotations

from linernotes.model.source import Source
from linernotes.sources.opening import LocalSource
from linernotes.sources.sample.source import NAME, open_sample


def sample_of(locator: str) -> Source | None:
    """The sample, for its name."""
    return open_sample() if locator == NAME else None


OPENINGS = (LocalSource(name=NAME, opens=sample_of),)
