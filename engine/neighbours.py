"""What the processes of the other packs are and send: a diagram may call them, and wait for what they send."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine import definitions
from engine.bpmn.lint import Surroundings, names_sent
from engine.model import Deployment, ProcessDefinition


def of_pack(session: Session, pack_key: str) -> Surroundings:
    """Return what lint shall know besides the files of a pack: all processes there are, messages and signals sent."""
    rows = session.execute(
        select(ProcessDefinition.id, ProcessDefinition.key, Deployment.pack_key)
        .join(ProcessDefinition.deployment)
        .where(ProcessDefinition.is_latest, ProcessDefinition.retired_at.is_(None))
    ).all()
    others = [definitions.load(session, row.id).model for row in rows if row.pack_key != pack_key]
    return Surroundings(
        processes=frozenset(row.key for row in rows),
        messages_sent=names_sent(others, "message"),
        signals_thrown=names_sent(others, "signal"),
    )
