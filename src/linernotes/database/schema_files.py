"""The .sql files of the schema: migrations, applied once and in order; functions, replaced when they change."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from importlib.resources.abc import Traversable

from linernotes.errors import MigrationError

_MIGRATION = re.compile(r"^(\d{14})_(\w+)\.sql$")
_FUNCTION = re.compile(r"^\s*create\s+or\s+replace\s+(?:function|procedure)\s+(\w+)\.(\w+)", re.I | re.M)
_PUBLIC_TABLE = re.compile(
    r"^\s*create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?public\.(\w+)", re.I | re.M
)
FUNCTION_SCHEMAS = ("linernotes", "public")  # in this order


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One file. `path` is relative to the folder of all, and is its name in the book-keeping."""

    path: str
    text: str

    @property
    def sha256(self) -> str:
        """The checksum, the same whatever the line ends of a checkout are."""
        return hashlib.sha256(self.text.replace("\r\n", "\n").encode()).hexdigest()

    @property
    def version(self) -> str:
        """A migration's fourteen digits."""
        return self.path.rsplit("/", 1)[1][:14]

    @property
    def name(self) -> str:
        """A migration's name: what stands between its digits and .sql."""
        return self.path.rsplit("/", 1)[1][15:].removesuffix(".sql")

    @property
    def public_tables(self) -> list[str]:
        """The tables that a migration makes in public: those a reset may drop."""
        return [name.lower() for name in _PUBLIC_TABLE.findall(self.text)]

    @property
    def function(self) -> tuple[str, str]:
        """Schema and name of the function that the file makes. Raises MigrationError when it makes none."""
        found = _FUNCTION.search(self.text)
        if found is None:
            raise MigrationError(f"{self.path} does not say `create or replace function schema.name`.")
        return found[1].lower(), found[2].lower()


def shipped() -> Traversable:
    """The folder with ours: migrations/, functions/linernotes/, functions/public/."""
    return files("linernotes.database")


def migrations(folder: Traversable) -> list[SchemaFile]:
    """In order. Raises MigrationError when a name is not a time in fourteen digits and a word, or two share a time.

    The Supabase command line takes a version that is no time, such as second 60, for one it does not know.
    """
    found = _read(folder / "migrations", "migrations")
    for file in found:
        if not _MIGRATION.match(file.path.rsplit("/", 1)[1]) or not _is_time(file.version):
            raise MigrationError(f"{file.path} is not named like 20260131120000_what_it_does.sql.")
    versions = [file.version for file in found]
    for version in versions:
        if versions.count(version) > 1:
            raise MigrationError(f"Two migrations are called {version}.")
    return found


def _is_time(digits: str) -> bool:
    try:
        datetime.strptime(digits, "%Y%m%d%H%M%S")
    except ValueError:
        return False
    return True


def functions(folder: Traversable) -> list[SchemaFile]:
    """Those of linernotes, then those of public, each by name."""
    return [
        file for schema in FUNCTION_SCHEMAS for file in _read(folder / "functions" / schema, f"functions/{schema}")
    ]


def _read(folder: Traversable, path: str) -> list[SchemaFile]:
    if not folder.is_dir():
        return []
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [SchemaFile(f"{path}/{name}", (folder / name).read_text(encoding="utf-8")) for name in names]
