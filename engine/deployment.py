"""Deploying: checks every file of a pack, keeps them as they came, and makes new versions of what has changed."""

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from uuid import UUID

import simplejson
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from engine.bpmn import Diagram, DiagramRefused, ProcessModel, read_diagram
from engine.errors import Invalid
from engine.model import Deployment, FormDefinition, ProcessDefinition, Resource
from engine.task_design import USER_KINDS, PropertyRefused, read_task_design
from engine.wording import Bilingual, Finding, Severity

FormChecker = Callable[[str, str], list[Finding]]


class DeploymentRefused(Invalid):
    """Files are wrong; `findings` name every fault with file, element and remedy. Nothing was stored."""

    code = "deployment.refused"

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{each.file}: {each.element_id}: {each.message.en}" for each in findings))
        self.findings = findings


@dataclass(frozen=True, slots=True)
class _Checked:
    """Files that passed."""

    diagrams: Mapping[str, Diagram]
    forms: Mapping[str, str]  # form id -> file name


def deploy(
    session: Session,
    *,
    pack_key: str,
    files: Mapping[str, bytes],
    at: datetime,
    by_id: UUID | None = None,
    known_job_types: Collection[str] | None = None,
    check_form: FormChecker | None = None,
) -> Deployment:
    """Deploy the files of a pack; unchanged files give the deployment that already holds them.

    `files` maps names to content (`.bpmn`, `.form`, `.dmn`). A process gets version n+1 when its diagram or one of its
    forms has changed; running cases stay on theirs. Refuses with `DeploymentRefused`, naming all faults at once.
    """
    checksum = _checksum(files)
    newest = session.scalar(
        select(Deployment).where(Deployment.pack_key == pack_key).order_by(Deployment.deployed_at.desc()).limit(1)
    )
    if newest is not None and newest.checksum == checksum:
        return newest
    checked = _check(files, known_job_types, check_form)
    deployment = Deployment(pack_key=pack_key, checksum=checksum, deployed_at=at, deployed_by_id=by_id)
    resources = {
        name: Resource(deployment=deployment, name=name, checksum=_digest(content), content=content)
        for name, content in sorted(files.items())
    }
    session.add(deployment)
    session.flush()
    for form_id, name in checked.forms.items():
        session.add(FormDefinition(deployment_id=deployment.id, form_id=form_id, resource_id=resources[name].id))
    for name, diagram in checked.diagrams.items():
        for model in diagram.processes.values():
            _add_version(session, deployment, resources[name], model, _process_checksum(files, name, model, checked))
    session.flush()
    return deployment


def check(
    files: Mapping[str, bytes],
    *,
    known_job_types: Collection[str] | None = None,
    check_form: FormChecker | None = None,
) -> list[Finding]:
    """Return what is wrong with files, without deploying them."""
    try:
        _check(files, known_job_types, check_form)
    except DeploymentRefused as refused:
        return refused.findings
    return []


def _check(
    files: Mapping[str, bytes], known_job_types: Collection[str] | None, check_form: FormChecker | None
) -> _Checked:
    findings: list[Finding] = []
    forms = _read_forms(files, check_form, findings)
    diagrams: dict[str, Diagram] = {}
    for name in _named(files, ".bpmn"):
        try:
            diagrams[name] = read_diagram(files[name], filename=name, known_job_types=known_job_types)
        except DiagramRefused as refused:
            findings += refused.findings
        else:
            findings += _design_findings(name, diagrams[name], forms)
    if any(finding.severity is Severity.ERROR for finding in findings):
        raise DeploymentRefused(findings)
    return _Checked(diagrams, forms)


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
        for element in model.elements.values():
            if element.kind not in USER_KINDS:
                continue
            try:
                read_task_design(element, filename=name)
            except PropertyRefused as refused:
                findings.append(refused.finding)
            if element.form_id is not None and element.form_id not in forms and not element.form_id.startswith("="):
                findings.append(_unknown_form(name, element.element_id, element.form_id))
    return findings


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
    session.add(
        ProcessDefinition(
            key=model.process_id,
            version=before.version + 1 if before else 1,
            name=model.name or model.process_id,
            checksum=checksum,
            deployment_id=deployment.id,
            resource_id=resource.id,
        )
    )


def _process_checksum(files: Mapping[str, bytes], name: str, model: ProcessModel, checked: _Checked) -> str:
    used = {element.form_id for element in model.elements.values() if element.form_id in checked.forms}
    return _checksum({name: files[name], **{checked.forms[form]: files[checked.forms[form]] for form in used if form}})


def _checksum(files: Mapping[str, bytes]) -> str:
    return hashlib.sha256("\n".join(f"{name} {_digest(files[name])}" for name in sorted(files)).encode()).hexdigest()


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
