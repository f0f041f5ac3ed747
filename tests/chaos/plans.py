"""How much each scenario does: a few seconds in the test suite, minutes in `./run chaos`."""

from __future__ import annotations

from dataclasses import replace

from tests.chaos.catalogue import FULL, SMALL
from tests.chaos.killing import Plan
from tests.chaos.pausing import Blows

SHORT = Plan(
    size=SMALL,
    kills=6,
    killing=1,
    raising=2,
    interval=0.02,
    kill_every=0.2,
    aimed=True,
    lease=1,
    patience=60,
    first_delay=0.02,
)
SHORT_BLOWS = Blows(deaths=1, pauses=2, stops=1)

LONG = Plan(size=FULL, kills=200, killing=20, raising=20, interval=0.02, kill_every=0.4, lease=2, patience=1200)

STORM = replace(LONG, interval=0.2, family=True)
"""As a real crawl: bound by the source, 500 calls in 100 s, so that the kills (80 s of them) fall into the work. Were
the machine the bound, the work would be over before the last of them."""

HEAVY = replace(STORM, kills=400, kill_every=0.2)
"""Five kills a second among four workers, beside what the deadly messages do."""

LONG_BLOWS = Blows(deaths=0, pauses=5, stops=0)
ROUNDS_OF_BLOWS = 10
"""For 50 pauses: each takes a lease and a moment, and the work of one crawl may be over in 25 s. Deaths and stops are
another scenario's."""
