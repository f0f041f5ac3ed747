"""What becomes of messages that are not done: which come again and when, which wait for their source, which are given
up."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from linernotes.model.message import Done, Message, Outcome, Reject, Retry, Snooze
from linernotes.queues.belt import Buried, Postponed

FIRST_DELAY = timedelta(seconds=5)
LONGEST_DELAY = timedelta(minutes=15)
PARK_BEYOND = timedelta(seconds=10)
"""What waits longer than this for a source is parked; the source is then tried by one message first."""
MOST_PROBES = 100
"""How often one message is sent to try a source that does not answer (at most every quarter of an hour: a day)."""


def found_by(outcome: Outcome) -> Done | None:
    """What is to be stored: all that a finished message found, or what one found whose other half must wait."""
    return outcome if isinstance(outcome, Done) else outcome.found


def postponed_and_buried(
    outcomes: Sequence[tuple[Message, Outcome]], now: datetime, max_attempts: int
) -> tuple[list[Postponed], list[Buried]]:
    """Sort what is not done into what comes again and what is given up."""
    later: list[Postponed] = []
    dead: list[Buried] = []
    for message, outcome in outcomes:
        match outcome:
            case Snooze() if outcome.source is not None and message.probes >= MOST_PROBES:
                dead.append(_buried(message, "gather", "SourceDown", outcome.why, "gave_up"))
            case Snooze():
                source = outcome.source if outcome.delay > PARK_BEYOND else None
                until = now + outcome.delay
                later.append(Postponed(message=message, until=until, why=outcome.why, spent=False, source=source))
            case Retry() if message.attempts < max_attempts:
                until = now + delay_after(message.attempts, random.random())
                later.append(Postponed(message=message, until=until, why=outcome.why, spent=True))
            case Retry():
                dead.append(_buried(message, outcome.step, outcome.error_class, outcome.why, "gave_up"))
            case Reject():
                dead.append(_buried(message, outcome.step, outcome.error_class, outcome.why, outcome.issue))
            case Done():
                pass
    return later, dead


def _buried(message: Message, step: str, error_class: str, error: str, issue: str) -> Buried:
    return Buried(message=message, step=step, error_class=error_class, error=error, issue=issue)


def delay_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts: four times longer each, a quarter more or less by chance (0-1)."""
    delay = min(FIRST_DELAY * float(4 ** (attempts - 1)), LONGEST_DELAY)
    return delay * (0.75 + 0.5 * chance)
