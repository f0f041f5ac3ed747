"""What a call under /rest/v1/rpc asks for, read from its address, headers and body: pure, and strict.

The words are PostgREST's, as the Supabase clients send them: select, order, limit, offset, filters `column=op.value`,
and/or, the headers Prefer, Range, Accept and the profiles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

import orjson

from linernotes.api.rest.failures import RestError

MOST_ROWS = 1000
"""Rows in one answer at most; offset or Range asks for those after."""

LARGEST = 2**31 - 1
PAGING = frozenset({"select", "order", "limit", "offset", "columns", "on_conflict"})
RESERVED = PAGING | {"and", "or", "not.and", "not.or"}


class Form(StrEnum):
    """The form of an answer."""

    JSON = "application/json"
    ONE = "application/vnd.pgrst.object+json"
    CSV = "text/csv"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Everything but the arguments. filters are (column, `op.value`) and (`and`, `(…)`) pairs, as they were sent."""

    form: Form = Form.JSON
    without_nulls: bool = False
    select: str = ""
    order: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    limit: int = MOST_ROWS
    offset: int = 0
    counted: bool = False
    head: bool = False


Query = Iterable[tuple[str, str]]


def arguments_in_query(query: Query, known: frozenset[str]) -> dict[str, str]:
    """The arguments of a GET: parameters that are no word of ours and no filter on a column."""
    return {k: v for k, v in query if k not in RESERVED and (k in known or not looks_like_a_filter(v))}


def arguments_in_body(body: bytes, content_type: str) -> tuple[str, frozenset[str]]:
    """The arguments of a POST as JSON text, and their names. Raises RestError for what is no JSON object."""
    kind = content_type.partition(";")[0].strip().lower()
    if not body.strip():
        return "{}", frozenset()
    if kind not in ("application/json", ""):
        raise RestError(
            status=415, code="PGRST107", message=f"The arguments come as application/json, not as {kind[:100]}."
        )
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise RestError(status=400, code="PGRST102", message="Empty or invalid json") from None
    if not isinstance(given, dict):
        raise RestError(status=400, code="PGRST102", message="The arguments are a JSON object with their names.")
    return body.decode("utf-8"), frozenset(given)


_OPERATORS = (
    "eq|neq|gt|gte|lt|lte|like|ilike|match|imatch|in|is|isdistinct|cs|cd|ov|sl|sr|nxr|nxl|adj|fts|plfts|phfts|wfts"
)
_FILTER = re.compile(rf"(?:not\.)?(?:{_OPERATORS})(?:\([\w-]*\))?\.")


def looks_like_a_filter(value: str) -> bool:
    """Whether a parameter's value has the form of a filter: `eq.1`, `not.is.null`."""
    return _FILTER.match(value) is not None


def asked(query: Query, headers: Mapping[str, str], *, arguments: frozenset[str], head: bool = False) -> Asked:
    """What is asked for. `arguments` are names that are the function's, not a column's. Raises RestError."""
    pairs = list(query)
    last = {k: v for k, v in pairs if k in ("select", "order", "limit", "offset")}
    first, most = _range(headers.get("range", ""))
    offset = _number("offset", last["offset"]) if "offset" in last else first
    limit = _number("limit", last["limit"]) if "limit" in last else most
    form, without_nulls = _form(headers.get("accept", ""))
    return Asked(
        form=form,
        without_nulls=without_nulls,
        select=last.get("select", ""),
        order=last.get("order", ""),
        filters=tuple((k, v) for k, v in pairs if k not in PAGING and k not in arguments),
        limit=min(limit, MOST_ROWS),
        offset=offset,
        counted=re.search(r"\bcount=(exact|planned|estimated)\b", headers.get("prefer", "")) is not None,
        head=head,
    )


def refuse_other_schema(headers: Mapping[str, str], *, writes: bool) -> None:
    """Raises RestError (PGRST106) when the profile names another schema than public."""
    profile = headers.get("content-profile" if writes else "accept-profile", "public").strip()
    if profile not in ("", "public"):
        raise RestError(
            status=406,
            code="PGRST106",
            message=f"Invalid schema: {profile[:100]}",
            hint="Only the following schemas are exposed: public",
        )


def _form(accept: str) -> tuple[Form, bool]:
    for part in accept.split(","):
        kind, *options = (word.strip().lower() for word in part.split(";"))
        if kind in ("", "*/*", "application/*", "application/json", "application/vnd.pgrst.array+json", "text/*"):
            return Form.JSON, "nulls=stripped" in options
        if kind in (Form.ONE, "application/vnd.pgrst.object"):
            return Form.ONE, "nulls=stripped" in options
        if kind == Form.CSV:
            return Form.CSV, False
    raise RestError(status=406, code="PGRST107", message=f"None of these media types are available: {accept[:200]}")


def _range(header: str) -> tuple[int, int]:
    """The offset and limit of a Range header; one that is none counts as not sent, as RFC 9110 says."""
    found = re.fullmatch(r"(?:items=)?(\d{1,18})-(\d{0,18})", header.strip())
    if found is None:
        return 0, MOST_ROWS
    first = int(found[1])
    last = int(found[2]) if found[2] else first + MOST_ROWS - 1
    if last < first or first > LARGEST:
        raise RestError(
            status=416,
            code="PGRST103",
            message="Requested range not satisfiable",
            details="The lower boundary must be lower than or equal to the upper boundary in the Range header.",
        )
    return first, last - first + 1


def _number(name: str, value: str) -> int:
    if not re.fullmatch(r"\d{1,10}", value) or int(value) > LARGEST:
        raise RestError(
            status=400, code="PGRST100", message=f'"failed to parse {name} ({value[:50]})"', hint="Give 0 or more."
        )
    return int(value)
