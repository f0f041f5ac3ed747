"""Everything that others can call or set stands in the documentation: commands, settings, sources, SQL, errors."""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer.main
from pydantic import SecretStr

from linernotes import errors
from linernotes.cli import app
from linernotes.database import schema_files
from linernotes.pipeline.shell import STAGES
from linernotes.settings import KNOWN_SOURCES, Settings, default_home, load

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def text_of(page: str) -> str:
    path = ROOT / page
    assert path.exists(), f"{page} is missing"
    return path.read_text(encoding="utf-8")


def blocks(page: Path, *languages: str) -> list[str]:
    """The fenced blocks of a page in these languages."""
    return [body for language, body in FENCE.findall(page.read_text(encoding="utf-8")) if language in languages]


# ---- commands


def commands(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every command below a group with the words that call it: (("db", "up"), command)."""
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            if command.invoke_without_command:
                yield (*path, name), command
            yield from commands(command, (*path, name))
        else:
            yield (*path, name), command


COMMANDS = dict(commands(typer.main.get_command(app)))
COMMAND_IDS = [" ".join(path) for path in COMMANDS]
GROUPS = {path[0] for path in COMMANDS if len(path) > 1}


def options(command: Any) -> list[str]:
    """The options of a command, each by its long name."""
    found = [max(p.opts, key=len) for p in command.params if p.opts[0].startswith("-")]
    return [name for name in found if name != "--help"]


def said_of(path: tuple[str, ...], text: str) -> str:
    """What the commands page says of one command: what holds for all, the section under its heading, and every line
    that names it."""
    name = re.compile(rf"linernotes {' '.join(path)}(?![\w-])")
    lead, *cut = re.split(r"^(?=##)", text, flags=re.MULTILINE)
    sections = [section for section in cut if name.search(section.splitlines()[0])]
    return "\n".join([lead, *sections, *(line for line in text.splitlines() if name.search(line))])


@pytest.mark.parametrize("path", COMMANDS, ids=COMMAND_IDS)
def test_every_command_and_option_is_on_the_commands_page(path: tuple[str, ...]) -> None:
    text = text_of("docs/commands.md")
    assert f"linernotes {' '.join(path)}" in text
    missing = [o for o in options(COMMANDS[path]) if not re.search(rf"(?<![\w-]){o}(?![\w-])", said_of(path, text))]
    assert missing == []


def shown_calls(page: Path) -> list[list[str]]:
    """The words after `linernotes` or `./run` of every call that a page shows in a block."""
    calls = []
    for block in blocks(page, "sh", "console", ""):
        for line in block.splitlines():
            call = re.match(r"(?:\$ )?(?:[A-Z_]+=\S* )*(?:linernotes|\./run)(?: (.+))?$", line.strip())
            if call:
                calls.append(shlex.split(re.split(r"\s[|>]\s|\s&&\s", call[1] or "")[0], comments=True))
    return calls


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_call_that_a_page_shows_exists(page: Path) -> None:
    wrong = []
    for words in shown_calls(page):
        if not words or words[0] in ("test", "bench", "chaos") or words[0].startswith("-"):
            continue
        path = tuple(words[:2]) if words[0] in GROUPS else tuple(words[:1])
        if path not in COMMANDS:
            wrong.append(words)
        elif not COMMANDS[path].context_settings.get("ignore_unknown_options"):
            known = {name for p in COMMANDS[path].params for name in p.opts} | {"--help"}
            wrong += [words for w in words if w.startswith("-") and w.partition("=")[0] not in known]
    assert wrong == []


# ---- settings


def settings_rows() -> dict[str, tuple[str, str]]:
    """Of each variable on the settings page its default and its example."""
    row = re.compile(r"^\| `(LINERNOTES_\w+)` \|[^|]*\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
    return {
        m[1]: (m[2].strip().strip("`"), m[3].strip().strip("`")) for m in row.finditer(text_of("docs/settings.md"))
    }


VARIABLES = {f"LINERNOTES_{name.upper()}": name for name in Settings.model_fields}


def test_every_setting_is_on_the_settings_page_with_its_default() -> None:
    def default(name: str) -> str:
        field = Settings.model_fields[name]
        if field.default_factory is default_home:
            return "~/.local/share/linernotes"
        return "not set" if field.default is None else str(field.default)

    rows = settings_rows()
    assert {v: rows.get(v, ("missing", ""))[0] for v in VARIABLES} == {v: default(n) for v, n in VARIABLES.items()}


@pytest.mark.parametrize("variable", VARIABLES)
def test_the_example_of_every_setting_is_accepted(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    example = settings_rows()[variable][1]
    monkeypatch.setenv(variable, example)
    value = getattr(load(), VARIABLES[variable])
    assert (value.get_secret_value() if isinstance(value, SecretStr) else str(value)) == example


def test_every_variable_that_the_code_names_is_on_the_settings_page() -> None:
    files = [ROOT / "run", ROOT / ".ci" / "run", *(ROOT / "src").rglob("*.py"), *(ROOT / "src").rglob("*.sql")]
    named = set(re.findall(r"LINERNOTES_[A-Z_]*[A-Z]", "".join(p.read_text(encoding="utf-8") for p in files)))
    assert sorted(named - settings_rows().keys()) == []


def test_the_settings_page_names_no_variable_that_nothing_reads() -> None:
    read = [ROOT / "tests" / "conftest.py", ROOT / ".ci" / "run", *(ROOT / "src").rglob("*.py")]
    text = "".join(p.read_text(encoding="utf-8") for p in read)
    assert [v for v in settings_rows() if v not in VARIABLES and v not in text] == []


# ---- sources, SQL functions, errors, stages


@pytest.mark.parametrize("source", [*KNOWN_SOURCES, "file"])
def test_every_source_has_a_page_that_the_index_links(source: str) -> None:
    assert text_of(f"docs/sources/{source}.md").startswith("# ")
    assert f"](sources/{source}.md)" in text_of("docs/README.md")


PUBLIC_FUNCTIONS = [
    f.function[1] for f in schema_files.functions(schema_files.shipped()) if f.function[0] == "public"
]


@pytest.mark.parametrize("function", PUBLIC_FUNCTIONS)
def test_every_public_sql_function_is_on_the_sql_page(function: str) -> None:
    assert re.search(rf"(?<!\w){function}(?!\w)", text_of("docs/sql.md")), f"docs/sql.md does not name {function}"


def test_the_tree_of_errors_shows_every_error_under_its_parent() -> None:
    drawn, parents = {}, [""]
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"([│├└─ ]*)([A-Z]\w+)(?: {2,}|$)", line):
            depth = len(found[1]) // 4
            parents[depth + 1 :] = [found[2]]
            drawn[found[2]] = parents[depth]
    tree = ast.parse(Path(errors.__file__).read_text(encoding="utf-8"))
    defined = {c.name: ast.unparse(c.bases[0]) for c in tree.body if isinstance(c, ast.ClassDef)}
    assert drawn == {name: "" if base == "Exception" else base for name, base in defined.items()}


def test_the_life_of_a_message_shows_the_stages_as_they_are() -> None:
    row = re.compile(r"^\| `(\w+)` \| (\d+) \|", re.MULTILINE)
    shown = [(m[1], int(m[2])) for m in row.finditer(text_of("docs/life_of_a_message.md"))]
    assert shown == [(str(s.queue), s.batch) for s in STAGES]
