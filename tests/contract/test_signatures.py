"""The page docs/sql.md says of every function how it is called and what it gives."""

from __future__ import annotations

import re
from pathlib import Path

from tests.contract.client import Contract

PAGE = Path(__file__).parents[2] / "docs" / "sql.md"
SIGNATURES = """
    select format('%s(%s)', p.proname, pg_get_function_arguments(p.oid)) as call,
           pg_get_function_result(p.oid) as result,
           has_function_privilege('anon', p.oid, 'execute') as open
    from pg_proc p where p.pronamespace = 'public'::regnamespace
"""
SHORTER = {
    " DEFAULT ": " = ", "::text": "", "::jsonb": "", "NULL": "null", "TABLE(": "table(",
    "timestamp with time zone": "timestamptz",
}  # fmt: skip


def as_written(signature: str) -> str:
    for long, short in SHORTER.items():
        signature = signature.replace(long, short)
    return signature


def test_the_page_has_every_function_with_its_arguments_result_and_callers(db: Contract):
    page = re.sub(r"\s+", " ", PAGE.read_text(encoding="utf-8"))
    functions = db.sql(SIGNATURES)
    assert len(functions) == 36
    for function in functions:
        said = f"`{as_written(function['call'])}` → `{as_written(function['result'])}`"
        assert said in page, said
        assert (f"**anybody** {said}" in page) is function["open"], said
