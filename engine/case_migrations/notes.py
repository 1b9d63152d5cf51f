"""What an operator should know about a pair of elements although nothing stands against it."""

from collections.abc import Iterator

from engine.bpmn import Counterparts, Element
from engine.wording import Bilingual

_FORM = Bilingual("Việc đang mở dùng biểu mẫu của phiên bản mới.", "Open tasks show the new version's form.")
_JOB = Bilingual(
    "Công việc tự động đang chờ đổi từ loại «{old}» sang «{new}» và bắt đầu lại từ lần thử đầu.",
    "Waiting jobs change from the type '{old}' to '{new}' and begin with their first attempt again.",
)
_NAME = Bilingual(
    "Hồ sơ đang chờ «{old}» chuyển sang chờ «{new}».", "Cases that wait for '{old}' wait for '{new}' instead."
)
_TIMER = Bilingual("Hẹn giờ đang chạy giữ nguyên thời điểm cũ.", "Timers that run keep the moment they are due.")
_CALLED = Bilingual("Hồ sơ đã được gọi vẫn chạy theo quy trình cũ «{old}».", "Cases called already go on with '{old}'.")
_GONE = Bilingual("Hồ sơ đang chạy không còn chờ sự kiện này.", "Running cases no longer wait for this event.")
_ARMED_ANEW = Bilingual(
    "Sự kiện được gắn lại theo phiên bản mới; hẹn giờ tính từ lúc chuyển.",
    "The event is armed anew as the new version says; a timer counts from the move.",
)
_ADDED = Bilingual(
    "Hồ sơ đang ở đây có thêm sự kiện «{new}»; hẹn giờ tính từ lúc chuyển.",
    "Cases standing here get the event '{new}' as well; a timer counts from the move.",
)
_JOIN = Bilingual(
    "Cổng chờ nhiều nhánh hơn trước ({old} → {new}); hồ sơ đã qua điểm tách nhánh có thể chờ mãi.",
    "The join waits for more flows than before ({old} → {new}); cases past the fork may wait for ever.",
)


def notes_on(old: Element, counterparts: Counterparts) -> tuple[Bilingual, ...]:
    """Return what changes for the cases that stand at an element of the source, the pair being sound."""
    new = counterparts.of(old.element_id)
    if is_armed(old, counterparts) and not counterparts.stays_armed(old, gateway_before(old, counterparts)):
        return (_GONE if new is None else _ARMED_ANEW,)
    if new is None:
        return ()
    return (*_changed_texts(old, new), *_changed_events(old, new, counterparts), *_more_flows(old, new))


def is_armed(element: Element, counterparts: Counterparts) -> bool:
    """Say whether the element is an event that waits beside something else and may be let go without harm."""
    is_trigger = element.kind == "startEvent" and element.scope_id is not None
    return element.kind == "boundaryEvent" or is_trigger or bool(gateway_before(element, counterparts))


def gateway_before(element: Element, counterparts: Counterparts) -> str:
    """Return the event-based gateway that leads to an element, or nothing."""
    sources = [counterparts.source.flows[flow_id].source_id for flow_id in element.incoming]
    gateways = [each for each in sources if counterparts.source.elements[each].kind == "eventBasedGateway"]
    return gateways[0] if gateways else ""


def _changed_texts(old: Element, new: Element) -> Iterator[Bilingual]:
    if old.form_id != new.form_id and new.form_id:
        yield _FORM
    if old.job_type != new.job_type:
        yield _said(_JOB, old.job_type, new.job_type)
    if old.called_process != new.called_process:
        yield _said(_CALLED, old.called_process, new.called_process)


def _changed_events(old: Element, new: Element, counterparts: Counterparts) -> Iterator[Bilingual]:
    if old.event is not None and new.event is not None:
        if old.event.name != new.event.name:
            yield _said(_NAME, old.event.name, new.event.name)
        if (old.event.timer, old.event.expression) != (new.event.timer, new.event.expression):
            yield _TIMER
    kept = {
        counterparts.place(each.element_id)
        for each in counterparts.source.elements.values()
        if each.attached_to == old.element_id and counterparts.stays_armed(each)
    }
    for event in counterparts.target.elements.values():
        is_compensation = event.event is not None and event.event.kind == "compensation"
        if event.attached_to == new.element_id and event.element_id not in kept and not is_compensation:
            yield _said(_ADDED, None, event.name or event.element_id)


def _more_flows(old: Element, new: Element) -> Iterator[Bilingual]:
    if new.kind == "parallelGateway" and 1 < len(old.incoming) < len(new.incoming):
        yield _said(_JOIN, len(old.incoming), len(new.incoming))


def _said(sentence: Bilingual, old: object, new: object) -> Bilingual:
    return Bilingual(sentence.vi.format(old=old, new=new), sentence.en.format(old=old, new=new))
