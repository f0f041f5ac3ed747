"""The pages are true: every link leads somewhere, and the README shows what the commands print."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def without_code(page: Path) -> str:
    return FENCE.sub("", page.read_text(encoding="utf-8"))


# ---- links


@cache
def anchors(page: Path) -> frozenset[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    found: dict[str, int] = {}
    for heading in HEADING.findall(without_code(page)):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", words.strip().lower()).replace(" ", "-")
        found[slug] = found.get(slug, 0) + 1
    return frozenset(slug if n == 0 else f"{slug}-{n}" for slug, count in found.items() for n in range(count))


def links(page: Path) -> list[str]:
    """The links of a page that lead to files of ours."""
    found = LINK.findall(without_code(page))
    return [link for link in found if not re.match(r"[a-z]+:", link)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_link_leads_to_a_file_that_exists(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def test_every_page_can_be_reached_from_the_index() -> None:
    index = DOCS / "README.md"
    linked = {(DOCS / link.partition("#")[0]).resolve() for link in links(index)}
    assert sorted(str(p.relative_to(ROOT)) for p in DOCS.rglob("*.md") if p not in {index, *linked}) == []


# ---- the README


def answers(block: str) -> list[tuple[str, list[str]]]:
    """A console block as its commands, each with the lines that it is said to print."""
    found: list[tuple[str, list[str]]] = []
    for line in block.rstrip("\n").splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return found


def seen_today(line: str) -> str:
    """The line without what differs from run to run: ids, and the day on which something was seen."""
    line = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", line.rstrip())
    return re.sub(r"seen \d{4}-\d\d-\d\d|\d{4}-\d\d-\d\d$", "DATE", line)


def as_pattern(lines: list[str]) -> str:
    """Lines as a regular expression; a line of `...` stands for any number of lines."""
    parts = [r"(?:.*\n)*?" if line.strip() == "..." else re.escape(seen_today(line)) + r"\n" for line in lines]
    return "".join(parts)


def test_the_readme_shows_what_the_commands_print(database_url: str, tmp_path: Path) -> None:
    fences = FENCE.findall((ROOT / "README.md").read_text(encoding="utf-8"))
    shown = [answer for language, block in fences if language == "console" for answer in answers(block)]
    demo = next(i for i, (command, _) in enumerate(shown) if command == "./run demo")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LINERNOTES_")}
    environment |= {"LINERNOTES_DATABASE_URL": database_url, "LINERNOTES_COMMAND": "./run", "PYTHONUTF8": "1"}
    # The answer stands first, before the command that brings it about.
    for command, lines in (shown[demo], *shown[:demo], *shown[demo + 1 :]):
        program, *words = shlex.split(command)
        if program == "cat":
            (tmp_path / words[0]).write_text("\n".join(lines) + "\n", encoding="utf-8")
            continue
        done = subprocess.run(
            [sys.executable, "-c", "from linernotes.cli import main; main()", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env=environment,
            check=False,
        )
        printed = [seen_today(p) for p in done.stdout.splitlines() if "messages waiting" not in p]  # progress
        assert done.returncode == 0, done.stdout
        assert re.fullmatch(as_pattern(lines), "\n".join(printed) + "\n"), f"$ {command}\n" + "\n".join(printed)
