"""What a request does about its case's jobs when Redis hands them to workers: it sends them off at once."""

import time
from collections.abc import Callable, Collection
from datetime import datetime
from uuid import UUID

import structlog
from redis.exceptions import RedisError

from engine.abilities import Abilities
from engine.dispatching import Outbox, connect
from engine.errors import Unavailable
from engine.performing import SessionMaker

PATIENCE_SECONDS = 0.5
REST_SECONDS = 5.0
log = structlog.get_logger()


class HandingOver:
    """Hands the due jobs of a request's cases to the workers, so that nobody waits for the dispatcher.

    It tries, no more: what does not get to Redis is handed out by the dispatcher. After Redis did not answer it is left
    in peace for a while, so that people do not wait for it.
    """

    def __init__(
        self, sessions: SessionMaker, redis_url: str, abilities: Abilities, clock: Callable[[], datetime]
    ) -> None:
        self._outbox = Outbox(sessions, connect(redis_url, patience_seconds=PATIENCE_SECONDS), abilities, clock)
        self._rests_until = 0.0

    def after_commit(self, cases: Collection[UUID]) -> None:
        """Send off the due jobs of the cases a request has just moved."""
        if not cases or time.monotonic() < self._rests_until:
            return
        try:
            self._outbox.hand_out_of(cases)
        except (RedisError, Unavailable) as error:
            self._rests_until = time.monotonic() + REST_SECONDS
            log.warning("jobs.left_to_the_dispatcher", error=type(error).__name__)

    def start(self) -> None:
        """Jobs are done elsewhere; there is nothing to start."""

    def stop(self) -> None:
        """There is nothing to stop."""
