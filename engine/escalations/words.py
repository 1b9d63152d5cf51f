"""What escalation rules may say, in sentences for who draws diagrams; when one holds, for who is told."""

from collections.abc import Mapping

from engine.escalations.rules import MOST_TURNS, Moment, Recipient
from engine.wording import Bilingual

EXAMPLE = '=[{at: "50%", to: "assignee"}, {at: "due", to: ["assignee", "head"], daily: 5}]'

MOMENTS: Mapping[str, Bilingual] = {
    "50%": Bilingual(
        "Khi đã qua từng ấy phần trăm thời gian làm việc từ lúc giao việc đến hạn (1–99).",
        "When that much of the working time between opening and due has passed (1–99).",
    ),
    "due": Bilingual("Khi đến hạn.", "When it is due."),
    "due - 4 hours, due - 1 day": Bilingual(
        "Trước hạn từng ấy giờ hoặc ngày làm việc; ngày tính đến giờ tan làm.",
        "So many working hours or days before it is due; a day means its closing time.",
    ),
    "due + 4 hours, due + 2 days": Bilingual(
        "Khi quá hạn từng ấy giờ hoặc ngày làm việc; ngày tính đến giờ tan làm.",
        "So many working hours or days after it was due; a day means its closing time.",
    ),
    "daily: 5": Bilingual(
        f"Từ khi đến hạn: nhắc lại đầu giờ mỗi ngày làm việc sau đó, tối đa {MOST_TURNS} lần.",
        f"From due on: told again at opening on each working day after that, at most {MOST_TURNS} times.",
    ),
}

RECIPIENTS: Mapping[str, Bilingual] = {
    Recipient.ASSIGNEE: Bilingual(
        "Người đang giữ việc; việc chưa ai nhận thì mọi người trong nhóm được giao.",
        "Who holds the task; while nobody does, everybody it is offered to.",
    ),
    Recipient.HEAD: Bilingual(
        "Trưởng đơn vị của người giữ việc; người ấy chính là trưởng thì cấp trên gần nhất.",
        "The head of the holder's unit; where that is the holder, the nearest head above.",
    ),
    Recipient.SUPERIOR: Bilingual(
        "Cấp trên của người đó, sau cùng là người đứng đầu LĐS.", "The head above that one, at the end the head of LĐS."
    ),
    Recipient.STARTER: Bilingual("Người khởi tạo hồ sơ.", "Who started the case."),
    "VPS/leader, VPS, /leader, an.le": Bilingual(
        "Một khóa nhóm, hoặc một tên đăng nhập.", "A group key, or a username."
    ),
}

PAUSES: Mapping[str, Bilingual] = {
    "keep": Bilingual(
        "Hạn xử lý giữ nguyên khi hồ sơ tạm dừng; không ghi gì cũng vậy.",
        "Due times stay while a case is suspended; so they do where nothing is said.",
    ),
    "resume": Bilingual(
        "Dừng – tính tiếp: thời gian làm việc còn lại chạy tiếp từ khi tiếp tục.",
        "What was left of the working time goes on from when the case does.",
    ),
    "restart": Bilingual(
        "Tính lại từ đầu: toàn bộ thời gian làm việc bắt đầu lại từ khi tiếp tục.",
        "All of the working time begins again when the case goes on.",
    ),
}


def in_words(moment: Moment) -> Bilingual:
    """Return when a rule holds, as people are told."""
    if moment.percent:
        return Bilingual(f"đã qua {moment.percent}% thời gian xử lý", f"{moment.percent}% of the time has passed")
    count = abs(moment.hours or moment.days)
    if not count:
        return Bilingual("đến hạn", "due now")
    vi, en = ("giờ", "hour") if moment.hours else ("ngày", "day")
    side_vi, side_en = ("trước hạn", "before due") if moment.is_before_due else ("quá hạn", "past due")
    return Bilingual(f"{side_vi} {count} {vi} làm việc", f"{count} working {en}{'s' * (count > 1)} {side_en}")
