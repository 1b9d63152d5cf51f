"""When timer start events are due; whoever keeps the clock starts the process then."""

from collections.abc import Iterator
from datetime import UTC, datetime

from engine.bpmn.elements import ProcessModel
from engine.bpmn.failures import TimerInvalid
from engine.bpmn.nodes.texts import text
from engine.bpmn.plan import EventPlan
from engine.bpmn.timers import Cycle, Duration, due_from, moment
from engine.feel import Environment


def start_moments(model: ProcessModel, element_id: str, environment: Environment) -> Iterator[datetime]:
    """Yield the UTC moments at which a timer start event is due, in order, counted from `environment.now`.

    That is the moment of deployment. A date or duration yields one moment, a cycle its turns, perhaps for ever.
    Raises `TimerInvalid` or a `FeelError` on the first step.
    """
    event: EventPlan = model.blueprint.node(element_id)[1].plan.event
    said = None if event.expression is None else text(event.expression.read({}, environment))
    cycle = Cycle.parse(said or "")
    zone = environment.zone
    if cycle is None:
        try:
            yield due_from(said or "", now=environment.now, zone=zone)
        except ValueError as error:
            raise TimerInvalid("Giá trị hẹn giờ không đọc được.", "The timer's value cannot be read.") from error
        return
    anchor = environment.now if cycle.start is None else moment(cycle.start, zone=zone)
    every, turn = Duration.parse(cycle.every), 1 if cycle.start is None else 0
    left = cycle.times
    while every is not None and left != 0:
        yield every.after(anchor.astimezone(zone), times=turn).astimezone(UTC)
        turn, left = turn + 1, None if left is None else left - 1
