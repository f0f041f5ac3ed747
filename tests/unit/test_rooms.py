"""Each room knows only the rooms that CONTRIBUTING.md says it knows, so that it can be tested and changed alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "linernotes"
ROOMS = sorted(folder.name for folder in PACKAGE.iterdir() if (folder / "__init__.py").exists())

KNOWS = {
    "model": set[str](),
    "sources": {"model"},
    "queues": {"model"},
    "database": {"model"},
    "search": {"model", "pipeline.credits"},
    "pipeline": {"model"},
}
"""The rooms below the rim. What is no folder (errors, queries, settings, logs) is for everybody."""

WHERE_THEY_MEET = {"shell.py", "stages.py", "endings.py", "outcomes.py"}
"""In these files of the pipeline stages meet the belt and the store."""


def imported(file: Path) -> Iterator[str]:
    """The modules of ours that a file imports, without the package's name."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("linernotes."):
            yield node.module.removeprefix("linernotes.")


@pytest.mark.parametrize("room", KNOWS)
def test_a_room_imports_only_the_rooms_it_knows(room: str) -> None:
    strange = [
        f"{file.relative_to(PACKAGE)} imports {module}"
        for file in (PACKAGE / room).rglob("*.py")
        if not (room == "pipeline" and file.name in WHERE_THEY_MEET)
        for module in imported(file)
        if module.split(".")[0] in set(ROOMS) - {room}
        and not any(module == known or module.startswith(f"{known}.") for known in KNOWS[room])
    ]
    assert strange == []


def test_every_room_is_explained_to_contributors() -> None:
    table = re.findall(r"^\| `(\w+)/` \|", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(table) == ROOMS
