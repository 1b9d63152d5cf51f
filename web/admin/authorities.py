"""Who signs for the head of a unit (TL., TUQ.): what holds or is to come, and the form that grants one."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import authorities, definitions
from engine.administrators import must_administer
from engine.authorities import Terms
from engine.model import AuthorityKind, SigningAuthority
from web import clock, entries
from web.admin.room import bp, page_cards
from web.database import session, writes
from web.language import gettext
from web.security import me
from web.steps import people_now, unit_said
from web.telling import answer, told

_TEXTS = ("kind", "unit", "grantee", "first", "last", "reference")


@dataclass(frozen=True, slots=True)
class AuthorityForm:
    """The form as somebody filled it."""

    kind: str = AuthorityKind.TUQ.value
    unit: str = ""
    grantee: str = ""
    first: str = ""
    last: str = ""
    reference: str = ""
    processes: tuple[str, ...] = ()

    @classmethod
    def sent(cls) -> "AuthorityForm":
        """Return what the request brings."""
        kind, unit, grantee, first, last, reference = map(entries.entered, _TEXTS)
        return cls(kind, unit, grantee, first, last, reference, tuple(request.form.getlist("processes")))

    def store(self) -> SigningAuthority:
        """Grant what it says; refuses as `authorities.grant` does, and what cannot be read."""
        kind = AuthorityKind.TL if self.kind == AuthorityKind.TL else AuthorityKind.TUQ
        last = entries.day(self.last) if self.last else None
        terms = Terms(kind, entries.day(self.first), last, self.reference, self.processes)
        grantee = entries.person(self.grantee)
        return authorities.grant(session(), unit_code=self.unit, grantee=grantee, terms=terms, by=me(), at=clock.now())


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """One authority in the list."""

    grantee: str
    capacity: str
    unit_code: str
    grantor: str
    first: date
    last: date | None
    processes: str
    reference: str
    is_to_come: bool
    end_url: str


@bp.get("/authorities")
def authority_list() -> ResponseReturnValue:
    """Show who signs for whom, and the form that grants another authority."""
    return _page(AuthorityForm(first=clock.today().isoformat()))


@bp.post("/authorities")
@writes
def grant_authority() -> ResponseReturnValue:
    """Write down what the head of a unit granted."""
    must_administer(session(), me(), clock.now())
    form = AuthorityForm.sent()
    return answer(form.store, _granted, lambda refusal: _page(form, refusal))


def _granted(made: SigningAuthority) -> ResponseReturnValue:
    flash(gettext("%(who)s signs %(capacity)s.", who=made.grantee.full_name, capacity=made.capacity), "ok")
    return redirect(url_for(".authority_list"), code=303)


@bp.post("/authorities/<uuid:authority_id>/revoke")
@writes
def revoke_authority(authority_id: UUID) -> ResponseReturnValue:
    """End an authority now."""
    must_administer(session(), me(), clock.now())
    with told():
        authorities.revoke(session(), authority_id, by=me(), at=clock.now())
        flash(gettext("The authority has ended."), "ok")
    return redirect(url_for(".authority_list"), code=303)


def _page(form: AuthorityForm, refusal: str = "") -> str:
    found = authorities.not_over(session(), by=me(), at=clock.now())
    people = people_now(session())
    processes = [(each.key, each.name) for each in definitions.all_latest(session())]
    return render_template(
        "admin/authorities.html",
        room="admin",
        cards=page_cards(),
        rows=[_row(each, dict(processes), unit_said(people, each.unit.code)) for each in found],
        form=form,
        refusal=refusal,
        units=[code for code in people.units if people.leader_of(code)],
        colleagues=entries.suggestions(people),
        processes=processes,
    )


def _row(found: SigningAuthority, processes: dict[str, str], unit: str) -> AuthorityRow:
    return AuthorityRow(
        grantee=found.grantee.full_name,
        capacity=found.capacity,
        unit_code=unit,
        grantor=found.grantor.full_name,
        first=found.valid_from,
        last=found.valid_to,
        processes=", ".join(processes.get(key, key) for key in found.process_keys),
        reference=found.reference,
        is_to_come=found.valid_from > clock.today(),
        end_url=url_for(".revoke_authority", authority_id=found.id),
    )
