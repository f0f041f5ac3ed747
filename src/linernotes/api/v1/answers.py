"""Answers: a value as JSON, a list as JSON or CSV, each with a tag by which a browser asks whether it is still so.

What a value's type does not declare is not sent. An answer is computed anew each time; a browser that has it
already, and sends its tag, is told so without it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from hashlib import blake2b
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from pydantic import BaseModel, TypeAdapter

from linernotes.search.formats import csv_lines
from linernotes.search.paging import Page

FRESH_S = 15
"""Seconds for which a browser need not ask again."""

VARY = "Accept, Authorization, apikey, Cookie"


@dataclass(frozen=True, slots=True)
class Sent:
    """What goes out: bytes and of what kind."""

    body: bytes
    media_type: str


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def value(request: Request, kind: Any, found: Any, *, fresh: int = FRESH_S) -> Response:
    """A value of this type, as JSON."""
    return tagged(request, Sent(_adapter(kind).dump_json(found), "application/json"), fresh=fresh)


def listing(request: Request, kind: Any, page: Page[Any], *, as_csv: bool) -> Response:
    """A page of values of this type: as JSON with the cursor of the next one, or as CSV; `Link` leads to it too."""
    headers = {}
    if page.next is not None:
        query = [(key, text) for key, text in request.query_params.multi_items() if key != "cursor"]
        headers["Link"] = f'<{request.url.path}?{urlencode([*query, ("cursor", page.next)])}>; rel="next"'
    if as_csv:
        return tagged(request, Sent(csv_of(kind, page.items), "text/csv; charset=utf-8"), headers)
    return tagged(request, Sent(_adapter(Page[kind]).dump_json(page), "application/json"), headers)


def whole(request: Request, kind: Any, items: Sequence[Any], *, as_csv: bool) -> Response:
    """A list that has one page."""
    return listing(request, kind, Page(items=tuple(items), next=None), as_csv=as_csv)


def csv_of(kind: Any, items: Sequence[Any]) -> bytes:
    """Rows under the names of the type's fields; a cell that a spreadsheet would run is defused."""
    names = columns_of(kind)
    lines = csv_lines(names, ([getattr(item, name) for name in names] for item in items))
    return "".join(lines).encode("utf-8", "replace")


def columns_of(kind: Any) -> list[str]:
    """The columns of a list of such values."""
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return list(kind.model_fields)
    assert is_dataclass(kind)
    return [field.name for field in fields(kind)]


def tagged(
    request: Request, sent: Sent, headers: Mapping[str, str] | None = None, *, fresh: int = FRESH_S
) -> Response:
    """The answer with its tag, or 304 when the caller has it."""
    tag = f'W/"{blake2b(sent.body, digest_size=12).hexdigest()}"'
    known = [one.strip() for one in request.headers.get("if-none-match", "").split(",")]
    personal = any(name in request.headers for name in ("authorization", "apikey", "cookie"))
    kept = {
        "ETag": tag,
        "Cache-Control": f"{'private' if personal else 'public'}, max-age={fresh}, must-revalidate",
        "Vary": VARY,
        **(headers or {}),
    }
    if tag in known or tag.removeprefix("W/") in known or "*" in known:
        return Response(status_code=304, headers=kept)
    return Response(sent.body, media_type=sent.media_type, headers=kept)


def one(kind: Any) -> dict[str, Any]:
    """What a route says of itself that answers with one value of this type: `@router.get(..., **answers.one(T))`."""
    return {"response_model": kind, "responses": _described({"application/json": {}})}


def many(kind: Any, *, example: Any = None) -> dict[str, Any]:
    """The same of a route that answers with a page of such values, as JSON or CSV."""
    json = {"example": example} if example is not None else {}
    header = ",".join(columns_of(kind))
    as_csv = {"schema": {"type": "string"}, "example": f"{header}\n"}
    return {"response_model": Page[kind], "responses": _described({"application/json": json, "text/csv": as_csv})}


def _described(content: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    return {
        200: {"description": "Found", "content": content, "headers": HEADERS},
        304: {"description": "You have it already: nothing changed since the answer with that ETag"},
    }


HEADERS: dict[str, Any] = {
    "ETag": {
        "description": "Send it back as If-None-Match to be told whether anything changed.",
        "schema": {"type": "string"},
    },
    "Link": {"description": 'The next page of a list, `rel="next"`.', "schema": {"type": "string"}},
}
