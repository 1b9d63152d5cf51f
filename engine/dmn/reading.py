"""Read a DMN file, and those it imports, into a model whose decisions can be evaluated."""

from collections.abc import Mapping

from lxml import etree

from engine.dmn.document import clean, name_of, read_document
from engine.dmn.findings import DecisionsRefused, Findings
from engine.dmn.graph_reading import Definitions
from engine.dmn.model import DecisionModel
from engine.wording import Finding

__all__ = ["DecisionsRefused", "inspect_decisions", "read_decisions"]


def read_decisions(content: bytes, *, filename: str, others: Mapping[str, bytes] | None = None) -> DecisionModel:
    """Read, check and compile a file; `others` are the files beside it, among which imports are looked for.

    Refuses with `DecisionsRefused`, which holds all findings at once, each with element id, line, sentence and remedy.
    Nothing is fetched from anywhere, and entities are forbidden.
    """
    model, findings = _Library(others or {}).read(content, filename)
    findings.stop_on_errors()
    return model


def inspect_decisions(
    content: bytes, *, filename: str, others: Mapping[str, bytes] | None = None
) -> tuple[DecisionModel, list[Finding]]:
    """Read a file that may be half done: a model in which broken decisions refuse, and everything found.

    Refuses with `DecisionsRefused` only what is no DMN file at all.
    """
    model, findings = _Library(others or {}).read(content, filename)
    return model, findings.in_order


class _Library:
    """The files at hand, read when another one imports them."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._by_namespace: dict[str, str] | None = None
        self._reading: list[str] = []

    def read(self, content: bytes, filename: str) -> tuple[DecisionModel, Findings]:
        """Read a file with everything it imports."""
        findings = Findings(filename)
        definitions = self._definitions(read_document(content, findings), findings)
        return DecisionModel(definitions, findings.all), findings

    def _definitions(self, root: etree._Element, findings: Findings) -> Definitions:
        self._reading.append(findings.filename)
        imported: dict[str, Definitions] = {}
        for node in root.findall("import"):
            if "DMN" in (node.get("importType") or ""):
                found = self._imported(node, findings)
                if found is not None:
                    imported[name_of(node)] = found
        self._reading.pop()
        return Definitions(root, findings, imported)

    def _imported(self, node: etree._Element, findings: Findings) -> Definitions | None:
        namespace = clean(node.get("namespace"))
        filename = self._find(namespace)
        if filename is None or filename in self._reading:
            findings.add(
                "import",
                node,
                (
                    f"Không có tệp nào khác của gói mang không gian tên “{namespace}”.",
                    f"No other file of the pack has the namespace “{namespace}”.",
                ),
                ("Hãy thêm tệp được nhập vào gói, hoặc bỏ phần nhập.", "Add the imported file, or remove the import."),
            )
            return None
        inner = Findings(filename)
        definitions = self._definitions(read_document(self._files[filename], inner), inner)
        findings.all += inner.all
        return definitions

    def _find(self, namespace: str) -> str | None:
        if self._by_namespace is None:
            self._by_namespace = {}
            for filename, content in self._files.items():
                try:
                    root = read_document(content, Findings(filename))
                except DecisionsRefused:
                    continue  # its own reading says what is wrong with it
                self._by_namespace[clean(root.get("namespace"))] = filename
        return self._by_namespace.get(namespace)
