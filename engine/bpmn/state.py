"""A run as text: tokens and variables, never the diagram."""

from typing import Any

import simplejson

from engine.bpmn.blueprint import Blueprint
from engine.bpmn.instance import ProcessInstance, ScopeInstance
from engine.bpmn.nodes.gateways import InclusiveGateway
from engine.bpmn.tokens import LIVE, Token
from engine.errors import Invalid
from engine.feel import Environment

FORMAT = 1


class StateUnreadable(Invalid):
    """A stored state does not fit the diagram it is woken with, or was written in another format."""

    code = "bpmn.state_unreadable"


def dump(process: ProcessInstance) -> str:
    """Return the whole process as JSON text; decimals stay exact, user data is never interpreted."""
    return simplejson.dumps(
        {
            "format": FORMAT,
            "last": process.last_number,
            "ended": process.completed,
            "ends": process.end_element_ids,
            "variables": process.data,
            "scope": _tokens(process),
            "inner": [
                [number, scope.completed, _tokens(scope)] for number, scope in sorted(process.subprocesses.items())
            ],
        },
        use_decimal=True,
        ensure_ascii=False,
        allow_nan=False,
        separators=(",", ":"),
    )


def load(blueprint: Blueprint, state: str, environment: Environment, decide: Any) -> ProcessInstance:
    """Return the process that `dump` wrote; raises `StateUnreadable`."""
    try:
        said = simplejson.loads(state, use_decimal=True)
        if said["format"] != FORMAT:
            raise StateUnreadable("the state was written in another format", format=said["format"])
        process = ProcessInstance(blueprint.spec, blueprint.inner_specs, environment, decide)
        process.last_number = said["last"]
        process.completed = said["ended"]
        process.end_element_ids = said["ends"]
        process.data = said["variables"]
        _wake(process, said["scope"])
        for number, completed, tokens in said["inner"]:
            host = process.tokens[number]
            scope = process.create_subprocess(host, host.task_spec.spec)
            scope.completed = completed
            _wake(scope, tokens)
    except (LookupError, AttributeError, TypeError, ValueError) as error:
        raise StateUnreadable("the state does not fit the diagram", reason=repr(error)) from error
    return process


def _tokens(scope: ScopeInstance) -> list[list[object]]:
    """Return the scope's tokens, the root first, parents before children."""
    return [
        [token.id, token._parent, token._state, token.task_spec.name, token.internal_data, token.data]
        for _number, token in sorted(scope.tasks.items())
    ]


def _wake(scope: ScopeInstance, rows: list[list[Any]]) -> None:
    """Make the tokens again, indexes included."""
    specs = scope.spec.task_specs
    scope.plant(rows[0][0])
    scope.task_tree.internal_data = rows[0][4]
    for number, parent, state, name, memo, data in rows[1:]:
        _must_fit(number, memo, data)
        token = Token(scope, specs[name], scope.tasks[parent], state, number)
        token.internal_data = memo
        token.data = data
        if state & LIVE:
            scope.live[number] = token
            if "held" in memo:
                scope.top_workflow.conditions[number] = token
            if isinstance(token.task_spec, InclusiveGateway):
                scope.top_workflow.parked[number] = token


def _must_fit(number: object, memo: object, data: object) -> None:
    """Refuse with `TypeError` what only a later step would stumble over."""
    is_memo = isinstance(memo, dict) and isinstance(memo.get("detail", {}), dict)
    if not (isinstance(number, int) and is_memo and isinstance(data, dict)):
        raise TypeError("a token is written in another way")
