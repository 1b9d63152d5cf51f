"""Jobs in hand of which the database could not be told what became of them: they are given back once it answers.

Without this they would lie until their lease has run out, minutes after the database has come back.
"""

from collections.abc import Iterable
from contextlib import suppress
from threading import Lock

from sqlalchemy.orm import Session

from engine import jobs
from engine.jobs import Claim, LeaseLost


class Unsettled:
    """The jobs this process may still have in hand although nobody does them; used from several threads."""

    def __init__(self) -> None:
        self._claims: list[Claim] = []
        self._lock = Lock()

    def __bool__(self) -> bool:
        return bool(self._claims)

    def add(self, claims: Iterable[Claim]) -> None:
        """Remember what could not be stored; whether a lost commit had arrived is not known and does not matter."""
        with self._lock:
            self._claims.extend(claims)

    def give_back(self, session: Session) -> tuple[Claim, ...]:
        """Give all of them back and return them; they are remembered until `settle` says that this was committed."""
        with self._lock:
            claims = tuple(self._claims)
        for claim in claims:
            with suppress(LeaseLost):
                jobs.give_back(session, claim)
        return claims

    def settle(self, claims: tuple[Claim, ...]) -> None:
        """Forget what was given back."""
        with self._lock:
            self._claims = [each for each in self._claims if each not in claims]
