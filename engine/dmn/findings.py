"""What is wrong in a decision file, gathered so that everything is said at once."""

from collections.abc import Sequence

from lxml import etree

from engine.errors import Invalid
from engine.wording import Bilingual, Finding, Severity


class DecisionsRefused(Invalid):
    """The file cannot be evaluated as it is; `findings` holds every reason at once."""

    code = "decisions.refused"

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
                f"decision.{code}",
                Bilingual(*message),
                Bilingual(*remedy),
                self.filename,
                nearest_id(node),
                None if node is None else node.sourceline,
                severity,
            )
        )

    @property
    def in_order(self) -> list[Finding]:
        """Return all findings in the order of the file."""
        return sorted(self.all, key=lambda finding: finding.line or 0)

    @property
    def has_errors(self) -> bool:
        """Tell whether one of them refuses the file."""
        return any(finding.severity is Severity.ERROR for finding in self.all)

    def stop_on_errors(self) -> None:
        """Raise `DecisionsRefused` with everything found if anything is an error."""
        if self.has_errors:
            raise DecisionsRefused(self.in_order)


def nearest_id(node: etree._Element | None) -> str | None:
    """Return the id of the node or of the nearest element around it that has one."""
    while node is not None:
        found = node.get("id")
        if found:
            return found
        node = node.getparent()
    return None
