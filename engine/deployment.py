"""Deploying: checks every file of a pack, keeps them as they came, and makes new versions of what has changed."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from uuid import UUID

import simplejson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine import claims, decisions, lengths, pack_files, start_timers
from engine.bpmn import Diagram, DiagramRefused, ProcessModel, read_diagram
from engine.bpmn.lint import NOTHING_KNOWN, Surroundings, lint
from engine.claims import NO_CLAIMS, Claims
from engine.dmn import DecisionModel
from engine.errors import Invalid
from engine.model import DecisionDefinition, Deployment, FormDefinition, Origin, ProcessDefinition, Resource
from engine.process_design import passing_findings, read_process_design
from engine.start_timers import StartTimerUnreadable
from engine.task_design import USER_KINDS, PropertyRefused, TaskDesign, read_task_design
from engine.wording import Bilingual, Finding, Severity

FormChecker = Callable[[str, str], list[Finding]]
Look = Callable[[Mapping[str, bytes]], Surroundings]
"""Says what there is beside the files of a pack, so that their lint knows it."""
LONGEST_NAME = 200
NO_RULES: Mapping[str, str] = {}
_RULES_NAME = "lc:when"  # no file is called so


class DeploymentRefused(Invalid):
    """Files are wrong; `findings` name every fault, and what is only dubious. Nothing was stored."""

    code = "deployment.refused"

    def __init__(self, findings: list[Finding]) -> None:
        errors = [each for each in findings if each.severity is Severity.ERROR]
        super().__init__("; ".join(f"{each.file}: {each.element_id}: {each.message.en}" for each in errors))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class _Checked:
    """Files that passed."""

    diagrams: Mapping[str, Diagram]
    forms: Mapping[str, str]  # form id -> file name
    decisions: Mapping[str, DecisionModel]  # by decision id
    warnings: list[Finding]


def deploy(
    session: Session,
    *,
    pack_key: str,
    files: Mapping[str, bytes],
    at: datetime,
    by_id: UUID | None = None,
    known_job_types: Collection[str] | None = None,
    check_form: FormChecker | None = None,
    look: Look | None = None,
    origin: Origin = Origin.INSTALLED,
    approver_rules: Mapping[str, str] = NO_RULES,
) -> Deployment:
    """Deploy the files of a pack; unchanged files give the deployment that already holds them.

    Installed files are unchanged when they are as they were last installed, and they never replace a file that the
    office has published in its studio: such a file is laid over them. The studio hands over the whole pack.

    `files` maps names to content (`.bpmn`, `.form`, `.dmn`). A process gets version n+1 when its diagram, one of its
    forms or one of its decisions has changed, or the pack's `approver_rules` (by property name; the studio's
    deployments keep them); running cases stay on theirs. `look` sharpens the lint. Refuses with `DeploymentRefused`,
    naming all faults at once; a process that is another pack's is one of them.
    """
    pack_files.take_turn(session)
    before = pack_files.newest(session, pack_key)
    rules = dict(approver_rules) if origin is Origin.INSTALLED or before is None else before.approver_rules
    checksum = pack_files.checksum_of({**files, **_as_file(rules)})
    known = before if origin is Origin.STUDIO else pack_files.newest_installed(session, pack_key)
    if known is not None and checksum == (known.checksum if origin is Origin.STUDIO else known.shipped_checksum):
        return known
    if origin is Origin.INSTALLED:
        files = {**files, **pack_files.written_here(before)}
    around = look(files) if look else NOTHING_KNOWN
    checked = _check(files, known_job_types, check_form, around, claims.of_others(session, pack_key))
    deployment = Deployment(
        pack_key=pack_key,
        number=before.number + 1 if before else 1,
        checksum=pack_files.checksum_of({**files, **_as_file(rules)}),
        shipped_checksum=checksum if origin is Origin.INSTALLED else None,
        approver_rules=rules,
        deployed_at=at,
        deployed_by_id=by_id,
    )
    resources = _resources(deployment, before, files, origin)
    session.add(deployment)
    session.flush()
    for form_id, name in checked.forms.items():
        session.add(FormDefinition(deployment_id=deployment.id, form_id=form_id, resource_id=resources[name].id))
    for decision_id, decided in checked.decisions.items():
        session.add(
            DecisionDefinition(
                deployment_id=deployment.id,
                decision_id=decision_id,
                name=decided.decisions[decision_id][:LONGEST_NAME],
                resource_id=resources[decided.filename].id,
            )
        )
    for name, diagram in checked.diagrams.items():
        for model in diagram.processes.values():
            of_process = _process_checksum({**files, **_as_file(rules)}, name, model, checked)
            _add_version(session, deployment, resources[name], model, of_process)
    session.flush()
    return deployment


def _as_file(rules: Mapping[str, str]) -> dict[str, bytes]:
    """Return a pack's rules as a file that checksums cover; none where there are no rules."""
    return {_RULES_NAME: simplejson.dumps(rules, sort_keys=True).encode()} if rules else {}


