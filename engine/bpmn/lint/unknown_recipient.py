"""Somebody whom an escalation rule tells and whom the directory does not have."""

from collections.abc import Iterator

from engine.bpmn.lint.escalating import recipients
from engine.bpmn.lint.office_names import meant
from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.surroundings import Office
from engine.escalations.rules import Recipient
from engine.wording import Bilingual, Severity

_ADMINISTRATOR = "administrator"


def _check(subject: Subject) -> Iterator[Fault]:
    office = subject.surroundings.office
    if office is None:
        return
    for element_id, word in recipients(subject):
        if not _is_known(word, office):
            hint = meant(word, [*Recipient, *office.people, *office.units])
            yield Fault(
                element_id,
                Bilingual(
                    f"Quy tắc nhắc hạn báo cho “{word}” mà danh bạ không có.{hint.vi}",
                    f"An escalation rule tells “{word}”, whom the directory does not have.{hint.en}",
                ),
                Bilingual(
                    "Hãy ghi assignee, head, superior, starter, một khóa nhóm hoặc một tên đăng nhập.",
                    "Write assignee, head, superior, starter, a group key or a username.",
                ),
            )


def _is_known(word: str, office: Office) -> bool:
    unit, slash, position = word.partition("/")
    if not slash:
        return word in office.people or word in office.units
    is_unit = not unit or unit in office.units
    return is_unit and (position in office.positions or (not unit and position == _ADMINISTRATOR))


RULE = Rule(
    "unknown_recipient",
    Severity.WARNING,
    Bilingual("Người được nhắc hạn có trong danh bạ.", "Those whom escalation rules tell are in the directory."),
    _check,
)
