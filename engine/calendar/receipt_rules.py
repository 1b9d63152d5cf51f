"""Setting how office and units take what comes in, each change on record; what is due already stays due as it was."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine.administrators import must_administer
from engine.calendar.editing import unit_named
from engine.calendar.receipts import Receipt
from engine.calendar.years import note, take_turn
from engine.errors import Invalid, NotFound
from engine.model import Person, ReceiptRule, ReceiptShift


class ReceiptUnfit(Invalid):
    """What counts from its civil date has no hour after which it counts from the next day."""

    code = "calendar.receipt_unfit"


class ReceiptRuleNotFound(NotFound):
    """There is no such rule."""

    code = "calendar.receipt_rule_not_found"


def set_rule(session: Session, receipt: Receipt, *, unit_code: str = "", by: Person, at: datetime) -> ReceiptRule:
    """Say how the office, or one unit and those below it, take what comes in.

    Refuses with `AdministratorsOnly`, `UnknownUnit` and `ReceiptUnfit`.
    """
    must_administer(session, by, at)
    if receipt.shift is ReceiptShift.CIVIL_DATE and receipt.received_until is not None:
        raise ReceiptUnfit
    unit = unit_named(session, unit_code)
    take_turn(session)
    rule = session.scalar(select(ReceiptRule).where(ReceiptRule.unit_id == (unit.id if unit else None)))
    before = _said(rule)
    if rule is None:
        rule = ReceiptRule(unit=unit)
        session.add(rule)
    rule.shift, rule.received_until = receipt.shift, receipt.received_until
    rule.same_day_until = receipt.same_day_until
    if before != _said(rule):
        _note(session, unit_code, before, _said(rule), by=by, at=at)
    return rule


def remove_rule(session: Session, rule_id: UUID, *, by: Person, at: datetime) -> None:
    """Take a rule away: the one above it holds again. Refuses with `AdministratorsOnly` and `ReceiptRuleNotFound`."""
    must_administer(session, by, at)
    take_turn(session)
    rule = session.get(ReceiptRule, rule_id)
    if rule is None:
        raise ReceiptRuleNotFound(rule_id=rule_id)
    unit_code = rule.unit.code if rule.unit else ""
    session.delete(rule)
    _note(session, unit_code, _said(rule), [], by=by, at=at)


def all_rules(session: Session) -> Sequence[ReceiptRule]:
    """Return every rule with its unit, the office's first."""
    found = session.scalars(select(ReceiptRule).options(joinedload(ReceiptRule.unit))).all()
    return sorted(
        found, key=lambda rule: (rule.unit is not None, rule.unit.sort if rule.unit else 0, str(rule.unit_id))
    )


def _said(rule: ReceiptRule | None) -> list[dict[str, str]]:
    if rule is None:
        return []
    hours = {"received_until": rule.received_until, "same_day_until": rule.same_day_until}
    return [{"shift": rule.shift.value, **{name: f"{at:%H:%M}" if at else "" for name, at in hours.items()}}]


def _note(
    session: Session,
    unit_code: str,
    before: Sequence[dict[str, str]],
    after: Sequence[dict[str, str]],
    *,
    by: Person,
    at: datetime,
) -> None:
    what = {"unit": unit_code, "before": before, "after": after}
    note(session, "receipt.changed", year=None, by=by, at=at, **what)
