"""What a source's `opening.py` hands out, and what it is handed: everything that opening a source takes.

A source is the folder that bears its name. Its `opening.py` holds OPENINGS: a WebSource, or a LocalSource that reads
what lies on this machine, or both. `installed.py` finds them; nothing else imports from a source's folder, so that
one can be added or taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import httpx2

from linernotes.forget_key import forget_key
from linernotes.model.source import Source
from linernotes.settings import Settings
from linernotes.sources.asking import AsksOf, asks_nothing
from linernotes.sources.budget import Budget, Places, Rate
from linernotes.sources.cache import ResponseCache
from linernotes.sources.clock import Clock
from linernotes.sources.statements import Pool
from linernotes.sources.transport import Transport


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What a web source is opened with. places: the line that processes stand in, where there is one (budget.py)."""

    settings: Settings
    pool: Pool
    client: httpx2.AsyncClient
    clock: Clock = field(default_factory=Clock)
    places: Places | None = None

    def transport(self, name: str, url: str, official_host: str, rate: Rate, **how: Any) -> Transport:
        """The way to one host at this address; how goes to Transport. Raises what Transport raises."""
        return Transport(
            name,
            url,
            official_host,
            client=self.client,
            budget=Budget(self.pool, name, rate, self.clock, self.places),
            cache=ResponseCache(self.pool, partial(forget_key, self.settings)),
            contact=self.settings.contact,
            clock=self.clock,
            **how,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSource:
    """A source that is asked over the network.

    open raises CredentialMissing when a setting is missing. rate is how often it is asked at most. on_request: it
    knows neither credits nor people, so it takes part when a command names it, and only then. The asks say what a
    discovery will cost: where it is the catalogue, beside another catalogue, and for the people.
    """

    name: str
    open: Callable[[Means], Source]
    rate: Rate
    on_request: bool = False
    catalogue_asks: AsksOf = asks_nothing
    credit_asks: AsksOf = asks_nothing
    people_asks: AsksOf = asks_nothing

    def url(self, settings: Settings) -> str:
        """Its base address."""
        return str(getattr(settings, f"{self.name}_url"))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalSource:
    """A source on this machine. opens gives it for a locator that is its own, None for any other.

    Raises UsageError when what the locator names cannot be read. Of several that would open one, a specific goes
    before a general one.
    """

    name: str
    opens: Callable[[str], Source | None]
    general: bool = False
