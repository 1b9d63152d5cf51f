"""A signal that is waited for, and that nothing deployed together throws."""

from collections.abc import Iterator

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.sending import SENDERS, names_sent
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    """Look at waits with a fixed name; a thrower with a computed name may throw anything."""
    thrown = {*subject.surroundings.signals_thrown, *names_sent((subject.model, *subject.siblings), "signal")}
    if any(name.startswith("=") for name in thrown):
        return
    for element in subject.elements.values():
        name = element.event.name if element.event is not None and element.event.kind == "signal" else None
        if element.kind not in SENDERS and name and not name.startswith("=") and name not in thrown:
            yield Fault(
                element.element_id,
                Bilingual(
                    f"Không quy trình nào đã biết phát tín hiệu “{name}”; sự kiện này sẽ không xảy ra.",
                    f"No known process throws the signal “{name}”, so this event will not happen.",
                ),
                Bilingual(
                    "Hãy vẽ sự kiện phát cùng tên; nếu hệ thống ngoài phát thì không cần làm gì.",
                    "Draw an event that throws it under this name; nothing to do if another system throws it.",
                ),
            )


RULE = Rule(
    "signal_without_thrower",
    Severity.WARNING,
    Bilingual("Tín hiệu được chờ có nơi phát.", "Signals that are waited for are thrown somewhere."),
    _check,
)
