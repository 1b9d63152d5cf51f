"""A called process that is deployed neither with the diagram nor before it."""

from collections.abc import Iterator
from difflib import get_close_matches

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    if subject.surroundings.processes is None:
        return
    siblings = (model.process_id for model in (subject.model, *subject.siblings))
    known = {*subject.surroundings.processes, *siblings}
    for element in subject.elements.values():
        called = element.called_process
        if called is None or called.startswith("=") or called in known:
            continue
        near = get_close_matches(called, list(known), n=1)
        hint = (f" Ý bạn là “{near[0]}”?", f" Did you mean “{near[0]}”?") if near else ("", "")
        yield Fault(
            element.element_id,
            Bilingual(f"Không có quy trình “{called}”.{hint[0]}", f"There is no process “{called}”.{hint[1]}"),
            Bilingual(
                "Hãy triển khai quy trình được gọi trước, hoặc chọn quy trình khác.",
                "Deploy the called process first, or choose another.",
            ),
        )


RULE = Rule(
    "unknown_process",
    Severity.WARNING,
    Bilingual("Quy trình được gọi đều có.", "Called processes are there."),
    _check,
)
