"""Instagram as a source of profiles: what people with a professional account say of themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from linernotes.model.catalogue import value_of
from linernotes.model.claim import ProducerRef, Profile
from linernotes.sources.instagram import calls
from linernotes.sources.instagram.errors import SOURCE, NoProfessional
from linernotes.sources.instagram.parse import parse_profile
from linernotes.sources.transport import Transport


class Instagram:
    """Implements Profiles of `model.source`. Knows people by a handle that another source published, and no name."""

    def __init__(self, transport: Transport, user_id: str) -> None:
        self._transport = transport
        self._user_id = user_id

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        """Of those with a professional account. Raises SourceError, and SettingsError for a refused token."""
        found = {}
        for producer in producers:
            handle = (value_of(producer.ids, SOURCE) or "").lower()
            if not calls.is_handle(handle):
                continue
            try:
                answer = await self._transport.get(calls.profile(self._user_id, handle))
            except NoProfessional:
                continue
            if answer.found:
                found[producer.id] = parse_profile(answer.json, handle)
        return found
