"""How the platform speaks to its databases: SQLite by default, PostgreSQL when told; both keep the same promises.

What a transaction read after it took a lock stays true until it ends: on SQLite because a transaction that writes holds
the one write lock from its beginning, on PostgreSQL because use cases lock rows before they read them. Knows no table.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Engine,
    Select,
    any_,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.dialects import postgresql as postgresql_dialect
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, InstrumentedAttribute, Session, SessionTransaction
from sqlalchemy.pool import StaticPool

from engine.database import postgresql, sqlite
from engine.database.failures import (
    DatabaseBusy,
    DatabaseFailure,
    DatabaseFull,
    DatabaseUnreachable,
    DatabaseUnsuitable,
    TransactionLost,
    translate,
)

__all__ = [
    "DatabaseBusy",
    "DatabaseFailure",
    "DatabaseFull",
    "DatabaseUnreachable",
    "DatabaseUnsuitable",
    "TransactionLost",
    "abandon",
    "begin_write",
    "engine_options",
    "insert",
    "is_postgresql",
    "looked_up",
    "open_engine",
    "opened",
    "set_up",
    "take_time",
    "take_turn",
    "until_not_lost",
]

ATTEMPTS = 5
T = TypeVar("T")


def engine_options(url: str) -> Mapping[str, Any]:
    """Return the options an engine for this address is made with."""
    return sqlite.options(url) if url.startswith("sqlite:") else postgresql.options()


def open_engine(url: str) -> Engine:
    """Make an engine for an address, set up as `set_up` says."""
    engine = create_engine(url, **engine_options(url))
    set_up(engine)
    return engine


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """Make an engine for the length of a block; its connections are closed afterwards."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def set_up(engine: Engine) -> None:
    """Prepare an engine's connections and let what its driver reports become our own errors."""
    event.listen(engine, "handle_error", translate, retval=True)
    if is_postgresql(engine):
        postgresql.set_up(engine)
    else:
        sqlite.set_up(engine)


def is_postgresql(bind: Engine | Connection) -> bool:
    """Tell whether an engine or a connection speaks to PostgreSQL."""
    return bind.dialect.name == "postgresql"


def begin_write(session: Session) -> None:
    """Open the session's transaction as one that will write; must come before its first query."""
    session.connection(execution_options={sqlite.WRITES: True})


def abandon(session: Session) -> None:
    """Give up a session in the middle of whatever it does, perhaps for another thread that was left behind with it.

    Its connection is closed, so nothing of its transaction is stored, and it begins no other one.
    """
    event.listen(session, "after_transaction_create", _refuse)
    is_in_memory = isinstance(session.get_bind().engine.pool, StaticPool)  # it would end with its connection
    session.rollback() if is_in_memory else session.invalidate()


def _refuse(session: Session, _transaction: SessionTransaction) -> None:
    raise InvalidRequestError(f"{session} was given up; nothing may be done in it any more.")


def take_turn(session: Session, what: str) -> None:
    """Wait until no other transaction does the same; the turn ends with the transaction.

    For what has no row yet to lock. On SQLite a transaction opened by `begin_write` has every turn already.
    """
    if is_postgresql(session.get_bind()):
        number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], "big", signed=True)
        session.execute(select(func.pg_advisory_xact_lock(number)))


def take_time(session: Session) -> None:
    """Let the transaction wait and work as long as it must, as only commands may; nobody waits for their page."""
    if is_postgresql(session.get_bind()):
        session.execute(text("SET LOCAL lock_timeout = 0"))
        session.execute(text("SET LOCAL statement_timeout = 0"))


def insert(session: Session, entity: type[DeclarativeBase]) -> postgresql_dialect.Insert | sqlite_dialect.Insert:
    """Return an INSERT that may say what is to happen when the row is there already; both databases mean the same."""
    if is_postgresql(session.get_bind()):
        return postgresql_dialect.insert(entity)
    return sqlite_dialect.insert(entity)


def looked_up(
    session: Session, column: InstrumentedAttribute[T], found: Select[T] | CompoundSelect[T]
) -> ColumnElement[bool]:
    """Return the condition that a column is one of what a query finds, each of them looked up in the column's index.

    Left to itself, PostgreSQL goes through the whole table as soon as it guesses that the query finds many.
    """
    if is_postgresql(session.get_bind()):
        return column == any_(func.array(found.scalar_subquery()))
    return column.in_(found)


def until_not_lost(work: Callable[[], T]) -> T:
    """Do a whole transaction, again and at once when the database gave it up for another one, a few times at most.

    `work` begins and ends its transaction itself, so that nothing of a lost one is left.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return work()
        except TransactionLost:
            continue
    return work()
