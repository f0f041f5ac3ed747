"""The embedded PostgreSQL: a service with its own life, started by `up` and stopped by `down` only.

It outlives the process that started it, belongs to one data folder, listens on a Unix socket and on no port, and
keeps every promise PostgreSQL makes (fsync, checksums). Any number of processes may call `up` at once: a lock file in
the home folder lets one of them start it, and the others find it started.

    home/data    the data folder, made whole or not at all      home/socket  the socket, unless its path is too long
    home/lock    held while the server is started or stopped    home/data/server.log  what the server has to say
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import signal
import stat
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import quote

import psycopg

from linernotes.database import cluster
from linernotes.database.account import Account, server_account
from linernotes.database.binaries import Binaries, bundled, clean_environment, runnable_by
from linernotes.database.postmaster import (
    PidFile,
    remove_strangers_pid_file,
    running,
    serves,
    survivors,
)
from linernotes.errors import DatabaseError

START_SECONDS = 600  # recovery after a crash may take long; to give up earlier would only repeat it
READY_SECONDS = 10  # for one that says that it is ready, and refuses
STOP_SECONDS = 60
TRIES = 10  # one second apart: after a kill -9 the dead server's sessions hold its memory for a moment
SOCKET_PATH_LIMIT = 103  # the kernel's limit is 107 bytes on Linux and 103 on macOS
SHORT = Path("/tmp")  # where a socket goes whose path in the home would be too long
LOG_LIMIT = 10 * 1024 * 1024  # bytes; a longer log is set aside at the next start


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerStatus:
    """What can be said about a home's server. `note` says what to do when it does not run."""

    home: Path
    data: Path
    running: bool
    pid: int | None
    version: str | None
    url: str | None
    note: str


def up(home: Path, *, binaries: Binaries | None = None, settings: Mapping[str, str] | None = None) -> str:
    """Make sure that the server of `home` runs, creating it if need be, and return the URL of its database.

    `binaries` are the `local` extra's unless others are given; `settings` are added to postgresql.conf at a start.
    Raises DatabaseError, with what to do, when it cannot be started.
    """
    home = Path(os.path.abspath(home.expanduser()))
    data = home / "data"
    found = running(data)
    if found is not None and (url := _answering(found)):
        return url
    binaries = binaries or bundled()
    with _reporting(home):
        account = server_account(data)
        _make_home(home, account)
        with _locked(home):
            for _ in range(2):  # a server that was on its way down when we came is started anew
                if running(data) is None:
                    programs = runnable_by(account, binaries, home)
                    if not data.exists():
                        cluster.create(data, programs, account)
                    cluster.check_version(data, programs, account)
                    socket = socket_folder(home, account)
                    cluster.configure(data, socket, account, settings or {})
                    _start(data, socket, programs, account)
                if url := _wait_until_it_answers(data):
                    return url
    raise DatabaseError(f"The embedded server ended as soon as it was started. See {data / 'server.log'}.")


def down(home: Path) -> bool:
    """Stop the server of `home`: sessions are cut, what was committed stays. Returns whether one ran.

    Signals nothing but a process that was seen to be this data folder's server.
    """
    home = Path(os.path.abspath(home.expanduser()))
    data = home / "data"
    found = running(data)
    if found is None:
        return False
    with _reporting(home), _locked(home):
        found = running(data)
        if found is None:
            return False
        os.kill(found.pid, signal.SIGINT)  # PostgreSQL's "fast": sessions are cut, a checkpoint is written
        deadline = time.monotonic() + STOP_SECONDS
        while serves(found.pid, data):
            if time.monotonic() > deadline:
                raise DatabaseError(f"The server did not stop within {STOP_SECONDS} s. See {data / 'server.log'}.")
            time.sleep(0.02)
        if found.socket_folder is not None and found.socket_folder.parent == SHORT:
            with suppress(OSError):
                found.socket_folder.rmdir()
        return True


def status(home: Path) -> ServerStatus:
    """Look at the server of `home` without changing anything."""
    home = Path(os.path.abspath(home.expanduser()))
    data = home / "data"
    version = cluster.data_version(data)
    found = running(data)
    url = _answering(found) if found else None
    if url:
        note = "runs"
    elif found:
        note = f"starts or stops, or takes no more sessions; see {data / 'server.log'}"
    elif version:
        note = "stopped; start it with: linernotes db up"
    else:
        note = "not created yet; create it with: linernotes db up"
    return ServerStatus(
        home=home,
        data=data,
        running=found is not None,
        pid=found.pid if found else None,
        version=version,
        url=url,
        note=note,
    )


