"""Which elements of BPMN 2.0 run here: the one table that the reader, the lint, the help page and the tests read."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from engine.wording import Bilingual


class Support(StrEnum):
    """What becomes of an element: it runs, it is only drawn (no effect, as the standard has it), or it is refused."""

    RUNS = "runs"
    DRAWN = "drawn"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ProfileEntry:
    """One element or event type; `key` is the BPMN tag, for events `tag/definition`, for variants `tag[variant]`.

    `message` and `remedy` are there when it is refused; `note` may say more of one that runs.
    """

    key: str
    name: Bilingual
    support: Support
    message: Bilingual | None = None
    remedy: Bilingual | None = None
    note: Bilingual | None = None


def _runs(key: str, vi: str, en: str, *, note: tuple[str, str] | None = None) -> ProfileEntry:
    return ProfileEntry(key, Bilingual(vi, en), Support.RUNS, note=None if note is None else Bilingual(*note))


def _drawn(key: str, vi: str, en: str) -> ProfileEntry:
    return ProfileEntry(key, Bilingual(vi, en), Support.DRAWN)


def _refused(key: str, vi: str, en: str, remedy_vi: str, remedy_en: str) -> ProfileEntry:
    message = Bilingual(f"Không chạy được {vi[0].lower()}{vi[1:]}.", f"{en[0].upper()}{en[1:]} cannot run here.")
    return ProfileEntry(key, Bilingual(vi, en), Support.REFUSED, message, Bilingual(remedy_vi, remedy_en))


_ACTIVITIES = (
    _runs("task", "Công việc chung", "abstract task", note=("Đi qua ngay.", "Passes at once.")),
    _runs("userTask", "Công việc của người dùng", "user task"),
    _runs("manualTask", "Công việc thủ công", "manual task", note=("Đi qua ngay.", "Passes at once.")),
    _runs("scriptTask", "Công việc tính toán (FEEL)", "script task (FEEL)"),
    _runs("serviceTask", "Công việc dịch vụ", "service task"),
    _runs("sendTask", "Công việc gửi thông điệp", "send task"),
    _runs("receiveTask", "Công việc chờ thông điệp", "receive task"),
    _runs("businessRuleTask", "Công việc theo bảng quyết định", "business rule task"),
    _runs("callActivity", "Gọi quy trình khác", "call activity"),
    _runs("subProcess", "Quy trình con", "embedded sub-process"),
    _runs("subProcess[event]", "Quy trình con theo sự kiện", "event sub-process"),
    _runs("multiInstanceLoopCharacteristics", "Lặp theo danh sách", "multi-instance"),
    _runs("standardLoopCharacteristics", "Lặp theo điều kiện", "standard loop"),
    _runs("transaction", "Giao dịch", "transaction"),
    _runs("adHocSubProcess", "Quy trình con tùy chọn", "ad-hoc sub-process"),
    _refused(
        "adHocSubProcess[sequential]",
        "Quy trình con tùy chọn kiểu tuần tự",
        "a sequential ad-hoc sub-process",
        "Hãy vẽ kiểu song song, hoặc vẽ thứ tự bằng các luồng.",
        "Make it parallel, or draw the order with flows.",
    ),
    _refused(
        "receiveTask[instantiate]",
        "Công việc chờ thông điệp mở quy trình",
        "a receive task that starts the process",
        "Hãy vẽ sự kiện bắt đầu bằng thông điệp.",
        "Draw a message start event instead.",
    ),
    _refused(
        "globalTask",
        "Công việc dùng chung toàn cục",
        "a global task",
        "Hãy vẽ công việc đó thành một quy trình riêng và gọi nó.",
        "Draw it as a process of its own and call it.",
    ),
)

_GATEWAYS = (
    _runs("exclusiveGateway", "Cổng loại trừ", "exclusive gateway"),
    _runs("parallelGateway", "Cổng song song", "parallel gateway"),
    _runs("inclusiveGateway", "Cổng bao gồm", "inclusive gateway"),
    _runs("eventBasedGateway", "Cổng theo sự kiện", "event-based gateway"),
    _refused(
        "eventBasedGateway[parallel]",
        "Cổng theo sự kiện kiểu song song",
        "a parallel event-based gateway",
        "Hãy vẽ cổng song song, rồi mỗi nhánh một sự kiện chờ.",
        "Draw a parallel gateway with one catch event on each branch instead.",
    ),
    _refused(
        "eventBasedGateway[instantiate]",
        "Cổng theo sự kiện mở quy trình",
        "an event-based gateway that starts the process",
        "Hãy vẽ nhiều sự kiện bắt đầu.",
        "Draw several start events instead.",
    ),
    _refused(
        "complexGateway",
        "Cổng phức hợp",
        "a complex gateway",
        "Hãy vẽ cổng bao gồm; nếu chỉ cần vài nhánh về đích, hãy vẽ công việc lặp theo danh sách có điều kiện hoàn "
        "thành.",
        "Draw an inclusive gateway instead; where some of the branches are enough, a multi-instance activity with a "
        "completion condition.",
    ),
)

_EVENTS = (
    _runs("startEvent", "Sự kiện bắt đầu", "none start event"),
    _runs("startEvent/message", "Bắt đầu khi có thông điệp", "message start event"),
    _runs("startEvent/timer", "Bắt đầu theo giờ", "timer start event"),
    _runs("startEvent/signal", "Bắt đầu khi có tín hiệu", "signal start event"),
    _refused(
        "startEvent/conditional",
        "Bắt đầu khi điều kiện đúng",
        "a conditional start event of a process",
        "Hãy vẽ sự kiện bắt đầu theo giờ hoặc bằng thông điệp; bên trong quy trình con theo sự kiện thì dùng được.",
        "Draw a timer or message start event instead; inside an event sub-process it runs.",
    ),
    _runs("eventSubProcess/message", "Quy trình con mở bằng thông điệp", "message start of an event sub-process"),
    _runs("eventSubProcess/timer", "Quy trình con mở theo giờ", "timer start of an event sub-process"),
    _runs("eventSubProcess/signal", "Quy trình con mở bằng tín hiệu", "signal start of an event sub-process"),
    _runs(
        "eventSubProcess/conditional", "Quy trình con mở theo điều kiện", "conditional start of an event sub-process"
    ),
    _runs("eventSubProcess/error", "Quy trình con mở khi có lỗi nghiệp vụ", "error start of an event sub-process"),
    _runs(
        "eventSubProcess/escalation", "Quy trình con mở khi báo vượt cấp", "escalation start of an event sub-process"
    ),
    _refused(
        "eventSubProcess",
        "Quy trình con theo sự kiện chưa chọn loại",
        "an event sub-process without definition",
        "Hãy chọn loại cho sự kiện bắt đầu bên trong.",
        "Choose a definition for the start event inside.",
    ),
    _refused(
        "eventSubProcess/compensation",
        "Quy trình con bồi hoàn",
        "a compensation event sub-process",
        "Hãy gắn sự kiện bồi hoàn vào từng công việc.",
        "Attach a compensation boundary event to each activity instead.",
    ),
    _runs("intermediateCatchEvent/message", "Chờ thông điệp", "message catch event"),
    _runs("intermediateCatchEvent/timer", "Chờ đến giờ", "timer catch event"),
    _runs("intermediateCatchEvent/signal", "Chờ tín hiệu", "signal catch event"),
    _runs("intermediateCatchEvent/conditional", "Chờ điều kiện", "conditional catch event"),
    _runs("intermediateCatchEvent/link", "Nối trang: nơi đến", "link catch event"),
    _refused(
        "intermediateCatchEvent",
        "Sự kiện chờ chưa chọn loại",
        "a catch event without definition",
        "Hãy chọn loại: thông điệp, giờ, tín hiệu hoặc điều kiện.",
        "Choose one: message, timer, signal or conditional.",
    ),
    _runs("intermediateThrowEvent", "Mốc trung gian", "none intermediate event"),
    _runs("intermediateThrowEvent/message", "Gửi thông điệp", "message throw event"),
    _runs("intermediateThrowEvent/signal", "Phát tín hiệu", "signal throw event"),
    _runs("intermediateThrowEvent/escalation", "Báo vượt cấp", "escalation throw event"),
    _runs("intermediateThrowEvent/compensation", "Gọi bồi hoàn", "compensation throw event"),
    _runs("intermediateThrowEvent/link", "Nối trang: nơi đi", "link throw event"),
    _runs("boundaryEvent/message", "Thông điệp ở biên", "message boundary event"),
    _runs("boundaryEvent/timer", "Giờ ở biên", "timer boundary event"),
    _runs("boundaryEvent/signal", "Tín hiệu ở biên", "signal boundary event"),
    _runs("boundaryEvent/conditional", "Điều kiện ở biên", "conditional boundary event"),
    _runs("boundaryEvent/error", "Lỗi nghiệp vụ ở biên", "error boundary event"),
    _runs("boundaryEvent/escalation", "Báo vượt cấp ở biên", "escalation boundary event"),
    _runs("boundaryEvent/compensation", "Bồi hoàn ở biên", "compensation boundary event"),
    _runs("boundaryEvent/cancel", "Hủy giao dịch ở biên", "cancel boundary event"),
    _refused(
        "boundaryEvent",
        "Sự kiện biên chưa chọn loại",
        "a boundary event without definition",
        "Hãy chọn loại sự kiện.",
        "Choose a definition.",
    ),
    _runs("endEvent", "Sự kiện kết thúc", "none end event"),
    _runs("endEvent/message", "Kết thúc và gửi thông điệp", "message end event"),
    _runs("endEvent/signal", "Kết thúc và phát tín hiệu", "signal end event"),
    _runs("endEvent/error", "Kết thúc với lỗi nghiệp vụ", "error end event"),
    _runs("endEvent/escalation", "Kết thúc và báo vượt cấp", "escalation end event"),
    _runs("endEvent/terminate", "Kết thúc tất cả", "terminate end event"),
    _runs("endEvent/compensation", "Kết thúc và bồi hoàn", "compensation end event"),
    _runs("endEvent/cancel", "Kết thúc và hủy giao dịch", "cancel end event"),
    _refused(
        "event[multiple]",
        "Sự kiện có nhiều định nghĩa",
        "an event with several definitions",
        "Hãy vẽ mỗi định nghĩa thành một sự kiện; muốn chờ cái nào đến trước thì đặt sau cổng theo sự kiện.",
        "Draw one event for each definition; behind an event-based gateway where the first one decides.",
    ),
)

_DRAWN_TAGS = (
    ("dataObject", "Đối tượng dữ liệu", "data object"),
    ("dataObjectReference", "Đối tượng dữ liệu", "data object reference"),
    ("dataStore", "Kho dữ liệu", "data store"),
    ("dataStoreReference", "Kho dữ liệu", "data store reference"),
    ("dataInputAssociation", "Liên kết dữ liệu vào", "data input association"),
    ("dataOutputAssociation", "Liên kết dữ liệu ra", "data output association"),
    ("ioSpecification", "Khai báo dữ liệu vào ra", "data inputs and outputs"),
    ("dataInput", "Dữ liệu vào", "data input"),
    ("dataOutput", "Dữ liệu ra", "data output"),
    ("property", "Thuộc tính dữ liệu", "data property"),
    ("itemDefinition", "Kiểu dữ liệu", "item definition"),
    ("import", "Nhập định nghĩa", "import"),
    ("textAnnotation", "Ghi chú", "text annotation"),
    ("association", "Đường nối ghi chú", "association"),
    ("group", "Nhóm", "group"),
    ("category", "Phân loại", "category"),
    ("collaboration", "Cộng tác", "collaboration"),
    ("participant", "Bên tham gia", "participant (pool)"),
    ("messageFlow", "Luồng thông điệp", "message flow"),
    ("laneSet", "Bộ làn", "lane set"),
    ("lane", "Làn", "lane"),
    ("documentation", "Mô tả", "documentation"),
    ("extensionElements", "Phần mở rộng", "extension elements"),
    ("auditing", "Kiểm toán", "auditing"),
    ("monitoring", "Theo dõi", "monitoring"),
    ("interface", "Giao diện dịch vụ", "interface"),
    ("endPoint", "Điểm cuối dịch vụ", "end point"),
    ("partnerEntity", "Đối tác", "partner entity"),
    ("partnerRole", "Vai trò đối tác", "partner role"),
    ("relationship", "Quan hệ", "relationship"),
    ("extension", "Khai báo mở rộng", "extension"),
)

_DEFINITIONS = (
    _runs("process", "Quy trình", "process"),
    _runs("sequenceFlow", "Luồng tuần tự", "sequence flow"),
    _runs("message", "Thông điệp", "message"),
    _runs("signal", "Tín hiệu", "signal"),
    _runs("error", "Lỗi nghiệp vụ", "error"),
    _runs("escalation", "Báo vượt cấp", "escalation"),
)

_ASSIGN = (
    "Hãy ghi người xử lý vào phần phân công của công việc.",
    "Write who does it into the task's assignment instead.",
)
_SUBSCRIBE = (
    "Hãy ghi khóa ghép vào thông điệp (subscription).",
    "Write the correlation key into the message's subscription instead.",
)
_OTHER_DIAGRAM = (
    "Hãy vẽ thành quy trình; loại sơ đồ này chỉ để xem.",
    "Draw a process instead; this kind of diagram is only read.",
)
_REFUSED_TAGS = (
    _refused("performer", "Phân công kiểu resourceRole", "an assignment by resource role", *_ASSIGN),
    _refused("humanPerformer", "Phân công kiểu humanPerformer", "an assignment by human performer", *_ASSIGN),
    _refused("potentialOwner", "Phân công kiểu potentialOwner", "an assignment by potential owner", *_ASSIGN),
    _refused("resourceRole", "Phân công kiểu resourceRole", "an assignment by resource role", *_ASSIGN),
    _refused("resource", "Khai báo nguồn lực", "a resource", *_ASSIGN),
    _refused("correlationProperty", "Thuộc tính ghép thông điệp", "a correlation property", *_SUBSCRIBE),
    _refused("correlationKey", "Khóa ghép thông điệp của cộng tác", "a collaboration's correlation key", *_SUBSCRIBE),
    _refused("correlationSubscription", "Đăng ký ghép thông điệp", "a correlation subscription", *_SUBSCRIBE),
    _refused("choreography", "Sơ đồ vũ đạo", "a choreography", *_OTHER_DIAGRAM),
    _refused("globalChoreographyTask", "Công việc vũ đạo", "a choreography task", *_OTHER_DIAGRAM),
    _refused("globalConversation", "Sơ đồ hội thoại", "a conversation", *_OTHER_DIAGRAM),
    _refused("conversation", "Sơ đồ hội thoại", "a conversation", *_OTHER_DIAGRAM),
)


def _entries() -> Iterator[ProfileEntry]:
    yield from _DEFINITIONS
    yield from _ACTIVITIES
    yield from _GATEWAYS
    yield from _EVENTS
    yield from (_drawn(key, vi, en) for key, vi, en in _DRAWN_TAGS)
    yield from _REFUSED_TAGS


PROFILE: dict[str, ProfileEntry] = {entry.key: entry for entry in _entries()}
"""Every element and event type by key, in the order of the help page."""


def entry_for(key: str) -> ProfileEntry:
    """Return the entry of an element; what the table does not name is no BPMN and refused."""
    known = PROFILE.get(key)
    if known is not None:
        return known
    return _refused(
        key,
        f"Thành phần “{key}”",
        f"the element “{key}”",
        "Hãy bỏ thành phần này khỏi sơ đồ.",
        "Take it out of the diagram.",
    )
