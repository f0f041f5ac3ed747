"""What the page about Python shows is what one gets, and `import linernotes` alone loads nothing."""

from __future__ import annotations

import doctest
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "python.md"


def test_the_page_shows_what_one_gets(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LINERNOTES_DATABASE_URL", database_url)
    told = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8", optionflags=0)
    assert (told.failed, told.attempted > 10) == (0, True)


def test_importing_linernotes_loads_nothing_that_is_slow() -> None:
    code = "import sys, linernotes; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert {"psycopg", "pydantic", "fastapi", "typer", "asyncio"} & set(loaded) == set()
