"""Two or many at the same moment: what tests of races share. Loaded by `conftest.py` as a plugin."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import Barrier
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from engine.database import begin_write

T = TypeVar("T")
LOOK_SECONDS = 0.3


class AtOnce:
    """Lets deeds meet."""

    def all(self, *deeds: Callable[[], T]) -> list[T]:
        """Do everything in threads that start together; whatever fails fails here."""
        together = Barrier(len(deeds))

        def begin(deed: Callable[[], T]) -> T:
            together.wait()
            return deed()

        with ThreadPoolExecutor(len(deeds)) as threads:
            return list(threads.map(begin, deeds))

    def overtaken(
        self, sessions: Callable[[], Session], first: Callable[[Session], object], second: Callable[[], T]
    ) -> Future[T]:
        """Let `second` begin while `first` is done but not committed; return what became of it after the commit."""
        with ThreadPoolExecutor(1) as other, sessions() as session, session.begin():
            begin_write(session)
            first(session)
            waiting = other.submit(second)
            wait([waiting], timeout=LOOK_SECONDS)
            assert not waiting.done(), "it did not wait"
        return waiting


@pytest.fixture
def at_once() -> AtOnce:
    """Let deeds meet."""
    return AtOnce()
