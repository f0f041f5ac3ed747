"""Opens Instagram, for an operator who has a professional account there and a token of it."""

from __future__ import annotations

from datetime import timedelta

from linernotes.errors import CredentialMissing
from linernotes.model.source import Source
from linernotes.sources.budget import Rate
from linernotes.sources.instagram import asks
from linernotes.sources.instagram.calls import FRESH_FOR
from linernotes.sources.instagram.errors import SOURCE, judge
from linernotes.sources.instagram.source import Instagram
from linernotes.sources.keyed import FixedKey
from linernotes.sources.opening import Means, WebSource

RATE = Rate(interval=timedelta(seconds=18), concurrency=1)
"""Two hundred questions an hour for each user of an app, says Meta."""


def open_instagram(means: Means) -> Source:
    """Profiles. Raises CredentialMissing without LINERNOTES_INSTAGRAM_TOKEN, ..._USER_ID or LINERNOTES_CONTACT."""
    token, user_id = means.settings.instagram_token, means.settings.instagram_user_id
    if token is None:
        raise CredentialMissing(SOURCE, "LINERNOTES_INSTAGRAM_TOKEN", "a token of your professional account")
    if user_id is None:
        raise CredentialMissing(SOURCE, "LINERNOTES_INSTAGRAM_USER_ID", "17841400000000000")
    transport = means.transport(
        SOURCE,
        means.settings.instagram_url,
        "graph.facebook.com",
        RATE,
        judge=judge,
        key=FixedKey("Bearer {}", token),
    )
    return Source(
        name=SOURCE,
        family=SOURCE,
        locator=SOURCE,
        fresh_for=FRESH_FOR,
        profiles=Instagram(transport, user_id),
        profile_schemes=frozenset({SOURCE}),
        handle_kinds=frozenset({SOURCE}),
    )


OPENINGS = (WebSource(name=SOURCE, open=open_instagram, rate=RATE, people_asks=asks.for_people),)
