"""Is the process that a data folder's postmaster.pid names really its server?

A machine that crashed leaves the file behind, and its number may by now belong to anybody: to believe it means to
talk to, or worse to stop, a stranger's process. So the process itself is looked at: its program and its folder.
"""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PidFile:
    """What postmaster.pid says."""

    pid: int
    port: int
    socket_folder: Path | None
    ready: bool


def read_pid_file(data: Path) -> PidFile | None:
    """The pid file of a data folder; None when there is none that can be read."""
    try:
        lines = (data / "postmaster.pid").read_text(encoding="utf-8", errors="surrogateescape").split("\n")
        pid, port = abs(int(lines[0])), int(lines[3]) if len(lines) > 3 and lines[3].strip() else 5432
    except (OSError, ValueError):
        return None
    socket = lines[4].strip() if len(lines) > 4 else ""
    return PidFile(pid, port, Path(socket) if socket else None, len(lines) > 7 and lines[7].strip() == "ready")


def serves(pid: int, data: Path) -> bool:
    """Whether process `pid` is a postgres that works in the folder `data`."""
    if sys.platform == "linux":
        try:
            program = os.path.basename(os.readlink(f"/proc/{pid}/exe"))
            here, there = os.stat(f"/proc/{pid}/cwd"), data.stat()
        except OSError:  # gone, or somebody else's
            return False
        return program.split(" ")[0] == "postgres" and (here.st_dev, here.st_ino) == (there.st_dev, there.st_ino)
    seen = subprocess.run(
        ["lsof", "-a", "-p", str(pid), "-d", "cwd", "-F", "cn"], capture_output=True, text=True, check=False
    ).stdout.splitlines()
    return "cpostgres" in seen and f"n{data.resolve()}" in seen


def running(data: Path) -> PidFile | None:
    """The pid file of a data folder whose server is alive; None when it is not."""
    found = read_pid_file(data)
    return found if found is not None and serves(found.pid, data) else None


def survivors(data: Path) -> list[int]:
    """Every process of PostgreSQL that still works in `data`, such as a session whose postmaster was killed.

    Only Linux tells; elsewhere PostgreSQL's own check of the shared memory has to do.
    """
    if sys.platform != "linux":
        return []
    numbers = (int(name) for name in os.listdir("/proc") if name.isdigit())
    return [pid for pid in numbers if serves(pid, data)]


def remove_strangers_pid_file(data: Path, socket: Path) -> bool:
    """Remove pid files that name a living process which is not our server: PostgreSQL would not start beside them.

    PostgreSQL keeps a second one beside its socket. The process is left alone, and a file that names a dead process
    is PostgreSQL's to deal with. Call it under the home's lock. Returns whether a file was removed.
    """
    if survivors(data) or running(data) is not None:
        return False
    removed = False
    for file in (data / "postmaster.pid", *socket.glob(".s.PGSQL.*.lock")):
        try:
            os.kill(abs(int(file.read_text().split("\n")[0])), 0)  # signal 0 only asks whether the process is there
        except (FileNotFoundError, ProcessLookupError, ValueError):
            continue
        except PermissionError:
            pass
        file.unlink(missing_ok=True)
        removed = True
    return removed
