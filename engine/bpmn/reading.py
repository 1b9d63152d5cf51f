"""Read a BPMN file into a diagram, or refuse it with everything that is wrong in it."""

from collections.abc import Collection

from engine.bpmn.elements import Diagram
from engine.errors import Invalid
from engine.wording import Finding


class DiagramRefused(Invalid):
    """The diagram cannot run as drawn; `findings` holds every reason at once."""

    code = "diagram.refused"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(finding.message.en for finding in findings), findings=findings)
        self.findings = findings


def read_diagram(xml: bytes, *, filename: str, known_job_types: Collection[str] | None = None) -> Diagram:
    """Read `xml`; `known_job_types` None means that job types are not checked. Refuses with `DiagramRefused`."""
    raise NotImplementedError
