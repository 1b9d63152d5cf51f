"""A username that the directory does not have."""

from collections.abc import Iterator

from engine.bpmn.lint.office_names import meant, usernames
from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    office = subject.surroundings.office
    if office is None:
        return
    for element_id, name in usernames(subject):
        if name not in office.people:
            hint = meant(name, office.people)
            yield Fault(
                element_id,
                Bilingual(
                    f"Danh bạ không có người dùng “{name}”.{hint.vi}", f"The directory has no person “{name}”.{hint.en}"
                ),
                Bilingual(
                    "Hãy chọn người có trong danh bạ; tốt hơn là giao theo chức vụ.",
                    "Choose somebody of the directory; better still, assign to a position.",
                ),
            )


RULE = Rule(
    "unknown_person",
    Severity.WARNING,
    Bilingual("Người được nêu có trong danh bạ.", "People that are named are in the directory."),
    _check,
)
