"""Runs due jobs in this process, one after another, until none is left."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from uuid import UUID

from sqlalchemy.orm import Session

from engine import hooks, jobs
from engine.abilities import Abilities, Lane
from engine.hooks import Offered
from engine.jobs import Claim
from engine.notices.outlets import NONE, Outlets
from engine.performing import After, Clock, Performer, SessionMaker, nobody_hears
from engine.time_limits import ThreadLimit
from engine.unsettled import Unsettled
from engine.works import works_with


class JobRunner:
    """Runs due jobs with the handlers of the installed packs, at least once each.

    The next job is taken in hand in the transaction that stores the one before, so each costs one commit.
    """

    def __init__(
        self,
        sessions: SessionMaker,
        handlers: Mapping[str, Offered],
        *,
        worker: str = "",
        outlets: Outlets = NONE,
        chance: Callable[[], float] = random.random,
    ) -> None:
        self._sessions, self._worker, self._chance = sessions, worker, chance
        self._abilities = Abilities(hooks.as_job_types(handlers), works_with(outlets), outlets)
        self._unsettled = Unsettled()
        self.limit = ThreadLimit()

    def run_due(
        self,
        at: datetime | Clock,
        *,
        instance_id: UUID | None = None,
        lanes: Lane = Lane.ALL,
        after: After = nobody_hears,
    ) -> int:
        """Run the jobs that are due (of one case, or of all) until none is left; return how many ran.

        `at` is the moment they are all done at, or a clock; `after` hears which cases have jobs that became due on the
        way.
        """
        clock = (lambda: at) if isinstance(at, datetime) else at
        performer = Performer(self._sessions, self._abilities, self.limit, clock, self._chance, after, self._unsettled)
        follow = partial(self._claim, clock=clock, lanes=lanes, instance_id=instance_id)
        claim, ran = performer.take(follow), 0
        while claim is not None:
            claim, ran = performer.perform(claim, follow), ran + 1
        return ran

    def _claim(self, session: Session, *, clock: Clock, lanes: Lane, instance_id: UUID | None) -> Claim | None:
        if self.limit.is_stopping:
            return None
        return jobs.claim(
            session, self._abilities, worker=self._worker, at=clock(), lanes=lanes, instance_id=instance_id
        )
