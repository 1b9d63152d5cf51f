"""Read a decision table and check that its parts fit together."""

import re
from collections.abc import Mapping, Sequence
from datetime import date

from lxml import etree

from engine.dmn.boxed import Boxed, Broken
from engine.dmn.columns import Column, is_point
from engine.dmn.document import clean, name_of, text_of
from engine.dmn.feel_reading import FeelReader, Names
from engine.dmn.hit_policies import AGGREGATORS, HitPolicy, Priorities
from engine.dmn.table import DecisionTable, InputClause, OutputClause
from engine.dmn.type_reading import TypeTable
from engine.feel import Expression, FeelSyntaxError, coerced, constant_tests, parse_unary_tests
from engine.wording import Severity

MOST_RULES = 5_000
MOST_COLUMNS = 100
_DATE_CALL = re.compile(r'\bdate\(\s*"(\d{4}-\d{2}-\d{2})"\s*\)')
_LETTERS: Mapping[str, HitPolicy] = {policy.value[0]: policy for policy in HitPolicy}
_SIGNS: Mapping[str, str] = {"+": "SUM", "<": "MIN", ">": "MAX", "#": "COUNT"}


def read_table(
    node: etree._Element, names: Names, feel: FeelReader, types: TypeTable, *, element_id: str, name: str
) -> Boxed:
    """Compile a decision table; notes everything wrong in it, and then gives an expression that refuses."""
    reader = _TableReader(node, names, feel, types, name)
    before = len(feel.findings.all)
    table = reader.table(element_id)
    has_errors = any(each.severity is Severity.ERROR for each in feel.findings.all[before:])
    return Broken(name) if table is None or has_errors else table


