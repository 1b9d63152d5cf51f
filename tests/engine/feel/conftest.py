"""What the tests of FEEL share: one office morning, and a short way to ask for a value."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime

import pytest

from engine import feel

Ask = Callable[..., object]


@pytest.fixture
def environment() -> feel.Environment:
    """Return the environment of Monday, 5 January 2026, ten in the morning in Hà Nội."""
    leaders = {"P.KHTCTH": "lan", "VPS": "minh"}
    return feel.Environment(
        now=datetime(2026, 1, 5, 3, tzinfo=UTC),
        functions={
            "leader of": leaders.get,
            "unit of": lambda username: {"code": "VPS", "name": "Văn phòng", "leader": username},
        },
    )


@pytest.fixture
def ask(environment: feel.Environment) -> Ask:
    """Return a function that evaluates a text in a scope."""

    def evaluate(text: str, scope: Mapping[str, object] | None = None, names: Iterable[str] = ()) -> object:
        return feel.parse(text, names=names).evaluate(scope or {}, environment)

    return evaluate


@pytest.fixture
def remarks(environment: feel.Environment) -> Callable[[], list[str]]:
    """Return a function that tells the English sentences of the warnings so far."""
    return lambda: [warning.text.en for warning in environment.warnings]
