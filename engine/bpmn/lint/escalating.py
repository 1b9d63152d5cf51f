"""The escalation rules of a process and its tasks, as far as they can be read; who cannot be told is said elsewhere."""

from collections.abc import Iterator, Mapping, Sequence

from engine.bpmn.lint.subject import Subject
from engine.escalations import rules
from engine.feel import FeelError, parse


def rules_of(properties: Mapping[str, str]) -> Sequence[rules.Rule]:
    """Return the rules among the properties of one element, none where they cannot be read."""
    text = properties.get(rules.ESCALATE, "").strip()
    if not text.startswith("="):
        return ()
    try:
        return rules.read(parse(text[1:]))
    except (FeelError, rules.RulesUnreadable):  # reading has said so
        return ()


def recipients(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield every group key and username that rules name, with the id of the element that names it."""
    said = [(subject.model.process_id, subject.model.properties)]
    said += [(element_id, element.properties) for element_id, element in subject.elements.items()]
    for element_id, properties in said:
        named = dict.fromkeys(word for rule in rules_of(properties) for word in rule.recipients)
        yield from ((element_id, word) for word in named if word not in set(rules.Recipient))
