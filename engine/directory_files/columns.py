"""The three sheets of a directory file: their columns, what each may hold, and how values are written."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from engine.directory.fields import say_fields
from engine.wording import Bilingual

Value = str | int | bool | date | tuple[str, ...] | None
DAY: Final = "%d/%m/%Y"
YES, NO = Bilingual("Có", "Yes"), Bilingual("Không", "No")


class Kind(StrEnum):
    """What a cell of a column holds."""

    TEXT = "text"
    CODE = "code"
    USERNAME = "username"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"
    FIELDS = "fields"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `key` is the name in comparisons, `default` what an empty cell says.

    A column that a file does not have leaves what is there alone; one that is `required` has to be there and filled.
    """

    key: str
    title: Bilingual
    kind: Kind
    longest: int = 0
    is_required: bool = False
    default: Value = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet of the workbook, one file of the CSV archive; `identity` are the columns that tell rows apart."""

    key: str
    title: Bilingual
    identity: tuple[str, ...]
    columns: tuple[Column, ...]

    def column(self, key: str) -> Column:
        """Return a column by its key."""
        return next(column for column in self.columns if column.key == key)


_SORT = Column("sort", Bilingual("Thứ tự", "Order"), Kind.NUMBER, default=0)
_USERNAME = Column("username", Bilingual("Tên đăng nhập", "Username"), Kind.USERNAME, 80, is_required=True)
_FROM = Column("valid_from", Bilingual("Từ ngày", "From"), Kind.DAY)
_TO = Column("valid_to", Bilingual("Đến hết ngày", "To"), Kind.DAY)

UNITS = Sheet(
    "units",
    Bilingual("Đơn vị", "Units"),
    ("code",),
    (
        Column("code", Bilingual("Mã đơn vị", "Unit code"), Kind.CODE, 60, is_required=True),
        Column("name", Bilingual("Tên đơn vị", "Unit name"), Kind.TEXT, 200, is_required=True),
        Column("parent", Bilingual("Đơn vị cấp trên", "Parent unit"), Kind.CODE, 60),
        _SORT,
        _FROM,
        _TO,
        Column("successor", Bilingual("Đơn vị kế thừa", "Successor"), Kind.CODE, 60),
    ),
)
PEOPLE = Sheet(
    "people",
    Bilingual("Người", "People"),
    ("username",),
    (
        _USERNAME,
        Column("full_name", Bilingual("Họ và tên", "Full name"), Kind.TEXT, 120, is_required=True),
        Column("is_active", Bilingual("Đang làm việc", "Active"), Kind.FLAG, default=True),
        Column("is_administrator", Bilingual("Quản trị viên", "Administrator"), Kind.FLAG, default=False),
    ),
)
POSITIONS = Sheet(
    "positions",
    Bilingual("Chức vụ", "Positions"),
    ("username", "unit", "kind"),
    (
        _USERNAME,
        Column("unit", Bilingual("Mã đơn vị", "Unit code"), Kind.CODE, 60, is_required=True),
        Column("kind", Bilingual("Loại chức vụ", "Position kind"), Kind.CODE, 40, is_required=True),
        Column("title", Bilingual("Chức danh", "Title"), Kind.TEXT, 120, is_required=True),
        Column("rank", Bilingual("Thứ tự", "Order"), Kind.NUMBER, default=0),
        Column("is_primary", Bilingual("Chức vụ chính", "Primary"), Kind.FLAG, default=False),
        Column("may_sign", Bilingual("Được ký", "May sign"), Kind.FLAG, default=False),
        Column("fields", Bilingual("Lĩnh vực phụ trách", "In charge of"), Kind.FIELDS, default=()),
        _FROM,
        _TO,
    ),
)
SHEETS: Final = (UNITS, PEOPLE, POSITIONS)


def said(value: Value, language: str) -> str:
    """Return a value as people read and write it."""
    if isinstance(value, bool):
        return (YES if value else NO).said(language)
    if isinstance(value, date):
        return value.strftime(DAY)
    if isinstance(value, tuple):
        return say_fields(value)
    return "" if value is None else str(value)
