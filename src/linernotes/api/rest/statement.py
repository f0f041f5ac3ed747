"""One statement for one call: the arguments, the function, the filters, the page and its count, as JSON text."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, LiteralString

from psycopg import sql

from linernotes.api.rest.asked import Asked, Form
from linernotes.api.rest.catalog import Function
from linernotes.api.rest.columns import NAME, Values, column, name_of
from linernotes.api.rest.failures import RestError
from linernotes.api.rest.filters import conditions
from linernotes.api.rest.words import split, unquoted, unreadable

MOST_COLUMNS = 100
CASTS = {
    "text": "text", "int": "int4", "integer": "int4", "int4": "int4", "int8": "int8", "bigint": "int8",
    "smallint": "int2", "int2": "int2", "numeric": "numeric", "real": "float4", "float4": "float4",
    "float8": "float8", "bool": "bool", "boolean": "bool", "date": "date", "timestamp": "timestamp",
    "timestamptz": "timestamptz", "uuid": "uuid", "json": "json", "jsonb": "jsonb",
}  # fmt: skip
NULLS: dict[str, LiteralString] = {"": "", "nullsfirst": "nulls first", "nullslast": "nulls last"}
ARGUMENTS = sql.Placeholder("arguments")
_ORDER = re.compile(r"(.+?)(?:\.(asc|desc))?(?:\.(nullsfirst|nullslast))?")

STATEMENT = """
with arguments as materialized ({arguments}),
called as materialized ({called}),
filtered as materialized (select * from called where {conditions}),
page as materialized (select {columns} from filtered {order} limit {limit} offset {offset})
select
    (select count(*) from filtered) as total,
    (select count(*) from page) as shown,
    ({body}) as body
"""
BODIES = {
    "rows": "select coalesce(pg_catalog.json_agg({row}), '[]')::text from page",
    "row": "select ({row})::text from page limit 1",
    "values": "select coalesce(pg_catalog.json_agg(page.{name}), '[]')::text from page",
    "value": "select coalesce(pg_catalog.to_json(page.{name})::text, 'null') from page limit 1",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """A statement and its parameters."""

    text: sql.Composed
    values: Mapping[str, Any]


def statement(
    function: Function, asked: Asked, arguments: str, given: frozenset[str], *, from_text: bool
) -> Statement:
    """The statement of a call. arguments is the JSON object of the arguments, `given` their names.

    from_text: their values are all text, as a GET sends them, and are cast to what the function declares.
    """
    values = Values(arguments=arguments)
    text = sql.SQL(STATEMENT).format(
        arguments=_arguments(function, given, from_text),
        called=_called(function, given),
        conditions=conditions(asked.filters, values),
        columns=_columns(asked.select, values),
        order=_order(asked.order, values),
        limit=sql.Literal(asked.limit) if function.returns_set else sql.SQL("all"),
        offset=sql.Literal(asked.offset if function.returns_set else 0),
        body=_body(function, asked),
    )
    return Statement(text, values.bound)


def _arguments(function: Function, given: frozenset[str], from_text: bool) -> sql.Composable:
    """The arguments as one row of the declared types. A type is the database's own word for it."""
    names = [name for name in function.arguments if name in given]
    if not names:
        return sql.SQL("select from (select {}::json) as none").format(ARGUMENTS)
    fields = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(n), sql.SQL("text") if from_text else _type(function, n))
        for n in names
    )
    typed = sql.SQL(", ").join(_cast(function, n) if from_text else sql.Identifier(n) for n in names)
    return sql.SQL("select {} from pg_catalog.json_to_record({}::json) as given({})").format(typed, ARGUMENTS, fields)


def _cast(function: Function, name: str) -> sql.Composable:
    """Text as the argument's type. The clients write null as nothing or as `null`, which a text keeps as it is."""
    value: sql.Composable = sql.Identifier(name)
    if function.type_of(name) not in ("text", "json", "jsonb"):
        value = sql.SQL("nullif(nullif({}, ''), 'null')").format(value)
    return sql.SQL("({})::{} as {}").format(value, _type(function, name), sql.Identifier(name))


def _type(function: Function, name: str) -> sql.SQL:
    return sql.SQL(function.type_of(name))  # as format_type() gave it, for a function of ours


def _called(function: Function, given: frozenset[str]) -> sql.Composable:
    passed = sql.SQL(", ").join(
        sql.SQL("{0} => arguments.{0}").format(sql.Identifier(n)) for n in function.arguments if n in given
    )
    name = sql.Identifier(function.name)
    return sql.SQL("select result.* from arguments, lateral public.{}({}) as {}").format(
        name, passed, sql.SQL("result") if function.columns else sql.SQL("result({})").format(name)
    )


def _columns(text: str, values: Values) -> sql.Composable:
    parts = [part.strip() for part in split(text)] if text.strip() else ["*"]
    if len(parts) > MOST_COLUMNS:
        raise unreadable("select", text)
    return sql.SQL(", ").join(_column(part, values) for part in parts)


def _column(text: str, values: Values) -> sql.Composable:
    """`alias:column->>key::type`, each part but the column left out at will; or `*`."""
    if text == "*":
        return sql.SQL("*")
    if "(" in text:
        raise RestError(
            status=400,
            code="PGRST200",
            message="Could not find a relationship between the function's rows and another table",
            hint="Functions return rows of their own; ask for their columns.",
        )
    alias, name, as_type = _taken_apart(text)
    made = column(name, values)
    if as_type is not None:
        if as_type.lower() not in CASTS:
            raise unreadable("select", text)
        made = sql.SQL("({})::{}").format(made, sql.Identifier(CASTS[as_type.lower()]))
    shown = alias.strip() if alias else (name.rsplit(">", 1)[1].strip() if ">" in name else name_of(name))
    if not re.fullmatch(NAME, shown):
        raise unreadable("select", text)
    return sql.SQL("{} as {}").format(made, sql.Identifier(unquoted(shown)))


def _taken_apart(text: str) -> tuple[str | None, str, str | None]:
    rest, _, as_type = text.partition("::")
    alias, colon, name = rest.partition(":")
    return (alias, name, as_type or None) if colon else (None, rest, as_type or None)


def _order(text: str, values: Values) -> sql.Composable:
    if not text.strip():
        return sql.SQL("")
    parts = [part.strip() for part in split(text)]
    if len(parts) > MOST_COLUMNS:
        raise unreadable("order", text)
    return sql.SQL("order by {}").format(sql.SQL(", ").join(_ordered(part, values) for part in parts))


def _ordered(text: str, values: Values) -> sql.Composable:
    found = _ORDER.fullmatch(text)
    if found is None:
        raise unreadable("order", text)
    direction = sql.SQL("desc" if found[2] == "desc" else "asc")
    nulls = sql.SQL(NULLS[found[3] or ""])
    return sql.SQL("{} {} {}").format(column(found[1], values), direction, nulls)


def _body(function: Function, asked: Asked) -> sql.Composable:
    row = sql.SQL("pg_catalog.row_to_json(page)")
    if asked.without_nulls:
        row = sql.SQL("pg_catalog.json_strip_nulls(pg_catalog.row_to_json(page))")
    one = asked.form is Form.ONE or not function.returns_set
    kind = ("row" if one else "rows") if function.columns else ("value" if one else "values")
    if asked.form is Form.CSV:
        kind = "rows"
    return sql.SQL(BODIES[kind]).format(row=row, name=sql.Identifier(function.name))
