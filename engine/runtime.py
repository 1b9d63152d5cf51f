"""Moves cases: starts them, opens one for a step, and stores what came out, all in the caller's transaction."""

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from threading import Lock
from time import perf_counter
from typing import Any, cast
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import event, select
from sqlalchemy.orm import Session, joinedload, undefer

from engine import (
    activities,
    arrivals,
    circles,
    decisions,
    definitions,
    directory,
    history,
    measuring,
    message_buffer,
    numbering,
)
from engine.activities import Deed
from engine.approver_rules.appointing import Appointer, for_step
from engine.bpmn import Fact, FactKind, Run, Wait, WaitKind
from engine.calendar.due_functions import due_functions
from engine.calendar.offices import office_calendar
from engine.decisions import Decider
from engine.definitions import LoadedDefinition, ProcessNotFound
from engine.errors import NotFound
from engine.feel import Environment, FeelError
from engine.lengths import kept_id
from engine.locking import lock_families
from engine.model import InstanceState, Job, JobKind, Person, ProcessDefinition, ProcessInstance
from engine.office_functions import office_functions
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
DEEPEST_CALL = 20
TOO_DEEP = Bilingual(
    "Quy trình «{key}» không được gọi nữa: các quy trình đã gọi nhau {depth} tầng; hãy xem nó có tự gọi lại không.",
    "The process '{key}' is not called: {depth} calls lie above this one already; see whether it calls itself.",
)


class CaseNotFound(NotFound):
    """There is no such case."""

    code = "case.not_found"


def environment(session: Session, at: datetime, *, unit_code: str = "", process_key: str = "") -> Environment:
    """Return what expressions may ask at this moment: the clock, the directory of the day, a unit's working calendar.

    Working time is counted in the hours of the unit, for a case the one it was started in; for none in the office's.
    Authorities to sign are those that cover the process.
    """
    people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    due = due_functions(office_calendar(session), people, at=at, unit_code=unit_code)
    return Environment(now=at, zone=OFFICE_ZONE, functions={**office_functions(people, process_key), **due})


class _LiveRuns:
    """Runs kept between steps, so that the next step in this process need not decode the state.

    A run is taken out while it is stepped and put back after the commit, under the version it runs on and the very text
    it was stored as; whoever finds another version or text decodes that instead. So a step that was rolled back can
    never come to light again, nor a case go on as it did before it was migrated.
    """

    def __init__(self, room: int) -> None:
        self._room, self._lock = room, Lock()
        self._kept: OrderedDict[UUID, tuple[UUID, str, Run]] = OrderedDict()

    def take(self, instance: ProcessInstance) -> Run | None:
        with self._lock:
            kept = self._kept.pop(instance.id, None)
        is_current = kept is not None and kept[:2] == (instance.definition_id, instance.state_text)
        return kept[2] if kept is not None and is_current else None

    def put(self, instance_id: UUID, definition_id: UUID, state_text: str, run: Run) -> None:
        with self._lock:
            self._kept[instance_id] = (definition_id, state_text, run)
            while len(self._kept) > self._room:
                self._kept.popitem(last=False)


_live_runs = _LiveRuns(KEPT_RUNS)


def lock(session: Session, instance_id: UUID) -> ProcessInstance:
    """Return a case locked for a step, as it stands now; refuses with `CaseNotFound`."""
    lock_families(session, select(ProcessInstance.id).where(ProcessInstance.id == instance_id))
    instance = session.scalar(
        select(ProcessInstance)
        .where(ProcessInstance.id == instance_id)
        .options(undefer(ProcessInstance.state_text))
        .execution_options(populate_existing=True)
    )
    if instance is None:
        raise CaseNotFound(instance_id=instance_id)
    return instance


def loaded(session: Session, instance: ProcessInstance) -> LoadedDefinition:
    """Return the definition a case runs on, ready to run."""
    return definitions.load(session, instance.definition_id)


def environment_of(session: Session, instance: ProcessInstance, at: datetime) -> Environment:
    """Return what the expressions of a case may ask: in the hours of the unit it was started in, of its process."""
    return environment(session, at, unit_code=instance.started_unit, process_key=loaded(session, instance).key)


