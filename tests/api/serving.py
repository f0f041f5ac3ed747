"""`linernotes serve` in a process of its own, on a port of the kernel's choice."""

from __future__ import annotations

import os
import re
import selectors
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY_WITHIN = 60  # seconds
ENDS_WITHIN = 30


@dataclass
class Serving:
    """A serving process: where it is, and what it said on stderr until it was ready."""

    process: subprocess.Popen[str]
    url: str
    said: str

    def end(self) -> int:
        """Ask it to end, in good order; its exit status."""
        self.process.terminate()
        return self.process.wait(ENDS_WITHIN)


@contextmanager
def serving(
    database_url: str, home: Path, *options: str, command: tuple[str, ...] = ("serve",), **environment: str
) -> Iterator[Serving]:
    """Start it, wait until it says where it is, and end it."""
    process = subprocess.Popen(
        [sys.executable, "-m", "linernotes", *command, "--port", "0", *options],
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "LINERNOTES_DATABASE_URL": database_url,
            **environment,
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        bufsize=1,
    )
    try:
        said = _until_ready(process)
        found = re.search(r"http://\S+:\d+", said)
        assert found, said
        yield Serving(process, found[0], said)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def _until_ready(process: subprocess.Popen[str]) -> str:
    """What it says until the line that tells how it ends. Fails when it ends before, or says nothing."""
    assert process.stderr is not None
    said, deadline = "", time.monotonic() + READY_WITHIN
    with selectors.DefaultSelector() as selector:
        selector.register(process.stderr, selectors.EVENT_READ)
        while "Ctrl-C" not in said:
            assert time.monotonic() < deadline, said
            if selector.select(1):
                line = process.stderr.readline()
                assert line, f"it ended: {said}"
                said += line
    return said
