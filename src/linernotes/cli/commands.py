"""Which commands there are, and where each is written: a command's module is loaded when the command is called.

A module brings the libraries of whatever it calls, a web server's or five sources'. Who asks for a name need not wait
for them, nor who asks what there is to ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

import typer.main
from typer.core import TyperCommand, TyperGroup


@dataclass(frozen=True, slots=True)
class Listed:
    """A command as a list shows it: the module below `linernotes.cli` that registers it, and what it is for.

    says is the first paragraph of the command's own help, word for word.
    """

    module: str
    says: str


COMMANDS: Mapping[str, Listed] = {
    "demo": Listed(
        "discover", "Everything on the bundled sample: the pipeline, and a table of the producers it found."
    ),
    "discover": Listed("discover", "Find an artist's albums, tracks, and who produced and wrote them."),
    "who": Listed("read", "Who produced and wrote a song."),
    "search": Listed("read", "Find producers by name or alias."),
    "show": Listed("read", "Show a producer: credits by role, collaborators, links, sources."),
    "explain": Listed("read", "Show every claim behind a credit and how the confidence came about."),
    "export": Listed(
        "read",
        "Write credits, producers or collaborations as CSV, JSON or Parquet; or all about one person, as JSON.",
    ),
    "problems": Listed("read", "List what sources said that could not be used, and why."),
    "worker": Listed(
        "worker",
        "Work on the queues, as many processes on as many machines as you like. SIGTERM ends it in good order.",
    ),
    "scheduler": Listed(
        "jobs",
        "Fire the scheduled jobs. Any number may run; each tick of a job fires once. SIGTERM ends it in good order.",
    ),
    "health": Listed(
        "health", "Say whether all is well: queues, entities, workers. Ends with 1 when it is unhealthy."
    ),
    "serve": Listed("serve", "Pages, API, workers and scheduler in one process. SIGTERM ends it in good order."),
    "terms": Listed(
        "terms",
        "What each source allows: licence, how long it may be kept, and what has to be named beside it.",
    ),
    "forget": Listed(
        "forget",
        "Erase everything about a person, their credits too, and never import them again. It cannot be undone.",
    ),
    "forgotten": Listed("forget", "List when somebody was forgotten and how much went, without a name."),
    "people": Listed(
        "people",
        "List which spellings are held as one person, and which look-alikes are kept apart; or decide it.",
    ),
    "credit": Listed("credit", "Correct a credit by hand: add it, reject it, take either back."),
    "credits": Listed("credits", "All credits: conclude them anew, roles to map, what to ask again."),
    "queues": Listed("queues", "The queues: what waits, what was given up, and putting it back."),
    "jobs": Listed("jobs", "The scheduled jobs: when they run, how they went, and one of them now."),
    "db": Listed("db", "The database: start and stop it, bring its schema up to date, look inside."),
    "keys": Listed("keys", "Keys for the HTTP interface: make, list, revoke."),
}
"""Every command and group of commands, in the order in which they are listed."""


@cache
def registered_by(module: str) -> Mapping[str, Any]:
    """The commands that a module registers, by name; loads it."""
    own = typer.Typer()
    own.callback()(lambda: None)  # else a command alone would not be one of a group
    import_module(f"linernotes.cli.{module}").register(own)
    return typer.main.get_group(own).commands


class _Loaded(Mapping[str, Any]):
    """Every command itself, each loaded when it is taken."""

    def __getitem__(self, name: str) -> Any:
        return registered_by(COMMANDS[name].module)[name]

    def __iter__(self) -> Iterator[str]:
        return iter(COMMANDS)

    def __len__(self) -> int:
        return len(COMMANDS)


class OnDemand(TyperGroup):
    """The root command. Its list of commands is made of what stands here; the one that is called is loaded."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings | {"commands": None})
        self.commands = _Loaded()  # type: ignore[assignment]

    def list_commands(self, ctx: Any) -> list[str]:
        """Their names, in the order of the list."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """What a list shows of a command."""
        listed = COMMANDS.get(cmd_name)
        return listed and TyperCommand(cmd_name, help=listed.says, rich_markup_mode=self.rich_markup_mode)

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is called, itself."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and self.commands[str(name)], rest
