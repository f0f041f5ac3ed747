"""The embedded server as a service: who starts it, who stops it, and whom it must never touch."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from linernotes.database import server
from linernotes.database.account import server_account
from linernotes.database.postmaster import read_pid_file, remove_strangers_pid_file, running, serves
from linernotes.errors import DatabaseError


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder for a server of the test's own, in which root's service account may walk too."""
    folder = Path(tempfile.mkdtemp(prefix="linernotes-home-"))
    folder.chmod(0o755)
    yield folder
    for data in folder.rglob("data"):
        server.down(data.parent)
    shutil.rmtree(folder)


@pytest.fixture
def stranger(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process of the account that runs the server, and no server: PostgreSQL takes its number for its own."""
    process = subprocess.Popen(["sleep", "600"], cwd="/", **server_account(home / "data").run_options())
    yield process
    process.kill()
    process.wait()


def value(url: str, statement: str) -> object:
    with psycopg.connect(url) as conn:
        row = conn.execute(statement).fetchone()
    return row[0] if row else None


def pid_of(home: Path) -> int:
    found = running(home / "data")
    assert found is not None
    return found.pid


def leave_a_pid_file_of(pid: int, home: Path) -> None:
    """What a crashed machine leaves behind: both files name a process that is another one's now."""
    account = server_account(home / "data")
    for path, lines in ((home / "data" / "postmaster.pid", 8), (home / "socket" / ".s.PGSQL.5432.lock", 6)):
        rest = [str(home / "data"), "1700000000", "5432", str(home / "socket"), "", "", "ready", ""][: lines - 1]
        path.write_text("\n".join([str(pid), *rest]) + "\n")
        path.chmod(0o600)
        account.own(path)


def test_the_first_up_creates_a_server_and_the_second_finds_it(home: Path) -> None:
    url = server.up(home)
    pid = pid_of(home)
    assert server.up(home) == url
    assert pid_of(home) == pid
    assert value(url, "select current_database() || '/' || current_user") == "linernotes/linernotes"


def test_the_server_keeps_what_it_promises_and_opens_no_port(home: Path) -> None:
    url = server.superuser_url(server.up(home))
    wanted = {
        "fsync": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "TimeZone": "UTC",
        "server_encoding": "UTF8",
    }
    assert {name: value(url, f"select current_setting('{name}')") for name in wanted} == wanted
    assert value(url, "select rolsuper from pg_roles where rolname = 'linernotes'") is False
    assert value(url, "select upper('björk')") == "BJÖRK"
    assert (home / "socket").stat().st_mode & 0o777 == 0o700


def test_three_processes_that_start_at_once_get_one_server(home: Path) -> None:
    program = (
        "import sys, pathlib; from linernotes.database import server; print(server.up(pathlib.Path(sys.argv[1])))"
    )
    starters = [
        subprocess.Popen([sys.executable, "-c", program, str(home)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    urls = [starter.communicate()[0].strip() for starter in starters]
    assert [starter.returncode for starter in starters] == [0, 0, 0]
    assert len(set(urls)) == 1
    assert value(urls[0], "select 1") == 1
    log = (home / "data" / "server.log").read_text()
    assert log.count("starting PostgreSQL") == 1


def test_down_stops_the_server_and_keeps_the_data(home: Path) -> None:
    url = server.up(home)
    with psycopg.connect(url) as conn:
        conn.execute("create table kept as select 42 as answer")
    pid = pid_of(home)
    assert server.down(home) is True
    assert not serves(pid, home / "data")
    assert server.status(home).running is False
    assert server.down(home) is False
    assert value(server.up(home), "select answer from kept") == 42


def test_a_server_that_was_killed_starts_again_with_everything_that_was_committed(home: Path) -> None:
    url = server.up(home)
    with psycopg.connect(url) as survivor:  # its session outlives the postmaster for a moment
        survivor.execute("create table kept as select generate_series(1, 1000) as n")
        survivor.commit()
        killed = pid_of(home)
        os.kill(killed, signal.SIGKILL)
        assert value(server.up(home), "select count(*) from kept") == 1000
    assert pid_of(home) != killed


def test_a_stranger_under_the_number_of_a_dead_server_is_left_alone(
    home: Path, stranger: subprocess.Popen[bytes]
) -> None:
    server.up(home)
    server.down(home)
    leave_a_pid_file_of(stranger.pid, home)
    assert server.status(home).running is False
    assert server.down(home) is False
    assert value(server.up(home), "select 1") == 1
    assert pid_of(home) != stranger.pid
    server.down(home)
    assert stranger.poll() is None


def test_a_pid_file_is_not_removed_while_the_server_lives(home: Path) -> None:
    server.up(home)
    assert remove_strangers_pid_file(home / "data", home / "socket") is False
    assert pid_of(home) > 0


def test_a_pid_file_of_a_dead_process_does_not_stop_a_start(home: Path) -> None:
    server.up(home)
    server.down(home)
    gone = subprocess.Popen(["true"])
    gone.wait()
    leave_a_pid_file_of(gone.pid, home)
    assert value(server.up(home), "select 1") == 1


@pytest.mark.parametrize("text", ["", "not a number", "12\n", "\x00\xff"])
def test_a_broken_pid_file_names_no_server(home: Path, text: str) -> None:
    (home / "data").mkdir()
    (home / "data" / "postmaster.pid").write_text(text)
    found = read_pid_file(home / "data")
    assert found is None or not serves(found.pid, home / "data")


def test_a_data_folder_that_was_left_half_made_is_made_anew(home: Path) -> None:
    (home / "data.new").mkdir()
    (home / "data.new" / "PG_VERSION").write_text("18\n")
    assert value(server.up(home), "select 1") == 1
    assert not (home / "data.new").exists()


def test_data_of_another_major_version_is_refused_and_left_as_it_is(home: Path) -> None:
    server.up(home)
    server.down(home)
    (home / "data" / "PG_VERSION").write_text("14\n")
    with pytest.raises(DatabaseError, match=r"written by PostgreSQL 14.*pg_dump"):
        server.up(home)
    assert (home / "data" / "base").is_dir()


def test_a_home_with_a_long_path_has_its_socket_elsewhere(home: Path) -> None:
    deep = home / ("a" * 60) / ("b'ö, " * 10)
    url = server.up(deep)
    assert value(url, "select 1") == 1
    socket = running(deep / "data")
    assert socket is not None
    assert socket.socket_folder is not None
    assert socket.socket_folder.parent == Path("/tmp")
    assert server.down(deep) is True
    assert not socket.socket_folder.exists()


def test_a_home_with_a_strange_name_works(home: Path) -> None:
    assert value(server.up(home / 'it\'s 100% "mine", ö'), "select 1") == 1


def test_a_socket_folder_that_is_somebody_elses_link_is_refused(home: Path) -> None:
    (home / "trap").mkdir()
    (home / "socket").symlink_to(home / "trap")
    with pytest.raises(DatabaseError, match="in the way"):
        server.up(home)


def test_status_tells_each_state_apart_and_starts_nothing(home: Path) -> None:
    assert "not created yet" in server.status(home).note
    url = server.up(home)
    assert server.status(home) == server.ServerStatus(
        home=home, data=home / "data", running=True, pid=pid_of(home), version="18", url=url, note="runs"
    )
    server.down(home)
    assert "stopped" in server.status(home).note
    assert running(home / "data") is None


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    with pytest.raises(DatabaseError, match=r"did not start[\s\S]*shared_buffers"):
        server.up(home, settings={"shared_buffers": "nonsense"})


def test_a_home_that_cannot_be_made_is_told_with_the_setting(home: Path) -> None:
    (home / "file").write_text("")
    with pytest.raises(DatabaseError, match="LINERNOTES_HOME"):
        server.up(home / "file" / "home")
