"""What we ask Instagram: the public profile of a professional account, by its handle (Business Discovery)."""

from __future__ import annotations

import re
from datetime import timedelta

from linernotes.model.catalogue import Json
from linernotes.sources.calls import Call
from linernotes.sources.reading import mapping, text

FRESH_FOR = timedelta(days=7)

SHOWN = "username,name,biography,website"


def is_handle(value: str) -> bool:
    """Whether a text can be a handle: it stands inside the question, so it may hold no sign of the question's own."""
    return re.fullmatch(r"[a-z0-9._]{1,30}", value) is not None


def profile(user_id: str, handle: str) -> Call:
    """The profile of a handle, as the account of user_id may see it."""
    fields = f"business_discovery.username({handle}){{{SHOWN}}}"

    def is_of_the_handle(answer: Json) -> str | None:
        answered = text(mapping(answer, "business_discovery"), "username")
        return None if answered.lower() == handle else f"asked about {handle}, answered about {answered or 'nobody'}"

    return Call(path=user_id, params={"fields": fields}, fresh_for=FRESH_FOR, complaint=is_of_the_handle)