def appointer_of(
    session: Session, instance: ProcessInstance, surroundings: Environment, at: datetime
) -> Appointer | None:
    """Return who applies the rules of a case's process to its assignments; None where it has no rules."""
    people = directory.current(session, on=at.astimezone(OFFICE_ZONE).date())
    return for_step(session, instance, loaded(session, instance), people, surroundings)


def _appointer_after(deed: Deed | None, run: Run, appointer: Appointer | None) -> Appointer | None:
    """Tell who appoints what somebody is completing now."""
    if appointer is not None and deed is not None and deed.person_id is not None:
        appointer.follow(run.wait(deed.token_id).element_id, deed.person_id, deed.on_behalf_of_id)
    return appointer


def look(session: Session, instance: ProcessInstance, at: datetime) -> Run:
    """Decode a case's state to read from; changes made to it are stored nowhere."""
    surroundings = environment_of(session, instance, at)
    return Run.load(loaded(session, instance).model, instance.state_text, surroundings)


def held(session: Session, instance: ProcessInstance, at: datetime) -> Run:
    """Return the live run of a case whose lock the caller holds, to read from before a step."""
    run = _live_runs.take(instance) or look(session, instance, at)
    _live_runs.put(instance.id, instance.definition_id, instance.state_text, run)
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
    began = perf_counter()
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
        root_id=(parent[0].root_id or parent[0].id) if parent else None,
        depth=parent[0].depth + 1 if parent else 0,
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
    surroundings = environment(session, at, unit_code=unit_code, process_key=design.key)
    decider = Decider(decisions.load(session, design.deployment_id), surroundings)
    run = Run.start(
        design.model,
        variables={**variables, **own},
        environment=surroundings,
        start_element_id=start_element_id,
        decide=decider,
        appoint=for_step(session, instance, design, people, surroundings),
    )
    _Step(session, instance, run, decider, actor=by, at=at).store(before={}, deed=None)
    measuring.step_done(design.key, perf_counter() - began)
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
    even_suspended: bool = False,
) -> Iterator[Run]:
    """Open a locked case for one step: what the caller does to the run is stored when the block ends.

    Refuses with `CaseOver`, or, unless the case is repaired (`even_suspended`), with `CaseSuspended`. When the block
    raises, nothing is stored and the caller's transaction is to be rolled back.
    """
    instance.must_live() if even_suspended else instance.must_run()
    began, design = perf_counter(), loaded(session, instance)
    run = _live_runs.take(instance)
    if run is None:
        run = look(session, instance, at)
    else:
        run.environment = environment_of(session, instance, at)
    decider = Decider(decisions.load(session, design.deployment_id), run.environment)
    run.decide, run.appoint = decider, _appointer_after(deed, run, appointer_of(session, instance, run.environment, at))
    before = arrivals.waits_by_token(run)
    yield run
    _Step(session, instance, run, decider, actor=actor, at=at).store(before=before, deed=deed)
    measuring.step_done(design.key, perf_counter() - began)


def cancel(
    session: Session, instance: ProcessInstance, *, actor: Person | None, at: datetime, reason: str | None = None
) -> None:
    """Cancel a locked case, suspended or not, with everything open in it and in the cases it called.

    Refuses with `CaseOver`.
    """
    with step(session, instance, actor=actor, at=at, even_suspended=True) as run:
        instance.state = InstanceState.CANCELLED
        actor_id = actor.id if actor else None
        history.record(session, instance, "case.cancelled", at=at, actor_id=actor_id, reason=reason)
        run.cancel()


def call_again(
    session: Session, instance: ProcessInstance, token_id: str, *, actor: Person | None, at: datetime
) -> None:
    """Start the process that a locked case waits for and that could not be called; reported again when it still cannot.

    KeyError when the token does not wait.
    """
    run = held(session, instance, at)
    decider = Decider(decisions.load(session, loaded(session, instance).deployment_id), run.environment)
    _Step(session, instance, run, decider, actor=actor, at=at).call(iter([run.wait(token_id)]))


