"""An operator who carries cases over to another version, and looks that nothing got out of step on the way."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine import consistency, history, works
from engine.case_migrations import orders, plans, verdicts
from engine.case_migrations.plans import Plan
from engine.case_migrations.verdicts import Verdict
from engine.model import CaseMigration, CaseOutcome, Job, MigratedCase, Person, ProcessDefinition

T = TypeVar("T")


@dataclass
class Carrier:
    """The operator; everything is done in the name of `by`."""

    office: Any
    by: str = "admin"

    def plan(self, key: str, elements: Mapping[str, str] | None = None, *, source: int = 1, target: int = 2) -> Plan:
        """Plan to move the cases of a process from one version to another."""
        return self._as_operator(lambda session, by: self._plan(session, by, key, elements, source, target))

    def try_out(self, key: str, elements: Mapping[str, str] | None = None, **versions: int) -> list[Verdict]:
        """Try the move on all cases."""
        source, target = versions.get("source", 1), versions.get("target", 2)

        def run(session: Session, by: Person) -> list[Verdict]:
            plan = self._plan(session, by, key, elements, source, target)
            return list(verdicts.dry_run(session, plan, by=by, at=self.office.now))

        return self._as_operator(run)

    def order(
        self, key: str, elements: Mapping[str, str] | None = None, *, source: int = 1, target: int = 2
    ) -> CaseMigration:
        """Order the move of all cases."""

        def write(session: Session, by: Person) -> CaseMigration:
            plan = self._plan(session, by, key, elements, source, target)
            return orders.order(session, plan, by=by, reason="Quy trình mới từ 01/3", at=self.office.now)

        return self._as_operator(write)

    def batch(self, migration: CaseMigration, after: Callable[[Session], None] | None = None) -> bool:
        """Do one batch in a transaction of its own; `after` may break it before it is committed."""

        def work(session: Session) -> bool:
            job = session.get_one(Job, migration.job_id)
            is_done = works.WORKS[job.job_type](session, job, self.office.now) is True
            session.flush()
            if after is not None:
                after(session)
            return is_done

        done: bool = self.office.write(work)
        return done

    def finish(self, migration: CaseMigration) -> None:
        """Do all batches."""
        while not self.batch(migration):
            continue

    def move(self, key: str, elements: Mapping[str, str] | None = None, **versions: int) -> list[MigratedCase]:
        """Order the move of all cases, do it, and look that every case is sound; return the outcomes."""
        migration = self.order(key, elements, **versions)
        self.finish(migration)
        self.must_be_sound()
        return self.outcomes(migration)

    def outcomes(self, migration: CaseMigration) -> list[MigratedCase]:
        """Return what became of the cases of an order."""
        with self.office.session() as session:
            rows = select(MigratedCase).where(MigratedCase.migration_id == migration.id)
            return list(session.scalars(rows.options(joinedload(MigratedCase.instance))))

    def must_be_sound(self) -> None:
        """Look at every case: rows and tokens agree, the chain of the history is whole."""
        with self.office.session() as session:
            faults = [each for _case, found in consistency.check_all(session, self.office.now) for each in found]
            assert faults == []
            assert [each for _case, found in history.verify_all(session) for each in found] == []

    def version_of(self, case_id: UUID) -> int:
        """Return the version a case is on."""
        with self.office.session() as session:
            case = self.office.case(case_id)
            return int(session.get_one(ProcessDefinition, case.definition_id).version)

    def _plan(
        self, session: Session, by: Person, key: str, elements: Mapping[str, str] | None, source: int, target: int
    ) -> Plan:
        old, new = _version(session, key, source), _version(session, key, target)
        return plans.plan(session, old, new, elements, by=by, at=self.office.now)

    def _as_operator(self, do: Callable[[Session, Person], T]) -> T:
        done: T = self.office.write(lambda session: do(session, self.office.person(session, self.by)))
        return done


def _version(session: Session, key: str, version: int) -> ProcessDefinition:
    found = select(ProcessDefinition).where(ProcessDefinition.key == key, ProcessDefinition.version == version)
    return session.scalars(found).one()


def _outcomes(rows: Sequence[MigratedCase]) -> list[CaseOutcome]:
    return [row.outcome for row in rows]


@pytest.fixture
def carrier(office: Any) -> Carrier:
    """The operator of the office."""
    return Carrier(office)


@pytest.fixture
def outcomes_of() -> Callable[[Sequence[MigratedCase]], list[CaseOutcome]]:
    """Return the bare outcomes of moved cases."""
    return _outcomes


def _codes(findings: Sequence[Any]) -> list[str]:
    return [str(each["code"] if isinstance(each, Mapping) else each.code) for each in findings]


@pytest.fixture
def codes_of() -> Callable[[Sequence[Any]], list[str]]:
    """Return the codes of findings, stored or not."""
    return _codes
