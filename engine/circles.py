"""Messages and signals that go round in circles: thrown again and again by what they themselves have set going.

BPMN allows it, and nothing would ever end it. Each job that throws one knows which throwing elements its chain has
passed since a person, a timer or a service task began it, and how many rounds are left to the chain; a step that throws
several shares them out, so that a chain ends however much it branches. What never passes an element twice, however many
cases it reaches, costs no round.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.arrivals import report_incident
from engine.model import Incident, Job, JobState, ProcessInstance
from engine.wording import Bilingual

MOST_ROUNDS = 1000
PASSED, ROUNDS_LEFT = "passed", "rounds_left"
CODE = "event.goes_round"
_CAUSE = "what is thrown now was caused by"
GOES_ROUND = Bilingual(
    "«{name}» không được gửi nữa: nó tự dẫn đến chính nó, hết vòng này đến vòng khác, không qua người hay hẹn giờ nào; "
    "hãy sửa sơ đồ.",
    "'{name}' is not sent any more: it leads to itself, round after round, with no person and no timer in between; "
    "mend the diagram.",
)


@dataclass
class _Cause:
    """The message or signal that is being delivered, and what was thrown on the way by elements it had passed."""

    passed: frozenset[str]
    rounds_left: int
    again: list[tuple[Job, ProcessInstance]] = field(default_factory=list)


def note(session: Session, thrown: Job, instance: ProcessInstance, process_key: str) -> None:
    """Write into a job that throws a message or a signal where its chain has been."""
    cause: _Cause = session.info.get(_CAUSE) or _Cause(frozenset(), MOST_ROUNDS)
    element = f"{process_key} {thrown.element_id}"
    thrown.data = {**thrown.data, PASSED: sorted(cause.passed | {element}), ROUNDS_LEFT: cause.rounds_left}
    if element in cause.passed:
        cause.again.append((thrown, instance))


@contextmanager
def following(session: Session, sent: Job, *, at: datetime) -> Iterator[None]:
    """Deliver what a job throws in this block: what that throws in turn belongs to the same chain.

    What a chain without rounds left would throw once more is not sent but becomes an incident of its case, one for each
    element however often it throws.
    """
    cause = _Cause(frozenset(sent.data.get(PASSED, ())), sent.data.get(ROUNDS_LEFT, MOST_ROUNDS))
    session.info[_CAUSE] = cause
    try:
        yield
    finally:
        del session.info[_CAUSE]
    for thrown, instance in cause.again:
        share = (cause.rounds_left - 1) // len(cause.again)
        thrown.data = {**thrown.data, ROUNDS_LEFT: share}
        if share < 1:
            _stop(session, thrown, instance, at)


def _stop(session: Session, thrown: Job, instance: ProcessInstance, at: datetime) -> None:
    thrown.state, thrown.finished_at = JobState.CANCELLED, at
    same = Incident.instance_id == instance.id, Incident.element_id == thrown.element_id, Incident.code == CODE
    if session.scalar(select(Incident.id).where(*same, Incident.resolved_at.is_(None)).limit(1)) is not None:
        return
    thrown.state = JobState.FAILED
    report_incident(
        session,
        instance,
        token_id=thrown.token_id,
        element_id=thrown.element_id,
        code=CODE,
        message=Bilingual(*(text.format(name=thrown.job_type) for text in GOES_ROUND)),
        at=at,
        job_id=thrown.id,
    )
