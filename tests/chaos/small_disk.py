"""Disks that a trial can fill: file systems in memory over folders of a server, for this process and its children.

No privilege is needed where the kernel lets anybody make a user namespace; root needs none. The process enters a
mount namespace of its own, so nothing stays mounted when it ends, however it ends.
"""

from __future__ import annotations

import ctypes
import errno
import os
import subprocess
from pathlib import Path

CLONE_NEWNS, CLONE_NEWUSER = 0x00020000, 0x10000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
CHUNK = bytes(64 * 1024)


def enter() -> None:
    """Move this process into a mount namespace of its own, before it starts a thread. Raises OSError when refused."""
    uid, gid = os.geteuid(), os.getegid()
    libc = _libc()
    if uid == 0:
        _check(libc.unshare(CLONE_NEWNS))
    else:
        _check(libc.unshare(CLONE_NEWUSER | CLONE_NEWNS))
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{uid} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{gid} {gid} 1")
    _mount("none", Path("/"), "", MS_REC | MS_PRIVATE)


class SmallDisk:
    """A disk of so many megabytes with what was in a folder, mounted over that folder. `aside` is an empty place of
    ours for it."""

    def __init__(self, folder: Path, aside: Path, megabytes: int) -> None:
        aside.mkdir()
        _mount("tmpfs", aside, "tmpfs", 0, f"size={megabytes}m,mode=0755")
        content = aside / "content"
        subprocess.run(["cp", "-a", str(folder), str(content)], check=True)
        _mount(str(content), folder, "", MS_BIND)
        self._filler = aside / "filler"

    def fill(self) -> int:
        """Take all the room that is left; how many bytes that was."""
        with self._filler.open("ab", buffering=0) as filler:
            try:
                while filler.write(CHUNK):
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise
        return self._filler.stat().st_size

    def make_room(self) -> None:
        """Give the room back."""
        self._filler.unlink(missing_ok=True)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _mount(source: str, target: Path, kind: str, flags: int, options: str = "") -> None:
    made = _libc().mount(
        source.encode(), os.fsencode(target), kind.encode(), ctypes.c_ulong(flags), options.encode() or None
    )
    _check(made, str(target))


def _check(answer: int, about: str = "a mount namespace") -> None:
    if answer:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), about)
