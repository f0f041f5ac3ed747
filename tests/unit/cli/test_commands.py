"""The list of commands is made without loading them, and is what loading them would give."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest
import typer.main
from typer.testing import CliRunner

import linernotes
from linernotes.cli import app
from linernotes.cli.commands import COMMANDS, registered_by

CLI = Path(linernotes.__file__).parent / "cli"
WITHOUT_COLOURS = {**os.environ, "TERM": "dumb", "COLUMNS": "200"}


def loaded_by(code: str) -> set[str]:
    """The modules that a Python of its own has loaded after running this."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


@pytest.mark.parametrize("name", COMMANDS)
def test_a_list_says_of_a_command_what_it_says_of_itself(name: str):
    command = registered_by(COMMANDS[name].module)[name]
    assert " ".join((command.help or "").split("\n\n")[0].split()) == COMMANDS[name].says


def test_every_command_that_a_module_registers_is_listed():
    modules = {listed.module for listed in COMMANDS.values()}
    assert {name for module in modules for name in registered_by(module)} == set(COMMANDS)
    registering = {
        path.stem
        for path in CLI.glob("*.py")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef) and node.name == "register"
    }
    assert registering == modules


def test_help_lists_every_command():
    said = CliRunner().invoke(app, ["--help"], env=WITHOUT_COLOURS).stdout
    for name, listed in COMMANDS.items():
        assert f"{name} " in said
        assert listed.says[:60] in said


def test_a_misspelt_command_is_told_which_are_near():
    refused = CliRunner().invoke(app, ["serch"], env=WITHOUT_COLOURS)
    assert refused.exit_code == 2
    assert "'search'" in refused.output


def test_whoever_asks_for_all_commands_gets_them_themselves():
    group = typer.main.get_command(app)
    assert group.commands["search"].params  # type: ignore[attr-defined]
    assert [*group.commands] == [*COMMANDS]  # type: ignore[attr-defined]


def test_listing_the_commands_loads_none_of_them():
    loaded = loaded_by("from typer.testing import CliRunner\nfrom linernotes.cli import app\nCliRunner().invoke(app)")
    assert "typer.rich_utils" in loaded  # the list was made
    assert {name for name in loaded if name.startswith("linernotes")} == {
        "linernotes", "linernotes.cli", "linernotes.cli.commands",
    }  # fmt: skip
    assert "psycopg" not in loaded
