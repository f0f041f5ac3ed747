"""How Deezer says no: with status 200 and an error in the answer.

Code 4: too many requests; 700: its service is busy; 800: there is no such thing. The others say that the question
itself is wrong, so that asking again is of no use.
"""

from __future__ import annotations

from linernotes.errors import SourceRefused
from linernotes.model.catalogue import Json
from linernotes.sources.exchange import Reply
from linernotes.sources.reading import mapping, text, whole

SOURCE = "deezer"

_BUSY = (4, 700)
_MISSING = 800


def error_code(answer: Json) -> int | None:
    """The code of the error that an answer is, None where it is none; -1 for an error without a code."""
    if not isinstance(answer, dict) or not isinstance(answer.get("error"), dict) or not answer["error"]:
        return None
    code = whole(answer["error"], "code")
    return -1 if code is None else code


def says_busy(answer: Json) -> bool:
    """Whether Deezer asks for patience; it never says how long."""
    return error_code(answer) in _BUSY


def is_missing(answer: Json) -> bool:
    """Whether Deezer says that it does not know the thing."""
    return error_code(answer) == _MISSING


def judge(reply: Reply, answer: Json) -> SourceRefused | None:
    """Why a question will never be answered: the error of an answer that is neither busy nor unknown."""
    code = error_code(answer)
    if reply.status != 200 or code is None or code == _MISSING or code in _BUSY:
        return None
    said = text(mapping(answer, "error"), "message")[:200]
    return SourceRefused(SOURCE, f"answered with error {code}: {said or 'no reason given'}")
