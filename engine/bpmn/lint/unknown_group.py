"""A group key whose unit or position the directory does not have."""

from collections.abc import Iterator

from engine.bpmn.lint.office_names import group_keys, meant
from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.surroundings import Office
from engine.wording import Bilingual, Severity

_ALWAYS = "administrator"


def _check(subject: Subject) -> Iterator[Fault]:
    office = subject.surroundings.office
    if office is None:
        return
    for element_id, key in group_keys(subject):
        hint = _wrong(key, office)
        if hint is not None:
            yield Fault(
                element_id,
                Bilingual(f"Danh bạ không có nhóm “{key}”.{hint.vi}", f"The directory has no group “{key}”.{hint.en}"),
                Bilingual(
                    "Hãy ghi ĐƠN_VỊ, ĐƠN_VỊ/chức_vụ hoặc /chức_vụ theo mã trong danh bạ.",
                    "Write UNIT, UNIT/position or /position with the codes of the directory.",
                ),
            )


def _wrong(key: str, office: Office) -> Bilingual | None:
    """Return what may have been meant when a part of the key is unknown, None when it is right."""
    unit, slash, position = key.partition("/")
    if unit and unit not in office.units:
        return meant(unit, office.units)
    if slash and position not in office.positions and (unit or position != _ALWAYS):
        return meant(position, office.positions)
    return None if unit or position else Bilingual("", "")


RULE = Rule(
    "unknown_group",
    Severity.WARNING,
    Bilingual("Nhóm được nêu có trong danh bạ.", "Groups that are named are in the directory."),
    _check,
)
