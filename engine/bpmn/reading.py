"""Read a BPMN file into a diagram, or refuse it with everything that is wrong in it."""

from collections.abc import Collection

from engine.bpmn.elements import Diagram, ProcessModel
from engine.bpmn.parser.building import DiagramParser
from engine.bpmn.parser.document import read_document
from engine.bpmn.parser.findings import DiagramRefused, Findings
from engine.bpmn.parser.structure import StructureCheck, check_ids, give_flows_ids
from engine.bpmn.parser.survey import ProcessSurvey, Surveyor

__all__ = ["DiagramRefused", "read_diagram"]


def read_diagram(xml: bytes, *, filename: str, known_job_types: Collection[str] | None = None) -> Diagram:
    """Read, check and compile a diagram; `known_job_types` None means that job types are not checked.

    Refuses with `DiagramRefused`, which holds all findings at once, each with element id, line, sentence and remedy.
    Nothing is fetched from anywhere, and entities are forbidden.
    """
    findings = Findings(filename)
    root = read_document(xml, findings)
    give_flows_ids(root)
    check_ids(root, findings)
    surveys = Surveyor(root, findings).processes()
    for survey in surveys:
        StructureCheck(survey, findings, known_job_types).run()
    if not surveys:
        findings.add(
            "no_executable_process",
            root,
            ("Sơ đồ không có quy trình nào được đánh dấu chạy được.", "No process of the diagram is executable."),
            ("Hãy đánh dấu “Executable” cho quy trình.", "Mark the process as executable."),
        )
    findings.stop_on_errors()
    parser = DiagramParser(surveys, filename)
    processes = {survey.process_id: _model(survey, parser) for survey in surveys}
    return Diagram(filename, processes, tuple(findings.all))


def _model(survey: ProcessSurvey, parser: DiagramParser) -> ProcessModel:
    plans = survey.plans
    top = survey.scopes[survey.process_id]
    return ProcessModel(
        survey.process_id,
        survey.name,
        survey.properties,
        {element_id: plan.element for element_id, plan in plans.items()},
        {flow_id: flow for scope in survey.scopes.values() for flow_id, flow in scope.flows.items()},
        tuple(survey.lanes),
        tuple(plan.element for plan in top.plans.values() if plan.element.kind == "startEvent"),
        parser.blueprint(survey),
    )
