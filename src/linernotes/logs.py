"""One log for a process: a line an event on standard error, as text or as JSON, without secrets and contacts.

Our own lines come through structlog, those of libraries (uvicorn, psycopg, httpx) through `logging`; both end in the
same form. A command keeps quiet below a warning; what runs for months says what it does.

structlog takes a tenth of a second to load, most of it for pictures of tracebacks. So it is loaded with the first
line that somebody has to say: a command that only reads does without.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, MutableMapping
from types import ModuleType
from typing import TYPE_CHECKING, Any, TextIO

from linernotes.redaction import redacted_value

if TYPE_CHECKING:
    from structlog.typing import Processor

    from linernotes.settings import Settings

_QUIET = {
    "psycopg.pool": logging.CRITICAL,  # what fails is told by who asked, once
    "httpx2": logging.WARNING,  # a line for each call, with its address
    "uvicorn.access": logging.WARNING,
}

_chosen: tuple[Settings, int] | None = None
"""What `configure` was told before structlog was there to be told."""


class Logger:
    """structlog's logger, set up as this process chose; it and its library are loaded for the first line."""

    def __init__(self, *names: str) -> None:
        self._names = names

    def __getattr__(self, method: str) -> Any:
        return getattr(_structlog().get_logger(*self._names), method)


def get_logger(*names: str) -> Logger:
    """The logger of a module: `log = get_logger()`."""
    return Logger(*names)


def _structlog() -> ModuleType:
    global _chosen
    import structlog

    if (chosen := _chosen) is not None:
        _chosen = None
        _configure_structlog(*chosen)
    return structlog


def configure(settings: Settings, *, level: int = logging.WARNING) -> None:
    """Send every log line of this process to stderr, in the form that LINERNOTES_LOG names, from a level on."""
    global _chosen
    _chosen = None
    if "structlog" in sys.modules:
        _configure_structlog(settings, level)
    else:
        _chosen = settings, level
    root = logging.getLogger()
    for old in list(root.handlers):
        if isinstance(old, _StandardError):
            root.removeHandler(old)
    root.addHandler(_StandardError(lambda: _formatter(settings)))
    root.setLevel(level)
    for name, quiet in _QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, level))


def _configure_structlog(settings: Settings, level: int) -> None:
    import structlog

    structlog.configure(
        processors=[*_shared(), _rendered(settings)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),  # a line in one piece: several processes may write
        cache_logger_on_first_use=False,
    )


def _formatter(settings: Settings) -> logging.Formatter:
    """What gives the lines of libraries the form of ours."""
    import structlog

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=_shared(),
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _rendered(settings)],
    )


def _shared() -> list[Processor]:
    import structlog

    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redact,
    ]


def _rendered(settings: Settings) -> Processor:
    import structlog

    if settings.log == "json":
        return structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
    return structlog.dev.ConsoleRenderer(colors=False)


class _StandardError(logging.StreamHandler[TextIO]):
    """Writes to what standard error is at the time of the line, not at the time of the set-up.

    formatter makes what forms the lines, once there is one.
    """

    def __init__(self, formatter: Callable[[], logging.Formatter]) -> None:
        logging.Handler.__init__(self)
        self._formatter = formatter

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        if self.formatter is None:
            self.formatter = self._formatter()
        return self.formatter.format(record)

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
