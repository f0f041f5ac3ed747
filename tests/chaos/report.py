"""What a scenario promises, what struck it, and whether the promises held.

`./run chaos` prints it, tests assert it. A fault that never struck proves nothing, so each is counted as it is dealt,
and a report without enough of them fails.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise and the figure that shows how it went. An aim is printed, and does not fail a report."""

    text: str
    kept: bool
    figure: str
    aim: bool = False


@dataclass(slots=True)
class Report:
    """One run of one scenario."""

    title: str
    struck: dict[str, tuple[int, int]] = field(default_factory=dict)
    promises: list[Promise] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def strike(self, fault: str, times: int, wanted: int = 1) -> None:
        """Say how often a fault was seen to strike, and how often it had to."""
        self.struck[fault] = (times, wanted)

    def promise(self, text: str, kept: bool, figure: object = "") -> None:
        """Say whether a promise held."""
        self.promises.append(Promise(text, kept, str(figure)))

    def nothing(self, text: str, found: object) -> None:
        """Promise that something is empty or zero; what was found instead is the figure."""
        self.promise(text, not found, str(found)[:600] if found else "none")

    def aim(self, text: str, kept: bool, figure: object) -> None:
        """A figure to measure, which depends on the machine and fails nothing."""
        self.promises.append(Promise(text, kept, str(figure), aim=True))

    def note(self, text: str) -> None:
        """Something worth printing."""
        self.notes.append(text)

    @property
    def failures(self) -> list[str]:
        """What did not hold, and which fault did not strike."""
        missed = [f"{f}: struck {n} times, {w} wanted" for f, (n, w) in self.struck.items() if n < w]
        return missed + [f"{p.text}: {p.figure}" for p in self.promises if not p.kept and not p.aim]

    def __str__(self) -> str:
        lines = [self.title]
        lines += [f"  struck   {fault}: {times}" for fault, (times, _) in self.struck.items()]
        for p in self.promises:
            word = ("kept" if p.kept else "BROKEN") if not p.aim else ("reached" if p.kept else "missed")
            lines.append(f"  {word:<8} {p.text}" + (f": {p.figure}" if p.figure else ""))
        lines += [f"  note     {note}" for note in self.notes]
        return "\n".join(lines)
