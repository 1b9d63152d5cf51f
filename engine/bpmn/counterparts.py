"""Which element of another version takes a token over from which, and what stands against it."""

from collections.abc import Mapping
from enum import StrEnum

from engine.bpmn.elements import Element, ProcessModel
from engine.wording import Bilingual, Finding

_REMEDY = Bilingual(
    "Hãy chọn bước tương ứng trong phiên bản mới, hoặc chuyển hồ sơ khỏi bước này trước.",
    "Map it to an element of the new version, or move the token away first.",
)


class Misfit(StrEnum):
    """Why a token at an element cannot go on in the other version."""

    NO_PLACE = "no_place"
    OTHER_KIND = "other_kind"
    OTHER_SCOPE = "other_scope"
    OTHER_REPETITION = "other_repetition"
    OTHER_EVENT = "other_event"
    NO_FLOW = "no_flow"


_SENTENCES: Mapping[Misfit, Bilingual] = {
    Misfit.NO_PLACE: Bilingual(
        "Hồ sơ đang ở “{name}”, phiên bản mới không có chỗ tương ứng.",
        "A token is at “{name}”, which has no counterpart in the new version.",
    ),
    Misfit.OTHER_KIND: Bilingual(
        "Hồ sơ đang ở “{name}”, bước tương ứng trong phiên bản mới là phần tử loại khác.",
        "A token is at “{name}”, whose counterpart in the new version is an element of another kind.",
    ),
    Misfit.OTHER_SCOPE: Bilingual(
        "Hồ sơ đang ở “{name}”, bước tương ứng trong phiên bản mới nằm trong một quy trình con khác.",
        "A token is at “{name}”, whose counterpart in the new version lies in another sub-process.",
    ),
    Misfit.OTHER_REPETITION: Bilingual(
        "Hồ sơ đang ở “{name}”, bước tương ứng trong phiên bản mới lặp theo cách khác.",
        "A token is at “{name}”, whose counterpart in the new version repeats in another way.",
    ),
    Misfit.OTHER_EVENT: Bilingual(
        "Hồ sơ đang chờ ở “{name}”, phiên bản mới chờ ở đó một loại sự kiện khác.",
        "A token waits at “{name}”, where the new version waits for an event of another kind.",
    ),
    Misfit.NO_FLOW: Bilingual(
        "Cổng “{name}” đã nhận một nhánh mà phiên bản mới không dẫn vào cổng đó nữa.",
        "The join “{name}” holds a token that came by a flow the new version does not have.",
    ),
}


class Counterparts:
    """The elements of one version beside those of another: the same id, but for the ids that `elements` maps.

    An id mapped to nothing (`""`) has no counterpart, though the other version may have an element of that id.
    """

    def __init__(self, source: ProcessModel, target: ProcessModel, elements: Mapping[str, str]) -> None:
        self.source, self.target, self.elements = source, target, elements
        self._flows = {(flow.source_id, flow.target_id): flow.flow_id for flow in reversed(list(target.flows.values()))}

    def place(self, element_id: str) -> str:
        """Return the id an element has in the target."""
        return self.elements.get(element_id, element_id)

    def of(self, element_id: str) -> Element | None:
        """Return the element of the target that stands for one of the source."""
        return self.target.elements.get(self.place(element_id))

    def flow(self, flow_id: str) -> str | None:
        """Return the flow of the target that stands for one of the source: the same id, else between the same ends."""
        if flow_id in self.target.flows:
            return flow_id
        flow = self.source.flows.get(flow_id)
        return None if flow is None else self._flows.get((self.place(flow.source_id), self.place(flow.target_id)))

    def misfit(self, element: Element) -> Misfit | None:
        """Return why a token at an element of the source has no place in the target, `None` when it has one."""
        found = self.of(element.element_id)
        if found is None:
            return Misfit.NO_PLACE
        if _kind(element) != _kind(found):
            return Misfit.OTHER_KIND
        if not self._is_in_the_same_scope(element, found):
            return Misfit.OTHER_SCOPE
        if _repetition(element) != _repetition(found):
            return Misfit.OTHER_REPETITION
        if _event_kind(element) != _event_kind(found):
            return Misfit.OTHER_EVENT
        return None

    def stays_armed(self, event: Element, gateway_id: str = "") -> bool:
        """Say whether an armed event goes on waiting: at the same activity, behind the same gateway, in the same scope.

        One that does not is off, and the target's own events are armed in its stead.
        """
        found = self.of(event.element_id)
        if found is None or self.misfit(event) is not None:
            return False
        if event.kind == "boundaryEvent":
            return found.attached_to == self.place(event.attached_to or "")
        return event.kind == "startEvent" or (self.place(gateway_id), found.element_id) in self._flows

    def may_be_undone(self, element_id: str) -> bool:
        """Say whether the target, too, has a compensation handler for a completed activity."""
        return self.misfit(self.source.elements[element_id]) is None and any(
            each.kind == "boundaryEvent"
            and each.attached_to == self.place(element_id)
            and _event_kind(each) == "compensation"
            for each in self.target.elements.values()
        )

    def finding(self, element: Element, misfit: Misfit) -> Finding:
        """Return what stands against a token at an element, and what to do about it."""
        said = _SENTENCES[misfit]
        name = element.name or element.element_id
        return Finding(
            f"migration.{misfit}",
            Bilingual(said.vi.format(name=name), said.en.format(name=name)),
            _REMEDY,
            self.target.process_id,
            element.element_id,
        )

    def _is_in_the_same_scope(self, old: Element, new: Element) -> bool:
        if old.scope_id is None or new.scope_id is None:
            return old.scope_id == new.scope_id
        around = self.source.elements[old.scope_id]
        is_handled = around.is_event_sub_process and self.misfit(around) is not None
        return self.place(old.scope_id) == new.scope_id and not is_handled


def _kind(element: Element) -> tuple[object, ...]:
    """Return what a waiting token takes for granted: who moves it on depends on the tag and on the job."""
    return element.kind, element.job_type is None, element.is_event_sub_process


def _repetition(element: Element) -> tuple[object, ...] | None:
    """Return how an element repeats, with the variables that instances under way hold already."""
    loop = element.multi_instance
    if loop is None:
        return None
    return loop.is_sequential, loop.is_standard_loop, loop.input_element, loop.output_collection


def _event_kind(element: Element) -> str | None:
    return None if element.event is None else element.event.kind
