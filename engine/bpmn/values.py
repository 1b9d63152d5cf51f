"""Texts of a diagram, compiled once: FEEL when they start with `=`, literals otherwise."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.scope import Scope
from engine.feel import Environment, Expression, to_json
from engine.wording import Bilingual

A_VALUE = Bilingual("Giá trị", "The value")


class Value:
    """One compiled text; `what` names it to a person ("Hạn xử lý")."""

    __slots__ = ("expression", "text", "what")

    def __init__(self, text: str, expression: Expression | None = None, what: Bilingual = A_VALUE) -> None:
        self.text = text
        self.expression = expression
        self.what = what

    def read(self, scope: Mapping[str, object], environment: Environment) -> object:
        """Return the literal, or the expression's result as a JSON value; raises `FeelError`."""
        if self.expression is None:
            return self.text
        return to_json(self.expression.evaluate(scope, environment))

    def holds(self, scope: Mapping[str, object], environment: Environment) -> bool:
        """Say whether a condition is true; null and everything else is not."""
        return self.expression is not None and self.expression.evaluate(scope, environment) is True


@dataclass(frozen=True, slots=True)
class IoMapping:
    """One zeebe:input or zeebe:output: `target` is a variable's name or a path into a context."""

    source: Value
    target: tuple[str, ...]

    def apply(self, read_from: Scope, write_to: Scope, environment: Environment, *, local: bool) -> None:
        """Evaluate the source and write the target, into the nearest layer when `local`."""
        value = self.source.read(read_from, environment)
        name, *path = self.target
        if path:
            value = _woven(write_to.layers[0].get(name) if local else write_to.get(name), path, value)
        if local:
            write_to.declare(name, value)
        else:
            write_to.assign(name, value)


def _woven(context: object, path: list[str], value: object) -> object:
    """Return a copy of `context` in which `path` leads to `value`."""
    copy = dict(context) if isinstance(context, dict) else {}
    copy[path[0]] = _woven(copy.get(path[0]), path[1:], value) if path[1:] else value
    return copy
