"""Which account of the operating system runs the embedded server, and which folders it can enter.

PostgreSQL refuses to run as root, so root hands it to an account without rights. Everybody else runs it themselves.
"""

from __future__ import annotations

import os
import pwd
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linernotes.errors import DatabaseError

# Who runs the server when root starts it, best first. `nobody` is on every Unix.
SERVICE_ACCOUNTS = ("postgres", "_postgres", "nobody")


@dataclass(frozen=True, slots=True)
class Account:
    """One account of the operating system."""

    name: str
    uid: int
    gid: int

    def run_options(self) -> dict[str, Any]:
        """The arguments with which `subprocess.run` runs a program as this account, and nothing more than it may."""
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give `path` to this account, when root made it."""
        if self.uid != os.geteuid():
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def first_closed_folder(self, path: Path) -> Path | None:
        """The outermost existing folder on the way to `path` that this account cannot enter; None when it can."""
        for folder in (*reversed(path.parents), path):
            try:
                entry = folder.stat()
            except FileNotFoundError:
                return None
            except OSError:
                return folder
            bit = 0o100 if entry.st_uid == self.uid else 0o010 if entry.st_gid == self.gid else 0o001
            if not entry.st_mode & bit:
                return folder
        return None


def server_account(data: Path) -> Account:
    """The account that runs the server of the data folder `data`: its owner, once it is there.

    Raises DatabaseError when the folder is another account's, or when there is no account to use.
    """
    owner = data.stat().st_uid if data.exists() else None
    me = os.geteuid()
    if me == 0:
        return _by_uid(owner) if owner else _service_account()
    if owner is not None and owner != me:
        raise DatabaseError(
            f"{data} belongs to {_by_uid(owner).name}. Run this as that account, "
            "or set LINERNOTES_HOME to a folder of your own."
        )
    return _by_uid(me)


def _by_uid(uid: int) -> Account:
    try:
        entry = pwd.getpwuid(uid)
    except KeyError:
        raise DatabaseError(
            f"The embedded server needs an account with a name, and user id {uid} has none here. "
            "Run this as a named account, or set LINERNOTES_DATABASE_URL to a PostgreSQL of yours."
        ) from None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _service_account() -> Account:
    for name in SERVICE_ACCOUNTS:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)
    raise DatabaseError(
        f"PostgreSQL does not run as root, and none of the accounts {', '.join(SERVICE_ACCOUNTS)} is here to run it. "
        "Run this as a plain user, or set LINERNOTES_DATABASE_URL to a PostgreSQL of yours."
    )


def root_name() -> str:
    """What user id 0 is called here."""
    try:
        return pwd.getpwuid(0).pw_name
    except KeyError:
        return "root"
