"""Moves cases: starts them, opens one for a step, and stores what came out, all in the caller's transaction."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import event, select
from sqlalchemy.orm import Session, joinedload, undefer

from engine import activities, arrivals, decisions, definitions, directory, history, numbering
from engine.activities import Deed
from engine.bpmn import Fact, FactKind, Run, Wait, WaitKind
from engine.decisions import Decider
from engine.definitions import LoadedDefinition, ProcessNotFound
from engine.errors import Conflict, NotFound
from engine.feel import Environment, FeelError
from engine.model import InstanceState, Job, JobKind, Person, ProcessDefinition, ProcessInstance
from engine.vietnamese import fold
from engine.wording import Bilingual

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
KEPT_RUNS = 500
LONGEST_TITLE = 500
Variables = Mapping[str, object]
NOT_CALLABLE = Bilingual(
    "Không có quy trình «{key}» để gọi; hãy triển khai quy trình này.",
    "There is no process '{key}' to call; deploy it.",
)


class CaseNotFound(NotFound):
    """There is no such case."""

    code = "case.not_found"


class CaseOver(Conflict):
    """The case has ended or was cancelled."""

    code = "case.over"


def environment(session: Session, at: datetime) -> Environment:
    """Return what expressions may ask at this moment: the clock and the directory of the day."""
    people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    return Environment(now=at, zone=OFFICE_ZONE, functions=directory.office_functions(people))


class _LiveRuns:
    """Runs kept between steps, so that the next step in this process need not decode the state.

    A run is taken out while it is stepped and put back after the commit, under the very text it was stored as; whoever
    finds another text decodes that instead. So a step that was rolled back can never come to light again.
    """

    def __init__(self, room: int) -> None:
        self._room, self._lock = room, Lock()
        self._kept: OrderedDict[UUID, tuple[str, Run]] = OrderedDict()

    def take(self, instance: ProcessInstance) -> Run | None:
        with self._lock:
            kept = self._kept.pop(instance.id, None)
        return kept[1] if kept is not None and kept[0] == instance.state_text else None

    def put(self, instance_id: UUID, state_text: str, run: Run) -> None:
        with self._lock:
            self._kept[instance_id] = (state_text, run)
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)


_live_runs = _LiveRuns(KEPT_RUNS)


def lock(session: Session, instance_id: UUID) -> ProcessInstance:
    """Return a case locked for a step; refuses with `CaseNotFound`."""
    instance = session.scalar(
        select(ProcessInstance)
        .where(ProcessInstance.id == instance_id)
        .options(undefer(ProcessInstance.state_text))
        .with_for_update(of=ProcessInstance)
    )
    if instance is None:
        raise CaseNotFound(instance_id=instance_id)
    return instance


def loaded(session: Session, instance: ProcessInstance) -> LoadedDefinition:
    """Return the definition a case runs on, ready to run."""
    return definitions.load(session, instance.definition_id)


def look(session: Session, instance: ProcessInstance, at: datetime) -> Run:
    """Decode a case's state to read from; changes made to it are stored nowhere."""
    return Run.load(loaded(session, instance).model, instance.state_text, environment(session, at))


def held(session: Session, instance: ProcessInstance, at: datetime) -> Run:
    """Return the live run of a case whose lock the caller holds, to read from before a step."""
    run = _live_runs.take(instance) or look(session, instance, at)
    _live_runs.put(instance.id, instance.state_text, run)
    return run


def start(
    session: Session,
    definition: ProcessDefinition,
    *,
    by: Person | None,
    variables: Variables,
    at: datetime,
    start_element_id: str | None = None,
    parent: tuple[ProcessInstance, str] | None = None,
) -> ProcessInstance:
    """Start a case and run it to its first wait states; `parent` is the calling case and its waiting token."""
    design = definitions.load(session, definition.id)
    people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    unit_code = people.unit_of(by.id) if by else ""
    instance = ProcessInstance(
        id=uuid4(),
        definition_id=definition.id,
        business_key=_case_code(session, design, at),
        state=InstanceState.RUNNING,
        started_by_id=by.id if by else None,
        started_unit=unit_code,
        started_at=at,
        history_length=0,
        history_head="",
        parent_id=parent[0].id if parent else None,
        parent_token_id=parent[1] if parent else None,
    )
    session.add(instance)
    session.flush()
    history.record(
        session,
        instance,
        "case.started",
        at=at,
        actor_id=by.id if by else None,
        process=design.key,
        version=design.version,
    )
    if by is not None:
        arrivals.involve(session, instance, {arrivals.person_key(by.id), f"{unit_code}/leader", f"{unit_code}/deputy"})
    own = {} if parent else {"starter": by.username if by else None, "starter_unit": unit_code or None}
    surroundings = environment(session, at)
    decider = Decider(decisions.load(session, design.deployment_id), surroundings)
    run = Run.start(
        design.model,
        variables={**variables, **own},
        environment=surroundings,
        start_element_id=start_element_id,
        decide=decider,
    )
    _Step(session, instance, run, decider, actor=by, at=at).store(before={}, deed=None)
    return instance


