"""Wikidata as a source of profiles: where people are on the web, and under which ids others know them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from linernotes.logs import get_logger
from linernotes.model.catalogue import value_of
from linernotes.model.claim import ProducerRef, Profile
from linernotes.sources.mbid import NOBODY, as_mbid
from linernotes.sources.transport import Transport
from linernotes.sources.wikidata import calls
from linernotes.sources.wikidata.parse import Values, is_item, parse_entities, parse_profile, parse_rows

_log = get_logger(__name__)


class Wikidata:
    """Implements Profiles of `model.source`. entities is the wiki itself, queries its query service."""

    def __init__(self, entities: Transport, queries: Transport) -> None:
        self._entities = entities
        self._queries = queries

    async def profiles(self, producers: Sequence[ProducerRef]) -> Mapping[UUID, Profile]:
        """By item where we know it, else by MBID: one call for up to 50, or 200, of them. Raises SourceError."""
        items: dict[UUID, str] = {}
        mbids: dict[UUID, str] = {}
        for producer in producers:
            item, mbid = value_of(producer.ids, "wikidata"), as_mbid(value_of(producer.ids, "musicbrainz") or "")
            if item is not None and is_item(item):
                items[producer.id] = item
            elif mbid is not None and mbid not in NOBODY:
                mbids[producer.id] = mbid
        return {**await self._by_item(items), **await self._by_mbid(mbids)}

    async def _by_item(self, wanted: Mapping[UUID, str]) -> dict[UUID, Profile]:
        found: dict[str, Values] = {}
        for batch in _batches(sorted(set(wanted.values())), calls.ITEMS_PER_CALL):
            answer = await self._entities.get(calls.by_item(batch))
            if answer.found:
                found |= parse_entities(answer.json)
        return {producer: parse_profile(item, found[item]) for producer, item in wanted.items() if item in found}

    async def _by_mbid(self, wanted: Mapping[UUID, str]) -> dict[UUID, Profile]:
        found: dict[str, Mapping[str, Values]] = {}
        for batch in _batches(sorted(set(wanted.values())), calls.MBIDS_PER_QUERY):
            answer = await self._queries.get(calls.by_mbid(batch))
            if answer.found:
                found |= parse_rows(answer.json)
        profiles = {}
        for producer, mbid in wanted.items():
            items = found.get(mbid, {})
            if len(items) > 1:  # two items say that they are this person: neither can be believed
                _log.warning("several items have one MusicBrainz id", mbid=mbid, items=sorted(items))
            for item, values in items.items() if len(items) == 1 else ():
                profiles[producer] = parse_profile(item, values)
        return profiles


def _batches(values: Sequence[str], size: int) -> list[Sequence[str]]:
    return [values[start : start + size] for start in range(0, len(values), size)]
