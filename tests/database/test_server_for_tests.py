"""The tests' own machinery: databases apart from each other, a server that ends, no test skipped in silence."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from linernotes.database import connect, server

CONFTEST = Path(__file__).parents[1] / "conftest.py"


def run_pytest(folder: Path, test: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A session of its own, with our conftest, in `folder`."""
    shutil.copy(CONFTEST, folder / "conftest.py")
    (folder / "test_inner.py").write_text(test)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        str(folder),
    ]
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("LINERNOTES_", "PYTEST_"))}
    return subprocess.run(
        [*command, str(folder)], cwd=folder, env={**kept, **environment}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "test",
    [
        "import pytest\ndef test_x(): pytest.skip('no such server')\n",
        "import pytest\n@pytest.mark.skip(reason='no such server')\ndef test_x(): pass\n",
        "import pytest\npytest.skip('no such server', allow_module_level=True)\n",
        "import pytest\n@pytest.fixture\ndef f(): pytest.skip('no such server')\ndef test_x(f): pass\n",
    ],
)
def test_a_skip_fails_the_run_where_everything_is_required(tmp_path: Path, test: str) -> None:
    strict = run_pytest(tmp_path, test, LINERNOTES_REQUIRE_ALL="1")
    assert strict.returncode != 0
    assert "LINERNOTES_REQUIRE_ALL=1 forbids it" in strict.stdout
    assert "no such server" in strict.stdout
    assert run_pytest(tmp_path, test).returncode in (0, 5)


def test_an_expected_failure_is_no_skip(tmp_path: Path) -> None:
    test = "import pytest\n@pytest.mark.xfail(strict=True)\ndef test_x(): assert False\n"
    assert run_pytest(tmp_path, test, LINERNOTES_REQUIRE_ALL="1").returncode == 0


def test_a_session_stops_its_server_and_leaves_nothing_behind(tmp_path: Path) -> None:
    # Not in tmp_path: it is closed to the account that runs root's server.
    with tempfile.TemporaryDirectory(prefix="linernotes-inner-") as folder:
        Path(folder).chmod(0o777)
        test = "def test_x(db): print('pid', db.execute('select pg_backend_pid()').fetchone())\n"
        done = run_pytest(tmp_path, test, TMPDIR=folder)
        assert done.returncode == 0, done.stdout
        assert list(Path(folder).iterdir()) == []


def test_what_a_killed_session_left_behind_is_cleared_by_the_next(tmp_path: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="linernotes-inner-") as folder:
        Path(folder).chmod(0o777)
        test = "import os, signal\ndef test_x(database_url): os.kill(os.getpid(), signal.SIGKILL)\n"
        assert run_pytest(tmp_path, test, TMPDIR=folder).returncode == -signal.SIGKILL
        (left,) = Path(folder).iterdir()
        assert server.status(left / "pg18").running
        assert run_pytest(tmp_path, "def test_x(): pass\n", TMPDIR=folder).returncode == 0
        assert list(Path(folder).iterdir()) == []


def test_two_tests_do_not_see_each_others_rows(
    db: psycopg.Connection, any_database_url: str, second_connection: Callable[[], psycopg.Connection]
) -> None:
    db.execute("insert into public.artists (name) values ('Ada Lind')")
    with connect.connect(any_database_url) as other:
        assert other.execute("select count(*) from public.artists").fetchone() == (0,)
    assert second_connection().execute("select name from public.artists").fetchone() == ("Ada Lind",)
