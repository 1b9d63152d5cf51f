"""Ids that a modeler made up: they end up in history, reports and integrations, where nobody can read them."""

import re
from collections.abc import Iterator

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity

_GENERATED = re.compile(
    r"(sid|_|id)?-?[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
    r"|(Activity|Task|Event|Gateway|Process|Participant|Collaboration"
    r"|[A-Z][A-Za-z]*(Task|Event|Gateway|Process|Activity))_([0-9][0-9a-z]{6}|\d+)"
    r"|(user|service|script|manual|receive|mail|businessrule)task\d+"
    r"|(start|end)event\d+|(exclusive|parallel|inclusive|event)gateway\d+|(sub|call)(process|activity)\d+"
)


def _check(subject: Subject) -> Iterator[Fault]:
    for element_id in (subject.model.process_id, *subject.elements):
        if _GENERATED.fullmatch(element_id):
            yield Fault(
                element_id,
                Bilingual(
                    f"Mã “{element_id}” do trình vẽ tự sinh; lịch sử và báo cáo sẽ dùng mã này.",
                    f"The id “{element_id}” was made up by the modeler; history and reports will show it.",
                ),
                Bilingual(
                    "Hãy đặt mã có nghĩa, ví dụ approve_request.",
                    "Give it an id that says what it is, such as approve_request.",
                ),
            )


RULE = Rule(
    "generated_id",
    Severity.WARNING,
    Bilingual("Mã của quy trình và phần tử có nghĩa.", "Processes and elements have ids that say something."),
    _check,
)
