"""The schema as the files of a Supabase project: what `linernotes db migrate` does, for the Supabase command line.

Our migrations as they are, under their own versions, with two of them completed:

    ..._pgmq.sql        gets PGMQ's own SQL in front, for a server that has not got it as an extension
    ..._functions.sql   the last of them gets all functions, and the checksums that `db migrate` looks for

Both commands keep their versions in one table, so what one applied, the other leaves alone. Only a version tells the
Supabase command line that something is new: a release that changes functions therefore brings another
`<14 digits>_functions.sql`, a comment and nothing else, and `functions/released.txt` says what the last one was.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from linernotes.database import schema_files
from linernotes.database.schema_files import SchemaFile
from linernotes.errors import MigrationError
from linernotes.queries import load_queries

SQL = load_queries("linernotes.database", "supabase.sql")
RELEASED = "released.txt"  # in functions/: a line for each release that changed them, `<14 digits> <checksum>`
_FIELD = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True, slots=True)
class Written:
    """One file of the project: where it is, and whether it is new or was there already."""

    path: Path
    new: bool


def write(project: Path, *, folder: Traversable | None = None) -> list[Written]:
    """Write the files into `project`, in order. One that is there is left as it is, since it may have been applied.

    Raises MigrationError, with nothing written, when one is there with other contents. Only PGMQ's SQL and the
    functions of earlier releases may be others: what is there is what that release wrote.
    """
    files = project_files(folder or schema_files.shipped())
    place = project / "supabase"
    try:
        for file in files:
            if file.name != "pgmq" and (file.name != "functions" or file is files[-1]):
                _refuse_other(place / file.path, file)
        (place / "migrations").mkdir(parents=True, exist_ok=True)
        written = []
        for file in files:
            path = place / file.path
            written.append(Written(path, new=not path.exists()))
            if written[-1].new:
                path.write_text(file.text, encoding="utf-8", newline="\n")
    except (OSError, UnicodeDecodeError) as error:
        raise MigrationError(
            f"The files cannot be written to {place}: {error}. Name another folder with -o."
        ) from None
    return written


def project_files(folder: Traversable) -> list[SchemaFile]:
    """Our migrations, completed. Raises MigrationError when one was added behind the last `_functions.sql`."""
    migrations, functions = schema_files.migrations(folder), schema_files.functions(folder)
    last = migrations[-1] if migrations else None
    if last is None or last.name != "functions":
        raise MigrationError(
            f"{last.path if last else 'Nothing'} is the last migration, and the functions have to follow it. Add "
            "migrations/<14 digits>_functions.sql with later digits; see docs/supabase.md."
        )
    texts = []
    for file in migrations:
        if file.name == "pgmq":
            texts.append(f"{_pgmq()}\n{file.text}")
        elif file is last:
            texts.append(f"{file.text}\n{_functions(migrations, functions)}")
        else:
            texts.append(file.text)
    return [SchemaFile(file.path, text) for file, text in zip(migrations, texts, strict=True)]


def functions_version(folder: Traversable) -> tuple[str, str]:
    """The newest version of the functions, and the checksum of all of them as they are now."""
    digest = hashlib.sha256("\n".join(f"{f.path} {f.sha256}" for f in schema_files.functions(folder)).encode())
    versions = [f.version for f in schema_files.migrations(folder) if f.name == "functions"]
    return versions[-1], digest.hexdigest()


def released_functions(folder: Traversable) -> dict[str, str]:
    """The checksum that each released version of the functions stands for."""
    path = folder / "functions" / RELEASED
    lines = path.read_text(encoding="utf-8").split("\n") if path.is_file() else []
    return dict(line.split(" ", 1) for line in lines if line)


def _pgmq() -> str:
    from pgmq.install import get_embedded_install_sql, get_embedded_sql_version  # slow to import, seldom needed

    return _filled("pgmq", version=f"PGMQ {get_embedded_sql_version()}", text=_quoted(get_embedded_install_sql()))


def _functions(migrations: Sequence[SchemaFile], functions: Sequence[SchemaFile]) -> str:
    parts = [_filled("files")]
    parts += [_filled("migration", path=f.path, sha256=f.sha256) for f in migrations]
    for f in functions:
        schema, name = f.function
        parts.append(
            _filled("function", path=f.path, sha256=f.sha256, schema=schema, name=name, text=_quoted(f.text))
        )
    return "\n".join([*parts, _filled("apply")])


def _filled(statement: str, **values: str) -> str:
    text: str = SQL[statement] + ";\n"
    return _FIELD.sub(lambda found: values[found[1]], text) if values else text


def _quoted(text: str) -> str:
    """As an SQL string that reads as it is, between marks that do not occur in it."""
    mark, n = "$linernotes$", 0
    while mark in text:
        n += 1
        mark = f"$linernotes{n}$"
    return f"{mark}\n{text.strip()}\n{mark}"


def _refuse_other(path: Path, file: SchemaFile) -> None:
    if path.exists() and SchemaFile(file.path, path.read_text(encoding="utf-8")).sha256 != file.sha256:
        raise MigrationError(
            f"{path} is there with other contents. If no database has it yet, delete it and try again; if one has, "
            "put its old text back, and use the linernotes that wrote it or a newer release."
        )
