"""Which sources are here: every folder beside this file that has an `opening.py`. None is named anywhere else."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

import linernotes.sources
from linernotes.sources.opening import LocalSource, WebSource


@cache
def web_sources() -> Mapping[str, WebSource]:
    """The sources on the network, by name."""
    return {found.name: found for found in _openings() if isinstance(found, WebSource)}


@cache
def local_sources() -> tuple[LocalSource, ...]:
    """The sources on this machine, those that open anything last."""
    return tuple(
        sorted((found for found in _openings() if isinstance(found, LocalSource)), key=lambda found: found.general)
    )


@cache
def _openings() -> tuple[WebSource | LocalSource, ...]:
    return tuple(
        opening
        for folder in iter_modules(linernotes.sources.__path__, "linernotes.sources.")
        if folder.ispkg and find_spec(f"{folder.name}.opening") is not None
        for opening in import_module(f"{folder.name}.opening").OPENINGS
    )
