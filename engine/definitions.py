"""Deployed definitions made ready to run: the parsed diagram, and what its `lc:` properties say about office work.

Parsed once per version and kept in the process; a definition never changes after its deployment.
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.approver_rules.rules import Rules, read_rules, rules_by_task
from engine.bpmn import Element, ProcessModel, read_diagram
from engine.errors import NotFound
from engine.escalations.rules import Rule
from engine.feel import Environment, Expression
from engine.model import FormDefinition, ProcessDefinition
from engine.process_design import ProcessDesign, read_process_design
from engine.task_design import USER_KINDS, PropertyReader, TaskDesign, read_task_design
from engine.vietnamese import title_order

KEPT_DEFINITIONS = 200


class ProcessNotFound(NotFound):
    """No such process is deployed."""

    code = "process.not_found"


@dataclass(frozen=True)
class LoadedDefinition:
    """One version of a process, ready to run."""

    definition_id: UUID
    key: str
    name: str
    version: int
    deployment_id: UUID
    model: ProcessModel
    pack_rules: Mapping[str, str]

    def element(self, element_id: str) -> Element:
        """Return one element of the diagram."""
        return self.model.elements[element_id]

    @cached_property
    def _reader(self) -> PropertyReader:
        return PropertyReader(self.model.properties, self.key, "")

    @cached_property
    def tasks(self) -> Mapping[str, TaskDesign]:
        """The designs of all user tasks by element id."""
        return {
            each.element_id: read_task_design(each) for each in self.model.elements.values() if each.kind in USER_KINDS
        }

    @cached_property
    def title(self) -> Expression | None:
        """How the case names itself (`lc:title`)."""
        return self._reader.expression("lc:title")

    @cached_property
    def facts(self) -> Mapping[str, Expression]:
        """What is worth saying about a case, one line each (`lc:fact.<label>`)."""
        return self._reader.expressions("lc:fact.")

    @cached_property
    def design(self) -> ProcessDesign:
        """What its properties say about sending back, cancelling, approvers, escalation and pauses."""
        return read_process_design(self.model)

    @cached_property
    def escalates(self) -> bool:
        """Tell whether any of its user tasks has escalation rules."""
        return any(self.escalations_of(element_id) for element_id in self.tasks)

    def escalations_of(self, element_id: str) -> tuple[Rule, ...]:
        """Return the escalation rules that hold for a user task: its own, else the process's; none for no task."""
        task = self.tasks.get(element_id)
        if task is None:
            return ()
        return self.design.escalations if task.escalations is None else task.escalations

    @cached_property
    def approver_rules(self) -> Mapping[str, Rules]:
        """The rules for assignments that do not work out (`lc:when_…`), by element id of the tasks that have any."""
        of_pack = read_rules(PropertyReader(self.pack_rules, self.key, ""))
        return rules_by_task(of_pack, self.design.approver_rules, self.tasks)

    @property
    def code_prefix(self) -> str:
        """The letters a case code starts with (`lc:code_prefix`)."""
        return self.model.properties.get("lc:code_prefix", "HS")

    @property
    def description(self) -> str:
        """One sentence for the page where people start (`lc:description`)."""
        return self.model.properties.get("lc:description", "")

    @property
    def fallback_group(self) -> str:
        """Who gets a task that resolves to nobody (`lc:fallback`)."""
        return self.model.properties.get("lc:fallback", "/administrator")

    def starters(self, environment: Environment) -> frozenset[str] | None:
        """Return the group keys that may start the process, `None` for everybody (`lc:starters`)."""
        expression = self._reader.expression("lc:starters")
        if expression is None:
            return None
        keys = expression.evaluate({}, environment)
        return frozenset(str(key) for key in keys) if isinstance(keys, list) else frozenset()


class _Shelf:
    """The definitions this process has parsed, the most recently used last."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._kept: OrderedDict[UUID, LoadedDefinition] = OrderedDict()
        self._lock = Lock()

    def find(self, definition_id: UUID) -> LoadedDefinition | None:
        with self._lock:
            if definition_id in self._kept:
                self._kept.move_to_end(definition_id)
            return self._kept.get(definition_id)

    def put(self, loaded: LoadedDefinition) -> None:
        with self._lock:
            self._kept[loaded.definition_id] = loaded
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)


_shelf = _Shelf(KEPT_DEFINITIONS)


def load(session: Session, definition_id: UUID) -> LoadedDefinition:
    """Return a definition ready to run; its diagram is parsed the first time this process needs it."""
    loaded = _shelf.find(definition_id)
    if loaded is None:
        definition = session.get_one(ProcessDefinition, definition_id)
        diagram = read_diagram(definition.resource.content, filename=definition.resource.name)
        loaded = LoadedDefinition(
            definition_id=definition.id,
            key=definition.key,
            name=definition.name,
            version=definition.version,
            deployment_id=definition.deployment_id,
            model=diagram.processes[definition.key],
            pack_rules=definition.deployment.approver_rules,
        )
        _shelf.put(loaded)
    return loaded


def latest(session: Session, key: str) -> ProcessDefinition:
    """Return the newest version of a process that is not retired; refuses with `ProcessNotFound`."""
    definition = session.scalar(
        select(ProcessDefinition).where(
            ProcessDefinition.key == key, ProcessDefinition.is_latest, ProcessDefinition.retired_at.is_(None)
        )
    )
    if definition is None:
        raise ProcessNotFound(key=key)
    return definition


def all_latest(session: Session) -> list[ProcessDefinition]:
    """Return the newest version of every process that is not retired, by name."""
    latest = select(ProcessDefinition).where(ProcessDefinition.is_latest, ProcessDefinition.retired_at.is_(None))
    return sorted(session.scalars(latest), key=lambda each: (*title_order(each.name), each.key))


def form_text(session: Session, deployment_id: UUID, form_id: str) -> str:
    """Return the text of a form as it came with a deployment."""
    form = session.scalar(
        select(FormDefinition).where(FormDefinition.deployment_id == deployment_id, FormDefinition.form_id == form_id)
    )
    if form is None:
        raise NotFound("The deployment holds no such form.", form_id=form_id)
    return form.resource.content.decode()
