"""Reading and changing a case's variables.

Their values are personal data: the history names the variables that were changed and says why, never what they held or
hold now.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy.orm import Session

from engine import history, runtime
from engine.errors import Invalid
from engine.feel import FeelError, to_json
from engine.model import Person, ProcessInstance
from engine.repair.rights import must_operate
from engine.repair.standing import Repair, said_reason, standing_of
from engine.repair.suspending import repairing
from engine.repair.tokens import must_be_as_seen, must_live_still
from engine.runtime import Variables

NAME = re.compile(r"[^\W\d]\w*")
LONGEST_NAME = 120
MOST_DIGITS = 34
"""Of a number, before and after its point: FEEL's decimals hold no more."""


class VariableNameUnfit(Invalid):
    """A variable's name has letters, digits and underscores, and begins with no digit."""

    code = "variable.name_unfit"


class VariableUnfit(Invalid):
    """The value is no JSON value that a case can keep: too large, too deep, a broken character."""

    code = "variable.unfit"


class NothingToChange(Invalid):
    """No variable was named."""

    code = "variable.none_named"


@dataclass(frozen=True, slots=True)
class ScopeVariables:
    """The variables of one scope: the case's (no token), or a live token's own."""

    token_id: str | None
    element_id: str | None
    loop_counter: int | None
    values: Mapping[str, object]


def scopes_of(session: Session, instance: ProcessInstance, *, by: Person, at: datetime) -> list[ScopeVariables]:
    """Return every scope of a case with its own variables, the case's first; refuses with `OperationsForbidden`."""
    must_operate(session, by, at)
    run = runtime.look(session, instance, at)
    inner = [
        ScopeVariables(token.token_id, token.element_id, token.loop_counter, run.local_variables(token.token_id))
        for token in run.tokens()
        if not token.is_armed
    ]
    return [ScopeVariables(None, None, None, run.variables), *inner]


def change(
    session: Session,
    instance_id: UUID,
    variables: Variables,
    *,
    by: Person,
    reason: str,
    at: datetime,
    token_id: str | None = None,
    seen_revision: int | None = None,
) -> ProcessInstance:
    """Set variables of a case, or of one live token's scope, and let conditional events look again.

    Refuses with `OperationsForbidden`, `ReasonMissing`, `VariableNameUnfit`, `VariableUnfit`, `CaseOver`, `CaseChanged`
    (since the revision that was seen), `TokenGone`; then nothing is stored.
    """
    must_operate(session, by, at)
    kept_reason, kept = said_reason(reason), {_name(name): _value(name, value) for name, value in variables.items()}
    if not kept:
        raise NothingToChange
    instance = runtime.lock(session, instance_id)
    standing_of(session, instance).must(Repair.CHANGE)
    must_be_as_seen(instance, seen_revision)
    scope = must_live_still(runtime.held(session, instance, at), token_id).element_id if token_id else None
    history.record(
        session,
        instance,
        "variables.changed",
        at=at,
        actor_id=by.id,
        names=sorted(kept),
        element=scope,
        reason=kept_reason,
    )
    with repairing(session, instance, by=by, at=at) as run:
        run.set_variables(kept, token_id)
    return instance


def _name(name: str) -> str:
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise VariableNameUnfit(name=name[:LONGEST_NAME])
    return unicodedata.normalize("NFC", name)


def _value(name: str, value: object) -> object:
    try:
        return _kept(to_json(value))
    except (FeelError, ValueError) as error:
        raise VariableUnfit(name=name) from error


def _kept(value: object) -> object:
    """Return a JSON value with its texts in NFC; raises `ValueError` for what no database or expression can hold."""
    if isinstance(value, str):
        value.encode()  # half of a surrogate pair has no bytes
        if "\x00" in value:
            raise ValueError("no database takes a null character")
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list):
        return [_kept(each) for each in value]
    if isinstance(value, dict):
        return {str(_kept(key)): _kept(each) for key, each in value.items()}
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        _must_have_digits(Decimal(value))
    return value


def _must_have_digits(number: Decimal) -> None:
    if not number.is_finite():
        raise ValueError("no finite number")
    is_sized = -MOST_DIGITS <= number.adjusted() < MOST_DIGITS
    if number and not (is_sized and len(number.as_tuple().digits) <= MOST_DIGITS):
        raise ValueError("a number of too many digits")
