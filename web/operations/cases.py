"""One case on the repair bench: look, suspend, resume, cancel, hide, change variables, move steps."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from engine import repair, runtime
from engine.errors import Conflict, Invalid
from engine.model import ProcessInstance
from engine.repair import Move, must_operate
from web import clock
from web.database import session, writes
from web.errors import log_refusal, sentence
from web.language import gettext
from web.operations.case_page import bench_of, typed_of
from web.operations.move_page import NOTHING, ahead_of
from web.operations.room import bp, page_links, told
from web.operations.variable_form import Typed, kinds
from web.security import me

CASE = "/cases/<uuid:instance_id>"


@bp.get(CASE)
def case(instance_id: UUID) -> ResponseReturnValue:
    """Show one case: what stands where, what it knows, and what may be done."""
    found = _case(instance_id)
    return _bench(found, typed_of(found, request.args.get("scope", ""), request.args.get("name", "")))


def _case(instance_id: UUID) -> ProcessInstance:
    """Return a case to look at; refuses with `OperationsForbidden` or `CaseNotFound`."""
    must_operate(session(), me(), clock.now())
    return runtime.case_by_id(session(), instance_id)


def _bench(found: ProcessInstance, typed: Typed | None = None, refusal: str = "") -> str:
    bench = bench_of(found, typed=typed, refusal=refusal)
    return render_template(
        "operations/case.html",
        room="operations",
        links=page_links(""),
        bench=bench,
        kinds=kinds(),
        nothing=NOTHING,
        here=bench.url,
    )


@bp.post(f"{CASE}/suspend")
@writes
def suspend(instance_id: UUID) -> ResponseReturnValue:
    """Let the case stand still."""
    return _done(instance_id, repair.suspend, gettext("The case is suspended."))


@bp.post(f"{CASE}/resume")
@writes
def resume(instance_id: UUID) -> ResponseReturnValue:
    """Let the case go on."""
    return _done(instance_id, repair.resume, gettext("The case goes on."))


@bp.post(f"{CASE}/cancel")
@writes
def cancel(instance_id: UUID) -> ResponseReturnValue:
    """Cancel the case."""
    return _done(instance_id, repair.cancel, gettext("The case is cancelled."))


@bp.post(f"{CASE}/purge")
@writes
def purge(instance_id: UUID) -> ResponseReturnValue:
    """Hide the case from all lists."""
    return _done(instance_id, repair.purge, gettext("The case is hidden from all lists."))


@bp.post(f"{CASE}/unpurge")
@writes
def unpurge(instance_id: UUID) -> ResponseReturnValue:
    """Show the case in lists again."""
    return _done(instance_id, repair.unpurge, gettext("The case is shown in lists again."))


def _done(instance_id: UUID, use_case: Callable[..., object], said: str) -> ResponseReturnValue:
    with told():
        use_case(session(), instance_id, by=me(), reason=request.form.get("reason", ""), at=clock.now())
        flash(said, "ok")
    return redirect(url_for(".case", instance_id=instance_id), code=303)


@bp.post(f"{CASE}/variables")
@writes
def change(instance_id: UUID) -> ResponseReturnValue:
    """Change one variable; what was typed stays when it is refused."""
    typed = Typed(**{name: request.form.get(name, "") for name in ("scope", "name", "kind", "text", "reason")})
    try:
        repair.change(
            session(),
            instance_id,
            {typed.name.strip(): typed.value()} if typed.name.strip() else {},
            by=me(),
            reason=typed.reason,
            at=clock.now(),
            token_id=typed.scope or None,
            seen_revision=request.form.get("revision", -1, type=int),
        )
    except (Conflict, Invalid) as refused:
        log_refusal(refused)
        session().rollback()
        status = 409 if isinstance(refused, Conflict) else 422
        return _bench(_case(instance_id), typed, sentence(refused)), status
    flash(gettext("Changed: %(name)s.", name=typed.name.strip()), "ok")
    return redirect(url_for(".case", instance_id=instance_id), code=303)


@bp.get(f"{CASE}/move")
def move(instance_id: UUID) -> ResponseReturnValue:
    """Show what moving a step would do; nothing is done yet."""
    found = _case(instance_id)
    return render_template(
        "operations/move.html", room="operations", links=page_links(""), ahead=ahead_of(found, _move())
    )


@bp.post(f"{CASE}/move")
@writes
def confirm_move(instance_id: UUID) -> ResponseReturnValue:
    """Move the step as it was shown."""
    with told():
        repair.move(
            session(),
            instance_id,
            [_move()],
            preview_revision=request.form.get("revision", -1, type=int),
            by=me(),
            reason=request.form.get("reason", ""),
            at=clock.now(),
        )
        flash(gettext("The step is moved."), "ok")
    return redirect(url_for(".case", instance_id=instance_id), code=303)


def _move() -> Move:
    """Return the move that was chosen; what was not chosen at all is nowhere to be found."""
    said = [request.values.get(name, "") for name in ("token", "element")]
    token_id, element_id = (None if each == NOTHING else each for each in said)
    return Move(token_id, element_id)
