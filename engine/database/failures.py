"""What can go wrong between us and a database, told in our own errors: busy, out of reach, or lost a race."""

from typing import ClassVar

from sqlalchemy.engine import ExceptionContext

from engine.errors import Unavailable

SQLITE_BUSY, SQLITE_LOCKED, SQLITE_BUSY_SNAPSHOT, SQLITE_FULL = 5, 6, 517, 13
SQLITE_IOERR, SQLITE_CANTOPEN = 10, 14
PRIMARY_CODE = 0xFF  # an extended code of SQLite holds its primary one in the last byte
DEADLOCK, SERIALIZATION = "40P01", "40001"
DISK_FULL = "53100"
LOCK_NOT_AVAILABLE, QUERY_CANCELED, TOO_MANY_CONNECTIONS = "55P03", "57014", "53300"


class DatabaseFailure(Unavailable):
    """A database did not do what it was asked; `said` is what operators read before the driver's own words."""

    code = "database.failure"
    said: ClassVar[str] = "Cơ sở dữ liệu không làm được / The database failed"


class DatabaseBusy(DatabaseFailure):
    """Somebody else held what this transaction needs longer than one may wait; nothing of it was stored."""

    code = "database.busy"
    said = "Cơ sở dữ liệu đang bận / The database is busy"


class DatabaseFull(DatabaseFailure):
    """The disk of the database has no room left; nothing of the transaction was stored."""

    code = "database.full"
    said = "Ổ đĩa của cơ sở dữ liệu đã đầy / The disk of the database is full"


class DatabaseUnreachable(DatabaseFailure):
    """The database server does not answer, or it hung up; what was not committed is not stored."""

    code = "database.unreachable"
    said = "Không kết nối được cơ sở dữ liệu / The database does not answer"


class DatabaseUnsuitable(DatabaseFailure):
    """The database server answers, but it is too old or keeps texts in the wrong encoding."""

    code = "database.unsuitable"
    said = "Cơ sở dữ liệu không dùng được / The database will not do"


class TransactionLost(DatabaseFailure):
    """The database gave this transaction up for another one; nothing of it was stored, it may be done again at once."""

    code = "database.transaction_lost"
    said = "Giao dịch phải làm lại / The transaction must be done again"


def translate(context: ExceptionContext) -> Exception | None:
    """Return our own error for what a driver reports, `None` for a fault of ours; the driver's stays its cause."""
    if context.is_pre_ping:
        return None  # the pool takes another connection
    original = context.original_exception
    kind = _kind_of_sqlite(original) or _kind_of_postgresql(original)
    if kind is None and _is_out_of_reach(context):
        kind = DatabaseUnreachable
    return kind(f"{kind.said}: {str(original).strip()}") if kind else None


def _kind_of_sqlite(original: BaseException) -> type[DatabaseFailure] | None:
    code = getattr(original, "sqlite_errorcode", 0)
    if code == SQLITE_BUSY_SNAPSHOT:
        return TransactionLost
    if code & PRIMARY_CODE == SQLITE_FULL:
        return DatabaseFull
    if code & PRIMARY_CODE in {SQLITE_IOERR, SQLITE_CANTOPEN}:
        return DatabaseUnreachable
    return DatabaseBusy if code & PRIMARY_CODE in {SQLITE_BUSY, SQLITE_LOCKED} else None


def _kind_of_postgresql(original: BaseException) -> type[DatabaseFailure] | None:
    state = getattr(original, "sqlstate", None)
    if state in {DEADLOCK, SERIALIZATION}:
        return TransactionLost
    if state == DISK_FULL:
        return DatabaseFull
    return DatabaseBusy if state in {LOCK_NOT_AVAILABLE, QUERY_CANCELED, TOO_MANY_CONNECTIONS} else None


def _is_out_of_reach(context: ExceptionContext) -> bool:
    driver = context.dialect.loaded_dbapi
    could_not_connect = context.connection is None and isinstance(context.original_exception, driver.OperationalError)
    return context.is_disconnect or could_not_connect
