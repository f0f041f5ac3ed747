"""What a discovery will ask Wikidata."""

from __future__ import annotations

from math import ceil

from linernotes.sources.asking import LINKS, Ask, Planning, people_to_ask
from linernotes.sources.wikidata.calls import MBIDS_PER_QUERY


def for_people(planning: Planning) -> list[Ask]:
    """Where people can be found: one call for two hundred of them."""
    calls = ceil(people_to_ask(planning, "musicbrainz") / MBIDS_PER_QUERY)
    return [Ask(source="wikidata", purpose=LINKS, further=calls)]
