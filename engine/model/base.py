"""The declarative base and the column types every mapped class shares."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import simplejson
from sqlalchemy import DateTime, Dialect, Enum, MetaData, String, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on our side, UTC without zone in the database; a naive value is refused."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Turn an aware instant into naive UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a zone; pass an aware datetime.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the instant its zone back."""
        return None if value is None else value.replace(tzinfo=UTC)


class Line(TypeDecorator[str]):
    """A line that people read, such as a name or a title: what is longer than its column is cut, on every database."""

    impl = String
    cache_ok = True

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Cut a text that is too long, and say so with an ellipsis."""
        return value if value is None or len(value) <= self.most else f"{value[: self.most - 1]}…"


class JsonText(TypeDecorator[Any]):
    """A JSON value kept as text, numbers exact to the last digit."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: Dialect) -> str | None:  # noqa: ARG002
        """Write the value as compact JSON."""
        return None if value is None else to_json_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:  # noqa: ARG002
        """Read the value back."""
        return None if value is None else from_json_text(value)


class Texts(JsonText):
    """Some texts in their order, kept as JSON, read as a tuple."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Read the texts back; most lists are empty, and there may be tens of thousands."""
        if value == "[]":
            return ()
        return None if value is None else tuple(super().process_result_value(value, dialect))


def to_json_text(value: object) -> str:
    """Write a JSON value compactly, keys in a fixed order, decimals exact, NaN refused."""
    return simplejson.dumps(
        value, ensure_ascii=False, separators=(",", ":"), sort_keys=True, use_decimal=True, allow_nan=False
    )


def from_json_text(text: str) -> Any:
    """Read JSON text; numbers with a fraction become `Decimal`."""
    return simplejson.loads(text, use_decimal=True)


class Base(DeclarativeBase):
    """The one base of all mapped classes, the packs' included."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime,
            UUID: Uuid,
            dict[str, Any]: JsonText,
            list[str]: JsonText,
            tuple[str, ...]: Texts,
            list[dict[str, Any]]: JsonText,
        },
    )


def stored_by_value(kind: type[StrEnum]) -> Enum:
    """Store an enum by its value as plain text, so that both databases and people read the same words."""
    return Enum(
        kind,
        native_enum=False,
        length=20,
        create_constraint=False,
        values_callable=lambda members: [member.value for member in members],
    )
