"""When a source is worth asking again (rule F5). Pure: the clock is handed in.

Credits arrive late: the label's list comes weeks after the release, and corrections for years. `due_again.sql` says
the same for credits where many are looked through, `artist_due.sql` for artists; a test compares both.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from hashlib import md5

CREDITS_AFTER = (timedelta(days=1), timedelta(days=7), timedelta(days=30), timedelta(days=90))
"""After the release, or after the first look where no date is known."""
CREDITS_EVERY = timedelta(days=180)

ARTIST_EVERY = timedelta(days=7)
"""An artist with a release within ACTIVE_FOR; of others ARTIST_AT_REST."""
ARTIST_AT_REST = timedelta(days=30)
ACTIVE_FOR = timedelta(days=365)

SPREAD = 0.1
"""How far an interval is longer or shorter, as a share of it, so that not all falls due at once."""

LEAST = timedelta(days=1)
"""A source is never asked the same within this time."""


def credits_due(released: date | None, first_look: datetime, last_look: datetime, seed: str) -> datetime:
    """When to ask a source again who made a recording. seed: the track and the source; it decides the chance."""
    start = first_look if released is None else datetime.combine(released, time(), UTC)
    after = (start + spread(interval, seed) for interval in CREDITS_AFTER)
    following = min((at for at in after if at > last_look), default=last_look + spread(CREDITS_EVERY, seed))
    return max(following, last_look + LEAST)


def artist_due(last_release: date | None, last_look: datetime, seed: str) -> datetime:
    """When to look for an artist's new albums again: weekly while they release, else every 30 days.

    seed: the artist and the source; it decides the chance.
    """
    active = last_release is not None and datetime.combine(last_release, time(), UTC) > last_look - ACTIVE_FOR
    return last_look + spread(ARTIST_EVERY if active else ARTIST_AT_REST, seed)


def spread(interval: timedelta, seed: str) -> timedelta:
    """The interval, up to a tenth longer or shorter, always the same for the same seed."""
    digest = md5(f"{seed}/{interval.days}".encode(), usedforsecurity=False).hexdigest()
    chance = int(digest[:8], 16) / 2**32
    return interval * (1 - SPREAD + 2 * SPREAD * chance)
