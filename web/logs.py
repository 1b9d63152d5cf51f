"""Structured logs on standard error: a line an event, with the ids of the request, the case, the task and the job.

What people wrote never gets into a line: no variables, and of an error its class, its code and where it arose, but not
its message, which may repeat a value. Lines of libraries and of gunicorn go the same way.
"""

import io
import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from types import TracebackType
from typing import Any, TextIO, cast
from uuid import UUID, uuid4

import structlog
from flask import Flask, Response, g, request
from structlog.typing import Processor

ROOT = Path(__file__).resolve().parent.parent
REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{5,63}\Z")
REQUEST_ID_HEADER = "X-Request-ID"
SLOW_SECONDS = 1.0
SHOWN_FRAMES = 12
READING = frozenset({"GET", "HEAD", "OPTIONS"})
log = structlog.get_logger()
Event = MutableMapping[str, Any]


def configure(log_format: str = "auto") -> None:
    """Send every log line of this process to standard error, as JSON or as text for people (`auto`: on a terminal)."""
    is_json = log_format == "json" or (log_format == "auto" and not sys.stderr.isatty())
    said: Processor = structlog.processors.JSONRenderer(ensure_ascii=False) if is_json else _renderer_for_people()
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _error_without_values,
    ]
    structlog.configure(
        processors=[*shared, said],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=cast("TextIO", _StandardError())),
        cache_logger_on_first_use=False,
    )
    _send_libraries_lines_through([*shared, said])


def _send_libraries_lines_through(processors: Sequence[Processor]) -> None:
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = _ForLibraries(_StandardError())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name], processors=[strip, *processors]
        )
    )
    root = logging.getLogger()
    for old in [each for each in root.handlers if isinstance(each, _ForLibraries)]:
        root.removeHandler(old)
    root.addHandler(handler)


def _renderer_for_people() -> structlog.dev.ConsoleRenderer:
    return structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())


class _StandardError(io.TextIOBase):
    """Standard error as it is at the moment of writing; when its disk is full, or nobody listens, lines are lost.

    A line that is lost must not take with it the work it tells of, nor the thread that wrote it.
    """

    def write(self, text: str) -> int:
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError, ValueError):
            sys.stderr.flush()


class _ForLibraries(logging.StreamHandler[_StandardError]):
    """The one handler of libraries' lines."""


def _error_without_values(_logger: object, _method: str, event: Event) -> Event:
    """Replace an exception by what may be said of it."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else (given[1] if isinstance(given, tuple) else None)
    if given is True:
        error = sys.exc_info()[1]
    if error is not None:
        event["exception"] = "\n".join(_said(error))
    return event


def _said(error: BaseException) -> Iterator[str]:
    """Yield the chain of an error, the cause first: class, code, and where it went through our code."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _said(cause)
    kind = type(error)
    yield f"{kind.__module__}.{kind.__qualname__}{_code_of(error)}"
    yield from _places(error.__traceback__)


def _code_of(error: BaseException) -> str:
    """Return what names the fault without naming anybody: our code, the system's, the database's."""
    if isinstance(error, OSError) and error.strerror:
        return f" [{error.strerror}]"
    code = next(
        (found for name in ("code", "sqlstate", "sqlite_errorname") if (found := getattr(error, name, None))), ""
    )
    return f" [{code}]" if isinstance(code, str) and code else ""


def _places(trace: TracebackType | None) -> Iterator[str]:
    frames = traceback.extract_tb(trace)
    for frame in frames[-SHOWN_FRAMES:]:
        path = Path(frame.filename)
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else Path(*path.parts[-2:])
        yield f"  {shown}:{frame.lineno} {frame.name}"


def init_app(app: Flask) -> None:
    """Give every request an id, taken from who asks when it is a sensible one, and say it in the answer."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def request_id() -> str:
    """Return the id of the request, nothing when there is none yet."""
    return str(g.get("request_id", ""))


def _begin() -> None:
    given = request.headers.get(REQUEST_ID_HEADER, "")
    g.request_id = given if REQUEST_ID.match(given) else uuid4().hex[:12]
    g.request_began = perf_counter()
    ids = {name: str(value) for name, value in (request.view_args or {}).items() if isinstance(value, UUID)}
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=g.request_id, endpoint=request.endpoint, **ids)


def _end(response: Response) -> Response:
    if not request_id():
        return response
    response.headers[REQUEST_ID_HEADER] = request_id()
    seconds = perf_counter() - g.request_began
    has_done_something = request.method not in READING and response.status_code < 400  # a refusal has its own line
    if has_done_something or seconds > SLOW_SECONDS:
        log.info("request.done", method=request.method, status=response.status_code, milliseconds=round(seconds * 1000))
    return response


def _forget(_error: BaseException | None) -> None:
    structlog.contextvars.clear_contextvars()
