"""What is wrong in a file, gathered so that everything is said at once."""

from collections.abc import Sequence

from lxml import etree

from engine.bpmn.profile import ProfileEntry
from engine.errors import Invalid
from engine.wording import Bilingual, Finding, Severity


class DiagramRefused(Invalid):
    """The diagram cannot run as drawn; `findings` holds every reason at once."""

    code = "diagram.refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(
            "; ".join(f"{finding.element_id or finding.file}: {finding.message.en}" for finding in findings)
        )
        self.findings = list(findings)


class Findings:
    """The findings of one file, in the order of discovery."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.all: list[Finding] = []

    def add(
        self,
        code: str,
        node: etree._Element | None,
        message: tuple[str, str],
        remedy: tuple[str, str],
        *,
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Note a finding at an XML node; the element is the nearest one around it that has an id."""
        self.all.append(
            Finding(
                f"diagram.{code}",
                Bilingual(*message),
                Bilingual(*remedy),
                self.filename,
                _nearest_id(node),
                None if node is None else node.sourceline,
                severity,
            )
        )

    def refuse(self, entry: ProfileEntry, node: etree._Element) -> None:
        """Note that an element is outside the profile."""
        if entry.message is not None and entry.remedy is not None:
            self.add("not_supported", node, entry.message, entry.remedy)

    @property
    def errors(self) -> list[Finding]:
        """Return those that refuse the diagram."""
        return [finding for finding in self.all if finding.severity is Severity.ERROR]

    def stop_on_errors(self) -> None:
        """Raise `DiagramRefused` with everything found, in the order of the file, if anything is an error."""
        if self.errors:
            raise DiagramRefused(sorted(self.all, key=lambda finding: finding.line or 0))


def _nearest_id(node: etree._Element | None) -> str | None:
    while node is not None:
        found = node.get("id")
        if found:
            return found
        node = node.getparent()
    return None
