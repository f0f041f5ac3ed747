"""A data folder of the embedded server: made, configured, and given its database and roles."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg

from linernotes.database.account import Account, root_name
from linernotes.database.binaries import Binaries, clean_environment
from linernotes.errors import DatabaseError
from linernotes.queries import load_queries

# UTF-8 by its code points. C.UTF-8 is built into PostgreSQL from 17 on; the C library's own is asked for besides,
# because pg_trgm looks there for what is a letter.
LOCALES = ("C.UTF-8", "en_US.UTF-8")

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "max_wal_size": "1GB",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",  # short statements: compiling them costs more than running them
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %q%u@%d %a ",
}

LEAST_BUFFERS, MOST_BUFFERS = 128, 2048  # MB


def shared_buffers(memory: int | None) -> str:
    """How much of the machine's memory, in bytes, the server keeps pages in: an eighth, from 128 MB to 2 GB.

    It takes no more of it than it has pages to keep. A search among a million producers reads pages all over 400 MB.
    """
    return f"{max(LEAST_BUFFERS, min(MOST_BUFFERS, (memory or 0) // 8 // 2**20))}MB"


def machine_memory(limit: Path = Path("/sys/fs/cgroup/memory.max")) -> int | None:
    """Bytes of memory that this machine, or the container we run in, has; None where nobody says."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError):
        return None
    try:
        return min(memory, int(limit.read_text(encoding="ascii")))
    except (OSError, ValueError):  # no container, or one without a limit ("max")
        return memory


def create(data: Path, programs: Binaries, account: Account) -> None:
    """Make the data folder: whole under its name, or not there. Raises DatabaseError with initdb's own words."""
    unfinished = data.with_name("data.new")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.mkdir(mode=0o700)
    account.own(unfinished)
    done = None
    for locale in LOCALES:
        done = _initdb(unfinished, programs, account, locale)
        if done.returncode == 0:
            break
    if done is None or done.returncode != 0:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise DatabaseError(f"The data folder {data} could not be made: {done.stderr.strip() if done else ''}")
    _write(unfinished / "pg_hba.conf", account, "local all all peer map=linernotes\n")
    names = dict.fromkeys((account.name, root_name()))
    _write(
        unfinished / "pg_ident.conf",
        account,
        "".join(f'linernotes "{name}" {role}\n' for name in names for role in ("linernotes", "postgres")),
    )
    with (unfinished / "postgresql.conf").open("a", encoding="utf-8") as conf:
        conf.write("\ninclude_if_exists = 'linernotes.conf'\n")
    unfinished.rename(data)
    _sync(data.parent)


def configure(data: Path, socket: Path, account: Account, extra: Mapping[str, str]) -> None:
    """Write linernotes.conf, which postgresql.conf includes. `alter system` still has the last word."""
    # unix_socket_directories is a list, in which a strange name stands in double quotes.
    folder = '"' + str(socket).replace('"', '""') + '"'
    settings = {
        **SETTINGS,
        "shared_buffers": shared_buffers(machine_memory()),
        "unix_socket_directories": folder,
        **extra,
    }
    lines = ["# Written at every start by linernotes. To change a setting: alter system set ..."]
    lines += ["{} = '{}'".format(name, value.replace("'", "''")) for name, value in settings.items()]
    _write(data / "linernotes.conf", account, "\n".join(lines) + "\n")


def data_version(data: Path) -> str | None:
    """The major version that wrote the data folder; None when there is none."""
    try:
        return (data / "PG_VERSION").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except OSError:
        return "?"


def check_version(data: Path, programs: Binaries, account: Account) -> None:
    """Raises DatabaseError when the data was written by another major version than the programs are."""
    wrote, have = data_version(data), programs.version(account).split(".")[0]
    if wrote != have:
        raise DatabaseError(
            f"{data} was written by PostgreSQL {wrote}, and the one installed is {have}. Dump it with the old one "
            f"(pg_dump), move {data} away, and restore the dump; see docs/database.md."
        )


def create_database(url: str) -> None:
    """Create the role and the database `linernotes`, and the roles that Supabase has. Safe to repeat.

    `url` is the superuser's. The role linernotes owns the database and is not a superuser.
    """
    queries = load_queries("linernotes.database", "cluster.sql")
    with psycopg.connect(url, autocommit=True, connect_timeout=5) as conn:
        conn.execute(queries["roles"])
        if conn.execute(queries["database_exists"]).fetchone() is None:
            conn.execute(queries["create_database"])


def _initdb(data: Path, programs: Binaries, account: Account, locale: str) -> subprocess.CompletedProcess[str]:
    options = [f"--locale={locale}", "--encoding=UTF8", "--username=postgres", "--data-checksums", "--auth=peer"]
    if int(programs.version(account).split(".")[0].split("beta")[0]) >= 17:
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return subprocess.run(
        [programs["initdb"], "-D", str(data), "--no-instructions", *options],
        cwd="/",
        env=clean_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        umask=0o077,
        check=False,
        **account.run_options(),
    )


def _write(path: Path, account: Account, text: str) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(path.name + ".new")
    unfinished.unlink(missing_ok=True)
    with open(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    account.own(unfinished)
    unfinished.rename(path)


def _sync(folder: Path) -> None:
    """See that a rename in `folder` survives a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)
