"""Machines on a network of their own, as the kernel makes them: network namespaces on a bridge to this host.

A process that enters a machine has that machine's network and host name and nothing of this host's: its loopback is
another one, and the sockets of this host's servers are reached over the bridge alone.
"""

from __future__ import annotations

import ctypes
import os
import secrets
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

NAMESPACES = Path("/var/run/netns")
CLONE_NEWUTS, CLONE_NEWNET = 0x04000000, 0x40000000
RANGE = "198.18"
"""Kept for trials between machines by RFC 2544: nothing else has an address in it."""

Ip = Callable[..., None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine: its host name, which its namespace has too, and its address."""

    name: str
    address: str

    def enter(self) -> None:
        """Move this process there, before it starts any thread. Raises OSError when the kernel refuses."""
        libc = ctypes.CDLL(None, use_errno=True)
        with (NAMESPACES / self.name).open() as namespace:
            _check(libc.setns(namespace.fileno(), CLONE_NEWNET))
        _check(libc.unshare(CLONE_NEWUTS))
        socket.sethostname(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lan:
    """The machines, this host's address among them, and the network in which all of them lie."""

    address: str
    network: str
    machines: tuple[Machine, ...]


def run_ip(*words: str) -> None:
    """`ip` with these words. Raises OSError with what it said."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"ip {' '.join(words)}: {done.stderr.strip()}")


@contextmanager
def lan(count: int, ip: Ip = run_ip) -> Iterator[Lan]:
    """So many machines until the end of the block. What was made is removed, however far it got."""
    tag, net = f"ln{secrets.token_hex(3)}", f"{RANGE}.{secrets.randbelow(256)}"
    bridge = f"{tag}b"
    with ExitStack() as made:
        ip("link", "add", bridge, "type", "bridge")
        made.callback(ip, "link", "del", bridge)
        ip("address", "add", f"{net}.1/24", "dev", bridge)
        ip("link", "set", bridge, "up")
        machines = []
        for number in range(1, count + 1):
            machine = Machine(name=f"{tag}m{number}", address=f"{net}.{10 + number}")
            ip("netns", "add", machine.name)
            made.callback(ip, "netns", "del", machine.name)
            _connect(machine, bridge, made, ip)
            machines.append(machine)
        yield Lan(address=f"{net}.1", network=f"{net}.0/24", machines=tuple(machines))


def why_not() -> str | None:
    """Why no machines can be made here; None when they can."""
    if os.geteuid() != 0:
        return "only root can make network namespaces"
    if shutil.which("ip") is None:
        return "there is no ip here; on Debian: apt install iproute2"
    try:
        with lan(1):
            return None
    except OSError as error:
        return str(error)


def _connect(machine: Machine, bridge: str, made: ExitStack, ip: Ip) -> None:
    cable = f"{machine.name}v"
    ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", machine.name)
    made.callback(ip, "link", "del", cable)
    ip("link", "set", cable, "master", bridge)
    ip("link", "set", cable, "up")
    ip("-n", machine.name, "address", "add", f"{machine.address}/24", "dev", "eth0")
    ip("-n", machine.name, "link", "set", "eth0", "up")
    ip("-n", machine.name, "link", "set", "lo", "up")


def _check(answer: int) -> None:
    if answer:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
