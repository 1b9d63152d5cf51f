"""Carry a running process over to another version of its diagram (chuyển phiên bản), on its compacted state."""

from collections.abc import Mapping
from typing import Any

import simplejson

from engine.bpmn.elements import Element, ProcessModel
from engine.bpmn.instance import ProcessInstance
from engine.bpmn.nodes.gateways import EventBasedGateway
from engine.errors import Invalid
from engine.wording import Bilingual, Finding

_ARMED = {"boundaryEvent", "startEvent"}


class MigrationRefused(Invalid):
    """Some live token has no place in the target; `findings` names each."""

    code = "bpmn.migration_refused"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{finding.element_id}: {finding.message.en}" for finding in findings))
        self.findings = findings


def migrated_state(state: str, source: ProcessModel, target: ProcessModel, elements: Mapping[str, str]) -> str:
    """Return a compacted state with every token renamed to its place in `target`; refuses with `MigrationRefused`.

    Armed events without counterpart are dropped. What was settled on entering (assignment, due moments) stays.
    """
    said = simplejson.loads(state, use_decimal=True)
    plan = _Plan(source, target, elements)
    every_row = [row for rows in [said["scope"], *(inner[2] for inner in said["inner"])] for row in rows]
    places = {row[0]: plan.place(row[3].partition("#")[0]) for row in every_row}
    said["scope"] = plan.scope(said["scope"], None)
    said["inner"] = [[number, ended, plan.scope(rows, places[number])] for number, ended, rows in said["inner"]]
    plan.stop_on_findings()
    return str(simplejson.dumps(said, use_decimal=True, ensure_ascii=False))


def arm_new_events(process: ProcessInstance) -> None:
    """Arm the boundary events, event sub-processes and events behind gateways that only the new diagram has."""
    for scope in [process, *process.subprocesses.values()]:
        tokens = list(scope.live.values())
        names = {token.task_spec.name for token in tokens}
        for trigger in scope.spec.triggers:
            if trigger.name not in names:
                trigger._update(scope.task_tree._add_child(trigger))
        for token in tokens:
            armed = {event.task_spec.name for event in token.attached()}
            for event in token.task_spec.boundary_events:
                if event.name not in armed:
                    event._update(token._add_child(event))
            if isinstance(token.task_spec, EventBasedGateway):
                token.task_spec.arm(token, but=armed)


class _Plan:
    """The renaming of one migration, gathering what does not fit."""

    def __init__(self, source: ProcessModel, target: ProcessModel, elements: Mapping[str, str]) -> None:
        self.source, self.target, self.elements = source, target, elements
        self.findings: list[Finding] = []
        self.flows = {(flow.source_id, flow.target_id): flow.flow_id for flow in reversed(list(target.flows.values()))}

    def scope(self, rows: list[list[Any]], scope_id: str | None) -> list[list[Any]]:
        """Rename one scope's tokens; the root comes first and keeps its name."""
        kept = [rows[0]]
        rows[0][4] = self._renamed_records(rows[0][4])
        for row in rows[1:]:
            element = self.source.elements[self.place_of_spec(row[3])]
            found = self.target.elements.get(self.place(element.element_id))
            if found is None and row[4].get("armed") and element.kind in _ARMED:
                continue
            if found is None or not self._fits(element, found, scope_id, row):
                self._refuse(element)
                continue
            row[3] = self._renamed_spec(row[3], element.element_id)
            if "came" in row[4]:
                row[4]["came"] = self._renamed_flows(row[4]["came"])
            for record in row[4].get("pending", []):
                record[1] = self.place(record[1])
            kept.append(row)
        return kept

    def place(self, element_id: str) -> str:
        """Return the id an element has in the target."""
        return self.elements.get(element_id, element_id)

    def place_of_spec(self, name: str) -> str:
        """Return the element a token's node stands for: for a trigger, the event sub-process's start event."""
        base, _separator, kind = name.partition("#")
        if kind != "trigger":
            return base
        return next(
            element.element_id
            for element in self.source.elements.values()
            if element.scope_id == base and element.kind == "startEvent"
        )

    def stop_on_findings(self) -> None:
        """Raise with everything that does not fit."""
        if self.findings:
            raise MigrationRefused(self.findings)

    def _fits(self, old: Element, new: Element, scope_id: str | None, row: list[Any]) -> bool:
        """Say whether a token may go on at the new element: same kind, same scope, same way to repeat."""
        around = new.scope_id
        if "trigger" in str(row[3]) and around is not None:
            around = self.target.elements[around].scope_id
        shapes = [
            None
            if each.multi_instance is None
            else (each.multi_instance.is_sequential, each.multi_instance.is_standard_loop)
            for each in (old, new)
        ]
        events = [None if each.event is None else each.event.kind for each in (old, new)]
        return old.kind == new.kind and around == scope_id and shapes[0] == shapes[1] and events[0] == events[1]

    def _renamed_spec(self, name: str, element_id: str) -> str:
        base, separator, kind = name.partition("#")
        if kind == "trigger":
            start = self.target.elements[self.place(element_id)]
            return f"{start.scope_id}#trigger"
        return f"{self.place(base)}{separator}{kind}"

    def _renamed_flows(self, came: dict[str, int]) -> dict[str, int]:
        renamed: dict[str, int] = {}
        for flow_id, count in came.items():
            flow = self.source.flows.get(flow_id)
            if flow_id in self.target.flows:
                new = flow_id
            elif flow is not None:
                new = self.flows.get((self.place(flow.source_id), self.place(flow.target_id)), "")
            else:
                new = ""
            if not new:
                self._refuse(
                    self.source.elements[flow.target_id] if flow else next(iter(self.source.elements.values()))
                )
            renamed[new] = renamed.get(new, 0) + count
        return renamed

    def _renamed_records(self, memo: dict[str, Any]) -> dict[str, Any]:
        """Rename what compensation remembers."""
        records = [[self.place(name), variables] for name, variables in memo.get("done", [])]
        return {**memo, "done": records} if records else memo

    def _refuse(self, element: Element) -> None:
        self.findings.append(
            Finding(
                "migration.no_place",
                Bilingual(
                    f"Hồ sơ đang ở “{element.name or element.element_id}”, phiên bản mới không có chỗ tương ứng.",
                    f"A token is at “{element.element_id}”, which has no counterpart in the new version.",
                ),
                Bilingual(
                    "Hãy chọn bước tương ứng trong phiên bản mới, hoặc chuyển hồ sơ khỏi bước này trước.",
                    "Map it to an element of the new version, or move the token away first.",
                ),
                self.target.process_id,
                element.element_id,
            )
        )
