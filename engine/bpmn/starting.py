"""When timer start events are due; whoever keeps the clock starts the process then."""

from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from engine.bpmn.elements import ProcessModel
from engine.bpmn.failures import TimerInvalid
from engine.bpmn.nodes.texts import text
from engine.bpmn.plan import EventPlan
from engine.bpmn.timers import Cycle, Duration, due_from, moment
from engine.feel import Environment

MOST_TURNS = 10**9
NEVER = datetime.max.replace(tzinfo=UTC)


def start_moments(
    model: ProcessModel, element_id: str, environment: Environment, *, after: datetime | None = None
) -> Iterator[datetime]:
    """Yield the UTC moments at which a timer start event is due, in order, counted from `environment.now`.

    That is the moment of deployment. A date or duration yields one moment, a cycle its turns, perhaps for ever; only
    those that come `after` a moment, however many came before it. Raises `TimerInvalid` or a `FeelError` on the first
    step.
    """
    event: EventPlan = model.blueprint.node(element_id)[1].plan.event
    said = None if event.expression is None else text(event.expression.read({}, environment))
    cycle = Cycle.parse(said or "")
    if cycle is not None:
        yield from _Turns(cycle, environment).after(after)
        return
    try:
        due = due_from(said or "", now=environment.now, zone=environment.zone)
    except ValueError as error:
        raise TimerInvalid("Giá trị hẹn giờ không đọc được.", "The timer's value cannot be read.") from error
    if after is None or due > after:
        yield due


class _Turns:
    """The turns of a cycle, by number; those without a start of their own begin after one interval."""

    def __init__(self, cycle: Cycle, environment: Environment) -> None:
        self._zone = environment.zone
        start = environment.now if cycle.start is None else moment(cycle.start, zone=self._zone)
        self._anchor = start.astimezone(self._zone)
        self._every = Duration.parse(cycle.every) or Duration(0, timedelta())
        self._first = 1 if cycle.start is None else 0
        self._end = self._first + (MOST_TURNS if cycle.times is None else cycle.times)
        if self._at(1) <= self._at(0):
            raise TimerInvalid("Chu kỳ phải dài hơn 0.", "A cycle must take longer than nothing.")

    def after(self, moment: datetime | None) -> Iterator[datetime]:
        """Yield the moments after one; the first of them is looked up, not counted up to."""
        numbers = range(self._first, self._end)
        skipped = 0 if moment is None else bisect_right(numbers, moment, key=self._at)
        for number in numbers[skipped:]:
            due = self._at(number)
            if due == NEVER:
                return
            yield due

    def _at(self, number: int) -> datetime:
        try:
            return self._every.after(self._anchor, times=number).astimezone(UTC)
        except (OverflowError, ValueError):  # beyond the year 9999
            return NEVER
