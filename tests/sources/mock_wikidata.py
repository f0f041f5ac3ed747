"""A small invented Wikidata over real HTTP: its query service and its entities.

The query service does not run SPARQL: it finds the MBIDs of the VALUES block and answers in the shape of a real one,
with the statements that the query's own words leave in. `statement` makes what a statement can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.sources.mock_server import Asked, MockServer, Reply, json_reply, text_reply

Object = dict[str, Any]


def statement(value: Any, *, rank: str = "normal", kind: str = "value", ended: bool = False) -> Object:
    """One statement of an entity."""
    snak: Object = {"snaktype": kind}
    if kind == "value":
        snak["datavalue"] = {"value": value, "type": "string"}
    found: Object = {"mainsnak": snak, "type": "statement", "rank": rank}
    if ended:
        found["qualifiers"] = {"P582": [{"snaktype": "value", "datavalue": {"value": {"time": "+2020-00-00"}}}]}
    return found


def entity(item: str, **claims: list[Object]) -> Object:
    """An item with its statements by property."""
    return {"id": item, "type": "item", "claims": claims}


@dataclass
class Items:
    """What this Wikidata knows."""

    entities: dict[str, Object] = field(default_factory=dict)

    def add(self, new: Object) -> Object:
        self.entities[new["id"]] = new
        return new


def serve(items: Items) -> MockServer:
    """Both services on one port: `/sparql` and `/w/api.php`."""
    return MockServer(lambda asked: answer(items, asked))


def answer(items: Items, asked: Asked) -> Reply:
    """What the services say to a request."""
    if "@" not in asked.headers.get("user-agent", ""):
        return text_reply("Please set a user-agent and respect our robot policy", 403, "text/plain")
    if asked.path == "/sparql":
        return _query(items, asked.form.get("query") or asked.params.get("query", ""))
    if asked.path == "/w/api.php" and asked.params.get("action") == "wbgetentities":
        wanted = asked.params["ids"].split("|")
        if len(wanted) > 50 or not all(re.fullmatch(r"Q\d+", item) for item in wanted):
            return json_reply({"error": {"code": "no-such-entity", "info": "Could not find an entity."}})
        found = {item: items.entities.get(item, {"id": item, "missing": ""}) for item in wanted}
        return json_reply({"entities": found, "success": 1})
    return json_reply({"error": "Not Found"}, 404)


def _query(items: Items, query: str) -> Reply:
    mbids = set(re.findall(r'"([0-9a-f]{8}-[0-9a-f-]{27})"', query))
    properties = set(re.findall(r'\("(P\d+)" p:P\d+ ps:P\d+\)', query))
    if not mbids or "wikibase:DeprecatedRank" not in query or "pq:P582" not in query:
        return text_reply("MalformedQueryException", 400, "text/plain")
    rows = []
    for item, found in items.entities.items():
        for known in found["claims"].get("P434", []):
            mbid = known["mainsnak"].get("datavalue", {}).get("value")
            if mbid not in mbids or known["rank"] == "deprecated":
                continue
            base = {
                "mbid": {"type": "literal", "value": mbid},
                "item": {"type": "uri", "value": f"http://www.wikidata.org/entity/{item}"},
            }
            values = [
                {
                    **base,
                    "property": {"type": "literal", "value": name},
                    "value": _term(s["mainsnak"]),
                }
                for name, statements in found["claims"].items()
                for s in statements
                if name in properties
                and s["rank"] != "deprecated"
                and "P582" not in s.get("qualifiers", {})
                and s["mainsnak"]["snaktype"] != "novalue"
            ]
            rows += values or [base]
    return json_reply({"head": {"vars": ["mbid", "item", "property", "value"]}, "results": {"bindings": rows}})


def _term(snak: Object) -> Object:
    if snak["snaktype"] == "somevalue":
        return {"type": "bnode", "value": "t1234"}
    value = snak["datavalue"]["value"]
    return {"type": "uri" if str(value).startswith("http") else "literal", "value": value}
