"""From survey to running nodes: Spiff's parsers, registered through their extension points, in two passes."""

from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.parser.ProcessParser import ProcessParser
from SpiffWorkflow.bpmn.parser.TaskParser import TaskParser
from SpiffWorkflow.bpmn.parser.util import full_tag

from engine.bpmn.blueprint import Blueprint, ScopeSpec
from engine.bpmn.nodes import activities, events, gateways
from engine.bpmn.nodes.base import FlowNode
from engine.bpmn.nodes.compensation import CompensatingNode
from engine.bpmn.nodes.loops import RepeatedActivity, StandardLoop
from engine.bpmn.nodes.multi_instance import MultiInstance
from engine.bpmn.nodes.sub_processes import AdHocSubProcess, EventSubProcess, SubProcess
from engine.bpmn.parser.bonds import implicit_starts, links
from engine.bpmn.parser.survey import ProcessSurvey, ScopeSurvey
from engine.bpmn.plan import Plan


class NodeParser(TaskParser):
    """Makes the running node of one element; flows come in a second pass, so nothing recurses along them."""

    def parse_node(self) -> FlowNode:
        """Return the node; a repeated activity is wrapped in its multi-instance."""
        plan: Plan = self.process_parser.survey.plans[self.bpmn_id]
        if plan.loop is None:
            node: FlowNode = self._create(self._class_for(plan), self.bpmn_id, plan)
            return node
        whole: RepeatedActivity = self._create(
            StandardLoop if plan.loop.is_standard_loop else MultiInstance, self.bpmn_id, plan
        )
        whole.inner = self._create(self._class_for(plan), f"{self.bpmn_id}#each", plan)
        whole.inner.container = whole
        return whole

    def _class_for(self, plan: Plan) -> Any:
        if "job_type" in plan.values:
            return events.JobEvent if plan.element.kind.endswith("Event") else activities.JobTask
        kind = None if plan.event is None else plan.event.kind
        if kind in {"compensation", "cancel"} and plan.element.kind != "boundaryEvent":
            return CompensatingNode
        if kind == "link" and plan.element.kind == "intermediateCatchEvent":
            return events.LinkCatchEvent
        return EventSubProcess if plan.element.is_event_sub_process else self.spec_class

    def _create(self, node_class: Any, name: str, plan: Plan) -> Any:
        inside = {"subworkflow_spec": self.bpmn_id} if issubclass(node_class, SubProcess) else {}
        return node_class(self.spec, name, plan=plan, **inside)


class ScopeParser(ProcessParser):
    """Builds one process or sub-process: first all nodes, then boundary events, triggers and flows."""

    survey: ScopeSurvey

    def _parse(self) -> None:
        """Fill the spec; data objects are only drawn, so none is declared."""
        self.spec = self.create_spec()
        self.add_tasks()

    def create_spec(self) -> ScopeSpec:
        """Return the empty spec, in this package's class."""
        return ScopeSpec(name=self.bpmn_id, description=self.get_name(), filename=self.filename)

    def add_tasks(self) -> None:
        """Fill the spec in two passes."""
        self.survey = self.parser.scopes[self.bpmn_id]
        for node in self.survey.nodes.values():
            self.parse_node(node)
        for element_id, plan in self.survey.plans.items():
            if plan.element.kind == "boundaryEvent":
                self._attach(element_id, plan)
            elif plan.element.is_event_sub_process:
                self.spec.triggers.append(self._trigger(element_id))
        for source_id, target_id in links(self.survey):
            self.spec.task_specs[source_id].lead_to(self.spec.task_specs[target_id], f"{source_id}#link")
        for flow in self.survey.flows.values():
            source = self.spec.task_specs[flow.source_id]
            source.lead_to(self.spec.task_specs[flow.target_id], flow.flow_id, source.plan.conditions.get(flow.flow_id))
        starts = [key for key, plan in self.survey.plans.items() if plan.element.kind == "startEvent"]
        self.spec.starts = [self.spec.task_specs[key] for key in starts or implicit_starts(self.survey)]

    def _attach(self, element_id: str, plan: Plan) -> None:
        """Bind a boundary event, or a compensation handler, to its activity."""
        specs = self.spec.task_specs
        host = specs[plan.element.attached_to]
        if plan.event is not None and plan.event.kind == "compensation":
            host.compensation_handler = specs[self.survey.handlers[element_id]]
        else:
            host.boundary_events.append(specs[element_id])

    def _trigger(self, element_id: str) -> events.Trigger:
        """Return the node that arms an event sub-process's start event in this scope."""
        inside = self.parser.scopes[element_id].plans.values()
        start = next(plan for plan in inside if plan.element.kind == "startEvent")
        trigger = events.Trigger(self.spec, f"{element_id}#trigger", plan=start)
        trigger.handler = self.spec.task_specs[element_id]
        return trigger


class DiagramParser(BpmnParser):
    """Spiff's parser with every tag's node class replaced by this package's."""

    OVERRIDE_PARSER_CLASSES = {  # noqa: RUF012 - Spiff's extension point is a plain class attribute
        full_tag(tag): (NodeParser, node_class)
        for tag, node_class in {
            "startEvent": events.StartEvent,
            "endEvent": events.EndEvent,
            "intermediateCatchEvent": events.IntermediateCatchEvent,
            "intermediateThrowEvent": events.IntermediateThrowEvent,
            "boundaryEvent": events.BoundaryEvent,
            "task": activities.PassingTask,
            "manualTask": activities.PassingTask,
            "userTask": activities.UserTask,
            "scriptTask": activities.ScriptTask,
            "serviceTask": activities.JobTask,
            "sendTask": activities.SendTask,
            "receiveTask": events.ReceiveTask,
            "businessRuleTask": activities.DecisionTask,
            "callActivity": activities.CallActivity,
            "subProcess": SubProcess,
            "transaction": SubProcess,
            "adHocSubProcess": AdHocSubProcess,
            "exclusiveGateway": gateways.ExclusiveGateway,
            "parallelGateway": gateways.ParallelGateway,
            "inclusiveGateway": gateways.InclusiveGateway,
            "eventBasedGateway": gateways.EventBasedGateway,
        }.items()
    }
    PROCESS_PARSER_CLASS = ScopeParser

    def __init__(self, surveys: list[ProcessSurvey], filename: str) -> None:
        super().__init__()
        self.scopes: dict[str, ScopeSurvey] = {}
        self.filename = filename
        for survey in surveys:
            self.scopes.update(survey.scopes)
            for scope in survey.scopes.values():
                self.create_parser(scope.node, filename)

    def blueprint(self, survey: ProcessSurvey) -> Blueprint:
        """Return a process with all its sub-processes, built."""
        inner = [scope_id for scope_id in survey.scopes if scope_id != survey.process_id]
        return Blueprint(self.get_spec(survey.process_id), {scope_id: self.get_spec(scope_id) for scope_id in inner})

    def get_document_lanes(self, root: etree._Element) -> dict[str, str]:  # noqa: ARG002
        """Return nothing: lanes are in the survey."""
        return {}