def carry_over(
    session: Session,
    instance: ProcessInstance,
    definition: ProcessDefinition,
    run: Run,
    decider: Decider,
    *,
    before: Mapping[tuple[str, WaitKind], Wait],
    actor: Person | None,
    at: datetime,
) -> None:
    """Let a locked case go on, on another version of its process, as a run of that version; `before` is where it stood.

    What waits no more is closed and what waits now is opened; the rows of what waits as before are the caller's.
    """
    instance.definition, instance.definition_id = definition, definition.id
    _Step(session, instance, run, decider, actor=actor, at=at).store(before=before, deed=None)


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
        after = self._hear_what_was_kept(before)
        facts = self._run.take_facts()
        for made in self._decider.take_made():
            history.record(self._session, self._instance, "decision.evaluated", at=self._at, **made)
        passed = self._record_appointments()
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
        arrival.end_escalations(before[key] for key in over)
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
        deeds = passed if deed is None else {**passed, deed.token_id: deed}
        activities.record(self._session, self._instance, self._loaded, facts, at=self._at, deeds=deeds)
        self._keep_run()
        self.call(wait for wait in opened if wait.kind is WaitKind.CALL)
        self._cancel_called([token_id for token_id, kind in over if kind is WaitKind.CALL])
        self._tell_callers(opened, facts)
        has_ended_here = self._run.ended  # else what it called has moved it on to its end, and has returned
        if has_ended_here and self._instance.state is InstanceState.ENDED:
            self._return_to_caller()

    def _record_appointments(self) -> Mapping[str, Deed]:
        """Write down what the rules for approvers did; return what stands at the tasks that were passed, by token."""
        appointer, self._run.appoint = self._run.appoint, None
        if not isinstance(appointer, Appointer):
            return {}
        passed = appointer.passed
        appointer.record(at=self._at)
        return passed

    def _hear_what_was_kept(self, before: Mapping[tuple[str, WaitKind], Wait]) -> Mapping[tuple[str, WaitKind], Wait]:
        """Give the messages that were kept to the tokens that have come to wait for them; return what waits then."""
        heard: set[str] = set()
        while True:
            after = arrivals.waits_by_token(self._run)
            for key, wait in after.items():
                if wait.kind is WaitKind.MESSAGE and key not in before and wait.token_id not in heard:
                    heard.add(wait.token_id)
                    if self._hear(wait):
                        break
            else:
                return after

    def _hear(self, wait: Wait) -> bool:
        """Give a waiting token the message that was kept for it; tell whether it went on."""
        key = message_buffer.key_of(wait.detail.get("correlation_key"))
        kept = message_buffer.take(self._session, str(wait.detail["name"]), key, at=self._at)
        if kept is None:
            return False
        if self._instance.state is InstanceState.SUSPENDED:
            message_buffer.postpone(
                self._session,
                JobKind.MESSAGE,
                kept,
                at=self._at,
                instance_id=self._instance.id,
                token_id=wait.token_id,
            )
            return False
        self._run.fire(wait.token_id, kept.payload)
        return True

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
            return
        self._instance.state = InstanceState.ENDED
        history.record(self._session, self._instance, "case.ended", at=self._at, end=self._instance.end_element_id)

    def _send(self, facts: Iterator[Fact]) -> None:
        for fact in facts:
            kind = str(fact.data["type"])
            if kind not in {JobKind.MESSAGE, JobKind.SIGNAL}:
                continue
            thrown = Job(
                kind=JobKind(kind),
                job_type=kept_id(fact.data["name"]),
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
            circles.note(self._session, thrown, self._instance, self._loaded.key)
            self._session.add(thrown)
            arrivals.cases_with_due_jobs(self._session).add(self._instance.id)

    def _keep_run(self) -> None:
        stored = self._instance.id, self._instance.definition_id, self._instance.state_text
        run = self._run
        if self._run.ended:
            return

        @event.listens_for(self._session, "after_commit", once=True)
        def keep(_session: Session) -> None:
            _live_runs.put(*stored, run)

    def call(self, waits: Iterator[Wait]) -> None:
        """Start the processes that these waits call; one that cannot be called becomes an incident.

        A called process that ends at once moves this case on: what it does not wait for any more is not called.
        """
        stored = self._instance.state_text
        for wait in waits:
            has_moved = self._instance.state_text != stored
            run = look(self._session, self._instance, self._at) if has_moved else self._run
            if (wait.token_id, WaitKind.CALL) in arrivals.waits_by_token(run):
                self._call(run, wait)

    def _call(self, run: Run, wait: Wait) -> None:
        if self._instance.depth >= DEEPEST_CALL:
            self._report_not_callable(wait, "call.too_deep", TOO_DEEP)
            return
        try:
            called = definitions.latest(self._session, str(wait.detail["process_id"]))
        except ProcessNotFound:
            self._report_not_callable(wait, "call.process_not_found", NOT_CALLABLE)
            return
        passes_all = wait.detail.get("pass_all_variables", True)
        start(
            self._session,
            called,
            by=self._actor,
            variables=run.variables_at(wait.token_id) if passes_all else run.local_variables(wait.token_id),
            at=self._at,
            parent=(self._instance, wait.token_id),
        )

    def _report_not_callable(self, wait: Wait, code: str, message: Bilingual) -> None:
        said = {"key": wait.detail["process_id"], "depth": self._instance.depth}
        arrivals.report_incident(
            self._session,
            self._instance,
            token_id=wait.token_id,
            element_id=wait.element_id,
            code=code,
            message=Bilingual(message.vi.format(**said), message.en.format(**said)),
            at=self._at,
        )

    def _cancel_called(self, tokens: list[str]) -> None:
        """Cancel the cases that were called at tokens which have gone on; those that have ended are left alone."""
        if not tokens:
            return
        called = select(ProcessInstance.id).where(
            ProcessInstance.parent_id == self._instance.id,
            ProcessInstance.parent_token_id.in_(tokens),
            ProcessInstance.state.in_([InstanceState.RUNNING, InstanceState.SUSPENDED]),
        )
        for instance_id in self._session.scalars(called).all():
            cancel(self._session, lock(self._session, instance_id), actor=self._actor, at=self._at)

    def _tell_callers(self, opened: Iterable[Wait], facts: Iterable[Fact]) -> None:
        """Let what this case throws and does not catch reach the calls it came from (BPMN 2.0 §10.5.7)."""
        if self._instance.parent_id is None:
            return
        errors = [self._run.uncaught_error(wait.token_id) for wait in opened if wait.kind is WaitKind.INCIDENT]
        for fact in facts:
            if fact.kind is FactKind.THREW and fact.data.get("caught") is False:
                self._escalate(fact)
        for error in filter(None, errors):
            self._throw_further(error)

    def _escalate(self, fact: Fact) -> None:
        """Throw an escalation at the call; the step of the caller lets it go further."""
        caller = self._caller_of(self._instance)
        if caller is not None:
            (parent, token_id), payload = caller, cast("Variables", fact.data["payload"])
            with step(self._session, parent, actor=self._actor, at=self._at) as run:
                run.throw_escalation(token_id, str(fact.data["name"]), payload)

    def _throw_further(self, error: Mapping[str, Any]) -> None:
        """Throw an error at the nearest call that catches it; where none does, it stays the incident it is."""
        instance = self._instance
        while (caller := self._caller_of(instance)) is not None:
            instance, token_id = caller
            if held(self._session, instance, self._at).catches_error(token_id, error["code"]):
                with step(self._session, instance, actor=self._actor, at=self._at) as run:
                    run.throw_error(token_id, error["code"], error["message"], error["variables"])
                return

    def _return_to_caller(self) -> None:
        caller = self._caller_of(self._instance)
        if caller is not None:
            parent, token_id = caller
            with step(self._session, parent, actor=self._actor, at=self._at) as run:
                run.complete(token_id, self._run.variables)

    def _caller_of(self, instance: ProcessInstance) -> tuple[ProcessInstance, str] | None:
        """Return the running case that waits for this one, locked, with its waiting token."""
        parent = lock(self._session, instance.parent_id) if instance.parent_id else None
        token_id = instance.parent_token_id
        if parent is None or token_id is None or parent.state is not InstanceState.RUNNING:
            return None
        waits = arrivals.waits_by_token(held(self._session, parent, self._at))
        return (parent, token_id) if (token_id, WaitKind.CALL) in waits else None


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