def _case_code(session: Session, design: LoadedDefinition, at: datetime) -> str:
    year = at.astimezone(OFFICE_ZONE).year
    number = numbering.next_number(session, series=f"case:{design.code_prefix}", year=year)
    return f"{design.code_prefix}-{year}-{number:04d}"


@contextmanager
def step(
    session: Session,
    instance: ProcessInstance,
    *,
    actor: Person | None,
    at: datetime,
    deed: Deed | None = None,
) -> Iterator[Run]:
    """Open a locked case for one step: what the caller does to the run is stored when the block ends.

    Refuses with `CaseOver`. When the block raises, nothing is stored and the caller's transaction is to be rolled back.
    """
    if instance.state is not InstanceState.RUNNING:
        raise CaseOver(business_key=instance.business_key)
    run = _live_runs.take(instance)
    if run is None:
        run = look(session, instance, at)
    else:
        run.environment = environment(session, at)
    decider = Decider(decisions.load(session, loaded(session, instance).deployment_id), run.environment)
    run.decide = decider
    before = arrivals.waits_by_token(run)
    yield run
    _Step(session, instance, run, decider, actor=actor, at=at).store(before=before, deed=deed)


def cancel(session: Session, instance: ProcessInstance, *, actor: Person | None, at: datetime) -> None:
    """Cancel a locked case with everything that is open in it and in the cases it called; refuses with `CaseOver`."""
    with step(session, instance, actor=actor, at=at) as run:
        instance.state = InstanceState.CANCELLED
        run.cancel()


