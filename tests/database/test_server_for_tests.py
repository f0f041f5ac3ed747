"""The tests' own machinery: databases apart from each other, a server that ends, no test skipped in silence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from linernotes.database import connect

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
    (tmp_path / "tmp").mkdir()
    tmp_path.chmod(0o755)
    for parent in tmp_path.parents:
        if parent.name.startswith("pytest-of-") or parent.name.startswith("pytest-"):
            parent.chmod(parent.stat().st_mode | 0o011)  # root's server runs under another account
    (tmp_path / "tmp").chmod(0o1777)
    test = "def test_x(db): print(db.execute('show unix_socket_directories').fetchone()[0])\n"
    done = run_pytest(tmp_path, test, TMPDIR=str(tmp_path / "tmp"))
    assert done.returncode == 0, done.stdout
    assert list((tmp_path / "tmp").iterdir()) == []


def test_two_tests_do_not_see_each_others_rows(
    db: psycopg.Connection, any_database_url: str, second_connection: object
) -> None:
    db.execute("insert into public.artists (name) values ('Ada Lind')")
    with connect.connect(any_database_url) as other:
        assert other.execute("select count(*) from public.artists").fetchone() == (0,)
    assert callable(second_connection)
    third = second_connection()
    assert third.execute("select name from public.artists").fetchone() == ("Ada Lind",)
