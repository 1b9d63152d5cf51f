"""What the world outside gives an expression: the time, the zone and the office functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from .budget import Budget
from .errors import FeelWarning

OFFICE_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(slots=True)
class Environment:
    """The caller's clock and directory for the evaluations of one step.

    `now` is aware; `functions` holds the office functions by the names of `office.OFFICE_FUNCTIONS`, called with
    positional FEEL values; `warnings` gathers why parts became null (at most `budget.warnings` of them). `spent` counts
    the steps of all evaluations so far, for those who bound many evaluations together.
    """

    now: datetime
    zone: ZoneInfo = OFFICE_ZONE
    functions: Mapping[str, Callable[..., object]] = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)
    warnings: list[FeelWarning] = field(default_factory=list)
    spent: int = 0
