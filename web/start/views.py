"""What may be started, and starting it."""

from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from engine import starting
from engine.model import TaskState, UserTask
from web import clock
from web.database import session, writes
from web.security import me

bp = Blueprint("start", __name__, url_prefix="/start")


@dataclass(frozen=True, slots=True)
class StartCard:
    """One process as a card."""

    key: str
    name: str
    description: str
    version: int
    start_url: str


@bp.get("")
def choose() -> ResponseReturnValue:
    """Show the processes the person may start."""
    cards = [
        StartCard(each.key, each.name, each.description, each.version, url_for(".start", key=each.key))
        for each in starting.startable(session(), by=me(), at=clock.now())
    ]
    return render_template("start/start.html", room="start", processes=cards)


@bp.post("/<key>")
@writes
def start(key: str) -> ResponseReturnValue:
    """Start a process and go to its first task, when that is the person's own."""
    instance = starting.start(session(), key, by=me(), at=clock.now())
    first = session().scalar(
        select(UserTask.id).where(
            UserTask.instance_id == instance.id, UserTask.state == TaskState.OPEN, UserTask.assignee_id == me().id
        )
    )
    target = url_for("inbox.task", task_id=first) if first else url_for("cases.case", instance_id=instance.id)
    return redirect(target, code=303)
