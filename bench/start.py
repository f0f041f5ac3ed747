"""How soon a command begins: `./run bench start [--times N]`.

Processor seconds of whole processes, the least of N runs taken in turn, beside what the libraries alone take that a
command line on PostgreSQL cannot do without. Everything is compiled before, as it is from the second start on.
Returns 1 when a command takes more than its share of them.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.scratch import scratch_database

BESIDE = {
    "nothing": ["-c", "pass"],
    "typer": ["-c", "import typer"],
    "typer and psycopg": ["-c", "import typer, psycopg, pydantic.main, rich.cells"],
}
"""What Python is told to do; the last also loads the parts of pydantic and rich that every command needs."""

COMMANDS = {
    "--version": ("typer", 1.5),
    "--help": ("typer", 4.0),
    "search nobody": ("typer and psycopg", 2.0),
}
"""What each command is compared with, and how many times as long it may take."""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, print. Returns 1 when a command took too long."""
    parser = argparse.ArgumentParser(prog="./run bench start", description=__doc__)
    parser.add_argument("--times", type=int, default=9)
    times = parser.parse_args(argv).times
    calls = {**BESIDE, **{f"linernotes {words}": ["-m", "linernotes", *words.split()] for words in COMMANDS}}
    with tempfile.TemporaryDirectory() as compiled, scratch_database() as url:
        environment = {**os.environ, "LINERNOTES_DATABASE_URL": url, "PYTHONPYCACHEPREFIX": compiled}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        for call in calls.values():
            processor_seconds(call, environment)
        took = dict.fromkeys(calls, float("inf"))
        for _ in range(times):
            for name, call in calls.items():
                took[name] = min(took[name], processor_seconds(call, environment))
    for name in BESIDE:
        print(f"{name:32} {took[name]:6.3f} s")
    slow = 0
    for words, (beside, at_most) in COMMANDS.items():
        ratio = took[f"linernotes {words}"] / took[beside]
        print(f"{'linernotes ' + words:32} {took[f'linernotes {words}']:6.3f} s  {ratio:4.1f} times {beside}")
        slow += ratio > at_most
    print("every command begins in time" if not slow else f"{slow} COMMANDS ARE SLOW")
    return 1 if slow else 0


def processor_seconds(words: Sequence[str], environment: Mapping[str, str]) -> float:
    """What a Python with these words takes of the processor, from its start to its end."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
