"""What a diagram says about telling people in time: `lc:escalate`, a FEEL list of contexts that hold constants.

=[{at: "50%", to: "assignee"}, {at: "due", to: ["assignee", "head"]}, {at: "due + 1 day", to: "superior", daily: 5}]
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from engine.feel import Environment, Expression, FeelError
from engine.wording import Bilingual

ESCALATE = "lc:escalate"
MOST_RULES, MOST_RECIPIENTS, MOST_TURNS = 20, 20, 30
LONGEST_RECIPIENT = 120
_NAMES = frozenset({"at", "to", "daily"})
_NO_TIME = datetime.fromtimestamp(0, UTC)  # rules are constants; they may not depend on the clock
_MOMENT = re.compile(
    r"(?P<percent>[1-9][0-9]?) ?%"
    r"|due(?: ?(?P<sign>[+-]) ?(?P<count>[1-9][0-9]{0,2}) (?P<unit>hour|day)s?)?"
)


class Recipient(StrEnum):
    """Who can be told without being named: the holder, the heads above the holder, the starter of the case."""

    ASSIGNEE = "assignee"
    HEAD = "head"
    SUPERIOR = "superior"
    STARTER = "starter"


class RulesUnreadable(ValueError):
    """The property holds no escalation rules; `faults` says all that is wrong with it."""

    def __init__(self, faults: Sequence[Bilingual]) -> None:
        super().__init__("; ".join(fault.en for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Moment:
    """When a rule holds: after `percent` of the working time, or so many working hours or days from due, signed."""

    percent: int = 0
    hours: int = 0
    days: int = 0

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Read `50%`, `due`, `due - 4 hours` or `due + 2 days`; None when it is none of them."""
        found = _MOMENT.fullmatch(text.strip())
        if found is None:
            return None
        if found["percent"]:
            return cls(percent=int(found["percent"]))
        count = int(f"{found['sign']}{found['count']}") if found["count"] else 0
        return cls(days=count) if found["unit"] == "day" else cls(hours=count)

    @property
    def is_before_due(self) -> bool:
        """Tell whether the moment comes before the task is due."""
        return self.percent > 0 or self.hours < 0 or self.days < 0

    def __str__(self) -> str:
        """Return the moment in the one way it is written down: what history keeps."""
        if self.percent:
            return f"{self.percent}%"
        count = self.hours or self.days
        if not count:
            return "due"
        return f"due {'+' if count > 0 else '-'} {abs(count)} {'hour' if self.hours else 'day'}{'s' * (abs(count) > 1)}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: when whom is told, and on how many working days after that they are told again."""

    moment: Moment
    recipients: tuple[str, ...]
    daily: int = 0


def read(expression: Expression) -> tuple[Rule, ...]:
    """Return the rules that an expression holds, none for an empty list; refuses with `RulesUnreadable`."""
    try:
        said = expression.evaluate({}, Environment(now=_NO_TIME))
    except FeelError as error:
        raise RulesUnreadable([error.text]) from error
    listed: list[Any] = said if isinstance(said, list) else [said]
    if len(listed) > MOST_RULES:
        raise RulesUnreadable(
            [Bilingual(f"có quá {MOST_RULES} quy tắc", f"there are more than {MOST_RULES} rules")],
        )
    faults = [_at(number, fault) for number, each in enumerate(listed, 1) for fault in _faults(each)]
    if faults:
        raise RulesUnreadable(faults)
    return tuple(_rule(each) for each in listed)


def _rule(said: Mapping[str, object]) -> Rule:
    to, moment = said["to"], Moment.read(str(said["at"]))
    recipients = to if isinstance(to, list) else [to]
    return Rule(moment or Moment(), tuple(str(each).strip() for each in recipients), _count(said.get("daily")) or 0)


def _faults(said: object) -> Iterator[Bilingual]:
    """Yield what is wrong with one rule."""
    if not isinstance(said, Mapping):
        yield Bilingual('phải có dạng {at: "50%", to: "assignee"}', 'must look like {at: "50%", to: "assignee"}')
        return
    unknown = ", ".join(f"«{name}»" for name in said if name not in _NAMES)
    if unknown:
        yield Bilingual(f"có mục lạ {unknown}; chỉ dùng at, to, daily", f"has {unknown}; at, to and daily are all")
    moment = Moment.read(said["at"]) if isinstance(said.get("at"), str) else None
    if moment is None:
        yield Bilingual(
            "không rõ thời điểm at; hãy ghi «50%», «due», «due - 1 day», «due + 4 hours» hoặc «due + 2 days»",
            "does not say when; write at as '50%', 'due', 'due - 1 day', 'due + 4 hours' or 'due + 2 days'",
        )
    if not _are_recipients(said.get("to")):
        yield Bilingual(
            "không rõ người nhận to; hãy ghi «assignee», «head», «superior», «starter», khóa nhóm hoặc tên đăng nhập",
            "does not say whom; write to as 'assignee', 'head', 'superior', 'starter', a group key or a username",
        )
    yield from _daily_faults(said, moment)


def _daily_faults(said: Mapping[str, object], moment: Moment | None) -> Iterator[Bilingual]:
    if said.get("daily") is None:
        return
    if _count(said["daily"]) is None:
        yield Bilingual(
            f"daily phải là số nguyên từ 1 đến {MOST_TURNS}", f"daily must be a whole number from 1 to {MOST_TURNS}"
        )
    if moment is not None and moment.is_before_due:
        yield Bilingual("chỉ nhắc lại hằng ngày (daily) từ khi đến hạn", "is repeated daily only once it is due")


def _are_recipients(said: object) -> bool:
    listed: Collection[object] = said if isinstance(said, list) else [said]
    return 0 < len(listed) <= MOST_RECIPIENTS and all(
        isinstance(each, str) and 0 < len(each.strip()) <= LONGEST_RECIPIENT for each in listed
    )


def _count(said: object) -> int | None:
    is_number = isinstance(said, int | Decimal) and not isinstance(said, bool)
    if not is_number or said != int(said) or not 1 <= said <= MOST_TURNS:  # type: ignore[operator, call-overload]
        return None
    return int(said)  # type: ignore[call-overload, no-any-return]


def _at(number: int, fault: Bilingual) -> Bilingual:
    return Bilingual(f"quy tắc {number} {fault.vi}", f"rule {number} {fault.en}")
