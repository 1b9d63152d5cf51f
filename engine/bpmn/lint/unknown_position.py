"""A kind of position in an office function that nobody in the directory holds."""

from collections.abc import Iterator

from engine.bpmn.lint.office_names import arguments, meant
from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity

_PARAMETERS = frozenset({"kind", "position kind"})


def _check(subject: Subject) -> Iterator[Fault]:
    office = subject.surroundings.office
    if office is None:
        return
    for element_id, name in arguments(subject, _PARAMETERS):
        if name not in office.positions:
            hint = meant(name, office.positions)
            yield Fault(
                element_id,
                Bilingual(
                    f"Danh bạ không có chức vụ “{name}”.{hint.vi}", f"The directory has no position “{name}”.{hint.en}"
                ),
                Bilingual("Hãy ghi loại chức vụ có trong danh bạ.", "Write a kind of position of the directory."),
            )


RULE = Rule(
    "unknown_position",
    Severity.WARNING,
    Bilingual("Chức vụ được nêu có trong danh bạ.", "Positions that are named are in the directory."),
    _check,
)
