"""Row locks on cases, in one order for everybody: the case at the root of each family first, families by id.

A called case that ends moves its caller, and a caller that is cancelled cancels the cases it called; as whoever moves
any of them holds the root, they wait for one another instead of each holding what the other needs. A message's job is
locked before the cases it moves, a number series after them.

On SQLite there is nothing to lock: a transaction that writes is alone from its beginning.
"""

from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from engine import database
from engine.model import ProcessInstance


def lock_families(session: Session, case_ids: Select[UUID]) -> None:
    """Wait until this transaction alone may move these cases, their callers and the cases they called.

    Whoever has waited must read in a new statement: rows read together with the lock may be those of before the wait.
    """
    if not database.is_postgresql(session.get_bind()):
        return
    root_of = func.coalesce(ProcessInstance.root_id, ProcessInstance.id)
    roots = select(root_of).where(ProcessInstance.id.in_(case_ids))
    in_order = select(ProcessInstance.id).where(ProcessInstance.id.in_(roots)).order_by(ProcessInstance.id)
    session.execute(in_order.with_for_update(key_share=True)).all()
