"""Which quota mode the app has. It decides what may be asked, and Spotify does not say it: one tries.

What was found out is kept with the answers for a day, so that all processes know it and none tries again.
"""

from __future__ import annotations

import hashlib
from enum import StrEnum

from linernotes.sources.spotify.calls import FRESH_FOR
from linernotes.sources.transport import Transport


class Mode(StrEnum):
    """auto is a setting only: it means that the mode is found out."""

    AUTO = "auto"
    DEVELOPMENT = "development"
    EXTENDED = "extended"


def note_name(client_id: str) -> str:
    """Under which name the mode of an app is noted."""
    return f"quota mode of {hashlib.sha256(client_id.encode()).hexdigest()}"


class Modes:
    """The mode of one app."""

    def __init__(self, setting: Mode, client_id: str, transport: Transport) -> None:
        self.setting = setting
        self._transport = transport
        self._name = note_name(client_id)

    async def known(self) -> Mode | None:
        """The mode that is set, or that was found out within the last day; None when one has to try."""
        if self.setting is not Mode.AUTO:
            return self.setting
        found = await self._transport.noted(self._name)
        return next((mode for mode in (Mode.DEVELOPMENT, Mode.EXTENDED) if mode == found), None)

    async def learn(self, mode: Mode) -> None:
        """Keep what was found out. A setting stands, whatever is found."""
        if await self.known() is not mode:
            await self._transport.note(self._name, mode, FRESH_FOR)
