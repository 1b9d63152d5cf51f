"""Whom a rule has told of what is due stands in the case's log, among the jobs, and explained on the help page."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm import sessionmaker

from engine import database, definitions, deployment, repair, runtime
from engine.escalations.words import MOMENTS, PAUSES, RECIPIENTS
from engine.job_runner import JobRunner
from engine.model import Person
from web.cases import due_words
from web.database import db

RULES = "=[{at: &quot;due&quot;, to: &quot;assignee&quot;, daily: 2}]"
DIAGRAM = f"""
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"
 targetNamespace="urn:luanchuyen:test" id="paper_file"><process id="paper" name="Đọc công văn" isExecutable="true">
<extensionElements><zeebe:properties><zeebe:property name="lc:escalate" value="{RULES}" />
<zeebe:property name="lc:due_after_pause" value="resume" /></zeebe:properties></extensionElements>
<startEvent id="start" name="start" /><userTask id="read" name="Đọc"><extensionElements><zeebe:userTask />
<zeebe:assignmentDefinition assignee="ngo.minh" /><zeebe:taskSchedule dueDate="=working hours(4)" /></extensionElements>
</userTask><endEvent id="end" name="end" /><sequenceFlow id="to_read" sourceRef="start" targetRef="read" />
<sequenceFlow id="to_end" sourceRef="read" targetRef="end" /></process></definitions>
"""


class Desk:
    """A site with one case whose only task is due on Monday 2 March 2026 at 13:30."""

    def __init__(self, site: Any) -> None:
        self.site = site
        with site.app.app_context():
            self.sessions = sessionmaker(db.engine, expire_on_commit=False)
        self.write(lambda session: deployment.deploy(session, pack_key="test", files=FILES, at=site.clock()))
        definition = self.write(lambda session: definitions.latest(session, "paper"))
        self.case = self.write(
            lambda session: runtime.start(
                session, definition, by=self.person(session, "ngo.minh"), variables={}, at=site.clock()
            )
        )

    def write(self, do: Any) -> Any:
        """Do something in a transaction of its own."""
        with self.sessions.begin() as session:
            database.begin_write(session)
            return do(session)

    @staticmethod
    def person(session: Any, username: str) -> Person:
        """Return a person."""
        found: Person = session.query(Person).filter_by(username=username).one()
        return found

    def run_jobs(self, *moments: datetime) -> None:
        """Run what is due at these moments."""
        for moment in moments:
            self.site.clock.now = moment
            JobRunner(self.sessions, {}).run_due(moment)

    def log(self, username: str = "ngo.minh") -> str:
        """Return the page of the case."""
        return str(self.site.visit(username).get(f"/cases/{self.case.id}").text)


FILES = {"paper.bpmn": DIAGRAM.encode()}


@pytest.fixture
def desk(site: Any) -> Desk:
    """The site with its case."""
    return Desk(site)


def test_the_case_says_who_was_reminded_and_why(desk: Desk) -> None:
    desk.run_jobs(datetime(2026, 3, 2, 6, 30, tzinfo=UTC), datetime(2026, 3, 3, 0, 30, tzinfo=UTC))

    page = desk.log()

    assert "Nhắc hạn việc Đọc, đến hạn: Ngô Minh" in page
    assert "Nhắc hạn việc Đọc, đến hạn, nhắc lại lần 1: Ngô Minh" in page


def test_the_case_says_how_its_due_time_moved_after_a_pause(desk: Desk) -> None:
    for do in (repair.suspend, repair.resume):
        desk.write(
            lambda session, do=do: do(
                session, desk.case.id, by=desk.person(session, "ta.duy"), reason="Chờ", at=desk.site.clock()
            )
        )
        desk.site.clock.now = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)

    assert "Đọc: hạn 03/03/2026 13:30 thay cho 02/03/2026 13:30, tính tiếp phần còn lại" in desk.log()


def test_operators_see_the_reminder_to_come_among_the_jobs(desk: Desk) -> None:
    page = desk.site.visit("ta.duy").get("/operations/jobs?stand=later").text

    assert "Nhắc hạn" in page


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("50%", "đã qua 50% thời gian xử lý"),
        ("due", "đến hạn"),
        ("due - 4 hours", "trước hạn 4 giờ làm việc"),
        ("due + 1 hour", "quá hạn 1 giờ làm việc"),
        ("due - 1 day", "trước hạn 1 ngày làm việc"),
        ("due + 3 days", "quá hạn 3 ngày làm việc"),
    ],
)
def test_every_moment_has_its_words(site: Any, rule: str, words: str) -> None:
    data = {"rule": rule, "turn": 0, "step": "Đọc", "to_names": []}

    with site.app.test_request_context():
        said = due_words.escalated(data)

    assert said == f"Nhắc hạn việc Đọc, {words}: không tìm được ai"


def test_the_help_page_explains_every_word_of_the_rules(site: Any) -> None:
    page = site.visit("ngo.minh").get("/help/bpmn").text

    for table in (MOMENTS, RECIPIENTS, PAUSES):
        for written, said in table.items():
            assert f"<code>{written}</code>" in page
            assert said.vi in page
