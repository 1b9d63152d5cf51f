"""The constant names of the office in a process: group keys, units, positions, people."""

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from engine.approver_rules.rules import Choice, Situation
from engine.bpmn.lint.subject import Subject
from engine.bpmn.values import Value
from engine.feel import OFFICE_FUNCTIONS, Expression, FeelError, nodes, parse
from engine.wording import Bilingual

_STARTERS, _FALLBACK = "lc:starters", "lc:fallback"


def group_keys(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield every constant group key with the id of the element that names it."""
    model = subject.model
    for name in (_STARTERS, _FALLBACK):
        for key in _constants(model.properties.get(name, "")):
            yield model.process_id, key
    yield from _named_by_rules(subject, Choice.GROUP)
    for element_id in subject.elements:
        for key in _said(subject.plan(element_id).values.get("candidate_groups")):
            yield element_id, key


def usernames(subject: Subject) -> Iterator[tuple[str, str]]:
    """Yield every constant username with the id of the element that names it."""
    for element_id in subject.elements:
        values = subject.plan(element_id).values
        for name in (*_said(values.get("assignee")), *_said(values.get("candidate_users"))):
            yield element_id, name
    yield from _named_by_rules(subject, Choice.PERSON)
    yield from arguments(subject, {"username"})


def arguments(subject: Subject, parameters: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield the constant arguments that office functions get for certain parameters."""
    for element_id, expression in subject.expressions():
        for node in nodes.walk(expression.tree):
            if isinstance(node, nodes.Call) and isinstance(node.function, nodes.Name):
                function = OFFICE_FUNCTIONS.get(node.function.name)
                named = node.names or (function.parameters if function else ())
                for parameter, argument in zip(named, node.arguments, strict=False):
                    said = argument.value if isinstance(argument, nodes.Literal) else None
                    if function is not None and parameter in parameters and isinstance(said, str):
                        yield element_id, said


def _named_by_rules(subject: Subject, choice: Choice) -> Iterator[tuple[str, str]]:
    """Yield whom the rules for assignments that do not work out name, with the id of who says so."""
    model = subject.model
    said = [(model.process_id, model.properties), *((key, each.properties) for key, each in subject.elements.items())]
    for element_id, properties in said:
        for situation in Situation:
            written, _, name = properties.get(situation.property_name, "").partition(":")
            if written.strip() == choice and name.strip():
                yield element_id, name.strip()


def meant(name: str, known: Collection[str]) -> Bilingual:
    """Return the question whether a similar name was meant, or nothing."""
    near = get_close_matches(name, list(known), n=1)
    return Bilingual(f" Ý bạn là “{near[0]}”?", f" Did you mean “{near[0]}”?") if near else Bilingual("", "")


def _said(value: Value | None) -> Iterator[str]:
    if value is None:
        return iter(())
    return _listed(value.text) if value.expression is None else _in_expression(value.expression)


def _constants(text: str) -> Iterator[str]:
    if not text.startswith("="):
        return _listed(text)
    try:
        return _in_expression(parse(text[1:]))
    except FeelError:  # reading has said so
        return iter(())


def _listed(text: str) -> Iterator[str]:
    return (part.strip() for part in text.split(",") if part.strip())


def _in_expression(expression: Expression) -> Iterator[str]:
    """Yield the texts that the expression is, or is a list of."""
    tree = expression.tree
    for node in tree.items if isinstance(tree, nodes.ListOf) else (tree,):
        if isinstance(node, nodes.Literal) and isinstance(node.value, str):
            yield node.value
