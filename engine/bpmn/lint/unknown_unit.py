"""A unit code in an office function that the directory does not have."""

from collections.abc import Iterator

from engine.bpmn.lint.office_names import arguments, meant
from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity

_PARAMETERS = frozenset({"unit code", "code"})


def _check(subject: Subject) -> Iterator[Fault]:
    office = subject.surroundings.office
    if office is None:
        return
    for element_id, name in arguments(subject, _PARAMETERS):
        if name not in office.units:
            hint = meant(name, office.units)
            yield Fault(
                element_id,
                Bilingual(
                    f"Danh bạ không có đơn vị “{name}”.{hint.vi}", f"The directory has no unit “{name}”.{hint.en}"
                ),
                Bilingual("Hãy ghi mã đơn vị có trong danh bạ.", "Write a unit code of the directory."),
            )


RULE = Rule(
    "unknown_unit",
    Severity.WARNING,
    Bilingual("Đơn vị được nêu có trong danh bạ.", "Units that are named are in the directory."),
    _check,
)
