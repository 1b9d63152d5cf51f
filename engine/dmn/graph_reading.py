"""Read the decision requirements graph of a file: elements, arrows, and the logic behind them."""

from collections.abc import Callable, Iterator, Mapping

from lxml import etree

from engine.dmn.boxed import Broken
from engine.dmn.boxed_reading import BoxedReader
from engine.dmn.calls import FunctionLogic
from engine.dmn.document import clean, name_of
from engine.dmn.feel_reading import FeelReader, Names
from engine.dmn.findings import Findings
from engine.dmn.graph import Decision, DecisionService, InputData, KnowledgeModel, Part, Requirement
from engine.dmn.item_types import ItemType
from engine.dmn.table import DecisionTable
from engine.dmn.type_reading import TypeTable

LONGEST_ID = 120
"""Characters of an element's id, as many as the registry of a deployment keeps."""


class Definitions:
    """One file: its elements by id, compiled; `imported` are other files by the name they are imported under."""

    def __init__(self, root: etree._Element, findings: Findings, imported: Mapping[str, "Definitions"]) -> None:
        self.filename = findings.filename
        self.namespace = clean(root.get("namespace"))
        self.name = name_of(root)
        self.imported = imported
        self.parts: dict[str, Part] = {}
        self.tables: list[DecisionTable] = []
        self._findings = findings
        self._feel = FeelReader(findings, root)
        self._feel.members |= frozenset(name for each in imported.values() for name in each.member_names)
        self._types = TypeTable(root, self._feel, {name: each.types for name, each in imported.items()})
        self._feel.types = self._types.feel_types
        if self._feel.check_language(root):
            self._read_parts(root)

    @property
    def types(self) -> TypeTable:
        """Return the types of the file."""
        return self._types

    @property
    def member_names(self) -> frozenset[str]:
        """Return all names of more than one word that a path may lead to."""
        return self._feel.members

    @property
    def filenames(self) -> Iterator[str]:
        """Iterate over the names of this file and of all it imports."""
        yield self.filename
        for each in self.imported.values():
            yield from each.filenames

    def _read_parts(self, root: etree._Element) -> None:
        nodes = {}
        for node in root.iterchildren(*_MAKERS):
            part = self._part(node)
            if part is not None:
                nodes[part.element_id] = node
                self.parts[part.element_id] = part
        for element_id, node in nodes.items():
            self._connect(self.parts[element_id], node)
        self._refuse_circles(nodes)
        for element_id, node in nodes.items():
            self._read_logic(self.parts[element_id], node)

    def _part(self, node: etree._Element) -> Part | None:
        name = name_of(node)
        element_id = node.get("id") or name  # the standard lets an element go without id
        if not name or element_id in self.parts or len(element_id) > LONGEST_ID:
            self._findings.add(
                "identity",
                node,
                (
                    f"Phần tử “{name or element_id}” thiếu tên, trùng mã (id) hoặc có mã dài quá {LONGEST_ID} ký tự.",
                    f"“{name or element_id}” lacks a name, shares its id, or has one of over {LONGEST_ID} characters.",
                ),
                ("Hãy đặt tên và mã riêng cho từng phần tử.", "Give each element a name and an id of its own."),
            )
            return None
        variable = node.find("variable")
        names = [name_of(variable) or name]
        if variable is None and node.tag == "decision" and element_id != name:
            names.append(clean(element_id))  # modelers without variables speak of a decision by its id
        return _MAKERS[str(node.tag)](element_id, name, tuple(names), self._types.of(variable))

    def _connect(self, part: Part, node: etree._Element) -> None:
        if isinstance(part, DecisionService):
            part.inputs += [
                each
                for tag in ("inputData", "inputDecision")
                for each in self._referred(node, tag)
                if isinstance(each, (InputData, Decision))
            ]
            outputs = self._referred(node, "outputDecision")
            part.outputs += [each for each in outputs if isinstance(each, Decision)]
        elif not isinstance(part, InputData):
            for arrow in node.iterchildren("informationRequirement", "knowledgeRequirement"):
                part.requirements += self._required(arrow)

    def _referred(self, node: etree._Element, tag: str) -> list[Part]:
        return [each.element for each in (self._reference(child) for child in node.findall(tag)) if each]

    def _required(self, arrow: etree._Element) -> list[Requirement]:
        return [
            found
            for child in arrow.iterchildren("requiredInput", "requiredDecision", "requiredKnowledge")
            if (found := self._reference(child)) is not None
        ]

    def _reference(self, node: etree._Element) -> Requirement | None:
        """Return the element that a reference means (`#id`, or `namespace#id`); note one that leads nowhere."""
        namespace, _, element_id = (node.get("href") or "").rpartition("#")
        if namespace in {"", self.namespace} and element_id in self.parts:
            return Requirement(self.parts[element_id])
        for name, definitions in self.imported.items():
            if definitions.namespace == namespace and element_id in definitions.parts:
                return Requirement(definitions.parts[element_id], name)
        self._findings.add(
            "reference",
            node,
            (
                f"Mũi tên dẫn đến phần tử “{element_id}” không tồn tại.",
                f"The reference leads to “{element_id}”, which does not exist.",
            ),
            ("Hãy xóa mũi tên và vẽ lại.", "Delete the arrow and draw it again."),
        )
        return None

    def _refuse_circles(self, nodes: Mapping[str, etree._Element]) -> None:
        """Note decisions that require themselves, and cut them out of the circle."""
        settled: set[Decision] = set()
        for part in self.parts.values():
            if isinstance(part, Decision):
                self._walk(part, [], settled, nodes)

    def _walk(
        self, decision: Decision, path: list[Decision], settled: set[Decision], nodes: Mapping[str, etree._Element]
    ) -> None:
        if decision in settled:
            return
        for requirement in list(decision.requirements):
            required = requirement.element
            if required is decision or required in path:
                decision.requirements.remove(requirement)
                self._findings.add(
                    "circle",
                    nodes.get(decision.element_id),
                    (f"Quyết định “{decision.name}” phụ thuộc chính nó.", f"“{decision.name}” requires itself."),
                    ("Hãy bỏ một mũi tên trong vòng.", "Remove an arrow of the circle."),
                )
            elif isinstance(required, Decision):
                self._walk(required, [*path, decision], settled, nodes)
        settled.add(decision)

    def _read_logic(self, part: Part, node: etree._Element) -> None:
        if isinstance(part, (InputData, DecisionService)):
            return
        reader = BoxedReader(self._feel, self._types, part.element_id, part.name)
        names = _names_seen(part)
        if isinstance(part, Decision):
            part.logic = reader.decision(node, names)
        else:
            part.logic = self._function(part, node, names, reader)
        self.tables += reader.tables

    def _function(self, part: KnowledgeModel, node: etree._Element, names: Names, reader: BoxedReader) -> FunctionLogic:
        logic = node.find("encapsulatedLogic")
        function = None if logic is None else reader.function_logic(logic, names | set(part.names))
        if function is None:
            return FunctionLogic((), Broken(part.name))
        kind = self._types.of(node.find("variable"))
        return FunctionLogic(function.parameters, function.body, _result_type(kind))


def _names_seen(part: Decision | KnowledgeModel) -> Names:
    names: set[str] = set()
    for requirement in part.requirements:
        names |= {requirement.imported_as} if requirement.imported_as else set(requirement.element.names)
    return frozenset(names)


def _result_type(kind: ItemType | None) -> ItemType | None:
    """Return the type of a knowledge model's result: what its variable says in DMN 1.1, part of that in later ones."""
    if kind is None or kind.feel.kind != "function":
        return kind
    return None if kind.result is None else ItemType(kind.result)


_Maker = Callable[[str, str, tuple[str, ...], ItemType | None], Part]
_MAKERS: Mapping[str, _Maker] = {
    "inputData": lambda element_id, _name, names, kind: InputData(element_id, names, kind),
    "decision": Decision,
    "businessKnowledgeModel": lambda element_id, name, names, _kind: KnowledgeModel(element_id, name, names),
    "decisionService": DecisionService,
}
