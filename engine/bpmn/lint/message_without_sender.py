"""A message that is waited for, and that nothing deployed together sends."""

from collections.abc import Iterator

from engine.bpmn.lint.rule import Fault, Rule
from engine.bpmn.lint.sending import SENDERS, names_sent
from engine.bpmn.lint.subject import Subject
from engine.wording import Bilingual, Severity


def _check(subject: Subject) -> Iterator[Fault]:
    """Look at waits with a fixed name; a sender with a computed name may send anything."""
    sent = {*subject.surroundings.messages_sent, *names_sent((subject.model, *subject.siblings), "message")}
    if any(name.startswith("=") for name in sent):
        return
    for element in subject.elements.values():
        name = element.event.name if element.event is not None and element.event.kind == "message" else None
        if element.kind not in SENDERS and name and not name.startswith("=") and name not in sent:
            yield Fault(
                element.element_id,
                Bilingual(
                    f"Không quy trình nào được triển khai cùng gửi thông điệp “{name}”.",
                    f"No process deployed together with this one sends the message “{name}”.",
                ),
                Bilingual(
                    "Hãy vẽ sự kiện gửi cùng tên; nếu hệ thống ngoài gửi thì không cần làm gì.",
                    "Draw an event that sends it under this name; nothing to do if another system sends it.",
                ),
            )


RULE = Rule(
    "message_without_sender",
    Severity.WARNING,
    Bilingual("Thông điệp được chờ có nơi gửi.", "Messages that are waited for are sent somewhere."),
    _check,
)