def superuser_url(url: str) -> str:
    """The same database as the server's superuser: for extensions that only it may create, and for checks."""
    return url.replace("postgresql://linernotes@", "postgresql://postgres@", 1)


def socket_folder(home: Path, account: Account) -> Path:
    """The folder of the socket, for `account` alone: in the home, or in /tmp where its path would not do.

    The kernel takes no long path, and libpq reads a comma as the start of another host.

    Raises DatabaseError when the folder in /tmp is somebody else's.
    """
    folder = home / "socket"
    if len(os.fsencode(folder / ".s.PGSQL.5432")) > SOCKET_PATH_LIMIT or "," in str(folder):
        folder = Path(SHORT, f"linernotes-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}")
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        account.own(folder)
    entry = folder.lstat()
    if not stat.S_ISDIR(entry.st_mode) or entry.st_uid not in (account.uid, os.geteuid()):
        raise DatabaseError(f"{folder} is in the way and belongs to somebody else. Remove it, or use a shorter home.")
    folder.chmod(0o700)
    account.own(folder)
    return folder


def _url(found: PidFile, database: str = "linernotes", user: str = "linernotes") -> str:
    return f"postgresql://{user}@/{database}?host={quote(str(found.socket_folder), safe='/')}&port={found.port}"


def _answering(found: PidFile) -> str | None:
    """The URL, when the database answers on the socket that the pid file names."""
    if found.socket_folder is None:
        return None
    try:
        with psycopg.connect(_url(found), connect_timeout=5) as conn:
            conn.execute("select 1")
    except psycopg.Error:
        return None
    return _url(found)


def _wait_until_it_answers(data: Path) -> str | None:
    """The URL, once the server has recovered and its database is there; None when it ended meanwhile."""
    begun = time.monotonic()
    while (found := running(data)) is not None:
        if url := _answering(found):
            return url
        try:
            cluster.create_database(_url(found, "postgres", "postgres"))
            continue
        except psycopg.Error as error:
            if time.monotonic() - begun > (READY_SECONDS if found.ready else START_SECONDS):
                raise DatabaseError(f"The server does not answer: {error} See {data / 'server.log'}.") from None
        time.sleep(0.1)
    return None


def _start(data: Path, socket: Path, programs: Binaries, account: Account) -> None:
    log = data / "server.log"
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(data / "server.log.1")
    with open(os.open(log, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600), "r+b") as lines:
        account.own(log)
        for tried in range(1, TRIES + 1):
            remove_strangers_pid_file(data, socket)
            before = lines.seek(0, os.SEEK_END)
            if _pg_ctl_start(programs, account, data, lines):
                return
            lines.seek(before)
            said = lines.read().decode(errors="replace").strip()
            held = "still in use" in said or "lock file" in said or survivors(data)
            if not held or tried == TRIES:
                raise DatabaseError(f"The embedded server did not start: {said}\nIts log is {log}.")
            time.sleep(1)


def _pg_ctl_start(programs: Binaries, account: Account, data: Path, log: BinaryIO) -> bool:
    """Whether it started within START_SECONDS. pg_ctl leaves the server with no parent and no terminal."""
    done = subprocess.run(
        [programs["pg_ctl"], "start", "-s", "-w", "-t", str(START_SECONDS)],
        cwd="/",
        env=clean_environment(PGDATA=str(data)),  # as an argument it would go through a shell, unquoted
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        umask=0o077,
        check=False,
        **account.run_options(),
    )
    return done.returncode == 0


def _make_home(home: Path, account: Account) -> None:
    """Make the home folder, and see that the server's account can come through to it."""
    for folder in (*reversed(home.parents), home):
        if not folder.exists():
            folder.mkdir(exist_ok=True)
            folder.chmod(0o755 if account.uid != os.geteuid() else 0o700)
    if (closed := account.first_closed_folder(home)) is not None:
        raise DatabaseError(
            f"PostgreSQL runs as {account.name} here, and {account.name} cannot enter {closed}. "
            "Set LINERNOTES_HOME to a folder outside it, for example /var/lib/linernotes."
        )


@contextmanager
def _locked(home: Path) -> Iterator[None]:
    """One process at a time; the kernel lets go of the lock when its holder dies."""
    with (home / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@contextmanager
def _reporting(home: Path) -> Iterator[None]:
    """An error of the file system, as a sentence that says what to do."""
    try:
        yield
    except OSError as error:
        raise DatabaseError(
            f"The embedded server cannot use {home}: {error}. "
            "Set LINERNOTES_HOME to a folder you can write, or LINERNOTES_DATABASE_URL to a PostgreSQL of yours."
        ) from error