def _resources(
    deployment: Deployment, before: Deployment | None, files: Mapping[str, bytes], origin: Origin
) -> dict[str, Resource]:
    """Return the files as rows; a content that was there before keeps its origin."""
    known = {(each.name, each.checksum): each.origin for each in before.resources} if before else {}
    made: dict[str, Resource] = {}
    for name, content in sorted(files.items()):
        checksum = pack_files.digest(content)
        made[name] = Resource(
            deployment=deployment,
            name=name,
            checksum=checksum,
            content=content,
            origin=known.get((name, checksum), origin),
        )
    return made


def check(
    files: Mapping[str, bytes],
    *,
    known_job_types: Collection[str] | None = None,
    check_form: FormChecker | None = None,
    surroundings: Surroundings = NOTHING_KNOWN,
    claimed: Claims = NO_CLAIMS,
) -> list[Finding]:
    """Return what is wrong or dubious in files, without deploying them.

    `surroundings` sharpen the lint; `claimed` are the processes that must be left to other packs.
    """
    try:
        return _check(files, known_job_types, check_form, surroundings, claimed).warnings
    except DeploymentRefused as refused:
        return refused.findings


def _check(
    files: Mapping[str, bytes],
    known_job_types: Collection[str] | None,
    check_form: FormChecker | None,
    surroundings: Surroundings = NOTHING_KNOWN,
    claimed: Claims = NO_CLAIMS,
) -> _Checked:
    findings: list[Finding] = []
    forms = _read_forms(files, check_form, findings)
    decided = decisions.read_files(files, findings)
    for thing_id, name in [*forms.items(), *((each, model.filename) for each, model in decided.items())]:
        findings += lengths.id_findings(name, [thing_id])
    diagrams: dict[str, Diagram] = {}
    for name in _named(files, ".bpmn"):
        try:
            diagrams[name] = read_diagram(files[name], filename=name, known_job_types=known_job_types)
        except DiagramRefused as refused:
            findings += refused.findings
        else:
            findings += _design_findings(name, diagrams[name], forms)
            findings += lengths.diagram_findings(name, diagrams[name])
            for model in diagrams[name].processes.values():
                findings += decisions.unknown_decisions(name, model, decided)
        findings += diagrams[name].warnings if name in diagrams else ()
    findings += _processes_drawn_twice(diagrams)
    findings += claimed.findings(diagrams)
    findings += lint(diagrams.values(), surroundings)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise DeploymentRefused(findings)
    return _Checked(diagrams, forms, decided, findings)


def _named(files: Mapping[str, bytes], suffix: str) -> list[str]:
    return [name for name in sorted(files) if PurePosixPath(name).suffix == suffix]


def _read_forms(files: Mapping[str, bytes], check_form: FormChecker | None, findings: list[Finding]) -> dict[str, str]:
    forms: dict[str, str] = {}
    for name in _named(files, ".form"):
        try:
            text = files[name].decode("utf-8")
            form_id = simplejson.loads(text)["id"]
        except (ValueError, KeyError, TypeError):
            findings.append(_unreadable_form(name))
            continue
        if str(form_id) in forms:
            findings.append(_twice("form.twice", ("Biểu mẫu", "The form"), str(form_id), forms[str(form_id)], name))
        forms[str(form_id)] = name
        if check_form is not None:
            findings += check_form(text, name)
    return forms


