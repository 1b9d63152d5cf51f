"""The loop marker of an activity: how it repeats."""

from lxml import etree

from engine.bpmn.elements import MultiInstance
from engine.bpmn.parser.document import BPMN, ZEEBE
from engine.bpmn.parser.expressions import Expressions, root_name
from engine.bpmn.parser.findings import Findings
from engine.bpmn.plan import LoopPlan


class LoopReader:
    """Reads loop characteristics and notes what is wrong with them."""

    def __init__(self, expressions: Expressions, findings: Findings) -> None:
        self.expressions = expressions
        self.findings = findings

    def read(self, node: etree._Element) -> tuple[MultiInstance, LoopPlan] | None:
        """Return how an activity repeats, raw and compiled; None when it is done once."""
        marker = node.find(f"{{{BPMN}}}multiInstanceLoopCharacteristics")
        if marker is not None:
            return self._multi_instance(marker)
        marker = node.find(f"{{{BPMN}}}standardLoopCharacteristics")
        if marker is not None:
            return self._standard_loop(marker)
        return None

    def _standard_loop(self, marker: etree._Element) -> tuple[MultiInstance, LoopPlan]:
        condition, maximum = _text(marker, "loopCondition"), marker.get("loopMaximum")
        if condition is None and not (maximum or "").isdecimal():
            self._incomplete(marker, "điều kiện lặp hoặc số lần tối đa", "loop condition or maximum")
        raw = MultiInstance(
            is_sequential=True,
            completion_condition=condition,
            is_standard_loop=True,
            tests_before=marker.get("testBefore") == "true",
            loop_maximum=int(maximum) if maximum and maximum.isdecimal() else None,
        )
        return raw, LoopPlan(
            is_sequential=True,
            completion_condition=self.expressions.feel(marker, condition, ("Điều kiện lặp", "The loop condition")),
            is_standard_loop=True,
            tests_before=raw.tests_before,
            maximum=raw.loop_maximum,
        )

    def _multi_instance(self, marker: etree._Element) -> tuple[MultiInstance, LoopPlan]:
        said = marker.find(f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}loopCharacteristics")
        texts = {} if said is None else {str(key): str(value) for key, value in said.attrib.items() if value}
        cardinality = _text(marker, "loopCardinality")
        if "inputCollection" not in texts and cardinality is None:
            self._incomplete(marker, "danh sách để lặp", "list to repeat over")
        raw = MultiInstance(
            marker.get("isSequential") == "true",
            texts.get("inputCollection"),
            texts.get("inputElement"),
            texts.get("outputCollection"),
            texts.get("outputElement"),
            _text(marker, "completionCondition"),
            cardinality,
        )
        return raw, self._compiled(marker, raw)

    def _compiled(self, marker: etree._Element, raw: MultiInstance) -> LoopPlan:
        feel, variable = self.expressions.feel, self.expressions.variable
        what = ("Biến của phần tử", "The input element")
        output = feel(marker, raw.output_element, ("Kết quả mỗi lần", "The output element"))
        name = None if raw.output_element is None else root_name(raw.output_element)
        return LoopPlan(
            raw.is_sequential,
            collection=feel(marker, raw.input_collection, ("Danh sách lặp", "The input collection")),
            cardinality=self.expressions.value(marker, raw.cardinality, ("Số lần lặp", "The loop cardinality")),
            input_element=None if raw.input_element is None else variable(marker, raw.input_element, what),
            output_collection=None
            if raw.output_collection is None
            else variable(marker, raw.output_collection, ("Danh sách kết quả", "The output collection")),
            output_element=output,
            output_variable=None if name == raw.input_element else name,
            completion_condition=feel(
                marker, raw.completion_condition, ("Điều kiện hoàn thành", "The completion condition")
            ),
        )

    def _incomplete(self, marker: etree._Element, vi: str, en: str) -> None:
        self.findings.add(
            "incomplete",
            marker,
            (f"Công việc lặp chưa có {vi}.", f"The repeated activity has no {en}."),
            (f"Hãy ghi {vi} trong bảng thuộc tính.", f"Fill in the {en} in the property panel."),
        )


def _text(marker: etree._Element, tag: str) -> str | None:
    found = marker.find(f"{{{BPMN}}}{tag}")
    return None if found is None else (found.text or "").strip() or None
