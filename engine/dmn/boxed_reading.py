"""Read boxed expressions: one compiler for each element of DMN 1.5, 7.3.1 and 10.2."""

from collections.abc import Callable, Mapping

from lxml import etree

from engine.dmn import boxed
from engine.dmn.boxed import Boxed
from engine.dmn.calls import FunctionLogic, Invocation, Parameter
from engine.dmn.document import elements, name_of, text_of
from engine.dmn.feel_reading import FeelReader, Names
from engine.dmn.table import DecisionTable
from engine.dmn.table_reading import read_table
from engine.dmn.type_reading import TypeTable
from engine.feel import Expression
from engine.wording import Bilingual, Severity

MOST_LEVELS = 30
"""Boxed expressions inside one another; it bounds the recursion of reader and evaluation."""

_WRITE = ("Hãy mở tệp trong trình soạn và điền biểu thức.", "Open the file in the editor and fill the expression in.")


class BoxedReader:
    """Compiles the logic of one element; `element_id` and `name` are the decision's or knowledge model's.

    `tables` gathers the decision tables found in it.
    """

    def __init__(self, feel: FeelReader, types: TypeTable, element_id: str, name: str) -> None:
        self.feel = feel
        self.types = types
        self.element_id = element_id
        self.name = name
        self.tables: list[DecisionTable] = []
        self._level = 0

    def only(self, holder: etree._Element, names: Names) -> Boxed:
        """Compile the one expression inside an element; note where there is none."""
        found = [child for child in elements(holder) if child.tag in _FORMS]
        if found:
            return self.read(found[0], names)
        return self._missing(holder)

    def decision(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a decision's logic; it may be left to people, then evaluating it is refused."""
        if any(child.tag in _FORMS for child in elements(node)):
            return self.only(node, names)
        self.feel.findings.add(
            "no_logic",
            node,
            (f"Quyết định “{self.name}” chưa có bảng hay biểu thức.", f"The decision “{self.name}” has no logic."),
            _WRITE,
            severity=Severity.WARNING,
        )
        return boxed.Broken(self.name)

    def read(self, node: etree._Element, names: Names) -> Boxed:
        """Compile an expression, with the type it must conform to."""
        self._level += 1
        if self._level > MOST_LEVELS:
            self._too_deep(node)
            return boxed.Broken(self.name)
        made = _FORMS[str(node.tag)](self, node, names)
        self._level -= 1
        return self.typed(made, node, name_of(node.getparent()) or self.name)

    def typed(self, made: Boxed, node: etree._Element | None, name: str) -> Boxed:
        """Wrap an expression whose element says a type."""
        kind = self.types.of(node)
        return made if kind is None else boxed.Typed(made, kind, Bilingual(f"“{name}”", f"“{name}”"))

    def literal(self, node: etree._Element, names: Names) -> Boxed:
        """Compile FEEL text."""
        text = text_of(node)
        if not text:
            return self._missing(node)
        made = self.feel.expression(node, text, names)
        return boxed.Broken(self.name) if made is None else boxed.Literal(made)

    def context(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a context; each entry knows the names before it."""
        entries: list[tuple[str, Boxed]] = []
        result: Boxed | None = None
        for each in node.findall("contextEntry"):
            variable = each.find("variable")
            name = name_of(variable)
            made = self.typed(self.only(each, names), variable, name)
            if name:
                entries.append((name, made))
                names |= {name}
            else:
                result = made
        return boxed.Context(entries, result)

    def list(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a list."""
        return boxed.ListOf([self.read(each, names) for each in elements(node) if each.tag in _FORMS])

    def relation(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a relation; note rows of another length than its columns."""
        columns = [name_of(each) for each in node.findall("column")]
        kinds = node.findall("column")
        rows: list[list[Boxed]] = []
        for row in node.findall("row"):
            cells = [each for each in elements(row) if each.tag in _FORMS]
            if len(cells) == len(columns):
                read = [self.read(cell, names) for cell in cells]
                rows.append([self.typed(cell, kind, name_of(kind)) for cell, kind in zip(read, kinds, strict=True)])
            else:
                self._uneven(row, len(columns), len(cells))
        return boxed.Relation(columns, rows)

    def invocation(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a call with bound arguments."""
        called = node.find("literalExpression")
        function: Expression | None = None
        if called is not None and text_of(called):
            function = self.feel.expression(called, text_of(called), names)
        bindings = [
            (name_of(binding.find("parameter")), self.only(binding, names)) for binding in node.findall("binding")
        ]
        return boxed.Broken(self.name) if function is None else Invocation(function, bindings)

    def function(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a function definition."""
        return self.function_logic(node, names) or boxed.Broken(self.name)

    def function_logic(self, node: etree._Element, names: Names) -> FunctionLogic | None:
        """Compile parameters and body; note functions of other kinds than FEEL and return None for them."""
        if (node.get("kind") or "FEEL").upper() not in {"FEEL", "F"}:
            self.feel.findings.add(
                "function_kind",
                node,
                (
                    f"Hàm loại “{node.get('kind')}” không dùng được.",
                    f"Functions of the kind “{node.get('kind')}” are not supported.",
                ),
                ("Hãy viết hàm bằng FEEL.", "Write the function in FEEL."),
            )
            return None
        parameters = [Parameter(name_of(each), self.types.of(each)) for each in node.findall("formalParameter")]
        inner = names | {each.name for each in parameters}
        return FunctionLogic(parameters, self.only(node, inner))

    def conditional(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a boxed `if`."""
        return boxed.Conditional(
            self._part(node, "if", names), self._part(node, "then", names), self._part(node, "else", names)
        )

    def loop(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a boxed `for`."""
        variable = self._variable(node)
        body = self._part(node, "return", names | {variable, "partial"})
        return boxed.ForEach(variable, self._part(node, "in", names), body)

    def quantified(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a boxed `some` or `every`."""
        variable = self._variable(node)
        condition = self._part(node, "satisfies", names | {variable})
        return boxed.Quantified(variable, self._part(node, "in", names), condition, decisive=node.tag == "some")

    def filter(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a boxed filter."""
        return boxed.Filter(self._part(node, "in", names), self._part(node, "match", names | {"item"}))

    def table(self, node: etree._Element, names: Names) -> Boxed:
        """Compile a decision table."""
        made = read_table(node, names, self.feel, self.types, element_id=self.element_id, name=self.name)
        if isinstance(made, DecisionTable):
            self.tables.append(made)
        return made

    def _part(self, node: etree._Element, tag: str, names: Names) -> Boxed:
        part = node.find(tag)
        return self._missing(node) if part is None else self.only(part, names)

    def _variable(self, node: etree._Element) -> str:
        variable = " ".join((node.get("iteratorVariable") or "").split())
        if not variable:
            self.feel.findings.add(
                "iterator_variable",
                node,
                ("Vòng lặp chưa có tên biến.", "The iteration has no variable."),
                ("Hãy đặt tên biến lặp.", "Name the iterator variable."),
            )
        return variable

    def _missing(self, node: etree._Element) -> Boxed:
        self.feel.findings.add(
            "no_expression",
            node,
            (f"“{self.name}” thiếu biểu thức.", f"“{self.name}” lacks an expression."),
            _WRITE,
        )
        return boxed.Broken(self.name)

    def _too_deep(self, node: etree._Element) -> None:
        self.feel.findings.add(
            "too_deep",
            node,
            (f"“{self.name}” lồng quá {MOST_LEVELS} tầng.", f"“{self.name}” is nested more than {MOST_LEVELS} levels."),
            ("Hãy tách thành nhiều quyết định.", "Split it into several decisions."),
        )

    def _uneven(self, row: etree._Element, wanted: int, found: int) -> None:
        self.feel.findings.add(
            "row_length",
            row,
            (
                f"Dòng có {found} ô, nhưng bảng có {wanted} cột.",
                f"The row has {found} cells, but the relation {wanted} columns.",
            ),
            ("Hãy điền đủ các ô của dòng.", "Fill in all cells of the row."),
        )


_FORMS: Mapping[str, Callable[[BoxedReader, etree._Element, Names], Boxed]] = {
    "literalExpression": BoxedReader.literal,
    "context": BoxedReader.context,
    "list": BoxedReader.list,
    "relation": BoxedReader.relation,
    "invocation": BoxedReader.invocation,
    "functionDefinition": BoxedReader.function,
    "conditional": BoxedReader.conditional,
    "for": BoxedReader.loop,
    "some": BoxedReader.quantified,
    "every": BoxedReader.quantified,
    "filter": BoxedReader.filter,
    "decisionTable": BoxedReader.table,
}
