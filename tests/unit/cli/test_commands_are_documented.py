"""docs/commands.md tells every command and every option."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from linernotes.cli import app

PAGE = (Path(__file__).parents[3] / "docs" / "commands.md").read_text(encoding="utf-8")


def commands(command: Any, name: str = "linernotes") -> Iterator[tuple[str, Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
    for word, one in (inner or {}).items():
        yield from commands(one, f"{name} {word}")


COMMANDS = dict(commands(typer.main.get_command(app)))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_described_with_all_its_options(name: str) -> None:
    lines = [line for line in PAGE.splitlines() if name in line]
    assert lines, f"docs/commands.md does not describe `{name}`"
    about = "\n".join(lines)
    if f"### {name}\n" in PAGE:
        about = PAGE.partition(f"### {name}\n")[2].partition("\n### ")[0]
    missing = [
        option
        for parameter in COMMANDS[name].params
        for option in parameter.opts
        if option.startswith("--") and option != "--help" and option not in about
    ]
    assert missing == []


def test_no_command_is_described_that_there_is_not() -> None:
    described = [line.removeprefix("### ") for line in PAGE.splitlines() if line.startswith("### linernotes ")]
    groups = {name.rpartition(" ")[0] for name in COMMANDS}
    assert [name for name in described if name not in COMMANDS and name not in groups] == []