def _unreadable_form(name: str) -> Finding:
    return Finding(
        code="form.unreadable",
        message=Bilingual(
            "Tệp không phải biểu mẫu form-js hoặc thiếu «id».", "The file is no form-js form or has no id."
        ),
        remedy=Bilingual(
            "Mở tệp trong trình soạn biểu mẫu và lưu lại.", "Open the file in the form editor and save it."
        ),
        file=name,
    )


def _design_findings(name: str, diagram: Diagram, forms: Mapping[str, str]) -> list[Finding]:
    findings: list[Finding] = []
    for model in diagram.processes.values():
        tasks: dict[str, TaskDesign] = {}
        for element in model.elements.values():
            if element.kind not in USER_KINDS:
                continue
            try:
                tasks[element.element_id] = read_task_design(element, filename=name)
            except PropertyRefused as refused:
                findings.append(refused.finding)
            if element.form_id is not None and element.form_id not in forms and not element.form_id.startswith("="):
                findings.append(_unknown_form(name, element.element_id, element.form_id))
        try:
            design = read_process_design(model, filename=name)
        except PropertyRefused as refused:
            findings.append(refused.finding)
        else:
            findings += passing_findings(model, design.approver_rules, tasks, filename=name)
    return findings


def _processes_drawn_twice(diagrams: Mapping[str, Diagram]) -> list[Finding]:
    drawn: dict[str, str] = {}
    findings = []
    for name, diagram in diagrams.items():
        for process_id in diagram.processes:
            if process_id in drawn:
                what = ("Quy trình", "The process")
                findings.append(_twice("diagram.process_twice", what, process_id, drawn[process_id], name))
            drawn[process_id] = name
    return findings


def _twice(code: str, what: tuple[str, str], thing_id: str, first: str, second: str) -> Finding:
    return Finding(
        code=code,
        message=Bilingual(
            f"{what[0]} «{thing_id}» đã có trong tệp {first}.",
            f"{what[1]} '{thing_id}' is already in the file {first}.",
        ),
        remedy=Bilingual("Bỏ một trong hai hoặc đặt id khác.", "Take one of the two out, or give it another id."),
        file=second,
    )


def _unknown_form(name: str, element_id: str, form_id: str) -> Finding:
    return Finding(
        code="form.unknown",
        message=Bilingual(f"Không có biểu mẫu «{form_id}» trong gói.", f"The pack has no form '{form_id}'."),
        remedy=Bilingual(
            "Thêm tệp .form có id này hoặc chọn biểu mẫu khác.", "Add the .form file or choose another form."
        ),
        file=name,
        element_id=element_id,
    )


def _add_version(
    session: Session, deployment: Deployment, resource: Resource, model: ProcessModel, checksum: str
) -> None:
    before = session.scalar(
        select(ProcessDefinition).where(ProcessDefinition.key == model.process_id, ProcessDefinition.is_latest)
    )
    if before is not None and before.checksum == checksum:
        return
    session.execute(update(ProcessDefinition).where(ProcessDefinition.key == model.process_id).values(is_latest=False))
    definition = ProcessDefinition(
        key=model.process_id,
        version=before.version + 1 if before else 1,
        name=model.name or model.process_id,
        checksum=checksum,
        deployment_id=deployment.id,
        resource_id=resource.id,
    )
    session.add(definition)
    session.flush()
    _schedule(session, definition, resource.name, model, deployment.deployed_at)


def _schedule(
    session: Session, definition: ProcessDefinition, filename: str, model: ProcessModel, at: datetime
) -> None:
    """Wait for the start timers of a new version; refuses with `DeploymentRefused` what cannot be read."""
    try:
        start_timers.schedule(session, definition, model, at=at)
    except StartTimerUnreadable as unreadable:
        raise DeploymentRefused([unreadable.finding(filename)]) from unreadable


def _process_checksum(files: Mapping[str, bytes], name: str, model: ProcessModel, checked: _Checked) -> str:
    forms = {element.form_id for element in model.elements.values() if element.form_id in checked.forms}
    used = {name, *(checked.forms[form] for form in forms if form), *decisions.files_used(model, checked.decisions)}
    used |= files.keys() & {_RULES_NAME}
    return pack_files.checksum_of({each: files[each] for each in used})
