"""Compile a diagram's texts, noting every FEEL error with its place."""

import re
from difflib import get_close_matches

from lxml import etree

from engine.bpmn.parser.findings import Findings
from engine.bpmn.values import IoMapping, Value
from engine.feel import OFFICE_FUNCTIONS, Expression, FeelSyntaxError, parse
from engine.wording import Bilingual

_NAME = re.compile(r"[^\W\d]\w*")
_FEEL_REMEDY = (
    "Hãy sửa biểu thức FEEL; trình soạn thảo biểu thức chỉ đúng chỗ sai.",
    "Mend the FEEL expression; the expression editor shows the place.",
)


class Expressions:
    """The compiler of one file; a text that does not compile is noted and becomes a literal."""

    def __init__(self, findings: Findings) -> None:
        self.findings = findings

    def value(self, node: etree._Element, text: str | None, what: tuple[str, str]) -> Value | None:
        """Compile a text that is FEEL when it starts with `=`; None for no text."""
        if text is None or not text.strip():
            return None
        stripped = text.strip()
        named = Bilingual(*what)
        if not stripped.startswith("="):
            return Value(stripped, what=named)
        try:
            expression = parse(stripped[1:])
        except FeelSyntaxError as error:
            self._note(node, error, stripped, what)
            return Value(stripped, what=named)
        self._check_functions(node, expression, what)
        return Value(stripped, expression, named)

    def feel(self, node: etree._Element, text: str | None, what: tuple[str, str]) -> Value | None:
        """Compile a text that must be FEEL, such as a condition."""
        if text is not None and text.strip() and not text.strip().startswith("="):
            self.findings.add(
                "feel_expected",
                node,
                (
                    f"{what[0]} phải là biểu thức FEEL, bắt đầu bằng dấu “=”: {text.strip()}",
                    f"{what[1]} must be a FEEL expression that starts with “=”: {text.strip()}",
                ),
                ("Hãy thêm dấu “=” ở đầu và viết biểu thức FEEL.", "Put “=” before it and write FEEL."),
            )
            return None
        return self.value(node, text, what)

    def mapping(self, node: etree._Element, what: tuple[str, str]) -> IoMapping | None:
        """Compile one zeebe:input or zeebe:output."""
        target = (node.get("target") or "").strip()
        path = tuple(target.split("."))
        source = self.value(node, node.get("source"), what) or Value("= null", parse("null"))
        if not all(_NAME.fullmatch(part) for part in path):
            self.findings.add(
                "mapping_target",
                node,
                (f"{what[0]}: “{target}” không phải là tên biến.", f"{what[1]}: “{target}” is no variable name."),
                (
                    "Hãy ghi tên biến, ví dụ ten_bien hoặc ten_bien.thuoc_tinh.",
                    "Write a variable's name, such as name or name.part.",
                ),
            )
            return None
        return IoMapping(source, path)

    def variable(self, node: etree._Element, name: str | None, what: tuple[str, str]) -> str | None:
        """Return a variable's name; note a missing or impossible one."""
        if name is not None and _NAME.fullmatch(name.strip()):
            return name.strip()
        self.findings.add(
            "variable_name",
            node,
            (f"{what[0]} phải là tên biến.", f"{what[1]} must be a variable's name."),
            ("Hãy ghi tên biến, chỉ gồm chữ, số và dấu gạch dưới.", "Write a name of letters, digits and underscores."),
        )
        return None

    def _check_functions(self, node: etree._Element, expression: Expression, what: tuple[str, str]) -> None:
        """Refuse functions that neither FEEL nor the office offers: a variable of a process is never one."""
        for name in sorted(expression.calls & expression.reads):
            near = get_close_matches(name, OFFICE_FUNCTIONS, n=1, cutoff=0.7)
            hint = (f" Ý bạn là “{near[0]}”?", f" Did you mean “{near[0]}”?") if near else ("", "")
            self.findings.add(
                "feel_unknown_function",
                node,
                (f"{what[0]}: không có hàm “{name}”.{hint[0]}", f"{what[1]}: there is no function “{name}”.{hint[1]}"),
                ("Hãy chọn hàm có trong danh sách hàm.", "Choose a function from the list of functions."),
            )

    def _note(self, node: etree._Element, error: FeelSyntaxError, text: str, what: tuple[str, str]) -> None:
        place = None if error.position is None else error.position + 2
        at_vi, at_en = ("", "") if place is None else (f" (ký tự {place})", f" (character {place})")
        self.findings.add(
            "feel_syntax",
            node,
            (
                f"{what[0]}{at_vi}: {error.text.vi} Biểu thức: {text}",
                f"{what[1]}{at_en}: {error.text.en} Expression: {text}",
            ),
            _FEEL_REMEDY,
        )


def root_name(text: str) -> str | None:
    """Return the variable that an expression is, or is a property of; None for any other expression."""
    parts = text.removeprefix("=").strip().split(".")
    return parts[0] if all(_NAME.fullmatch(part) for part in parts) else None
