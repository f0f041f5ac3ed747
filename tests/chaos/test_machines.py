"""What the trial of two machines needs besides root: `./run chaos machines` is the trial itself."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.chaos import lan, machines
from tests.chaos.ground import Ground
from tests.chaos.pace import closest, most_in, share_used
from tests.conftest import BASE


@pytest.fixture
def wired() -> Iterator[Ground]:
    """A server that listens on the loopback: one of its own, for it is started anew."""
    made = Ground(Path(os.environ[BASE]) / f"wired-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    try:
        made.listen("127.0.0.1", "127.0.0.1/32")
        yield made
    finally:
        made.close()


class Kernel:
    """Takes the words of `ip`, knows what is there, and refuses at one command."""

    def __init__(self, refuse_at: int | None = None) -> None:
        self.there: set[str] = set()
        self.commands = 0
        self._refuse_at = refuse_at

    def __call__(self, *words: str) -> None:
        self.commands += 1
        if self.commands == self._refuse_at:
            raise OSError("Operation not permitted")
        match words:
            case ("link" | "netns", "add", name, *_):
                self.there.add(name)
            case ("link" | "netns", "del", name):
                self.there.remove(name)
            case _:
                pass


def test_whatever_the_kernel_refuses_nothing_that_was_made_stays() -> None:
    whole = Kernel()
    with lan.lan(2, whole) as net:
        commands = whole.commands
        assert len(whole.there) == 5, "a bridge, two machines, two cables"
        assert len({net.address, *(m.address for m in net.machines)}) == 3
    assert whole.there == set()
    for number in range(1, commands + 1):
        kernel = Kernel(number)
        with pytest.raises(OSError, match="not permitted"), lan.lan(2, kernel):
            pytest.fail("it was refused a command")
        assert kernel.there == set(), f"after command {number}"


def test_nothing_stays_when_the_trial_fails() -> None:
    kernel = Kernel()
    with pytest.raises(TimeoutError), lan.lan(2, kernel):
        raise TimeoutError
    assert kernel.there == set()


def test_a_trial_left_out_fails_only_where_nothing_may_be_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(machines.REQUIRE_ALL, raising=False)
    report = machines.skipped("only root can make network namespaces")
    assert not report.failures
    assert "only root can make network namespaces" in str(report)
    monkeypatch.setenv(machines.REQUIRE_ALL, "1")
    assert machines.skipped("only root can make network namespaces").failures


def test_who_is_not_root_is_told_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv(machines.REQUIRE_ALL, raising=False)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    (report,) = machines.endure(tmp_path / "server", tmp_path / "log")
    assert report.notes == ["only root can make network namespaces"]


def test_the_pace_is_read_from_the_times_of_arrival() -> None:
    steady = [n * 0.25 for n in range(41)]
    assert most_in(steady, 2.5) == 10
    assert share_used(steady, 0.25) == 1
    assert share_used(steady, 0.2) == pytest.approx(0.8)
    assert closest(steady) == 0.25
    hasty = [*steady, 5.01, 5.02]
    assert most_in(hasty, 2.5) == 12
    assert closest(hasty) == pytest.approx(0.01)
    assert (most_in([], 1), share_used([1.0], 1), closest([1.0])) == (0, 0, 0)


def test_the_database_lets_in_over_the_wire_who_has_the_password(wired: Ground) -> None:
    url = wired.over_the_wire(wired.base())
    with psycopg.connect(url) as db:
        row: Any = db.execute("select current_user, inet_server_addr() is not null").fetchone()
        assert row == ("linernotes", True)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(url.replace("linernotes:", "linernotes:wrong", 1))
