"""Random walks: whatever people do in whatever order, the case stays sound and can still be brought to its end.

200 in all unless `LUANCHUYEN_WALKS` says how many; 2000 are a soak of some ten minutes.
"""

import os
import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import processes.routing
from engine import cases, consistency, history, runtime, signing, tasks
from engine.bpmn import Run
from engine.errors import PlatformError
from engine.model import InstanceState, Person, ProcessInstance, UserTask
from engine.repair import called_by
from engine.verbs import cancelling, chains, leaps, returning, withdrawing
from engine.verbs.course import Course

WALKS = int(os.environ.get("LUANCHUYEN_WALKS", "200"))
LONGEST = 12
ROUTING = Path(processes.routing.__file__).parent
SIGN = {
    "outcome.sign": '={label: "Ký", style: "main", signs: "sign"}',
    "outcome.again": '={label: "Làm lại", reason: true, voids: true}',
}
ONLY_SIGN = {"outcome.sign": SIGN["outcome.sign"]}
IN_TURN = (
    '<multiInstanceLoopCharacteristics isSequential="{turns}"><extensionElements>'
    '<zeebe:loopCharacteristics inputCollection="=chain" inputElement="approver" /></extensionElements>'
    "</multiInstanceLoopCharacteristics>"
)
GIVEN: Mapping[str, Mapping[str, object]] = {
    "joint_minutes": {
        "document_type": "BB",
        "abstract": "Biên bản bàn giao xe",
        "submitter": "thu",
        "signer": "bao",
        "chain": ["P.KHTCTH"],
        "urgency": "normal",
        "secrecy": "normal",
    },
    "finance_document": {
        "document_type": "QĐ",
        "abstract": "Mua máy in",
        "amount_vnd": 12_000_000,
        "signer": "bao",
        "urgency": "normal",
        "secrecy": "normal",
    },
    "tangle": {"chain": ["lan", "hien"]},
    "rounds": {"chain": ["thu", "bao", "hien"]},
}
FILLED: Mapping[str, Mapping[str, object]] = {
    "review": {"is_correct": True, "is_complete": True, "is_reasonable": True, "missing_items": "Thiếu dự toán"},
    "issue_number": {"issued_on": "2026-03-02", "recipients": "Như trên"},
}
PROCESSES = tuple(GIVEN)


