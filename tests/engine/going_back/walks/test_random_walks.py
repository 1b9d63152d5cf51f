"""Random walks: whatever people do in whatever order, the case stays sound and can still be brought to its end.

200 in all unless `LUANCHUYEN_WALKS` says how many; 2000 are a soak. How often each verb was used is logged.
"""

import logging
import os
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from engine import cases, consistency, consultations, history, runtime, signing, tasks
from engine.bpmn import Run
from engine.errors import PlatformError
from engine.model import ConsultationState, InstanceState, Person, ProcessInstance, UserTask
from engine.repair import called_by
from engine.verbs import (
    Answer,
    Verb,
    assigning,
    cancelling,
    chains,
    claiming,
    consulting,
    copying,
    delegating,
    leaps,
    recalling,
    reminding,
    returning,
    transferring,
    withdrawing,
)
from engine.verbs.course import Course

WALKS = int(os.environ.get("LUANCHUYEN_WALKS", "200"))
MANY, ALL = 200, 2000
"""So many walks use the verbs that people use often, and every verb that fits their process."""
OFTEN = frozenset({"complete", "send_back", "withdraw", "transfer", "delegate", "hand_back", "remind", "consult"})
LONGEST = 24
PROCESSES = ("joint_minutes", "finance_document", "tangle", "rounds")
EVERYWHERE = frozenset(
    {
        "complete",
        "send_back",
        "withdraw",
        "transfer",
        "delegate",
        "hand_back",
        "take_back",
        "remind",
        "copy",
        "consult",
        "answer",
        "withdraw_question",
        "close_round",
        "ask_again",
    }
)
OF_A_GROUP = frozenset({"claim", "release", "assign"})
USED = {
    "joint_minutes": EVERYWHERE,
    "finance_document": EVERYWHERE | OF_A_GROUP,
    "tangle": EVERYWHERE | {"add_approver", "remove_approver"},
    "rounds": EVERYWHERE | OF_A_GROUP | {"add_approver", "remove_approver"},
}
EVERYBODY = ("minh", "thu", "bao", "lan", "an", "hien", "son", "mai", "quynh")
OF_GROUPS = ("son", "lan", "mai", "an")
"""Who assigns, and who may claim, the tasks of the clerks and those of the finance department."""
FILLED: Mapping[str, Mapping[str, object]] = {
    "review": {"is_correct": True, "is_complete": True, "is_reasonable": True, "missing_items": "Thiếu dự toán"},
    "issue_number": {"issued_on": "2026-03-02", "recipients": "Như trên"},
}
DOES_THE_WORK = {"review": "an", "check": "an"}
"""Who completes a task of a group that nobody holds; a clerk elsewhere."""
WRONG_CHOICE = frozenset(
    {
        "verb.person_is_you",
        "task.already_claimed",
        "task.person_not_in_group",
        "consultation.already_asked",
        "case.already_copied",
    }
)
"""What a verb refuses, although one may use it, because of who was chosen for it."""
Do = Callable[..., Any]
May = Callable[[Any, UserTask, Person, Any], Answer]
TO_PEOPLE: Mapping[str, tuple[May, Do]] = {
    "claim": (claiming.may_claim, tasks.claim),
    "release": (claiming.may_release, tasks.release),
    "assign": (assigning.may_assign, assigning.assign),
    "transfer": (transferring.may_transfer, transferring.transfer),
    "delegate": (delegating.may_delegate, delegating.delegate),
    "hand_back": (delegating.may_hand_back, delegating.hand_back),
    "take_back": (delegating.may_take_back, delegating.take_back),
    "remind": (reminding.may_remind, reminding.remind),
    "consult": (consulting.may_consult, consulting.consult),
    "close_round": (recalling.may_close_round, recalling.close_round),
}
OF_A_QUESTION: Mapping[str, tuple[Callable[..., Answer], Do]] = {
    "withdraw_question": (recalling.may_withdraw_question, recalling.withdraw_question),
    "ask_again": (recalling.may_ask_again, recalling.ask_again),
}


def _words(verb: str, other: str) -> dict[str, Any]:
    """Return what a verb is told besides who does it."""
    if verb == "consult":
        return {"to": [other], "question": "Ý kiến?", "due_at": None}
    if verb == "hand_back":
        return {"note": "Đã làm"}
    return {"to": other, "reason": "Bận"} if verb in {"assign", "transfer", "delegate"} else {}


