"""All verbs of one task, each with whether somebody may use it now and, if not, why not: what pages and API show."""

from datetime import datetime

from sqlalchemy.orm import Session

from engine.model import Person, UserTask
from engine.verbs.answers import Answer
from engine.verbs.assigning import may_assign
from engine.verbs.claiming import may_claim, may_release
from engine.verbs.consulting import may_consult
from engine.verbs.copying import may_copy
from engine.verbs.delegating import may_delegate, may_hand_back, may_take_back
from engine.verbs.recalling import may_close_round
from engine.verbs.reminding import may_remind
from engine.verbs.returning import may_send_back
from engine.verbs.transferring import may_transfer
from engine.verbs.withdrawing import may_withdraw


def answers(session: Session, task: UserTask, by: Person, at: datetime) -> list[Answer]:
    """Return the answer of each verb, in the order in which pages show them; reads only, locks nothing."""
    return [
        may_claim(session, task, by, at),
        may_send_back(session, task, by, at),
        may_withdraw(session, task, by, at),
        may_release(session, task, by, at),
        may_assign(session, task, by, at),
        may_transfer(session, task, by, at),
        may_delegate(session, task, by, at),
        may_hand_back(session, task, by, at),
        may_take_back(session, task, by, at),
        may_consult(session, task, by, at),
        may_close_round(session, task, by, at),
        may_copy(session, task.instance, by, at),
        may_remind(session, task, by, at),
    ]
