"""A user task that says nobody who does it."""

from collections.abc import Iterator

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    for element in subject.elements.values():
        given = element.assignment
        if element.kind == "userTask" and not (
            given and (given.assignee or given.candidate_groups or given.candidate_users)
        ):
            yield Fault(
                element.element_id,
                Bilingual(
                    f"Công việc “{element.name or element.element_id}” chưa có phân công.",
                    f"The user task “{element.name or element.element_id}” has no assignment.",
                ),
                Bilingual(
                    "Hãy ghi người xử lý, hoặc nhóm được nhận việc, trong phần Phân công.",
                    "Name an assignee, or the groups that may claim it, under Assignment.",
                ),
            )


RULE = Rule(
    "no_assignment",
    Severity.ERROR,
    Bilingual("Mỗi công việc của người dùng có phân công.", "Every user task has an assignment."),
    _check,
)
