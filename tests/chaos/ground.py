"""A PostgreSQL server of our own, as users have it, that may be stopped, crashed and started again."""

from __future__ import annotations

import os
import random
import re
import secrets
import signal
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from linernotes.database import server
from linernotes.database.migrate import migrate
from linernotes.database.postmaster import running
from tests.chaos.base import Base, is_there
from tests.chaos.crew import until

TEMPLATE = "chaos_template"


class Ground:
    """The embedded server of a folder. `close` stops it; the folder is the caller's."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self.url = server.up(home)
        self._outside = ""
        with self._maker() as db:
            if not db.execute("select from pg_database where datname = %s", [TEMPLATE]).fetchall():
                db.execute(f"create database {TEMPLATE}")
                migrate(self.named(TEMPLATE))

    def base(self) -> Base:
        """A fresh database, migrated and under audit."""
        name = f"chaos_{secrets.token_hex(6)}"
        with self._maker() as db:
            db.execute(f"create database {name} template {TEMPLATE}")
        return Base(self.named(name))

    def copy_to(self, home: Path) -> None:
        """Make a second server of it, for `Ground(home)` to start: sooner done than one from nothing."""
        server.down(self._home)
        subprocess.run(["cp", "-a", str(self._home), str(home)], check=True)
        server.up(self._home)

    def listen(self, address: str, network: str) -> None:
        """Take sessions over TCP too, on a port that the kernel chooses, from this network and with a password."""
        password = secrets.token_hex(16)
        with psycopg.connect(server.superuser_url(self.url), autocommit=True) as db:
            db.execute(f"alter role linernotes password '{password}'")
            db.execute(f"alter system set listen_addresses = '{address}'")
            db.execute(f"alter system set port = {_free_port(address)}")
        with (self._home / "data" / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all linernotes {network} scram-sha-256\n")
        server.down(self._home)
        self.url = server.up(self._home)
        self._outside = f"linernotes:{password}@{address}:{conninfo_to_dict(self.url)['port']}"

    def over_the_wire(self, base: Base) -> str:
        """The URL of one of its databases for those who come over TCP, once it listens there."""
        assert self._outside, "it listens on no address"
        return f"postgresql://{self._outside}/{conninfo_to_dict(base.url)['dbname']}"

    def named(self, name: str) -> str:
        """The URL of one of its databases."""
        return self.url.replace("@/linernotes?", f"@/{name}?", 1)

    @property
    def socket(self) -> Path:
        """Where it listens."""
        parts = conninfo_to_dict(self.url)
        return Path(str(parts["host"])) / f".s.PGSQL.{parts.get('port') or 5432}"

    @property
    def postmaster(self) -> int:
        """The number of its first process."""
        found = running(self._home / "data")
        assert found is not None, "the server does not run"
        return found.pid

    def said(self, pattern: str) -> int:
        """How often this stands in the server's log, the one that was set aside included."""
        logs = sorted((self._home / "data").glob("server.log*"))
        return sum(len(re.findall(pattern, log.read_text(errors="replace"))) for log in logs)

    def tell(self, settings: Mapping[str, str]) -> None:
        """Change settings of the server; they hold from its next start."""
        with psycopg.connect(server.superuser_url(self.url), autocommit=True) as db:
            for name, value in settings.items():
                db.execute(f"alter system set {name} = '{value}'")

    def start(self) -> None:
        """See that it runs and answers."""
        server.up(self._home)

    def restart(self) -> None:
        """Stop it as an upgrade does, sessions cut, and start it again."""
        server.down(self._home)
        server.up(self._home)

    def crash(self, choose: random.Random) -> str:
        """End it without warning, and start it again where it does not do so by itself; which way was chosen."""
        ways = {"an immediate stop": self._immediate, "kill -9 of a session": self._session, "kill -9": self._kill}
        name = choose.choice(sorted(ways))
        ways[name]()
        return name

    def close(self) -> None:
        """Stop it."""
        server.down(self._home)

    def _maker(self) -> psycopg.Connection:
        return psycopg.connect(self.url, autocommit=True)

    def _immediate(self) -> None:
        self._end(signal.SIGQUIT)

    def _kill(self) -> None:
        self._end(signal.SIGKILL)

    def _end(self, number: signal.Signals) -> None:
        os.kill(self.postmaster, number)
        until(lambda: running(self._home / "data") is None, 30, "the server ends")
        server.up(self._home)

    def _session(self) -> None:
        with self._maker() as db:
            row = db.execute(
                "select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()"
                " and datname like 'chaos%' limit 1"
            ).fetchone()
        if row is None:
            return self._kill()
        os.kill(row[0], signal.SIGKILL)
        until(lambda: not is_there(self.url), 5, "the crash is noticed", every=0.001)
        until(lambda: is_there(self.url), 30, "the server recovers by itself")
        return None


def _free_port(address: str) -> int:
    with socket.create_server((address, 0)) as found:
        return int(found.getsockname()[1])
