"""Elements that flows lead to, but none that comes from a start."""

from collections.abc import Iterator

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.ways import reached
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    """Look at each scope; what has no incoming flow at all, the reader has named already."""
    for around, elements in subject.scopes():
        if around is not None and around.kind == "adHocSubProcess":
            continue
        found = reached(subject, elements)
        for element in elements:
            if element.incoming and element.element_id not in found:
                yield Fault(
                    element.element_id,
                    Bilingual(
                        f"Không có đường nào từ chỗ bắt đầu đến “{element.name or element.element_id}”.",
                        f"No way leads from a start to “{element.name or element.element_id}”.",
                    ),
                    Bilingual("Hãy nối luồng đến phần tử, hoặc bỏ nó.", "Connect it, or take it out."),
                )


RULE = Rule(
    "unreachable",
    Severity.WARNING,
    Bilingual("Mọi phần tử đều có đường đi đến.", "Every element can be reached from a start."),
    _check,
)
