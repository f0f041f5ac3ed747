"""How Spotify says no, and who can help: the operator, a later time, or nobody.

- 403 with JSON, and 400 "Invalid limit": the app is in Development Mode, where this question is not allowed.
- 403 with plain text: the owner of the app has no Premium subscription.
- 429 with the reason QUOTA_EXCEEDED: the account has used up its quota; asking again soon is of no use.
- 401 to a token that is new: the app itself is refused.
"""

from __future__ import annotations

from datetime import timedelta

from linernotes.errors import SettingsError, SourceBusy, SourceRefused
from linernotes.model.catalogue import Json
from linernotes.sources.exchange import Reply
from linernotes.sources.reading import mapping, text

SOURCE = "spotify"

QUOTA_WAIT = timedelta(hours=6)
"""How long an exhausted account is left alone. Spotify does not say when its quota is filled up again."""


class Restricted(SourceRefused):
    """The app's quota mode does not allow this question."""


def judge(reply: Reply, answer: Json) -> Exception | None:
    """What a reply means that is Spotify's own way of refusing; None for every other."""
    said = mapping(answer, "error")
    message = text(said, "message")[:200]
    if reply.status == 429 and text(said, "reason").upper() == "QUOTA_EXCEEDED":
        return SourceBusy(SOURCE, QUOTA_WAIT, "the quota of the app's account is used up")
    if reply.status == 401:
        return SettingsError(
            f"spotify refuses the token that it gave to your app ({message or 'no reason given'}). Look at "
            "https://developer.spotify.com/dashboard whether the app of LINERNOTES_SPOTIFY_CLIENT_ID is active."
        )
    if reply.status == 403 and not isinstance(answer, dict):
        return _forbidden(reply.body[:200].decode("utf-8", "replace").strip())
    if reply.status == 403:
        return Restricted(SOURCE, f"answered 403: {message or 'Forbidden'}; the app is in Development Mode")
    if reply.status == 400 and "invalid limit" in message.casefold():
        return Restricted(SOURCE, f"answered 400: {message}; the app is in Development Mode")
    if reply.status in (400, 405, 410, 422):
        return SourceRefused(SOURCE, f"answered {reply.status}: {message or 'no reason given'}")
    return None


def _forbidden(said: str) -> Exception:
    if "premium" in said.casefold():
        return SettingsError(
            "spotify answers only apps whose owner has Premium. Subscribe with the account that owns the app of "
            "LINERNOTES_SPOTIFY_CLIENT_ID (it may take hours to count), or use another catalogue: --from musicbrainz."
        )
    return SourceRefused(SOURCE, f"answered 403: {said or 'no reason given'}")
