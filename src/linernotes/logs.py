"""One log for a process: a line an event on standard error, as text or as JSON, without secrets and contacts.

Our own lines come through structlog, those of libraries (uvicorn, psycopg, httpx) through `logging`; both end in the
same form. A command keeps quiet below a warning; what runs for months says what it does.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

from linernotes.redaction import redacted_value
from linernotes.settings import Settings

_QUIET = {
    "psycopg.pool": logging.CRITICAL,  # what fails is told by who asked, once
    "httpx2": logging.WARNING,  # a line for each call, with its address
    "uvicorn.access": logging.WARNING,
}


def configure(settings: Settings, *, level: int = logging.WARNING) -> None:
    """Send every log line of this process to stderr, in the form that LINERNOTES_LOG names, from a level on."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact,
    ]
    rendered: Processor
    if settings.log == "json":
        rendered = structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    else:
        rendered = structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, rendered],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = _StandardError()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, rendered],
        )
    )
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old, _StandardError):
            root.removeHandler(old)
    root.addHandler(handler)
    root.setLevel(level)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, level))


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at the time of the line, not at the time of the set-up."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> TextIO:
        return sys.stderr

    @stream.setter
    def stream(self, value: TextIO) -> None:
        raise AttributeError("standard error is looked up for each line")


def _redact(logger: Any, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    kept = {key: value for key, value in event.items() if key.startswith("_")}  # the formatter's own
    said = redacted_value({key: value for key, value in event.items() if not key.startswith("_")})
    return {**kept, **said}
