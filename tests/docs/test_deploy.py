"""What stands in deploy/ can be used as it stands: commands that exist, nothing open to strangers, no secret."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest
import yaml

from tests.docs.test_everything_public_is_documented import COMMANDS

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
PROGRAM = "/opt/linernotes/bin/linernotes"


def unit(path: Path) -> RawConfigParser:
    parser = RawConfigParser(strict=True, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read_string(path.read_text(encoding="utf-8"))
    return parser


@pytest.mark.parametrize("path", UNITS, ids=lambda p: p.name)
def test_every_unit_starts_a_command_that_exists_with_options_it_has(path: Path) -> None:
    program, name, *options = shlex.split(unit(path)["Service"]["ExecStart"])
    assert program == PROGRAM
    known = {name for p in COMMANDS[(name,)].params for name in (*p.opts, *p.secondary_opts)}
    assert set(options) <= known


@pytest.mark.parametrize("path", UNITS, ids=lambda p: p.name)
def test_every_unit_comes_back_by_itself_and_gives_more_time_to_end_than_is_needed(path: Path) -> None:
    service = unit(path)["Service"]
    assert (service["Restart"], service["KillSignal"]) == ("always", "SIGTERM")
    assert int(service["TimeoutStopSec"]) > 10
    assert service["User"] != "root"


@pytest.mark.parametrize("path", UNITS, ids=lambda p: p.name)
def test_systemd_finds_no_fault_with_any_unit(path: Path, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    copy = tmp_path / path.name
    copy.write_text(path.read_text(encoding="utf-8").replace(PROGRAM, "/bin/true"), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(copy)], capture_output=True, text=True, check=False)
    assert [line for line in done.stderr.splitlines() if copy.name.partition("@")[0] in line] == []


def test_the_database_is_open_to_this_machine_alone_and_has_no_password_of_ours() -> None:
    text = (DEPLOY / "compose.yaml").read_text(encoding="utf-8")
    service = yaml.safe_load(text)["services"]["postgres"]
    assert re.fullmatch(r"postgres:1[5-8]", service["image"])
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    assert service["environment"]["POSTGRES_PASSWORD"].startswith("${POSTGRES_PASSWORD:?")
    assert "pg_isready" in service["healthcheck"]["test"][-1]


def test_the_operations_page_names_every_file_of_deploy() -> None:
    page = (DEPLOY.parent / "docs" / "operations.md").read_text(encoding="utf-8")
    assert [p.name for p in DEPLOY.rglob("*") if p.is_file() and f"{p.name})" not in page] == []
