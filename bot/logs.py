"""Structured logs, one JSON line each, to standard error. Message bodies are never logged."""

from __future__ import annotations

import logging
import sys
import traceback
from contextlib import suppress
from types import TracebackType
from typing import Any, TextIO, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

Failure = tuple[type[BaseException] | None, BaseException | None, TracebackType | None]


def configure(*, debug: bool = False, to: TextIO | None = None) -> None:
    """Set up logging for the process. debug: also what the parts do in detail (still without bodies); to: where it goes
    instead of standard error."""
    stream = to or cast(TextIO, _Terminal())
    level = logging.DEBUG if debug else logging.INFO
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _failure,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(_Lines("%(name)s %(levelname)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    # nio's own messages quote events
    logging.getLogger("nio").setLevel(logging.CRITICAL + 1)


class _Terminal:
    """Standard error, whatever it is at the time. A log that can't be written must not end a turn."""

    def write(self, text: str) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


def places(failure: Failure) -> dict[str, Any]:
    """An exception as a log may have it: its class and where it was raised, one place a frame. Its words are left out:
    they quote what it failed on, and that may be what a person wrote."""
    kind, error, _ = failure
    found = traceback.TracebackException(kind or Exception, error or Exception(), failure[2], lookup_lines=False)
    frames = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in found.stack]
    cause = error.__cause__ or error.__context__ if error is not None else None
    said: dict[str, Any] = {"exception": kind.__name__ if kind is not None else "", "at": frames[-12:]}
    return {**said, "cause": type(cause).__name__} if cause is not None else said


def _failure(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    told = event.pop("exc_info", None)
    if not told:
        return event
    failure = told if isinstance(told, tuple) else sys.exc_info()
    if isinstance(told, BaseException):
        failure = (type(told), told, told.__traceback__)
    return {**event, **places(failure)}


class _Lines(logging.Formatter):
    """Lines of other libraries, with the places of exceptions and without their words."""

    def formatException(self, ei: Any) -> str:
        """The places."""
        said = places(ei)
        return f"{said['exception']} {' < '.join(reversed(said['at']))}"
