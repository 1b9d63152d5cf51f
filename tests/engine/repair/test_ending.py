"""Cancelling with a reason, and hiding what is over: nothing is deleted, everything can be read afterwards."""

from typing import Any
from uuid import UUID

import pytest

from engine import cases, inbox, repair
from engine.cases import Query
from engine.inbox import Tab
from engine.model import CaseOver, InstanceState
from engine.repair import OperationsForbidden
from engine.repair.standing import CallerWaits, CaseNotOver, CasePurged, NotPurged, ReasonMissing, Repair
from engine.runtime import CaseNotFound


@pytest.fixture
def notes(office: Any, pen: Any) -> Any:
    """A note that one person reads, and a case that waits for such a note."""
    office.deploy(
        pen.process("note", pen.start(), pen.user("read", assignee="thu"), pen.end(), flows="start > read > end"),
        pen.process("asking", pen.start(), pen.call("ask", "note"), pen.end(), flows="start > ask > end"),
    )
    return office


def found(office: Any, username: str, **query: Any) -> list[UUID]:
    """Return the cases a person finds."""
    with office.session() as session:
        person = office.person(session, username)
        return [case.id for case in cases.search(session, person, Query(**query), at=office.now).cases]


def opens(office: Any, username: str, case_id: UUID) -> UUID:
    """Return the id of a case a person opens."""
    with office.session() as session:
        return cases.find(session, case_id, by=office.person(session, username), at=office.now).id


def done_by(office: Any, username: str) -> list[UUID]:
    """Return the tasks in a person's list of what is done."""
    with office.session() as session:
        person = office.person(session, username)
        return [task.id for task in inbox.tasks_of(session, person, tab=Tab.DONE, at=office.now)]


def read_through(office: Any) -> Any:
    """Start a note and end it."""
    case = office.start("note")
    office.complete(office.task("read").id, "thu")
    return case


def test_cancelling_says_who_and_why(notes: Any, operator: Any) -> None:
    case = notes.start("note")

    operator.cancel(case.id, reason="Nộp nhầm")

    entry = operator.last(case.id, "case.cancelled")
    assert entry.data == {"reason": "Nộp nhầm"}
    assert entry.actor_id is not None
    assert notes.case(case.id).state is InstanceState.CANCELLED
    assert notes.open_tasks() == []


def test_a_case_that_another_one_waits_for_is_not_cancelled_alone(notes: Any, operator: Any) -> None:
    asking = notes.start("asking")
    note = notes.task("read").instance

    with pytest.raises(CallerWaits) as refused:
        operator.cancel(note.id)

    assert refused.value.data == {"caller": asking.business_key}
    assert notes.case(note.id).state is InstanceState.RUNNING


def test_what_is_over_is_not_cancelled(notes: Any, operator: Any) -> None:
    case = read_through(notes)

    with pytest.raises(CaseOver):
        operator.cancel(case.id)


@pytest.mark.parametrize("use_case", [repair.cancel, repair.purge, repair.unpurge])
def test_cancelling_and_hiding_need_an_operator_and_a_reason(
    notes: Any, operator: Any, clerk: Any, use_case: Any
) -> None:
    case = read_through(notes)
    before = notes.counts()

    with pytest.raises(OperationsForbidden):
        clerk.do(use_case, case.id)
    with pytest.raises(ReasonMissing):
        operator.do(use_case, case.id, reason="")

    assert notes.counts() == before


def test_a_hidden_case_is_in_nobodys_lists(notes: Any, operator: Any) -> None:
    case = read_through(notes)
    assert found(notes, "minh") == [case.id]
    assert len(done_by(notes, "thu")) == 1

    operator.do(repair.purge, case.id)

    assert [found(notes, name) for name in ("minh", "thu", "bao", "admin")] == [[], [], [], []]
    assert done_by(notes, "thu") == []
    with pytest.raises(CaseNotFound):
        opens(notes, "minh", case.id)


def test_operators_find_hidden_cases_and_nobody_else_does(notes: Any, operator: Any) -> None:
    case = read_through(notes)
    operator.do(repair.purge, case.id)

    assert found(notes, "admin", is_purged=True) == [case.id]
    assert opens(notes, "admin", case.id) == case.id
    with pytest.raises(OperationsForbidden):
        found(notes, "bao", is_purged=True)


def test_hiding_is_undone(notes: Any, operator: Any) -> None:
    case = read_through(notes)
    operator.do(repair.purge, case.id)
    notes.later(days=1)

    operator.do(repair.unpurge, case.id)

    assert found(notes, "minh") == [case.id]
    kinds = [entry.kind for entry in operator.history(case.id)]
    assert kinds[-2:] == ["case.purged", "case.unpurged"]


def test_the_cases_it_called_are_hidden_with_a_case(notes: Any, operator: Any) -> None:
    asking = notes.start("asking")
    note = notes.task("read").instance
    notes.complete(notes.task("read").id, "thu")

    operator.do(repair.purge, asking.id)

    assert notes.case(note.id).purged_at == notes.now
    assert operator.last(note.id, "case.purged").data == {"reason": "Chờ đối chiếu số liệu"}


def test_only_what_is_over_and_not_hidden_yet_is_hidden(notes: Any, operator: Any) -> None:
    case = notes.start("note")
    with pytest.raises(CaseNotOver):
        operator.do(repair.purge, case.id)
    operator.cancel(case.id)
    with pytest.raises(NotPurged):
        operator.do(repair.unpurge, case.id)
    operator.do(repair.purge, case.id)

    with pytest.raises(CasePurged):
        operator.do(repair.purge, case.id)


def test_a_case_says_beforehand_what_cannot_be_done_to_it(notes: Any) -> None:
    notes.start("asking")
    note = notes.task("read").instance

    with notes.session() as session:
        standing = repair.standing_of(session, session.get(type(note), note.id))
        refusals = {each: standing.why_not(each) for each in Repair}

    assert {each.value: refusal.code for each, refusal in refusals.items() if refusal is not None} == {
        "resume": "case.not_suspended",
        "cancel": "case.caller_waits",
        "purge": "case.not_over",
        "unpurge": "case.not_purged",
    }
