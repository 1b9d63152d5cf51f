"""What tests of the site share."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.model import Base

Counter = Callable[[], dict[str, int]]


@pytest.fixture
def rows(site: Any) -> Counter:
    """Count the rows of every table, to show that a refusal stores nothing."""

    def count() -> dict[str, int]:
        with site.session() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }

    return count