class _TableReader:
    """Reads one table."""

    def __init__(self, node: etree._Element, names: Names, feel: FeelReader, types: TypeTable, name: str) -> None:
        self._node, self._names, self._feel, self._types, self._name = node, names, feel, types, name
        self._rules = node.findall("rule")

    def table(self, element_id: str) -> DecisionTable | None:
        """Return the table, None if its shape is wrong."""
        policy = self._policy()
        if policy is None or not self._has_shape():
            return None
        entries = [rule.findall("inputEntry") for rule in self._rules]
        outputs = [self._output(each) for each in self._node.findall("output")]
        inputs = [
            self._input(clause, [row[index] for row in entries])
            for index, clause in enumerate(self._node.findall("input"))
        ]
        rules = [self._outputs_of(rule, outputs) for rule in self._rules]
        self._check_priorities(policy[0], outputs)
        self._check_aggregation(policy[1], outputs)
        if any(each is None for each in inputs) or any(each is None for each in rules):
            return None
        return DecisionTable(
            element_id,
            self._node.get("id"),
            self._node.sourceline,
            *policy,
            inputs=[each for each in inputs if each is not None],
            outputs=outputs,
            rules=[each for each in rules if each is not None],
        )

    def _policy(self) -> tuple[HitPolicy, str | None] | None:
        """Return hit policy and aggregation, written as words or as one letter and a sign."""
        said = clean(self._node.get("hitPolicy") or "UNIQUE").upper()
        aggregation = (self._node.get("aggregation") or "").upper() or None
        if len(said) == 2 and said[0] == "C":
            said, aggregation = "C", _SIGNS.get(said[1], said[1])
        policy = _LETTERS.get(said) if len(said) == 1 else next((each for each in HitPolicy if each == said), None)
        if policy is None or (aggregation is not None and aggregation not in AGGREGATORS):
            self._note(
                "hit_policy",
                self._node,
                (f"Không có quy tắc chọn dòng “{said} {aggregation or ''}”.", f"There is no hit policy “{said}”."),
                (
                    "Hãy chọn một trong U, A, P, F, R, O, C, C+, C<, C>, C#.",
                    "Choose one of U, A, P, F, R, O, C, C+, C<, C>, C#.",
                ),
            )
            return None
        return policy, aggregation if policy is HitPolicy.COLLECT else None

    def _has_shape(self) -> bool:
        """Tell whether all rules have an entry for each column; note those that have not."""
        inputs, outputs = len(self._node.findall("input")), len(self._node.findall("output"))
        if not outputs or len(self._rules) > MOST_RULES or inputs + outputs > MOST_COLUMNS:
            self._note(
                "table_size",
                self._node,
                (
                    f"Bảng cần ít nhất một cột kết quả, nhiều nhất {MOST_COLUMNS} cột và {MOST_RULES} dòng.",
                    f"The table needs an output, at most {MOST_COLUMNS} columns and {MOST_RULES} rules.",
                ),
                ("Hãy thêm cột kết quả, hoặc tách bảng.", "Add an output, or split the table."),
            )
            return False
        wrong = [
            (number, rule)
            for number, rule in enumerate(self._rules, 1)
            if (len(rule.findall("inputEntry")), len(rule.findall("outputEntry"))) != (inputs, outputs)
        ]
        for number, rule in wrong:
            self._note(
                "rule_length",
                rule,
                (
                    f"Dòng {number} không có đủ {inputs} ô điều kiện và {outputs} ô kết quả.",
                    f"The rule {number} has not {inputs} input and {outputs} output entries.",
                ),
                ("Hãy mở bảng trong trình soạn và điền đủ các ô.", "Open the table in the editor and fill it in."),
            )
        return not wrong

    def _input(self, node: etree._Element, entries: Sequence[etree._Element]) -> InputClause | None:
        asked = node.find("inputExpression")
        text = text_of(asked)
        if asked is None or not text:
            self._note(
                "input_expression",
                node,
                ("Cột điều kiện chưa có biểu thức.", "The input has no expression."),
                ("Hãy ghi biến hoặc biểu thức FEEL của cột.", "Write the variable or FEEL expression of the column."),
            )
            return None
        expression = self._feel.expression(asked, text, self._names)
        cells = [self._cell(each) for each in entries]
        if expression is None or any(cell is None for cell in cells):
            return None
        kind, allowed = self._types.of(asked), self._feel.allowed(node.find("inputValues"))
        column = Column([cell for cell in cells if cell is not None])
        clause = InputClause(clean(node.get("label")) or text, expression, kind, allowed, column)
        self._check_cells(clause, entries)
        return clause

    def _cell(self, node: etree._Element) -> Expression | None:
        """Compile a cell; a date that modelers write as a call becomes a constant, which the index can hold."""
        text = text_of(node)
        names = self._names | {"?"}
        cell = self._feel.tests(node, text, names)
        folded = _DATE_CALL.sub(r'@"\1"', text)
        if cell is None or folded == text or "date" in self._names:
            return cell
        if not all(_is_date(each) for each in _DATE_CALL.findall(text)):
            return cell
        return self._feel.tests(node, folded, names)

    def _check_cells(self, clause: InputClause, entries: Sequence[etree._Element]) -> None:
        """Warn of cells that no value of the column's type can pass."""
        if clause.type is None or clause.type.feel.kind == "Any":
            return
        kind = clause.type.kind_name
        for number, (node, tests) in enumerate(zip(entries, clause.column.tests, strict=True), 1):
            if tests is None:
                continue
            constants = [point for point in tests.points if point is not None]
            constants += [end for _, span in tests.spans for end in (span.start, span.end) if end is not None]
            if any(coerced(each, clause.type.feel) is None for each in constants):
                self._note(
                    "cell_type",
                    node,
                    (
                        f"Ô ở dòng {number} không hợp với cột “{clause.label}”, cột này có kiểu {kind.vi}.",
                        f"The cell of rule {number} does not fit the input “{clause.label}”, which wants {kind.en}.",
                    ),
                    ("Hãy đổi kiểu của cột hoặc sửa ô.", "Change the column's type, or the cell."),
                    is_warning=True,
                )

    def _output(self, node: etree._Element) -> OutputClause:
        name = name_of(node)
        if not name and len(self._node.findall("output")) > 1:
            self._note(
                "output_name",
                node,
                ("Bảng có nhiều cột kết quả, mỗi cột phải có tên.", "Each of several outputs must have a name."),
                ("Hãy đặt tên cho cột kết quả.", "Name the output."),
            )
        kind, allowed = self._types.of(node), self._feel.allowed(node.find("outputValues"))
        default, order = node.find("defaultOutputEntry"), allowed or (kind.allowed if kind else None)
        return OutputClause(
            name,
            name or clean(node.get("label")) or self._name,
            kind,
            allowed,
            self._feel.expression(default, text_of(default), self._names)
            if default is not None and text_of(default)
            else None,
            None if order is None else Priorities(order),
        )

    def _check_priorities(self, policy: HitPolicy, outputs: Sequence[OutputClause]) -> None:
        if policy.is_ordered_by_output and all(output.priorities is None for output in outputs):
            self._note(
                "no_priorities",
                self._node,
                (
                    f"Quy tắc {policy.value} cần thứ tự ưu tiên: cột kết quả chưa liệt kê giá trị.",
                    f"The hit policy {policy.value} needs an order: no output lists its values.",
                ),
                (
                    "Hãy liệt kê các giá trị của cột kết quả, quan trọng nhất đứng trước.",
                    "List the output's values, the most important first.",
                ),
            )

    def _check_aggregation(self, aggregation: str | None, outputs: Sequence[OutputClause]) -> None:
        if aggregation not in {None, "COUNT"} and len(outputs) > 1:
            self._note(
                "aggregated_outputs",
                self._node,
                (
                    f"Bảng có {len(outputs)} cột kết quả nên không gộp được bằng {aggregation}.",
                    f"The table has {len(outputs)} outputs, which {aggregation} cannot join.",
                ),
                ("Hãy để một cột kết quả, hoặc bỏ phép gộp.", "Keep one output, or collect without aggregation."),
            )

    def _outputs_of(self, rule: etree._Element, outputs: Sequence[OutputClause]) -> list[Expression] | None:
        entries: list[Expression] = []
        for node, clause in zip(rule.findall("outputEntry"), outputs, strict=True):
            text = text_of(node) or "null"
            expression = self._feel.expression(node, text, self._names)
            if expression is None:
                return None
            self._check_output(node, text, clause)
            entries.append(expression)
        return entries

    def _check_output(self, node: etree._Element, text: str, clause: OutputClause) -> None:
        """Note a constant that the output's type or its list of values refuses."""
        value = _constant(text)
        if value is None:
            return
        if clause.type is not None and coerced(value, clause.type.feel) is None:
            self._note(
                "output_type",
                node,
                (
                    f"Kết quả {text} không hợp với cột “{clause.label}”, cột này có kiểu {clause.type.kind_name.vi}.",
                    f"The output {text} does not fit “{clause.label}”, which wants {clause.type.kind_name.en}.",
                ),
                ("Hãy đổi kiểu của cột hoặc sửa ô.", "Change the column's type, or the cell."),
            )

        elif clause.values is not None and value not in clause.values:
            self._note(
                "output_value",
                node,
                (
                    f"Kết quả {text} không có trong danh sách giá trị của cột “{clause.label}”.",
                    f"The output {text} is none of the values listed for “{clause.label}”.",
                ),
                (
                    "Hãy thêm giá trị vào danh sách của cột hoặc sửa ô.",
                    "Add the value to the list, or change the cell.",
                ),
            )

    def _note(
        self,
        code: str,
        node: etree._Element,
        message: tuple[str, str],
        remedy: tuple[str, str],
        *,
        is_warning: bool = False,
    ) -> None:
        severity = Severity.WARNING if is_warning else Severity.ERROR
        self._feel.findings.add(code, node, message, remedy, severity=severity)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _constant(text: str) -> object:
    """Return the value of an output entry that is a constant; None for any other."""
    try:
        tests = constant_tests(parse_unary_tests(text))
    except FeelSyntaxError:
        return None
    if tests is None or tests[1] or len(tests[0]) != 1 or not is_point(tests[0][0]):
        return None
    return tests[0][0]
