"""The sources that take part in a process: the web sources that are on, and the local one that a message names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial

import httpx2

from linernotes.errors import CredentialMissing, UsageError
from linernotes.model.source import Source
from linernotes.settings import KNOWN_SOURCES, Settings
from linernotes.sources.budget import Places
from linernotes.sources.installed import local_sources
from linernotes.sources.locators import file_locator
from linernotes.sources.statements import Pool
from linernotes.sources.web import ON_REQUEST, OPENERS

Opener = Callable[[], Source]


def web_openers(
    settings: Settings, pool: Pool, client: httpx2.AsyncClient, places: Places | None = None
) -> dict[str, Opener]:
    """How to open each web source that is switched on, in the order of LINERNOTES_SOURCES.

    With those that take part only when a command names them; they need not be switched on.
    """
    on = [name for name in settings.source_names if name in OPENERS]
    return {
        name: partial(OPENERS[name], settings, pool, client, places=places)
        for name in dict.fromkeys([*on, *sorted(ON_REQUEST)])
    }


def not_here(settings: Settings) -> list[str]:
    """The sources of LINERNOTES_SOURCES that this installation does not have."""
    local = {local.name for local in local_sources()}
    return [name for name in settings.source_names if name not in OPENERS and name not in local]


class Registry:
    """Opens each source once, when it is first needed. openers gives the web sources that are on, by name."""

    def __init__(self, openers: Mapping[str, Opener]) -> None:
        self._openers = openers
        self._open: dict[str, Source] = {}
        self._left_out: dict[str, str] = {}

    def catalogue(self, locator: str) -> Source:
        """The catalogue source of this locator.

        Raises UsageError when there is no such source or it has no catalogue, SettingsError when it lacks a setting.
        """
        source = self._opened(locator)
        if source.catalogue is None:
            raise UsageError(
                f"{source.name} has no catalogue of artists; use --from with one of musicbrainz, "
                f"{', '.join(sorted(ON_REQUEST))}, file:PATH."
            )
        return source

    def credits(self, locator: str) -> list[Source]:
        """The named source, if it has credits, and every web source that is on and has."""
        return [s for s in self._taking_part(locator) if s.credits is not None]

    def profiles(self, locator: str) -> list[Source]:
        """The named source, if it has profiles, and every web source that is on and has."""
        return [s for s in self._taking_part(locator) if s.profiles is not None]

    def left_out(self) -> dict[str, list[str]]:
        """By missing setting, the web sources that are on and do not take part because of it."""
        self._web_sources()
        missing: dict[str, list[str]] = {}
        for name, variable in self._left_out.items():
            missing.setdefault(variable, []).append(name)
        return missing

    def _taking_part(self, locator: str) -> list[Source]:
        named = self._opened(locator)
        return [named] + [s for s in self._web_sources() if s.name != named.name]

    def _web_sources(self) -> list[Source]:
        sources = []
        for name in self._openers:
            if name in self._left_out or name in ON_REQUEST:
                continue
            try:
                sources.append(self._opened(name))
            except CredentialMissing as error:
                self._left_out[name] = error.variable
        return sources

    def _opened(self, locator: str) -> Source:
        if locator not in self._open:
            self._open[locator] = self._opening(locator)
        return self._open[locator]

    def _opening(self, locator: str) -> Source:
        for local in local_sources():
            if (opened := local.opens(locator)) is not None:
                return replace(opened, locator=locator)
        if locator in self._openers:
            return self._openers[locator]()
        if locator in OPENERS:
            raise UsageError(f"{locator} is switched off; add it to LINERNOTES_SOURCES.")
        if locator.partition(":")[0] in (*KNOWN_SOURCES, "file"):
            raise UsageError(f"{locator.partition(':')[0]} is not part of this installation; {_there_are()}.")
        raise UsageError(f"There is no source {locator!r}; {_there_are()}.")


def _there_are() -> str:
    local = [local.name for local in local_sources() if " " not in local.name]
    return f"there are {', '.join([*OPENERS, *local])}"


__all__ = ["Opener", "Registry", "file_locator", "not_here", "web_openers"]
