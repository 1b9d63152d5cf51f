"""A decision that is not deployed with the diagram."""

from collections.abc import Iterator
from difflib import get_close_matches

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    known = subject.surroundings.decisions
    for element in subject.elements.values():
        decision_id = element.decision_id
        if known is None or decision_id is None or decision_id.startswith("=") or decision_id in known:
            continue
        near = get_close_matches(decision_id, list(known), n=1)
        hint = (f" Ý bạn là “{near[0]}”?", f" Did you mean “{near[0]}”?") if near else ("", "")
        yield Fault(
            element.element_id,
            Bilingual(
                f"Không có bảng quyết định “{decision_id}” trong gói.{hint[0]}",
                f"The pack has no decision “{decision_id}”.{hint[1]}",
            ),
            Bilingual(
                "Hãy thêm tệp .dmn có quyết định này, hoặc chọn quyết định khác.",
                "Add the .dmn file that has it, or choose another.",
            ),
        )


RULE = Rule(
    "unknown_decision",
    Severity.ERROR,
    Bilingual("Bảng quyết định được nêu đều có.", "Decisions that are named are there."),
    _check,
)