@dataclass
class Walk:
    """One case and a die; `done` says what happened, for whoever must find out why a walk failed."""

    office: Any
    case_id: UUID
    die: random.Random
    done: list[str] = field(default_factory=list)

    def go(self) -> None:
        """Let people do things in any order, then let everybody complete what they hold until the case is over."""
        for _ in range(self.die.randrange(LONGEST)):
            if self._is_over:
                return
            deed = self.die.choices(
                [self._complete, self._send_back, self._withdraw, self._change_approvers, self._cancel],
                [60, 22, 22, 6, 1],
            )[0]
            self.office.later(minutes=1)
            deed()
            self._must_be_sound()
        for _ in range(60):
            if self._is_over:
                break
            self.office.later(minutes=1)
            self._complete(only_forward=True)
        self._must_be_sound()
        assert self._case.state in {InstanceState.ENDED, InstanceState.CANCELLED}, self.done

    @property
    def _case(self) -> ProcessInstance:
        return self.office.case(self.case_id)  # type: ignore[no-any-return]

    @property
    def _is_over(self) -> bool:
        return self._case.is_over

    def _open(self) -> list[UserTask]:
        with self.office.session() as session:
            return [task for case in self._family(session) for task in leaps.open_tasks(session, case)]

    def _family(self, session: Any) -> list[ProcessInstance]:
        found = [runtime.case_by_id(session, self.case_id)]
        for case in found:
            found += [runtime.case_by_id(session, each.id) for each in called_by(session, case)]
        return found

    def _complete(self, *, only_forward: bool = False) -> None:
        task = self.die.choice(self._open())
        by = task.assignee.username if task.assignee else self.die.choice(["an", "mai", "quynh"])
        with self.office.session() as session:
            design = tasks.design_of(session, tasks.find(session, task.id))
            offered = tasks.why_not(
                session, tasks.find(session, task.id), self.office.person(session, by), self.office.now
            )
        if offered is not None:
            by = "an" if task.element_id == "review" else "mai"
        outcome = (
            design.main_outcome
            if only_forward or self.die.random() < 0.8
            else self.die.choice([*design.outcomes.values()])
        )
        given = {**GIVEN[self._case.definition.key], **FILLED.get(task.element_id, {})} if task.form_id else {}
        if task.element_id != "draft" and "chain" in given:
            given.pop("chain")
        self.done.append(f"{by} {outcome.key} {task.element_id}")
        self.office.complete(task.id, by, outcome.key, reason="Cần làm lại", **given)
        self.office.run_jobs()

    def _send_back(self) -> None:
        held = [(task, task.assignee.username) for task in self._open() if task.assignee is not None]
        if not held:
            return
        task, by = self.die.choice(held)
        with self.office.session() as session:
            found = returning.may_send_back(
                session, tasks.find(session, task.id), session.get_one(Person, task.assignee_id), self.office.now
            )
        targets: Any = found.data.get("targets", [])
        if targets:
            target = self.die.choice(targets)
            self.done.append(f"back {task.element_id} > {target.element_id} {target.step}")
            self._write(returning.send_back, task.id, by, to=target.task_id, reason="Sai")

    def _withdraw(self) -> None:
        by = self.die.choice(["minh", "thu", "bao", "lan", "an", "hien", "son", "mai"])
        with self.office.session() as session:
            case = self.die.choice(self._family(session))
            last = withdrawing.last_sent(session, case, self.office.person(session, by))
            if last is None:
                return
            may = withdrawing.may_withdraw(session, last, self.office.person(session, by), self.office.now).is_allowed
        try:
            self._write(withdrawing.withdraw, last.id, by)
        except PlatformError:
            assert not may, self.done
        else:
            assert may, self.done
            self.done.append(f"{by} withdraws {last.element_id}")

    def _change_approvers(self) -> None:
        with self.office.session() as session:
            answer = chains.may_change_approvers(
                session, self._case, self.office.person(session, "admin"), self.office.now
            )
        found: Any = answer.data.get("chains", [])
        if not found or self._case.definition.key == "joint_minutes":
            return
        chain = self.die.choice(found)
        removable = [each.place for each in chain.approvers if each.is_removable]
        new = self.die.choice(["son", "quynh", "mai"])
        self.done.append(f"approvers {[each.key for each in chain.approvers]} + {new} or - {removable}")
        if removable and self.die.random() < 0.5:
            place = self.die.choice(removable)
            self._write(chains.remove_approver, self.case_id, "admin", chain=chain.token_id, place=place, reason="x")
        elif new not in [each.key for each in chain.approvers]:
            self._write(chains.add_approver, self.case_id, "admin", chain=chain.token_id, key=new, reason="x")

    def _cancel(self) -> None:
        with self.office.session() as session:
            may = cancelling.may_cancel(session, self._case, self.office.person(session, "minh")).is_allowed
        if may:
            self.done.append("cancelled")
            self._write(cancelling.cancel, self.case_id, "minh", reason="Không cần nữa")

    def _write(self, verb: Any, about: Any, by: str, **more: Any) -> None:
        self.office.write(
            lambda session: verb(session, about, by=self.office.person(session, by), at=self.office.now, **more)
        )

    def _must_be_sound(self) -> None:
        with self.office.session() as session:
            for case in self._family(session):
                assert consistency.check(session, case, self.office.now) == [], self.done
                assert history.verify(session, case) == [], self.done
                assert case.open_incidents == 0, self.done
                if case.is_over:
                    assert leaps.open_tasks(session, case) == [], self.done
                    continue
                run = runtime.look(session, case, self.office.now)
                self._must_have_one_token_a_branch(run)
                self._must_be_signed_where_it_says_so(session, case, run)
            holder = self.office.person(session, "admin")
            cases.must_be_visible(session, runtime.case_by_id(session, self.case_id), holder, self.office.now)

    def _must_have_one_token_a_branch(self, run: Run) -> None:
        """Nothing in these processes stands twice at one place of one scope, and a sequence stands at one place."""
        standing = Counter(
            (token.parent_token_id, token.element_id, token.loop_counter)
            for token in run.tokens()
            if not token.is_armed
        )
        assert max(standing.values()) == 1, self.done
        at_the_top = [token for token in run.tokens() if token.parent_token_id is None and not token.is_armed]
        assert len(at_the_top) <= (2 if "fork" in run.model.elements else 1), self.done

    def _must_be_signed_where_it_says_so(self, session: Any, case: ProcessInstance, run: Run) -> None:
        """A signature with force stands at a step that counts, and a step that counts as signed has one."""
        course: Course = leaps.course_of(session, case, run)
        loaded = runtime.loaded(session, case)
        counting = {
            row.token_id: loaded.tasks[row.element_id].outcomes[row.outcome or ""].signs is not None
            for row in course.steps()
        }
        signed = {session.get_one(UserTask, each.task_id).token_id for each in signing.valid_of_case(session, case)}
        assert signed <= counting.keys(), self.done
        assert signed >= {token_id for token_id, is_signed in counting.items() if is_signed}, self.done


