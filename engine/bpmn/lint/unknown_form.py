"""A form that is not deployed with the diagram."""

from collections.abc import Iterator
from difflib import get_close_matches

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    known = subject.surroundings.forms
    for element in subject.elements.values():
        form_id = element.form_id
        if known is None or form_id is None or form_id.startswith("=") or form_id in known:
            continue
        near = get_close_matches(form_id, list(known), n=1)
        hint = (f" Ý bạn là “{near[0]}”?", f" Did you mean “{near[0]}”?") if near else ("", "")
        yield Fault(
            element.element_id,
            Bilingual(
                f"Không có biểu mẫu “{form_id}” trong gói.{hint[0]}", f"The pack has no form “{form_id}”.{hint[1]}"
            ),
            Bilingual(
                "Hãy thêm tệp .form có mã này, hoặc chọn biểu mẫu khác.", "Add the .form file, or choose another."
            ),
        )


RULE = Rule(
    "unknown_form",
    Severity.ERROR,
    Bilingual("Biểu mẫu được nêu đều có.", "Forms that are named are there."),
    _check,
)
