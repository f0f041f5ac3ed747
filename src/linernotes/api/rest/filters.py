"""Filters: `column=op.value`, and/or of them, as conditions of a statement.

Operators come from the tables below. What is not understood is refused with PGRST100, and what does not fit the
column's type PostgreSQL refuses.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from psycopg import sql

from linernotes.api.rest.columns import COLUMN, Values, column
from linernotes.api.rest.words import array_literal, members, split, unquoted, unreadable

DEEPEST = 8
MOST = 100

PLAIN = {
    "eq": "=", "neq": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "like": "like", "ilike": "ilike",
    "match": "~", "imatch": "~*", "cs": "@>", "cd": "<@", "ov": "&&", "sl": "<<", "sr": ">>", "nxr": "&<",
    "nxl": "&>", "adj": "-|-", "isdistinct": "is distinct from",
}  # fmt: skip
MANY_VALUES = frozenset({"eq", "gt", "gte", "lt", "lte", "like", "ilike", "match", "imatch"})
"""The operators that take any(...) and all(...)."""

SEARCHES = {
    "fts": "to_tsquery", "plfts": "plainto_tsquery", "phfts": "phraseto_tsquery", "wfts": "websearch_to_tsquery",
}  # fmt: skip
IS = {"null": "null", "not_null": "not null", "true": "true", "false": "false", "unknown": "unknown"}
_WORD = re.compile(r"(not\.)?([a-z]+)(?:\(([\w-]*)\))?\.(.*)", re.DOTALL)
_QUOTED = re.compile(r'((?:not\.)?[a-z]+\.)("(?:[^"\\]|\\.)*")', re.DOTALL)
"""A value between others is quoted when it holds a comma or a bracket: `name.eq."a,b"`."""

Condition = sql.Composable


def conditions(filters: Sequence[tuple[str, str]], values: Values) -> Condition:
    """All filters of a call as one condition. Raises RestError (PGRST100)."""
    if len(filters) > MOST:
        raise unreadable("filters", f"more than {MOST}")
    reader = Reader(values)
    made = [reader.pair(name, value) for name, value in filters]
    return sql.SQL(" and ").join(made) if made else sql.SQL("true")


class Reader:
    """Reads filters, and keeps their values for the statement."""

    def __init__(self, values: Values) -> None:
        self._values = values

    def pair(self, name: str, value: str) -> Condition:
        """One filter of a query: `column` and `op.value`, or `or` and `(…)`."""
        negated = name.startswith("not.")
        word = name.removeprefix("not.")
        if word in ("and", "or"):
            return _negated(negated, self._group(word, value, 0))
        return self._comparison(column(name, self._values), value)

    def _group(self, word: str, text: str, depth: int) -> Condition:
        """`(a.eq.1,or(b.is.null,c.gt.2))` joined by and, or or."""
        if depth > DEEPEST or not (text.startswith("(") and text.endswith(")")):
            raise unreadable("logic tree", text)
        parts = split(text[1:-1])
        if len(parts) > MOST:
            raise unreadable("logic tree", text)
        made = [self._member(part, depth + 1) for part in parts]
        return sql.SQL("({})").format(sql.SQL(" and " if word == "and" else " or ").join(made))

    def _member(self, text: str, depth: int) -> Condition:
        inner = re.match(r"(not\.)?(and|or)(?=\()", text)
        if inner:
            return _negated(bool(inner[1]), self._group(inner[2], text[inner.end() :], depth))
        name = COLUMN.match(text)
        if name is None or not text[name.end() :].startswith("."):
            raise unreadable("logic tree", text)
        rest = text[name.end() + 1 :]
        quoted = _QUOTED.fullmatch(rest)
        return self._comparison(
            column(name[0], self._values), f"{quoted[1]}{unquoted(quoted[2])}" if quoted else rest
        )

    def _comparison(self, left: Condition, text: str) -> Condition:
        """`not.in.(1,2)` on a column."""
        found = _WORD.fullmatch(text)
        if found is None:
            raise unreadable("filter", text)
        made = self._made(left, found[2], found[3], found[4])
        if made is None:
            raise unreadable("filter", text)
        return _negated(bool(found[1]), made)

    def _made(self, left: Condition, word: str, option: str | None, value: str) -> Condition | None:
        if word in SEARCHES:
            return self._search(left, word, option, value)
        if option is not None:
            return self._of_many(left, word, option, value)
        if word == "is":
            if value.lower() not in IS:
                raise unreadable("filter", f"is.{value}")
            return sql.SQL("{} is {}").format(left, sql.SQL(IS[value.lower()]))
        if word == "in":
            return sql.SQL("{} = any ({})").format(left, self._values.add(array_literal(members(value))))
        if word not in PLAIN:
            return None
        return sql.SQL("{} {} {}").format(left, sql.SQL(PLAIN[word]), self._values.add(_pattern(word, value)))

    def _of_many(self, left: Condition, word: str, option: str, value: str) -> Condition | None:
        if option not in ("any", "all") or word not in MANY_VALUES or not (value[:1] == "{" and value[-1:] == "}"):
            return None
        listed = array_literal([_pattern(word, v) for v in members(f"({value[1:-1]})")])
        return sql.SQL("{} {} {} ({})").format(left, sql.SQL(PLAIN[word]), sql.SQL(option), self._values.add(listed))

    def _search(self, left: Condition, word: str, option: str | None, value: str) -> Condition:
        query = sql.SQL("pg_catalog.{}").format(sql.Identifier(SEARCHES[word]))
        sought = self._values.add(value)
        if not option:
            return sql.SQL("pg_catalog.to_tsvector({}::text) @@ {}({})").format(left, query, sought)
        language = sql.SQL("{}::pg_catalog.regconfig").format(self._values.add(option))
        return sql.SQL("pg_catalog.to_tsvector({0}, {1}::text) @@ {2}({0}, {3})").format(
            language, left, query, sought
        )


def _pattern(word: str, value: str) -> str:
    return value.replace("*", "%") if word in ("like", "ilike") else value


def _negated(negated: bool, condition: Condition) -> Condition:
    return sql.SQL("not ({})").format(condition) if negated else condition
