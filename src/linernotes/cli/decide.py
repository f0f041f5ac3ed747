"""What the commands by which people decide have in common: who decides, when and why."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from typing import Annotated

import typer

from linernotes.database.decisions import Decision

WhyOption = Annotated[str, typer.Option("--why", help="The reason, for whoever reads it later.")]


def decision(why: str) -> Decision:
    """A decision of whoever is at the shell, now."""
    return Decision(by=_account(), why=why.strip(), at=datetime.now(UTC))


def _account() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # an account without a name, as in some containers
        return "somebody"
