"""One case tried on another version, on a copy: how it would stand there, and what stands against it."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import arrivals, decisions, directory, runtime
from engine.approver_rules.appointing import for_step
from engine.bpmn import MigrationRefused, Run, Wait, WaitKind
from engine.case_migrations.routes import Route
from engine.decisions import Decider
from engine.errors import Unavailable
from engine.model import Incident, ProcessInstance
from engine.wording import Bilingual, Finding

Waits = Mapping[tuple[str, WaitKind], Wait]

_GOES_ON = Bilingual(
    "Phiên bản mới đưa hồ sơ rời “{name}” ngay khi chuyển; người đang làm sẽ mất việc.",
    "The new version takes the case away from “{name}” at once; whoever works on it would lose the task.",
)
_GOES_ON_REMEDY = Bilingual(
    "Chờ hồ sơ qua bước này, hoặc xem lại điều kiện ở phiên bản mới.",
    "Wait until the case has passed this step, or look at the new version's condition.",
)
_INCIDENT = Bilingual(
    "Hồ sơ có sự cố chưa xử lý ở “{name}”, phiên bản mới không còn chỗ này.",
    "The case has an open incident at “{name}”, which the new version does not have.",
)
_INCIDENT_REMEDY = Bilingual("Xử lý sự cố trước.", "Resolve the incident first.")
_FAILS = Bilingual("Ở phiên bản mới, “{name}” gặp lỗi: {said}", "On the new version “{name}” fails: {said}")
_FAILS_REMEDY = Bilingual(
    "Sửa sơ đồ rồi phát hành lại, hoặc sửa dữ liệu của hồ sơ.", "Mend the diagram and publish again, or mend the data."
)
_BROKEN = Bilingual(
    "Không chuyển được vì lỗi ngoài dự kiến ({error}).", "It failed for an unexpected reason ({error})."
)
_BROKEN_REMEDY = Bilingual(
    "Hồ sơ vẫn ở phiên bản cũ, không có gì thay đổi; hãy báo người phụ trách hệ thống.",
    "The case stays on the old version, nothing was changed; tell whoever looks after the system.",
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """How a case stood (`before`) and would stand (`run`, none where it has no place); `findings` refuse it."""

    before: Waits
    run: Run | None
    decider: Decider
    findings: Sequence[Finding]


def attempt(
    session: Session, instance: ProcessInstance, route: Route, incidents: Sequence[Incident], *, at: datetime
) -> Attempt:
    """Try a case on the target; stores nothing. `incidents` are the case's open ones."""
    surroundings = runtime.environment_of(session, instance, at)
    decider = Decider(decisions.load(session, route.target.deployment_id), surroundings)
    run = Run.load(route.source.model, instance.state_text, surroundings, decide=decider)
    people = directory.current(session, on=at.astimezone(runtime.OFFICE_ZONE).date())
    run.appoint = for_step(session, instance, route.target, people, surroundings)
    before = arrivals.waits_by_token(run)
    try:
        moved = run.migrated(route.target.model, route.elements)
    except MigrationRefused as refused:
        return Attempt(before, None, decider, refused.findings)
    after = arrivals.waits_by_token(moved)
    findings = [
        *_goes_on(route, before, after),
        *_fails(route, before, after),
        *_lacks_forms(route, after),
        *_leaves_incidents(route, incidents, before, after),
    ]
    return Attempt(before, moved, decider, findings)


def open_incidents(session: Session, cases: Collection[ProcessInstance]) -> Mapping[UUID, list[Incident]]:
    """Return the incidents nobody has resolved by case; sound cases are not asked for."""
    troubled = [case.id for case in cases if case.open_incidents]
    found: defaultdict[UUID, list[Incident]] = defaultdict(list)
    if troubled:
        unresolved = select(Incident).where(Incident.instance_id.in_(troubled), Incident.resolved_at.is_(None))
        for incident in session.scalars(unresolved):
            if incident.instance_id is not None:
                found[incident.instance_id].append(incident)
    return found


def unexpected(error: Exception) -> Finding:
    """Return a case's failure that nobody foresaw, without values; the database's own troubles are raised again."""
    if isinstance(error, Unavailable):
        raise error
    return _finding("migration.failed", _BROKEN, _BROKEN_REMEDY, "", error=type(error).__name__)


def _goes_on(route: Route, before: Waits, after: Waits) -> Iterator[Finding]:
    for wait in _only_in(before, after):
        element = route.source.element(wait.element_id)
        is_armed = wait.host_token_id is not None or element.kind == "startEvent"
        if not is_armed:
            name = element.name or element.element_id
            yield _finding("migration.goes_on", _GOES_ON, _GOES_ON_REMEDY, element.element_id, name=name)


def _fails(route: Route, before: Waits, after: Waits) -> Iterator[Finding]:
    for wait in _only_in(after, before):
        if wait.kind is WaitKind.INCIDENT:
            element = route.target.element(wait.element_id)
            said = Bilingual(str(wait.detail["message_vi"]), str(wait.detail["message_en"]))
            message = Bilingual(
                _FAILS.vi.format(name=element.name or element.element_id, said=said.vi),
                _FAILS.en.format(name=element.name or element.element_id, said=said.en),
            )
            yield Finding(str(wait.detail["code"]), message, _FAILS_REMEDY, route.target.key, element.element_id)


def _lacks_forms(route: Route, after: Waits) -> Iterator[Finding]:
    for wait in after.values():
        form_id = wait.detail.get("form_id") if wait.kind is WaitKind.USER_TASK else None
        if form_id and form_id not in route.forms:
            yield route.form_missing(route.target.element(wait.element_id), str(form_id))


def _leaves_incidents(route: Route, incidents: Sequence[Incident], before: Waits, after: Waits) -> Iterator[Finding]:
    gone = {token_id for token_id, _kind in before} - {token_id for token_id, _kind in after}
    for incident in incidents:
        if incident.token_id in gone:
            element = route.source.model.elements.get(incident.element_id)
            name = element.name if element and element.name else incident.element_id
            yield _finding("migration.incident_open", _INCIDENT, _INCIDENT_REMEDY, incident.element_id, name=name)


def _only_in(these: Waits, those: Waits) -> Iterator[Wait]:
    return (wait for key, wait in these.items() if key not in those)


def _finding(code: str, message: Bilingual, remedy: Bilingual, element_id: str, **said: str) -> Finding:
    filled = Bilingual(message.vi.format(**said), message.en.format(**said))
    return Finding(code, filled, remedy, "", element_id or None)