@pytest.fixture
def walkers(office: Any, pen: Any) -> Any:
    """The shipped processes and two that hold everything else, deployed in one office."""
    inside = pen.start("in") + pen.user("inner", assignee="thu", lc=ONLY_SIGN) + pen.user("innermost", assignee="bao")
    part = inside + pen.end("out") + "".join(pen._flows("in > inner > innermost > out"))
    tangle = pen.process(
        "tangle",
        pen.start(),
        pen.user("write", assignee="minh"),
        pen.node("parallelGateway", "fork"),
        pen.user("left", assignee="son", lc=ONLY_SIGN),
        pen.node("subProcess", "part", part),
        pen.user(
            "approve",
            assignee="=approver",
            lc=ONLY_SIGN,
            inside=IN_TURN.format(turns="true"),
        ),
        pen.user("right", assignee="an"),
        pen.node("parallelGateway", "join"),
        pen.user("check", assignee="mai", lc=SIGN),
        pen.node("exclusiveGateway", "is_fine", default="is_fine_to_end"),
        pen.end(),
        flows="start > write > fork > left > part > join > check > is_fine > end\nfork > approve > right > join\n"
        'is_fine > write : =outcome = "again"',
    )
    asked = pen.process(
        "asked",
        pen.start(),
        pen.user("ask", assignee="lan"),
        pen.user("answer", groups='=["VPS/records_clerk"]'),
        pen.end(),
        flows="start > ask > answer > end",
    )
    rounds = pen.process(
        "rounds",
        pen.start(),
        pen.user("write", assignee="minh"),
        pen.user(
            "approve",
            assignee="=approver",
            lc=ONLY_SIGN,
            inside=IN_TURN.format(turns="false"),
        ),
        pen.user("check", assignee="an"),
        pen.call("inquiry", "asked"),
        pen.user("last", assignee="mai"),
        pen.end(),
        flows="start > write > approve > check > inquiry > last > end",
    )
    office.deploy(tangle, asked, rounds)
    files = [*ROUTING.glob("*.bpmn"), *ROUTING.glob("forms/*.form")]
    named = {"_".join(file.name.rsplit(".", 1)): file.read_bytes() for file in files}
    office.deploy(pack="routing", **named)
    office.handlers["routing.register_document"] = lambda _call: {"document_number": "01/BB-SCT"}
    return office


@pytest.mark.parametrize("process", PROCESSES)
def test_whatever_people_do_the_case_stays_sound_and_comes_to_its_end(walkers: Any, process: str) -> None:
    for seed in range(max(1, WALKS // len(PROCESSES))):
        case = walkers.start(process, **GIVEN[process])
        walkers.add_paper(case.id)
        walk = Walk(walkers, case.id, random.Random(f"{process} {seed}"))  # noqa: S311  (no secret)

        walk.go()

        assert walk.done
