"""Escalation rules where no task is ever due."""

from collections.abc import Iterator

from engine.bpmn.lint.escalating import rules_of
from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.escalations.rules import ESCALATE
from engine.wording import Bilingual, Severity

_REMEDY = Bilingual(
    "Đặt hạn xử lý cho việc, ví dụ =working days(3), hoặc bỏ các quy tắc này.",
    "Give the task a due date, such as =working days(3), or take the rules out.",
)


def _check(subject: Subject) -> Iterator[Fault]:
    tasks = [each for each in subject.elements.values() if each.kind == "userTask"]
    for task in tasks:
        if rules_of(task.properties) and not task.due_date:
            yield Fault(
                task.element_id,
                Bilingual(
                    "Việc có quy tắc nhắc hạn nhưng không có hạn xử lý.",
                    "The task has escalation rules but no due date.",
                ),
                _REMEDY,
            )
    theirs = [each for each in tasks if ESCALATE not in each.properties]
    if rules_of(subject.model.properties) and not any(each.due_date for each in theirs):
        yield Fault(
            subject.model.process_id,
            Bilingual(
                "Quy trình có quy tắc nhắc hạn nhưng không việc nào theo quy tắc ấy có hạn xử lý.",
                "The process has escalation rules, but no task that they hold for has a due date.",
            ),
            _REMEDY,
        )


RULE = Rule(
    "escalation_without_due",
    Severity.WARNING,
    Bilingual("Có quy tắc nhắc hạn thì có hạn xử lý.", "Where there are escalation rules, something is due."),
    _check,
)
