"""Ending what takes too long: a handler has its time, and one that hangs does not hold up what comes after it."""

import ctypes
import time
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from threading import Condition, Thread
from typing import Any, Generic, Protocol, TypeVar

T = TypeVar("T")
UNWINDING_SECONDS = 1.0
INTERRUPTIONS = 4
MOST_ABANDONED = 32


class TimeUp(BaseException):
    """What was done has had its time; no `except Exception` of a handler swallows this."""


class Stopped(BaseException):
    """The process is to end and cannot wait any longer; what it was doing is to be given back."""


class TimeLimit(Protocol):
    """Does something within a time."""

    @property
    def is_stopping(self) -> bool:
        """Whether the process has been told to end."""
        ...

    def run(self, work: Callable[[], T], seconds: float) -> T:
        """Return what `work` returns or let its error through; raise `TimeUp` or, when the process ends, `Stopped`."""
        ...


class ThreadLimit:
    """Does each thing on a thread of its own, so that the caller goes on when the time is over.

    The thread is then told to end, by an exception raised in it; more than once, for Python drops what is raised in a
    callback. One that hangs outside Python (in a socket, in a sleep) is left behind: it ends when it comes back, and
    nobody waits for what it brings. There may be `MOST_ABANDONED` of those; then nothing is begun until one has ended.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._stop_at: float | None = None
        self._abandoned: list[_Attempt[Any]] = []

    @property
    def is_stopping(self) -> bool:
        """Whether `stop_within` was called."""
        return self._stop_at is not None

    def stop_within(self, seconds: float) -> None:
        """Let what runs finish within this time; what is not done then raises `Stopped` in its caller."""
        with self._changed:
            self._stop_at = time.monotonic() + seconds
            self._changed.notify_all()

    def run(self, work: Callable[[], T], seconds: float) -> T:
        """Do `work` on a thread; see `TimeLimit.run`."""
        ends_at = time.monotonic() + seconds
        self._wait_for_room(ends_at)
        attempt = _Attempt(work, self._changed)
        with self._changed:
            while not attempt.is_over:
                left = self._time_left(ends_at)
                if left <= 0:
                    break
                self._changed.wait(left)
            else:
                return attempt.outcome()
            reason = TimeUp if time.monotonic() >= ends_at else Stopped
            for _ in range(INTERRUPTIONS):
                attempt.interrupt()
                if self._changed.wait_for(lambda: attempt.is_over, UNWINDING_SECONDS / INTERRUPTIONS):
                    break
            else:
                self._abandoned.append(attempt)
        raise reason

    def _time_left(self, ends_at: float) -> float:
        end = ends_at if self._stop_at is None else min(ends_at, self._stop_at)
        return end - time.monotonic()

    def _wait_for_room(self, ends_at: float) -> None:
        while True:
            with self._changed:
                self._abandoned = [each for each in self._abandoned if each.lives]
                for each in self._abandoned:
                    each.interrupt()
                if len(self._abandoned) < MOST_ABANDONED:
                    return
                if self._time_left(ends_at) <= 0:
                    raise Stopped if self.is_stopping else TimeUp
                self._changed.wait(0.1)


class _Attempt(Generic[T]):
    """One thing done on a thread of its own."""

    def __init__(self, work: Callable[[], T], changed: Condition) -> None:
        self._work, self._changed = work, changed
        self._result: list[T] = []
        self._error: BaseException | None = None
        self.is_over = False
        self._thread = Thread(target=copy_context().run, args=(self._do,), name="handler", daemon=True)
        self._thread.start()

    def _do(self) -> None:
        with suppress(TimeUp):  # it may be told to end on its way out
            try:
                self._result.append(self._work())
            except BaseException as error:  # noqa: BLE001  (it goes to whoever waits)
                self._error = error
            finally:
                with self._changed:
                    self.is_over = True
                    self._changed.notify_all()

    @property
    def lives(self) -> bool:
        """Whether the thread is still at it; one that was told to end on its way out could not say that it was over."""
        return not self.is_over and self._thread.is_alive()

    def interrupt(self) -> None:
        """Raise `TimeUp` in the thread; the caller holds `changed`, so the thread is still this one."""
        if self._thread.ident is not None and self.lives:
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread.ident), ctypes.py_object(TimeUp))

    def outcome(self) -> T:
        """Return the result or raise the error."""
        if self._error is not None:
            raise self._error
        return self._result[0]
