"""A player that plays everything twice, through the platform and on bare runs, and insists that they agree."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from engine import history, runtime
from engine.bpmn import Diagram, FactKind, Wait, WaitKind
from engine.model import Activity, Incident, InstanceState, ProcessInstance, Subscription
from engine.play import Play, PlayTask
from tests.engine.bpmn.cases import Case
from tests.engine.bpmn.desk import Desk

GIVEN = frozenset({"starter", "starter_unit"})
"""The variables that the platform gives to every case."""


class PlayEveryWay(Play):
    """`Play`, and beside it a `Desk`, on which the same is done in four ways; all must show the same afterwards.

    The variables shown are those of the diagram, without the platform's own.
    """

    VERBS: ClassVar[tuple[str, ...]] = (
        "start", "start_by_message", "start_by_signal", "complete", "advance", "stand_still", "message", "signal",
        "set_variables", "finish_job", "throw_error", "retry", "cancel",
    )  # fmt: skip
    SIGHTS: ClassVar[tuple[str, ...]] = (
        "waiting", "jobs", "incidents", "timers", "sent", "passed", "cancelled",
    )  # fmt: skip

    def __init__(
        self, files: Mapping[str, bytes], *, diagrams: Iterable[Diagram], at: datetime, **options: Any
    ) -> None:
        super().__init__(files, at=at, **options)
        self.desk = Desk(diagrams, at)

    def tasks(self) -> list[PlayTask]:
        """Return the open tasks of all cases, oldest first."""
        return [replace(task, variables=_own(task.variables)) for task in super().tasks()]

    def task(self, name_or_id: str, nth: int = 0) -> PlayTask:
        """Return the nth open task with this element id, name or task id."""
        task = super().task(name_or_id, nth)
        return replace(task, variables=_own(task.variables))

    @property
    def variables(self) -> Mapping[str, object]:
        """The variables of the case itself."""
        return _own(super().variables)

    def offered(self) -> list[tuple[Wait, int]]:
        """Return what all cases wait for, each with its number among those of its kind at the same element."""
        seen: Counter[tuple[str, str]] = Counter()
        found = []
        for wait in self.desk.office.waits():
            found.append((wait, seen[wait.element_id, wait.kind]))
            seen[wait.element_id, wait.kind] += 1
        return [each for each in found if each[0].kind is not WaitKind.CALL]

    def agree(self) -> None:
        """Insist that platform and desk show the same, and that the platform's rows fit together."""
        if self.desk.office.cases:
            self._agree_on_sights()
        with self.session() as session:
            cases = session.scalars(select(ProcessInstance).order_by(ProcessInstance.business_key)).all()
            assert len(cases) == len(self.desk.office.cases)
            for stored, case in zip(cases, self.desk.office.cases, strict=True):
                self._agree_on_case(session, stored, case)
            heard = session.scalars(select(Subscription)).all()
            assert (
                sorted((each.kind, each.name, each.correlation_key) for each in heard)
                == self.desk.office.subscriptions()
            )

    def _agree_on_sights(self) -> None:
        for sight in self.SIGHTS:
            assert getattr(self, sight)() == getattr(self.desk, sight)()
        assert [replace(task, id="") for task in super().tasks()] == [
            replace(task, id="") for task in self.desk.tasks()
        ]
        assert (self.ended, self.end, super().variables) == (self.desk.ended, self.desk.end, self.desk.variables)

    def _agree_on_case(self, session: Session, stored: ProcessInstance, case: Case) -> None:
        fate = {fact.token_id: fact for fact in case.runs.facts if fact.kind is not FactKind.THREW}
        activities = session.scalars(select(Activity).where(Activity.instance_id == stored.id).order_by(Activity.id))
        assert [(each.token_id, each.element_id, str(each.state)) for each in activities] == [
            (fact.token_id, fact.element_id, _state(fate[fact.token_id].kind))
            for fact in case.runs.facts
            if fact.kind is FactKind.ENTERED
        ]
        run = runtime.look(session, runtime.case_by_id(session, stored.id), self.now)
        assert (run.waits(), run.variables, run.ended) == (
            case.runs.run.waits(), case.runs.variables, case.runs.ended,
        )  # fmt: skip
        assert (stored.state is InstanceState.RUNNING) == case.is_running
        unresolved = select(func.count()).where(Incident.instance_id == stored.id, Incident.resolved_at.is_(None))
        assert stored.open_incidents == session.scalar(unresolved)
        assert history.verify(session, stored) == []


def _every_way(verb: str) -> Callable[..., Any]:
    def do(self: PlayEveryWay, *args: Any, **options: Any) -> Any:
        result = getattr(Play, verb)(self, *args, **options)
        said = getattr(self.desk, verb)(*args, **options)
        self.agree()
        assert result is self or result == said
        return result

    return do


for _verb in PlayEveryWay.VERBS:
    setattr(PlayEveryWay, _verb, _every_way(_verb))


def _own(variables: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in variables.items() if name not in GIVEN}


def _state(kind: FactKind) -> str:
    return "live" if kind is FactKind.ENTERED else kind.value
