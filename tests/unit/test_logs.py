"""The log is set up before the library that forms its lines is loaded, and keeps to the set-up once it is."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import linernotes

SOURCE = Path(linernotes.__file__).parent
SET_UP = """
import logging, sys
from linernotes import logs
from linernotes.settings import Settings
logs.configure(Settings(log="json"))
assert "structlog" not in sys.modules
"""


def said_by(code: str) -> list[dict[str, str]]:
    """The lines on standard error of a process that set up its log and then did this."""
    done = subprocess.run([sys.executable, "-c", SET_UP + code], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_logger_that_is_taken_after_the_set_up_keeps_to_it():
    lines = said_by("log = logs.get_logger()\nlog.info('too quiet')\nlog.warning('heard', queue='q')")
    assert [(line["event"], line["level"], line["queue"]) for line in lines] == [("heard", "warning", "q")]


def test_a_library_that_speaks_first_has_its_line_in_our_form():
    lines = said_by("logging.getLogger('some.library').warning('token=abcdefgh was refused')")
    assert [(line["event"], line["level"]) for line in lines] == [("token=*** was refused", "warning")]


def test_loggers_are_taken_from_our_log_so_that_none_is_without_its_set_up():
    importing = {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Import) and any(name.name.startswith("structlog") for name in node.names)
    }
    assert importing == {"logs.py", "notebook.py"}  # a notebook's own set-up is left alone
