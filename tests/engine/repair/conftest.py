"""An operator at work in the office: suspends, changes, moves, cancels and hides cases."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest

from engine import history, repair, runtime
from engine.model import HistoryEntry, ProcessInstance

REASON = "Chờ đối chiếu số liệu"


@dataclass
class Operator:
    """Somebody who repairs cases; an administrator unless told otherwise."""

    office: Any
    username: str = "admin"

    def do(self, use_case: Any, case_id: UUID, *given: Any, **more: Any) -> Any:
        """Do something to a case in a transaction of its own, with a reason."""
        return self.office.write(
            lambda session: use_case(
                session,
                case_id,
                *given,
                **{
                    "by": self.office.person(session, self.username),
                    "reason": REASON,
                    "at": self.office.now,
                    **more,
                },
            )
        )

    def suspend(self, case_id: UUID, **more: Any) -> ProcessInstance:
        """Let a case stand still."""
        return self.do(repair.suspend, case_id, **more)  # type: ignore[no-any-return]

    def resume(self, case_id: UUID, **more: Any) -> ProcessInstance:
        """Let a case go on."""
        return self.do(repair.resume, case_id, **more)  # type: ignore[no-any-return]

    def cancel(self, case_id: UUID, **more: Any) -> ProcessInstance:
        """Cancel a case."""
        return self.do(repair.cancel, case_id, **more)  # type: ignore[no-any-return]

    def change(self, case_id: UUID, variables: Mapping[str, object], **more: Any) -> ProcessInstance:
        """Change variables."""
        return self.do(repair.change, case_id, variables, **more)  # type: ignore[no-any-return]

    def preview(self, case_id: UUID, *moves: tuple[str | None, str | None]) -> repair.Preview:
        """Look at what moves from one element to another would do."""
        with self.office.session() as session:
            instance = runtime.case_by_id(session, case_id)
            by = self.office.person(session, self.username)
            return repair.preview(session, instance, self._moves(case_id, moves), by=by, at=self.office.now)

    def move(self, case_id: UUID, *moves: tuple[str | None, str | None], revision: int | None = None) -> Any:
        """Move tokens from one element to another, as they stand."""
        seen = self.office.case(case_id).revision if revision is None else revision
        return self.do(repair.move, case_id, self._moves(case_id, moves), preview_revision=seen)

    def _moves(self, case_id: UUID, moves: tuple[tuple[str | None, str | None], ...]) -> list[repair.Move]:
        return [repair.Move(self.token(case_id, source) if source else None, target) for source, target in moves]

    def token(self, case_id: UUID, element_id: str, nth: int = 0) -> str:
        """Return the nth live token at an element; an id nobody has when there is none."""
        with self.office.session() as session:
            tokens = runtime.look(session, runtime.case_by_id(session, case_id), self.office.now).tokens()
        found = [token.token_id for token in tokens if token.element_id == element_id]
        return found[nth] if len(found) > nth else "999999"

    def history(self, case_id: UUID) -> list[HistoryEntry]:
        """Return a case's history after having found it unbroken."""
        with self.office.session() as session:
            instance = runtime.case_by_id(session, case_id)
            assert history.verify(session, instance) == []
            return history.of_case(session, instance)

    def last(self, case_id: UUID, kind: str) -> HistoryEntry:
        """Return the newest entry of a kind in an unbroken history."""
        return [entry for entry in self.history(case_id) if entry.kind == kind][-1]


@pytest.fixture
def operator(office: Any) -> Operator:
    """The administrator."""
    return Operator(office)


@pytest.fixture
def clerk(office: Any) -> Operator:
    """Somebody who is no administrator and tries all the same."""
    return Operator(office, "mai")
