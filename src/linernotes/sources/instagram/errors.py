"""How the Graph API says no: an error with a code, mostly with status 400.

Nothing to find: 110 (a personal account, or nobody), 100 with subcode 2207013 (nobody). Too many questions: 4, 17,
32, 613, 80002. The token: 190, 102 and the permissions 10 and 200 to 299. 1 and 2 with a status of 500 pass by
themselves.
"""

from __future__ import annotations

from datetime import timedelta

from linernotes.errors import SettingsError, SourceBusy, SourceRefused
from linernotes.model.catalogue import Json
from linernotes.sources.bodies import decode
from linernotes.sources.exchange import Reply
from linernotes.sources.reading import mapping, text, whole

SOURCE = "instagram"

_NOBODY = 110
_NOT_FOUND = (100, 2207013)
_TOO_MANY = (4, 17, 32, 613, 80002)
_SIGNED_OUT = (102, 190)
_PERMISSION = 10
_PERMISSIONS = range(200, 300)

WAIT = timedelta(hours=1)
"""The limits are counted over an hour; how long to wait is told for some of them only."""
LONGEST_WAIT = timedelta(hours=24)


class NoProfessional(SourceRefused):
    """The handle is a personal account, or nobody's: there is no profile for a program to see."""


def judge(reply: Reply, answer: Json) -> Exception | None:
    """What to raise for an error of the Graph API; None for an answer and for what the transport understands."""
    error = mapping(answer, "error")
    code = whole(error, "code")
    if reply.status == 200 or code is None:
        return None
    said = text(error, "message")[:200] or "no reason given"
    if code == _NOBODY or (code, whole(error, "error_subcode")) == _NOT_FOUND:
        return NoProfessional(SOURCE, said)
    if code in _TOO_MANY:
        return SourceBusy(SOURCE, wait_of(reply), f"asked everybody to wait (error {code})")
    if code in _SIGNED_OUT:
        return SettingsError(
            "LINERNOTES_INSTAGRAM_TOKEN is not accepted by Instagram, or has expired. Set it to a fresh token of "
            "your professional account (docs/sources/instagram.md), or leave instagram out of LINERNOTES_SOURCES."
        )
    if code == _PERMISSION or code in _PERMISSIONS:
        return SettingsError(
            f"LINERNOTES_INSTAGRAM_TOKEN lacks a permission ({said}). It needs instagram_basic, "
            "instagram_manage_insights and pages_read_engagement (docs/sources/instagram.md)."
        )
    return None if reply.status >= 500 else SourceRefused(SOURCE, f"answered with error {code}: {said}")


def wait_of(reply: Reply) -> timedelta:
    """How long to wait: the longest time that the account's usage names in minutes, an hour where it names none."""
    header = reply.headers.get("x-business-use-case-usage", "")
    try:
        usage = decode(SOURCE, header.encode())
    except Exception:  # a header that cannot be read says nothing
        return WAIT
    listed = usage.values() if isinstance(usage, dict) else ()
    kinds = [kind for kinds in listed if isinstance(kinds, list) for kind in kinds]
    minutes = [whole(kind, "estimated_time_to_regain_access") or 0 for kind in kinds if isinstance(kind, dict)]
    told = timedelta(minutes=max(minutes, default=0))
    return min(told, LONGEST_WAIT) if told else WAIT
