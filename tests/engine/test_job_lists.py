"""Jobs as operators look for them: how each stands, and how many stand so."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import update

from engine import job_lists
from engine.job_lists import Query, Stand
from engine.model import Job, JobKind
from engine.repair import OperationsForbidden, suspend


@pytest.fixture
def waiting(office: Any, pen: Any) -> Any:
    """A case with a job due now and a timer to come."""
    late = pen.node("boundaryEvent", "late", pen.timer("PT4H"), attachedToRef="send", cancelActivity="false")
    office.deploy(
        pen.process(
            "posting",
            pen.start(),
            pen.service("send", "send_letter"),
            late,
            pen.end(),
            pen.end("late_noted"),
            flows="start > send > end\nlate > late_noted",
            title='="Thư mời họp"',
        )
    )
    office.case_id = office.start("posting").id
    return office


def counts(office: Any, **query: Any) -> dict[Stand, int]:
    """Return how many jobs stand how, those ways left out in which none does."""
    return {stand: count for stand, count in look(office, **query).counts.items() if count}


def look(office: Any, by: str = "admin", **query: Any) -> Any:
    """Return the jobs an operator finds."""
    with office.session() as session:
        return job_lists.search(session, Query(**query), by=office.person(session, by), at=office.now)


def test_what_is_due_and_what_is_to_come_are_told_apart(waiting: Any) -> None:
    found = {stand: [job.element_id for job in look(waiting, stand=stand).jobs] for stand in Stand}

    assert found == {Stand.DUE: ["send"], Stand.LATER: ["late"], Stand.IN_HAND: [], Stand.HELD: [], Stand.FAILED: []}
    assert counts(waiting) == {Stand.DUE: 1, Stand.LATER: 1}


def test_a_leased_job_is_in_somebodys_hands_until_the_lease_is_over(waiting: Any) -> None:
    leased = (
        update(Job)
        .where(Job.element_id == "send")
        .values(lease_token=UUID(int=7), lease_until=waiting.now + timedelta(minutes=5))
    )
    waiting.write(lambda session: session.execute(leased))
    assert counts(waiting) == {Stand.IN_HAND: 1, Stand.LATER: 1}

    waiting.later(minutes=6)

    assert counts(waiting) == {Stand.DUE: 1, Stand.LATER: 1}


def test_a_suspended_cases_jobs_are_held(waiting: Any) -> None:
    waiting.write(
        lambda session: suspend(
            session, waiting.case_id, by=waiting.person(session, "admin"), reason="Chờ", at=waiting.now
        )
    )

    assert counts(waiting, stand=Stand.HELD) == {Stand.HELD: 2}


def test_a_job_given_up_is_failed(waiting: Any) -> None:
    def fail(_call: Any) -> dict[str, object]:
        raise ConnectionError

    waiting.handlers["send_letter"] = fail
    for _ in range(4):
        waiting.run_jobs()
        waiting.later(minutes=40)

    (job,) = look(waiting, stand=Stand.FAILED).jobs

    assert (job.element_id, job.attempts) == ("send", 4)


def test_a_list_and_a_single_job_agree_on_how_it_stands(waiting: Any) -> None:
    for stand in (Stand.DUE, Stand.LATER):
        (job,) = look(waiting, stand=stand).jobs

        assert job_lists.stand_of(job, waiting.now) is stand


@pytest.mark.parametrize(
    ("query", "count"),
    [({"text": "moi hop"}, 2), ({"text": "SEND_"}, 1), ({"text": "%"}, 0), ({"kind": JobKind.TIMER}, 1), ({}, 2)],
)
def test_jobs_are_found_by_case_type_and_kind(waiting: Any, query: dict[str, Any], count: int) -> None:
    assert sum(counts(waiting, **query).values()) == count


def test_only_operators_look_at_jobs(waiting: Any) -> None:
    with pytest.raises(OperationsForbidden):
        look(waiting, by="bao")
