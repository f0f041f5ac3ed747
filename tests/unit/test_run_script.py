"""`./run`, the one command, where it needs nothing installed."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(ROOT / "run"), *words], cwd="/", env=environment, capture_output=True, text=True, check=False
    )


def test_alone_it_says_what_it_can_do() -> None:
    told = run(PATH=os.defpath)
    assert told.returncode == 0
    for word in ("./run demo", "./run test", "./run bench", "./run --help"):
        assert word in told.stdout


def test_a_bench_that_is_not_there_is_exit_2() -> None:
    for name in ("no_such_bench", "../run", ""):
        told = run("bench", name, PATH=os.defpath)
        assert told.returncode == 2
        assert "give one of" in told.stderr


def test_without_python_it_says_what_to_install(tmp_path: Path) -> None:
    for program in ("sh", "dirname", "id", "mkdir", "sed"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    copy = tmp_path / "repo"
    copy.mkdir()
    shutil.copy(ROOT / "run", copy / "run")
    told = subprocess.run(
        [str(copy / "run"), "demo"],
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == 1
    assert "Python 3.11 or newer is needed" in told.stderr