def _done_in(session: Any, case: ProcessInstance) -> list[UserTask]:
    """Return the tasks of a case that were completed, oldest first."""
    done = select(UserTask).where(UserTask.instance_id == case.id, UserTask.completed_by_id.is_not(None))
    return list(session.scalars(done.order_by(UserTask.completed_at, UserTask.id)))


@dataclass
class Walk:
    """One case and a die; `done` says what happened, for whoever must find out why a walk failed."""

    office: Any
    case_id: UUID
    die: random.Random
    given: Mapping[str, object]
    used: Counter[str]
    done: list[str] = field(default_factory=list)

    def go(self) -> None:
        """Let people do things in any order, then let everybody complete what they hold until the case is over."""
        for _ in range(self.die.randrange(LONGEST)):
            if self._is_over:
                return
            deeds = [
                self._complete,
                self._send_back,
                self._withdraw,
                self._change_approvers,
                self._pass_on,
                self._settle_a_question,
                self._copy,
                self._cancel,
            ]
            deed = self.die.choices(deeds, [24, 16, 16, 8, 48, 32, 6, 1])[0]
            self.office.later(minutes=1)
            deed()
            self._must_be_sound()
        for _ in range(80):
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
        if task.owner_id is not None and task.assignee is not None:
            self._write("hand_back", delegating.hand_back, task.id, task.assignee.username, note="Xong")
            return
        by = task.assignee.username if task.assignee else DOES_THE_WORK.get(task.element_id, "mai")
        with self.office.session() as session:
            design = tasks.design_of(session, tasks.find(session, task.id))
        outcome = (
            design.main_outcome
            if only_forward or self.die.random() < 0.8
            else self.die.choice([*design.outcomes.values()])
        )
        given = {**self.given, **FILLED.get(task.element_id, {})} if task.form_id else {}
        if task.element_id != "draft" and "chain" in given:
            given.pop("chain")
        self.done.append(f"{by} {outcome.key} {task.element_id}")
        self.office.complete(task.id, by, outcome.key, reason="Cần làm lại", **given)
        self.used["complete"] += 1
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
            self._write("send_back", returning.send_back, task.id, by, to=target.task_id, reason="Sai")

    def _withdraw(self) -> None:
        with self.office.session() as session:
            case = self.die.choice(self._family(session))
            senders = [task.completed_by.username for task in _done_in(session, case) if task.completed_by]
            by = self.die.choice(senders if senders and self.die.random() < 0.8 else EVERYBODY)
            last = withdrawing.last_sent(session, case, self.office.person(session, by))
            if last is None:
                return
            answer = withdrawing.may_withdraw(session, last, self.office.person(session, by), self.office.now)
        self._try("withdraw", answer, withdrawing.withdraw, last.id, by)

    def _pass_on(self) -> None:
        """Let somebody do something with a task between people: who has it and what is allowed more often than not."""
        task = self.die.choice(self._open())
        with self.office.session() as session:
            found = tasks.find(session, task.id)
            concerned = [each.username for each in (found.assignee, found.owner) if each] or [*OF_GROUPS]
            by = self.die.choice(concerned if self.die.random() < 0.75 else EVERYBODY)
            person = self.office.person(session, by)
            answers = {verb: may(session, found, person, self.office.now) for verb, (may, _do) in TO_PEOPLE.items()}
        verb = self._rather_allowed(answers)
        other = DOES_THE_WORK.get(task.element_id, "mai") if verb == "assign" else self.die.choice(EVERYBODY)
        self._try(verb, answers[verb], TO_PEOPLE[verb][1], task.id, by, **_words(verb, other))

    def _rather_allowed(self, answers: Mapping[str, Answer]) -> str:
        """Choose a verb: mostly one that is allowed, of these rather what people have done least."""
        allowed = [verb for verb, answer in answers.items() if answer.is_allowed]
        if not allowed or self.die.random() < 0.2:
            return self.die.choice([*answers])
        return min(allowed, key=lambda verb: self.used[verb]) if self.die.random() < 0.7 else self.die.choice(allowed)

    def _settle_a_question(self) -> None:
        """Let somebody answer a question, or who asked take it back or ask it again."""
        with self.office.session() as session:
            found = [each for case in self._family(session) for each in consultations.of_case(session, case.id)]
            if not found:
                return
            asked = self.die.choice(found)
            by = asked.asked_by.username if self.die.random() < 0.8 else self.die.choice(EVERYBODY)
            person = self.office.person(session, by)
            answers = {verb: may(session, asked, person, self.office.now) for verb, (may, _do) in OF_A_QUESTION.items()}
            answers["answer"] = Answer.of(Verb.CONSULT, asked.must_be_open)
        verb = self._rather_allowed(answers)
        if verb == "answer":
            self._try(verb, answers[verb], consulting.answer, asked.id, asked.person.username, text="Đồng ý")
        else:
            self._try(verb, answers[verb], OF_A_QUESTION[verb][1], asked.id, by)

    def _copy(self) -> None:
        by, other = self.die.choice(EVERYBODY), self.die.choice(EVERYBODY)
        with self.office.session() as session:
            answer = copying.may_copy(session, self._case, self.office.person(session, by), self.office.now)
        self._try("copy", answer, copying.copy, self.case_id, by, to=[other])

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
        new, about = self.die.choice(["son", "quynh", "mai"]), {"chain": chain.token_id, "reason": "x"}
        if removable and self.die.random() < 0.5:
            place = self.die.choice(removable)
            self._write("remove_approver", chains.remove_approver, self.case_id, "admin", place=place, **about)
        elif new not in [each.key for each in chain.approvers]:
            self._write("add_approver", chains.add_approver, self.case_id, "admin", key=new, **about)

    def _cancel(self) -> None:
        with self.office.session() as session:
            may = cancelling.may_cancel(session, self._case, self.office.person(session, "minh")).is_allowed
        if may:
            self._write("cancel", cancelling.cancel, self.case_id, "minh", reason="Không cần nữa")

    def _try(self, verb: str, answer: Answer, do: Do, about: UUID, by: str, **more: Any) -> None:
        """Do what may be refused: where the answer was no, always; where it was yes, only for a wrong choice."""
        refusal = None
        try:
            self._write(verb, do, about, by, **more)
        except PlatformError as refused:
            refusal = refused.code
            self.done.append(f"refused: {refusal}")
        assert answer.is_allowed == (refusal is None) or (answer.is_allowed and refusal in WRONG_CHOICE), self.done

    def _write(self, verb: str, do: Do, about: UUID, by: str, **more: Any) -> None:
        self.done.append(f"{by} {verb} {more}")
        self.office.write(
            lambda session: do(session, about, by=self.office.person(session, by), at=self.office.now, **more)
        )
        self.used[verb] += 1

    def _must_be_sound(self) -> None:
        with self.office.session() as session:
            for case in self._family(session):
                assert consistency.check(session, case, self.office.now) == [], self.done
                assert history.verify(session, case) == [], self.done
                assert case.open_incidents == 0, self.done
                self._must_have_counted_questions(session, case)
                if case.is_over:
                    assert leaps.open_tasks(session, case) == [], self.done
                    continue
                run = runtime.look(session, case, self.office.now)
                self._must_have_one_token_a_branch(run)
                self._must_be_signed_where_it_says_so(session, case, run)
            holder = self.office.person(session, "admin")
            cases.must_be_visible(session, runtime.case_by_id(session, self.case_id), holder, self.office.now)

    def _must_have_counted_questions(self, session: Any, case: ProcessInstance) -> None:
        """A question waits only beside an open task, which knows how many there are; a delegate is not the owner."""
        waiting = Counter(
            each.task_id for each in consultations.of_case(session, case.id) if each.state is ConsultationState.OPEN
        )
        opened = leaps.open_tasks(session, case)
        assert waiting == Counter({task.id: task.open_questions for task in opened if task.open_questions}), self.done
        assert all(task.owner_id != task.assignee_id for task in opened if task.owner_id), self.done

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


@pytest.mark.parametrize("process", PROCESSES)
def test_whatever_people_do_the_case_stays_sound_and_comes_to_its_end(
    walkers: Any, given: Mapping[str, Mapping[str, object]], process: str
) -> None:
    used: Counter[str] = Counter()

    for seed in range(max(1, WALKS // len(PROCESSES))):
        case = walkers.start(process, **given[process])
        walkers.add_paper(case.id)
        walk = Walk(walkers, case.id, random.Random(f"{process} {seed}"), given[process], used)  # noqa: S311  (no secret)
        walk.go()
        assert walk.done

    logging.getLogger(__name__).info("%s: %s", process, dict(used.most_common()))
    assert WALKS < MANY or used.keys() >= OFTEN
    assert WALKS < ALL or used.keys() >= USED[process]
