"""The web sources as settings open them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import httpx2

from linernotes.model.source import Source
from linernotes.settings import Settings
from linernotes.sources.budget import Places
from linernotes.sources.clock import Clock
from linernotes.sources.exchange import new_client
from linernotes.sources.installed import web_sources
from linernotes.sources.opening import Means
from linernotes.sources.statements import Pool


def open_web(
    name: str,
    settings: Settings,
    pool: Pool,
    client: httpx2.AsyncClient,
    clock: Clock | None = None,
    places: Places | None = None,
) -> Source:
    """One web source. Raises CredentialMissing when a setting of it, or LINERNOTES_CONTACT, is missing."""
    means = Means(settings=settings, pool=pool, client=client, clock=clock or Clock(), places=places)
    return web_sources()[name].open(means)


OPENERS: Mapping[str, Callable[..., Source]] = {name: partial(open_web, name) for name in web_sources()}

ON_REQUEST = frozenset(name for name, found in web_sources().items() if found.on_request)
"""Sources that know neither credits nor people: they take part when a command names them, and only then."""


def open_web_sources(settings: Settings, pool: Pool, client: httpx2.AsyncClient) -> tuple[Source, ...]:
    """The web sources that are switched on, in the order of LINERNOTES_SOURCES."""
    return tuple(OPENERS[name](settings, pool, client) for name in settings.source_names if name in OPENERS)


__all__ = ["ON_REQUEST", "OPENERS", "new_client", "open_web", "open_web_sources"]
