"""At a release: write down which version of the functions this is, so that a later change is noticed.

    python scripts/release_functions.py

Adds the newest `migrations/<14 digits>_functions.sql` with the checksum of all functions to functions/released.txt.
A version that stands there already stays as it is; when the functions have changed since, the script says what to do.
"""

from __future__ import annotations

import sys
from pathlib import Path

from linernotes.database import supabase

FOLDER = Path(__file__).parents[1] / "src" / "linernotes" / "database"


def main(folder: Path = FOLDER) -> int:
    released, (version, checksum) = supabase.released_functions(folder), supabase.functions_version(folder)
    if released.get(version, checksum) != checksum:
        print(
            f"The functions have changed since {version} was released. Add migrations/<14 digits>_functions.sql, "
            "a comment and nothing else, with this release's digits.",
            file=sys.stderr,
        )
        return 1
    lines = [f"{v} {c}\n" for v, c in {**released, version: checksum}.items()]
    (folder / "functions" / supabase.RELEASED).write_text("".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
