"""Receipt of papers: the hours from which what comes in counts, of the office and of units, in words and to set."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from engine.administrators import must_administer
from engine.calendar import ReceiptShift, receipt_rules
from engine.calendar.receipts import USUAL, Receipt
from web import clock, entries
from web.admin.receipt_words import receipt_in_words
from web.admin.room import bp, page_cards
from web.database import session, writes
from web.language import gettext
from web.security import me
from web.steps import people_now
from web.telling import answer, told

UNTIL = "until"
"""The choice beside the shifts: what comes after an hour counts from the next working day."""


@dataclass(frozen=True, slots=True)
class ReceiptForm:
    """The form as somebody filled it; `shift` is a shift or `until`."""

    unit: str = ""
    shift: str = ReceiptShift.OPENING.value
    received_until: str = "15:00"
    same_day_until: str = ""

    @classmethod
    def sent(cls) -> "ReceiptForm":
        """Return what the request brings."""
        return cls(*map(entries.entered, ("unit", "shift", "received_until", "same_day_until")))

    def store(self) -> None:
        """Set the rule as it says; refuses as `receipt_rules.set_rule` does, and what cannot be read."""
        by_date = self.shift == ReceiptShift.CIVIL_DATE
        receipt = Receipt(
            shift=ReceiptShift.CIVIL_DATE if by_date else ReceiptShift.OPENING,
            received_until=entries.hour(self.received_until) if self.shift == UNTIL else None,
            same_day_until=entries.hour(self.same_day_until) if self.same_day_until else None,
        )
        receipt_rules.set_rule(session(), receipt, unit_code=self.unit, by=me(), at=clock.now())


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """One rule: whose it is, in words, and where it is taken away; nowhere for what holds without anybody's doing."""

    unit: str
    unit_code: str
    lines: Sequence[str]
    remove_url: str


@bp.get("/calendar/receipt")
def receipt() -> ResponseReturnValue:
    """Show how what comes in is taken, and the form that changes it."""
    return _page(ReceiptForm())


@bp.post("/calendar/receipt")
@writes
def change_receipt() -> ResponseReturnValue:
    """Set the rule of the office or a unit."""
    form = ReceiptForm.sent()
    return answer(form.store, _changed, lambda refusal: _page(form, refusal))


def _changed(_made: None) -> ResponseReturnValue:
    flash(gettext("The rule is changed. What is due already stays due as it was."), "ok")
    return redirect(url_for(".receipt"), code=303)


@bp.post("/calendar/receipt/<uuid:rule_id>/remove")
@writes
def remove_receipt(rule_id: UUID) -> ResponseReturnValue:
    """Take a rule away."""
    with told():
        receipt_rules.remove_rule(session(), rule_id, by=me(), at=clock.now())
        flash(gettext("The rule is taken away; the one above it holds again."), "ok")
    return redirect(url_for(".receipt"), code=303)


def _page(form: ReceiptForm, refusal: str = "") -> str:
    must_administer(session(), me(), clock.now())
    rows = [
        ReceiptRow(
            unit=rule.unit.name if rule.unit else gettext("The whole office"),
            unit_code=rule.unit.code if rule.unit else "",
            lines=receipt_in_words(rule.shift, rule.received_until, rule.same_day_until),
            remove_url=url_for(".remove_receipt", rule_id=rule.id),
        )
        for rule in receipt_rules.all_rules(session())
    ]
    if not any(row.unit_code == "" for row in rows):
        usual = receipt_in_words(USUAL.shift, USUAL.received_until, USUAL.same_day_until)
        rows.insert(0, ReceiptRow(gettext("The whole office"), "", usual, ""))
    return render_template(
        "admin/calendar_receipt.html",
        room="admin",
        cards=page_cards(),
        rows=rows,
        form=form,
        refusal=refusal,
        units=people_now(session()).units.values(),
    )
