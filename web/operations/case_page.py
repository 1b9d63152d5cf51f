"""One case on the repair bench: how it stands, its tokens, its variables, and what may be done about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from engine import incidents, repair
from engine.incidents import Query
from engine.model import ProcessInstance
from engine.repair import Repair, ScopeVariables, Standing, Standpoint
from web import clock
from web.cases.page import state_words
from web.cases.standing import Suspension, suspension_note
from web.database import session
from web.errors import sentence
from web.language import gettext
from web.operations.incident_rows import IncidentRow, rows_of
from web.operations.variable_form import Typed, as_json, typed_from
from web.operations.words import element_name, element_words, wait_words
from web.security import me
from web.steps import elements_of

LONGEST_SHOWN = 300
MOST_INCIDENTS = 20
STANDING_ACTIONS = (Repair.SUSPEND, Repair.RESUME, Repair.CANCEL, Repair.PURGE, Repair.UNPURGE)


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One live token; armed ones cannot be chosen."""

    token_id: str
    element_id: str
    name: str
    kind: str
    waits: str
    depth: int
    is_armed: bool
    is_stuck: bool


@dataclass(frozen=True, slots=True)
class VariableRow:
    """One variable of one scope; `text` is its value as JSON, `rest` what of it does not fit a row."""

    scope: str
    name: str
    text: str
    rest: str
    edit_url: str


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that may be done to the whole case; `why_not` says what stands against it."""

    url: str
    why_not: str


@dataclass(frozen=True, slots=True)
class CaseLink:
    """Another case of the family."""

    code: str
    title: str
    url: str
    status: str
    status_text: str


@dataclass(frozen=True, slots=True)
class Bench:
    """Everything the page shows; `typed` is what stands in the form for variables."""

    code: str
    title: str
    process_name: str
    version: int
    status: str
    status_text: str
    revision: int
    url: str
    case_url: str
    diagram_url: str
    move_url: str
    change_url: str
    suspension: Suspension | None
    purged_at: datetime | None
    caller: CaseLink | None
    called: list[CaseLink]
    actions: Mapping[str, Action]
    why_not_repair: str
    incidents: list[IncidentRow]
    tokens: list[TokenRow]
    targets: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    live_elements: list[str]
    done_elements: list[str]
    scopes: list[tuple[str, str]]
    variables: list[VariableRow]
    typed: Typed
    refusal: str


def bench_of(case: ProcessInstance, *, typed: Typed | None = None, refusal: str = "") -> Bench:
    """Gather the page, with what was typed and why it was refused; refuses with `OperationsForbidden`."""
    now = clock.now()
    standpoints = repair.standpoints_of(session(), case, by=me(), at=now)
    scopes = repair.scopes_of(session(), case, by=me(), at=now)
    stuck = incidents.search(session(), Query(instance_id=case.id), by=me(), at=now, limit=MOST_INCIDENTS)
    standing = repair.standing_of(session(), case)
    done, live = elements_of(session(), case)
    names = {"": gettext("The whole case"), **{each.token.token_id: token_name(each) for each in standpoints}}
    return Bench(
        code=case.business_key,
        title=case.title,
        process_name=case.definition.name,
        version=case.definition.version,
        status=case.state.value,
        status_text=state_words()[case.state.value],
        revision=case.revision,
        url=_address("case", case),
        case_url=url_for("cases.case", instance_id=case.id),
        diagram_url=url_for("cases.diagram", instance_id=case.id),
        move_url=_address("move", case),
        change_url=_address("change", case),
        suspension=suspension_note(case),
        purged_at=case.purged_at,
        caller=_case_link(standing.caller) if standing.caller else None,
        called=[_case_link(each) for each in repair.called_by(session(), case)],
        actions=_actions(case, standing),
        why_not_repair=_why_not(standing, Repair.MOVE),
        incidents=rows_of(stuck.incidents),
        tokens=[_token_row(each) for each in standpoints],
        targets=_targets(case),
        live_elements=live,
        done_elements=done,
        scopes=[(each.token_id or "", names[each.token_id or ""]) for each in scopes],
        variables=[row for scope in scopes for row in _variable_rows(case, scope, names)],
        typed=typed or Typed(),
        refusal=refusal,
    )


def _address(endpoint: str, case: ProcessInstance) -> str:
    return url_for(f"operations.{endpoint}", instance_id=case.id)


def typed_of(case: ProcessInstance, scope_id: str, name: str) -> Typed | None:
    """Return the form filled with a variable as it is; `None` when the scope has none of that name."""
    scopes = repair.scopes_of(session(), case, by=me(), at=clock.now())
    own = next((scope.values for scope in scopes if (scope.token_id or "") == scope_id), {})
    return typed_from(own[name], scope=scope_id, name=name) if name in own else None


def token_name(standpoint: Standpoint) -> str:
    """Return how a live token is called: its step, and which round or the whole of it."""
    name = element_name(standpoint.element)
    if standpoint.token.loop_counter is not None:
        return gettext("%(name)s, round %(number)s", name=name, number=standpoint.token.loop_counter)
    return gettext("%(name)s (as a whole)", name=name) if standpoint.token.is_whole else name


def _token_row(standpoint: Standpoint) -> TokenRow:
    token = standpoint.token
    inside = gettext("waits for what is inside")
    return TokenRow(
        token_id=token.token_id,
        element_id=token.element_id,
        name=token_name(standpoint),
        kind=element_words(standpoint.element),
        waits=inside if token.is_whole else wait_words(token.waits_for),
        depth=min(standpoint.depth, 4),
        is_armed=token.is_armed,
        is_stuck=token.waits_for == "incident",
    )


def _targets(case: ProcessInstance) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the elements a token may go to by kind, people's tasks first."""
    by_kind: dict[str, list[tuple[str, str]]] = {}
    elements = repair.targets_of(session(), case, by=me(), at=clock.now())
    for element in sorted(elements, key=lambda each: each.kind != "userTask"):
        by_kind.setdefault(element_words(element), []).append((element.element_id, element_name(element)))
    return list(by_kind.items())


def _actions(case: ProcessInstance, standing: Standing) -> Mapping[str, Action]:
    """Return what may be done, or could be if it were not for a reason worth telling."""
    return {
        each.value: Action(_address(each.value, case), _why_not(standing, each))
        for each in STANDING_ACTIONS
        if _is_shown(each, case, standing)
    }


def _is_shown(action: Repair, case: ProcessInstance, standing: Standing) -> bool:
    if action is Repair.CANCEL:
        return not case.is_over
    if action is Repair.RESUME:
        return standing.suspension is not None
    return standing.why_not(action) is None


def _why_not(standing: Standing, action: Repair) -> str:
    against = standing.why_not(action)
    return sentence(against) if against else ""


def _case_link(case: ProcessInstance) -> CaseLink:
    return CaseLink(
        case.business_key, case.title, _address("case", case), case.state.value, state_words()[case.state.value]
    )


def _variable_rows(case: ProcessInstance, scope: ScopeVariables, names: Mapping[str, str]) -> Iterable[VariableRow]:
    scope_id = scope.token_id or ""
    for name, value in sorted(scope.values.items()):
        text = as_json(value)
        edit_url = url_for("operations.case", instance_id=case.id, scope=scope_id or None, name=name)
        yield VariableRow(
            scope=names[scope_id],
            name=name,
            text=text[:LONGEST_SHOWN],
            rest=text if len(text) > LONGEST_SHOWN else "",
            edit_url=f"{edit_url}#change",
        )
