"""The decisions of a deployment: read from its files, compiled once in a process, and asked by the step of a case."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from threading import Lock
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine.bpmn import ProcessModel
from engine.dmn import DecisionModel, DecisionNotFound, DecisionsRefused, Evaluation, Hit, read_decisions
from engine.feel import Environment, to_json
from engine.model import DecisionDefinition, Resource
from engine.wording import Bilingual, Finding

KEPT_DEPLOYMENTS = 100


def read_files(files: Mapping[str, bytes], findings: list[Finding]) -> dict[str, DecisionModel]:
    """Return the decision models among the files of a pack by decision id; add what is wrong to `findings`."""
    drawn = _decision_files(files)
    found: dict[str, DecisionModel] = {}
    for name in sorted(drawn):
        try:
            model = read_decisions(drawn[name], filename=name, others=drawn)
        except DecisionsRefused as refused:
            findings += refused.findings
            continue
        findings += model.warnings
        for decision_id in model.decisions:
            if decision_id in found:
                findings.append(_twice(name, decision_id, found[decision_id].filename))
            found[decision_id] = model
    return found


def _decision_files(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: content for name, content in files.items() if PurePosixPath(name).suffix == ".dmn"}


def _twice(name: str, decision_id: str, other: str) -> Finding:
    return Finding(
        code="decision.twice",
        message=Bilingual(
            f"Quyết định «{decision_id}» đã có trong tệp {other}.",
            f"The decision '{decision_id}' is in the file {other} already.",
        ),
        remedy=Bilingual("Đặt mã (id) khác cho một trong hai.", "Give one of them another id."),
        file=name,
        element_id=decision_id,
    )


def unknown_decisions(name: str, model: ProcessModel, known: Mapping[str, DecisionModel]) -> list[Finding]:
    """Return a finding for each business rule task that names a decision the pack does not have."""
    return [
        Finding(
            code="decision.unknown",
            message=Bilingual(
                f"Không có quyết định «{element.decision_id}» trong gói.",
                f"The pack has no decision '{element.decision_id}'.",
            ),
            remedy=Bilingual(
                "Thêm tệp .dmn có quyết định này hoặc chọn quyết định khác.",
                "Add the .dmn file or choose another decision.",
            ),
            file=name,
            element_id=element.element_id,
        )
        for element in model.elements.values()
        if element.decision_id and not element.decision_id.startswith("=") and element.decision_id not in known
    ]


def files_used(model: ProcessModel, known: Mapping[str, DecisionModel]) -> set[str]:
    """Return the decision files that a process depends on: all of them where an expression names the decision."""
    used: set[str] = set()
    for element in model.elements.values():
        named = element.decision_id or ""
        asked = list(known.values()) if named.startswith("=") else [known[named]] if named in known else []
        used.update(name for each in asked for name in each.files)
    return used


@dataclass(frozen=True)
class DeployedDecisions:
    """The decisions of one deployment; a file is compiled when one of its decisions is first asked."""

    files: Mapping[str, bytes]
    file_of: Mapping[str, str]  # decision id -> file name

    @cached_property
    def _models(self) -> dict[str, DecisionModel]:
        return {}

    def evaluate(self, decision_id: str, variables: Mapping[str, object], environment: Environment) -> Evaluation:
        """Evaluate a decision; refuses with `DecisionNotFound` and `DecisionFailed`."""
        name = self.file_of.get(decision_id)
        if name is None:
            raise DecisionNotFound(decision_id)
        model = self._models.get(name)
        if model is None:
            model = self._models[name] = read_decisions(self.files[name], filename=name, others=self.files)
        return model.evaluate(decision_id, variables, environment)


class _Shelf:
    """The deployments whose decisions this process has loaded, the most recently used last."""

    def __init__(self, room: int) -> None:
        self._room, self._lock = room, Lock()
        self._kept: OrderedDict[UUID, DeployedDecisions] = OrderedDict()

    def find(self, deployment_id: UUID) -> DeployedDecisions | None:
        with self._lock:
            if deployment_id in self._kept:
                self._kept.move_to_end(deployment_id)
            return self._kept.get(deployment_id)

    def put(self, deployment_id: UUID, loaded: DeployedDecisions) -> None:
        with self._lock:
            self._kept[deployment_id] = loaded
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)


_shelf = _Shelf(KEPT_DEPLOYMENTS)


def load(session: Session, deployment_id: UUID) -> DeployedDecisions:
    """Return the decisions of a deployment; its files are fetched the first time this process needs them."""
    loaded = _shelf.find(deployment_id)
    if loaded is None:
        rows = session.scalars(
            select(DecisionDefinition)
            .where(DecisionDefinition.deployment_id == deployment_id)
            .options(joinedload(DecisionDefinition.resource))
        )
        file_of = {row.decision_id: row.resource.name for row in rows}
        resources = session.scalars(select(Resource).where(Resource.deployment_id == deployment_id)) if file_of else ()
        loaded = DeployedDecisions(_decision_files({each.name: each.content for each in resources}), file_of)
        _shelf.put(deployment_id, loaded)
    return loaded


class Decider:
    """Answers the business rule tasks of one step, and remembers what it answered by which rules."""

    def __init__(self, decisions: DeployedDecisions, environment: Environment) -> None:
        self._decisions, self._environment = decisions, environment
        self._made: list[tuple[str, tuple[Hit, ...]]] = []

    def __call__(self, decision_id: str, variables: Mapping[str, object]) -> object:
        """Return the result as a JSON value; raises `DecisionNotFound`, `DecisionFailed`, `FeelError`."""
        evaluation = self._decisions.evaluate(decision_id, variables, self._environment)
        result = to_json(evaluation.value)
        self._made.append((decision_id, evaluation.hits))
        return result

    def take_made(self) -> list[dict[str, Any]]:
        """Return, as JSON values for the history, which decisions were made since the last call, by which rules."""
        made, self._made = self._made, []
        return [
            {
                "decision": decision_id,
                "tables": [
                    {"element": hit.element_id, "table": hit.table_id, "rules": list(hit.rules)} for hit in hits
                ],
            }
            for decision_id, hits in made
        ]
