"""Read the item definitions of a file into types, in whatever order they stand."""

from collections.abc import Mapping
from difflib import get_close_matches

from lxml import etree

from engine.dmn.document import clean, elements, name_of
from engine.dmn.feel_reading import FeelReader
from engine.dmn.item_types import ItemType
from engine.feel import Expression, FeelType

_ANY = FeelType("Any")
_SIMPLE: Mapping[str, str] = {
    **{
        name: name
        for name in (
            "number", "string", "boolean", "date", "time", "date and time", "days and time duration",
            "years and months duration", "context", "list", "range", "function",
        )
    },
    "dateTime": "date and time",
    "dayTimeDuration": "days and time duration",
    "yearMonthDuration": "years and months duration",
    "day time duration": "days and time duration",
    "year month duration": "years and months duration",
    "integer": "number",
    "long": "number",
    "double": "number",
}  # fmt: skip
"""The names of FEEL's types in the versions of DMN, and three that older modelers write for numbers."""

_UNTYPED = {"", "Any", "any", "<Undefined>"}


class TypeTable:
    """The types of one file; `imported` are those of other files by the name they are imported under."""

    def __init__(self, root: etree._Element, reader: FeelReader, imported: Mapping[str, "TypeTable"]) -> None:
        self._reader = reader
        self._imported = imported
        self._definitions = {name_of(node): node for node in root.findall("itemDefinition")}
        self._made: dict[str, ItemType | None] = {}
        self._making: set[str] = set()
        for name in self._definitions:
            self._defined(name)

    @property
    def feel_types(self) -> dict[str, FeelType]:
        """Return the types by the names that `instance of` may use."""
        own = {name: _ANY if kind is None else kind.feel for name, kind in self._made.items()}
        for prefix, table in self._imported.items():
            own.update({f"{prefix}.{name}" if prefix else name: kind for name, kind in table.feel_types.items()})
        return own

    def of(self, node: etree._Element | None, attribute: str = "typeRef") -> ItemType | None:
        """Return the type that an element refers to; None where anything goes. Notes unknown types."""
        return None if node is None else self._referred(node, node.get(attribute) or "")

    def _referred(self, node: etree._Element, reference: str) -> ItemType | None:
        name = _without_prefix(node, clean(reference))
        if name in self._definitions:
            return self._defined(name)
        if name in _UNTYPED:
            return None
        if name in _SIMPLE:
            return ItemType(FeelType(_SIMPLE[name]))
        return self._foreign(node, name)

    def _foreign(self, node: etree._Element, name: str) -> ItemType | None:
        for prefix, table in self._imported.items():
            own = name.removeprefix(f"{prefix}.") if prefix else name
            if (own != name or not prefix) and own in table._definitions:  # noqa: SLF001 - the same class
                return table._defined(own)  # noqa: SLF001 - the same class
        near = get_close_matches(name, [*self._definitions, *_SIMPLE], n=1)
        hint = (f" Ý bạn là “{near[0]}”?", f" Did you mean “{near[0]}”?") if near else ("", "")
        self._reader.findings.add(
            "type_unknown",
            node,
            (f"Không có kiểu dữ liệu “{name}”.{hint[0]}", f"There is no data type “{name}”.{hint[1]}"),
            (
                "Hãy chọn một kiểu có sẵn (number, string, boolean, date…) hoặc thêm kiểu này vào tệp.",
                "Choose a built-in type (number, string, boolean, date…) or define this one in the file.",
            ),
        )
        return None

    def _defined(self, name: str) -> ItemType | None:
        if name in self._making:
            self._refuse_circle(name)
            return None
        if name not in self._made:
            self._making.add(name)
            self._made[name] = self._read(self._definitions[name])
            self._making.discard(name)
        return self._made[name]

    def _refuse_circle(self, name: str) -> None:
        self._reader.findings.add(
            "type_circle",
            self._definitions[name],
            (f"Kiểu “{name}” chứa chính nó.", f"The type “{name}” contains itself."),
            ("Hãy bỏ tham chiếu vòng giữa các kiểu.", "Remove the circle between the types."),
        )

    def _read(self, node: etree._Element) -> ItemType | None:
        """Return the type of an item definition or component."""
        allowed = self._reader.allowed(node.find("allowedValues"))
        constraint = self._reader.allowed(node.find("typeConstraint"))
        one = self._single(node)
        if node.get("isCollection") != "true":
            tests = allowed or constraint
            return one if tests is None else _restricted(one or ItemType(_ANY), tests)
        element = one or ItemType(_ANY)
        if allowed is not None:
            element = _restricted(element, allowed)
        return ItemType(FeelType("list", (element.feel,)), constraint=constraint, element=element)

    def _single(self, node: etree._Element) -> ItemType | None:
        components = {name_of(each): self._read(each) for each in node.findall("itemComponent")}
        if components:
            typed = {name: kind for name, kind in components.items() if kind is not None}
            fields = {name: _ANY if kind is None else kind.feel for name, kind in components.items()}
            return ItemType(FeelType("context", fields=fields), components=typed)
        function = node.find("functionItem")
        if function is not None:
            return ItemType(FeelType("function", self._signature(function)))
        return self._referred(node, node.findtext("typeRef") or "")

    def _signature(self, function: etree._Element) -> tuple[FeelType, ...]:
        kinds = [self.of(each) for each in elements(function) if each.tag == "parameters"]
        return tuple(_ANY if kind is None else kind.feel for kind in (*kinds, self.of(function, "outputTypeRef")))


def _restricted(kind: ItemType, allowed: Expression) -> ItemType:
    """Return the type with more tests; those it has already become the constraint."""
    return ItemType(kind.feel, allowed, kind.allowed or kind.constraint, kind.element, kind.components)


def _without_prefix(node: etree._Element, reference: str) -> str:
    """Return a type's name without the prefix of a QName, as DMN 1.1 wrote it (`feel:string`)."""
    prefix, separator, name = reference.partition(":")
    return name if separator and (prefix in node.nsmap or prefix == "feel") else reference
