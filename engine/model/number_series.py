"""A series of numbers without gaps or duplicates."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class NumberSeries(Base):
    """The last number given in one series in one year (NĐ 30/2020 Điều 15: 01/01 to 31/12)."""

    __tablename__ = "number_series"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int] = mapped_column(default=0)
