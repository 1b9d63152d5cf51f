"""Compile the FEEL texts of a file, noting every error with its place."""

import re
from collections.abc import Callable, Iterable, Mapping

from lxml import etree

from engine.dmn.document import name_of, text_of
from engine.dmn.findings import Findings
from engine.feel import (
    Expression,
    FeelError,
    FeelSyntaxError,
    FeelType,
    constant_tests,
    parse,
    parse_unary_tests,
    unknown_functions,
)

Names = frozenset[str]
"""Names in scope."""

_REMEDY = (
    "Hãy sửa biểu thức FEEL; trình soạn thảo chỉ đúng chỗ sai.",
    "Mend the FEEL expression; the editor shows the place.",
)
_FEEL = ("feel", "/feel/")
_SHOWN = 200
_NAMED = ("itemComponent", "output", "column", "variable", "decision", "inputData", "businessKnowledgeModel")
_FIRST_WORD = re.compile(r"\w*")


class FeelReader:
    """The compiler of one file; each distinct text is compiled once.

    `types` are the item definitions for `instance of`, filled in when they are read. `members` are all names of the
    file, and of those it imports, that are more than one word: a path may lead to any of them.
    """

    def __init__(self, findings: Findings, root: etree._Element) -> None:
        self.findings = findings
        self.types: Mapping[str, FeelType] = {}
        self.members = frozenset(name for node in root.iter(*_NAMED) if not (name := name_of(node)).isidentifier())
        self._made: dict[tuple[object, str, tuple[str, ...]], Expression | FeelSyntaxError] = {}

    def expression(self, node: etree._Element, text: str, names: Names) -> Expression | None:
        """Compile an expression; note what is wrong with it."""
        return self._read(parse, node, text, names)

    def tests(self, node: etree._Element, text: str, names: Names) -> Expression | None:
        """Compile unary tests; an empty text lets everything pass."""
        return self._read(parse_unary_tests, node, text or "-", names)

    def allowed(self, node: etree._Element | None) -> Expression | None:
        """Compile a list of allowed values; None where there is none or nothing in it."""
        text = text_of(node)
        tests = None if node is None or not text else self.tests(node, text, frozenset())
        return None if tests is None or constant_tests(tests) == ((), False) else tests

    def check_language(self, node: etree._Element) -> bool:
        """Tell whether the node is written in FEEL; note another language."""
        language = (node.get("expressionLanguage") or "").strip().casefold()
        if not language or language == _FEEL[0] or _FEEL[1] in language:
            return True
        self.findings.add(
            "language",
            node,
            (
                f"Ngôn ngữ biểu thức “{node.get('expressionLanguage')}” không dùng được.",
                f"The expression language “{node.get('expressionLanguage')}” is not supported.",
            ),
            ("Hãy viết lại bằng FEEL và bỏ thuộc tính ngôn ngữ.", "Write it in FEEL and remove the language."),
        )
        return False

    def _read(
        self, form: Callable[..., Expression], node: etree._Element, text: str, names: Names
    ) -> Expression | None:
        if not self.check_language(node):
            return None
        known = _relevant(text, names) + _relevant(text, self.members - names)
        key = (form, text, known)
        if key not in self._made:
            try:
                self._made[key] = form(text, names=known, types=self.types)
            except FeelSyntaxError as error:
                self._made[key] = error
        made = self._made[key]
        if isinstance(made, FeelSyntaxError):
            self._note(node, made, text)
            return None
        return made if self._calls_known(node, made, names) else None

    def _calls_known(self, node: etree._Element, expression: Expression, names: Names) -> bool:
        unknown = unknown_functions(expression, names)
        for error in unknown:
            self._note(node, error, expression.text)
        return not unknown

    def _note(self, node: etree._Element, error: FeelError, text: str) -> None:
        at_vi, at_en = ("", "")
        if error.position is not None:
            at_vi, at_en = f" (ký tự {error.position + 1})", f" (character {error.position + 1})"
        shown = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
        self.findings.add(
            "feel",
            node,
            (f"{error.text.vi}{at_vi}. Biểu thức: {shown}", f"{error.text.en}{at_en}. Expression: {shown}"),
            _REMEDY,
        )


def _relevant(text: str, names: Iterable[str]) -> tuple[str, ...]:
    """Return the names whose first word occurs in the text; the parser need not look for the others."""
    return tuple(sorted(name for name in names if name and _first_word(name) in text))


def _first_word(name: str) -> str:
    found = _FIRST_WORD.match(name)
    return found[0] if found else ""
