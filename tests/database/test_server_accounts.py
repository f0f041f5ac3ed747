"""Root and plain users: PostgreSQL runs as neither's betters."""

from __future__ import annotations

import os
import pwd
import shutil
import tempfile
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from linernotes.database import server
from linernotes.database.account import Account, server_account
from linernotes.database.binaries import Binaries, bundled, runnable_by
from linernotes.database.postmaster import running
from linernotes.errors import DatabaseError

NOBODY = Account("nobody", pwd.getpwnam("nobody").pw_uid, pwd.getpwnam("nobody").pw_gid)


@pytest.fixture
def home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="linernotes-home-"))
    folder.chmod(0o755)
    yield folder
    server.down(folder)
    shutil.rmtree(folder)


def as_plain_user(work: Callable[[], None]) -> None:
    """Do it as `nobody` when root runs the tests, in a process of its own; as ourselves otherwise."""
    if os.geteuid() != 0:
        work()
        return
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.setgroups([])
            os.setgid(NOBODY.gid)
            os.setuid(NOBODY.uid)
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_plain_user_runs_the_server_as_himself(home: Path) -> None:
    plain = NOBODY if os.geteuid() == 0 else server_account(home)
    programs = runnable_by(plain, bundled(), home)
    plain.own(home)
    home.chmod(0o700)

    def work() -> None:
        url = server.up(home, binaries=programs)
        with psycopg.connect(url) as conn:
            assert conn.execute("select current_user::text").fetchone() == ("linernotes",)
        assert server.up(home, binaries=programs) == url
        assert server.down(home) is True
        server.up(home, binaries=programs)

    as_plain_user(work)
    found = running(home / "data")
    assert found is not None
    assert Path(f"/proc/{found.pid}").stat().st_uid == plain.uid
    with psycopg.connect(server.up(home)) as conn:  # root, if we are root, is let in to it
        assert conn.execute("select 1").fetchone() == (1,)


def test_a_folder_that_the_account_cannot_enter_is_found(home: Path) -> None:
    (home / "closed" / "inner").mkdir(parents=True)
    (home / "closed").chmod(0o700)
    somebody_else = Account("somebody", os.geteuid() + 12345, os.getegid() + 12345)
    assert somebody_else.first_closed_folder(home / "closed" / "inner") == home / "closed"
    assert somebody_else.first_closed_folder(home / "not" / "yet") is None
    me = Account("me", os.geteuid(), os.getegid())
    assert me.first_closed_folder(home / "closed" / "inner") is None


# Two cases that only root can be in, or set up. As a plain user there is nothing to try.
if os.geteuid() == 0:

    def test_root_hands_the_server_to_an_account_without_rights(home: Path) -> None:
        server.up(home)
        found = running(home / "data")
        assert found is not None
        assert Path(f"/proc/{found.pid}").stat().st_uid != 0

    def test_root_is_told_when_the_home_is_closed_to_that_account(home: Path) -> None:
        (home / "closed").mkdir(mode=0o700)
        with pytest.raises(DatabaseError, match=r"cannot enter .*closed. Set LINERNOTES_HOME"):
            server.up(home / "closed" / "linernotes")

    def test_programs_in_a_folder_closed_to_that_account_are_copied(home: Path) -> None:
        closed = home / "closed"
        closed.mkdir(mode=0o700)
        package = bundled().folder.parents[1]
        for part in package.parent.glob(package.name + "*"):
            shutil.copytree(part, closed / part.name, symlinks=True)
        server.up(home, binaries=Binaries(closed / package.name / "pginstall" / "bin"))
        assert [path.name for path in home.glob("postgresql-*")] == [f"postgresql-{_version(home)}"]

    def test_a_plain_user_is_told_that_the_data_is_anothers(home: Path) -> None:
        server.up(home)

        def work() -> None:
            with pytest.raises(DatabaseError, match="belongs to"):
                server_account(home / "data")

        as_plain_user(work)


def _version(home: Path) -> str:
    with psycopg.connect(server.up(home)) as conn:
        return conn.info.parameter_status("server_version") or ""
