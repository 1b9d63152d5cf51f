"""A parallel join behind an inclusive choice: it waits for branches that the choice did not take."""

from collections.abc import Iterator

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.subject import Subject
from engine.bpmn.lint.token_game import is_inclusive, play_tokens
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    """Tell the joins that starve when an inclusive choice takes one flow, and do not when it takes all."""
    for around, elements in subject.scopes():
        if around is not None and around.kind == "adHocSubProcess":
            continue
        if not any(is_inclusive(subject, each) for each in elements):
            continue
        rich, poor = play_tokens(subject, elements), play_tokens(subject, elements, is_poor=True)
        if rich is None or poor is None:
            continue
        for element in elements:
            if element.element_id in (poor.starved & rich.fired) - rich.starved:
                yield _fault(element.element_id, element.name)


def _fault(element_id: str, name: str) -> Fault:
    return Fault(
        element_id,
        Bilingual(
            f"Cổng song song “{name or element_id}” chờ tất cả các nhánh, nhưng phía trước là chỗ rẽ có thể chỉ chọn "
            "một số nhánh; khi đó hồ sơ treo ở đây.",
            f"The parallel gateway “{name or element_id}” waits for all its branches, but a choice before it may take "
            "only some of them; then the case hangs here.",
        ),
        Bilingual(
            "Sau cổng bao gồm hãy gộp bằng cổng bao gồm: nó chỉ chờ các nhánh đã được chọn.",
            "Behind an inclusive gateway, join with an inclusive gateway: it waits only for the branches taken.",
        ),
    )


RULE = Rule(
    "join_may_hang",
    Severity.WARNING,
    Bilingual("Sau chỗ rẽ bao gồm không gộp bằng cổng song song.", "Inclusive choices are not joined in parallel."),
    _check,
)
