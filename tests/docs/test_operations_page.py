"""The operations page tells of every job and every named worker as they are."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from psycopg import Connection

from linernotes.services.workers import WORKERS

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def test_every_job_is_on_the_page_with_its_schedule(db: Connection[Any]) -> None:
    shown = dict(re.findall(r"^\| `([\w-]+)` \| `([^` ]+ [^`]+)` \|", PAGE, re.MULTILINE))
    assert shown == dict(db.execute("select name, schedule from linernotes.jobs").fetchall())


def test_every_named_worker_is_on_the_page_with_its_arguments() -> None:
    rows = dict(re.findall(r"^\| `(\w+)` \|([^|]*)\|", PAGE, re.MULTILINE))
    assert {name: re.findall(r"`(\w+)`", rows.get(name, "")) for name in WORKERS} == {
        name: list(worker.arguments) for name, worker in WORKERS.items()
    }
