"""What we ask Wikidata: the accounts and ids of people, by their MusicBrainz id or by their item."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from linernotes.model.catalogue import Json
from linernotes.sources.calls import Call

FRESH_FOR = timedelta(days=30)

MBIDS_PER_QUERY = 200
ITEMS_PER_CALL = 50

MUSICBRAINZ_ARTIST = "P434"

PROPERTIES = (
    "P2003",  # Instagram
    "P2002",  # X (Twitter)
    "P2013",  # Facebook
    "P2397",  # YouTube channel
    "P7085",  # TikTok
    "P3040",  # SoundCloud
    "P856",  # official website
    "P1902",  # Spotify artist
    "P1953",  # Discogs artist
    "P2373",  # Genius artist
    "P213",  # ISNI
    "P345",  # IMDb
)

_QUERY = """\
SELECT ?mbid ?item ?property ?value WHERE {{
  VALUES ?mbid {{ {mbids} }}
  ?item p:P434 ?known .
  ?known ps:P434 ?mbid ; wikibase:rank ?knownRank .
  FILTER(?knownRank != wikibase:DeprecatedRank)
  OPTIONAL {{
    VALUES (?property ?p ?ps) {{ {properties} }}
    ?item ?p ?statement .
    ?statement ?ps ?value ; wikibase:rank ?rank .
    FILTER(?rank != wikibase:DeprecatedRank)
    FILTER NOT EXISTS {{ ?statement pq:P582 ?ended }}
  }}
}}"""
# One row per value, so several values of several properties do not multiply. Statements, not the short wdt: form,
# because only they say that an account is no longer the person's (P582). P434 is asked for without an end: a person's
# MusicBrainz id does not end.


def by_mbid(mbids: Sequence[str]) -> Call:
    """The items of at most 200 people with all the properties we read. Sorted: equal sets are one question."""
    values = " ".join(f'"{mbid}"' for mbid in sorted(mbids))
    properties = " ".join(f'("{p}" p:{p} ps:{p})' for p in PROPERTIES)
    return Call(
        path="sparql",
        form={"query": _QUERY.format(mbids=values, properties=properties), "format": "json"},
        fresh_for=FRESH_FOR,
        accept="application/sparql-results+json",
        complaint=_is_a_result,
    )


def by_item(items: Sequence[str]) -> Call:
    """At most 50 items as they are. maxlag asks Wikidata to refuse while its own machines lag behind."""
    params = {
        "action": "wbgetentities",
        "ids": "|".join(sorted(items)),
        "props": "claims",
        "format": "json",
        "maxlag": "5",
    }
    return Call(path="w/api.php", params=params, fresh_for=FRESH_FOR, complaint=_has_entities)


def _is_a_result(answer: Json) -> str | None:
    results = answer.get("results") if isinstance(answer, dict) else None
    if isinstance(results, dict) and isinstance(results.get("bindings"), list):
        return None
    return "the answer is no query result"


def _has_entities(answer: Json) -> str | None:
    if isinstance(answer, dict) and isinstance(answer.get("entities"), dict):
        return None
    error = answer.get("error") if isinstance(answer, dict) else None
    code = error.get("code") if isinstance(error, dict) else None
    return f"the answer has no entities (error {code})" if isinstance(code, str) else "the answer has no entities"