class _Step:
    """One step of one case, from wait state to wait state."""

    def __init__(
        self,
        session: Session,
        instance: ProcessInstance,
        run: Run,
        decider: Decider,
        *,
        actor: Person | None,
        at: datetime,
    ) -> None:
        self._session, self._instance, self._run, self._decider = session, instance, run, decider
        self._loaded = loaded(session, instance)
        self._actor, self._at = actor, at

    def store(self, *, before: Mapping[tuple[str, WaitKind], Wait], deed: Deed | None) -> None:
        """Write activities, tasks, jobs, subscriptions, incidents, history and the new state."""
        facts = self._run.take_facts()
        for made in self._decider.take_made():
            history.record(self._session, self._instance, "decision.evaluated", at=self._at, **made)
        after = arrivals.waits_by_token(self._run)
        arrival = arrivals.Arrival(
            session=self._session,
            instance=self._instance,
            loaded=self._loaded,
            run=self._run,
            directory=directory.current(self._session, on=self._at.astimezone(OFFICE_ZONE).date()),
            sender_id=self._actor.id if self._actor else None,
            at=self._at,
        )
        over = before.keys() - after.keys()
        done_by_caller = deed.token_id if deed else None
        arrival.close(before[key] for key in over if key[0] != done_by_caller)
        arrival.resolve({token_id for token_id, _ in over})
        opened = [wait for key, wait in after.items() if key not in before]
        arrival.open(opened)
        self._send(fact for fact in facts if fact.kind is FactKind.THREW)
        self._name_case()
        if self._run.ended:
            self._end()
        self._instance.state_text = self._run.dump()
        self._session.flush()
        arrivals.involve(self._session, self._instance, arrival.involved)
        activities.record(self._session, self._instance, self._loaded, facts, at=self._at, deed=deed)
        self._keep_run()
        self._call(wait for wait in opened if wait.kind is WaitKind.CALL)
        self._cancel_called([token_id for token_id, kind in over if kind is WaitKind.CALL])
        if self._instance.state is InstanceState.ENDED and self._instance.parent_id is not None:
            self._return_to_caller()

    def _name_case(self) -> None:
        title = self._loaded.name
        if self._loaded.title is not None:
            try:
                said = self._loaded.title.evaluate(self._run.variables, self._run.environment)
            except FeelError:
                said = None
            title = said if isinstance(said, str) and said else title
        self._instance.title = title[:LONGEST_TITLE]
        facts = " ".join(text for _label, text in facts_of(self._loaded, self._run))
        self._instance.search_text = fold(f"{self._instance.business_key} {self._instance.title} {facts}")

    def _end(self) -> None:
        ends = self._run.end_element_ids
        self._instance.ended_at, self._instance.end_element_id = self._at, ends[-1] if ends else None
        if self._instance.state is InstanceState.CANCELLED:
            history.record(self._session, self._instance, "case.cancelled", at=self._at)
            return
        self._instance.state = InstanceState.ENDED
        history.record(self._session, self._instance, "case.ended", at=self._at, end=self._instance.end_element_id)

    def _send(self, facts: Iterator[Fact]) -> None:
        for fact in facts:
            kind = str(fact.data["type"])
            if kind not in {JobKind.MESSAGE, JobKind.SIGNAL}:
                continue
            self._session.add(
                Job(
                    kind=JobKind(kind),
                    job_type=str(fact.data["name"]),
                    instance_id=self._instance.id,
                    token_id=fact.token_id,
                    element_id=fact.element_id,
                    due_at=self._at,
                    data={
                        "correlation_key": fact.data.get("correlation_key"),
                        "payload": fact.data.get("payload") or {},
                    },
                    created_at=self._at,
                )
            )

    def _keep_run(self) -> None:
        instance_id, state_text, run = self._instance.id, self._instance.state_text, self._run
        if self._run.ended:
            return

        @event.listens_for(self._session, "after_commit", once=True)
        def keep(_session: Session) -> None:
            _live_runs.put(instance_id, state_text, run)

    def _call(self, waits: Iterator[Wait]) -> None:
        for wait in waits:
            try:
                called = definitions.latest(self._session, str(wait.detail["process_id"]))
            except ProcessNotFound:
                self._report_not_callable(wait)
                continue
            passes_all = wait.detail.get("pass_all_variables", True)
            given = self._run.variables_at(wait.token_id) if passes_all else self._run.local_variables(wait.token_id)
            start(
                self._session,
                called,
                by=self._actor,
                variables=given,
                at=self._at,
                parent=(self._instance, wait.token_id),
            )

    def _report_not_callable(self, wait: Wait) -> None:
        key = wait.detail["process_id"]
        arrivals.report_incident(
            self._session,
            self._instance,
            token_id=wait.token_id,
            element_id=wait.element_id,
            code="call.process_not_found",
            message=Bilingual(NOT_CALLABLE.vi.format(key=key), NOT_CALLABLE.en.format(key=key)),
            at=self._at,
        )

    def _cancel_called(self, tokens: list[str]) -> None:
        """Cancel the cases that were called at tokens which have gone on; those that have ended are left alone."""
        if not tokens:
            return
        called = select(ProcessInstance.id).where(
            ProcessInstance.parent_id == self._instance.id,
            ProcessInstance.parent_token_id.in_(tokens),
            ProcessInstance.state == InstanceState.RUNNING,
        )
        for instance_id in self._session.scalars(called).all():
            cancel(self._session, lock(self._session, instance_id), actor=self._actor, at=self._at)

    def _return_to_caller(self) -> None:
        parent = lock(self._session, self._instance.parent_id) if self._instance.parent_id else None
        token_id = self._instance.parent_token_id
        if parent is None or token_id is None or parent.state is not InstanceState.RUNNING:
            return
        with step(self._session, parent, actor=self._actor, at=self._at) as run:
            run.complete(token_id, self._run.variables)


def facts_of(design: LoadedDefinition, run: Run) -> list[tuple[str, str]]:
    """Return what the diagram finds worth saying about a case (`lc:fact.<label>`), empty facts left out."""
    said = []
    for label, expression in design.facts.items():
        try:
            value = expression.evaluate(run.variables, run.environment)
        except FeelError:
            continue
        if value is not None and value != "":
            said.append((label, str(value)))
    return said


def case_by_id(session: Session, instance_id: UUID) -> ProcessInstance:
    """Return a case to read, with its definition; refuses with `CaseNotFound`."""
    instance = session.scalar(
        select(ProcessInstance)
        .where(ProcessInstance.id == instance_id)
        .options(undefer(ProcessInstance.state_text), joinedload(ProcessInstance.definition))
    )
    if instance is None:
        raise CaseNotFound(instance_id=instance_id)
    return instance
