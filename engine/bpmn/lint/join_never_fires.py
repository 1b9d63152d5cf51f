"""A parallel join that waits for a token which cannot come, so that cases hang at it."""

from collections.abc import Iterator

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.token_game import play_tokens
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    for around, elements in subject.scopes():
        if around is not None and around.kind == "adHocSubProcess":
            continue
        if not any(each.kind == "parallelGateway" and len(each.incoming) > 1 for each in elements):
            continue
        outcome = play_tokens(subject, elements)
        if outcome is None:
            continue
        for element in elements:
            if element.element_id in outcome.touched - outcome.fired:
                yield _fault(element.element_id, element.name)


def _fault(element_id: str, name: str) -> Fault:
    return Fault(
        element_id,
        Bilingual(
            f"Cổng song song “{name or element_id}” chờ tất cả các nhánh, nhưng không bao giờ các nhánh cùng tới; "
            "hồ sơ sẽ treo ở đây.",
            f"The parallel gateway “{name or element_id}” waits for all its branches, but they never all arrive; "
            "cases will hang here.",
        ),
        Bilingual(
            "Hãy gộp bằng đúng loại cổng đã tách: sau cổng loại trừ thì gộp bằng cổng loại trừ.",
            "Join with the kind of gateway that split: behind an exclusive gateway, with an exclusive gateway.",
        ),
    )


RULE = Rule(
    "join_never_fires",
    Severity.ERROR,
    Bilingual("Cổng song song nào cũng có thể gộp xong.", "Every parallel join can fire."),
    _check,
)
