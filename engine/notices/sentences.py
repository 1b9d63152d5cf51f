"""What a notice says, in both languages: a few words on what happened, and the word somebody added."""

from collections.abc import Mapping
from typing import Any

from engine.escalations.rules import Moment
from engine.escalations.words import in_words
from engine.notices.rules import Topic
from engine.wording import Bilingual

NOTES = ("reason", "question", "note")
"""The data of a notice that holds what a person wrote."""

SENTENCES: Mapping[str, Bilingual] = {
    "task.opened": Bilingual("Việc mới: {step}", "New task: {step}"),
    "task.assigned": Bilingual("Được phân công: {step}", "Assigned to you: {step}"),
    "task.transferred": Bilingual("Được chuyển xử lý: {step}", "Transferred to you: {step}"),
    "task.delegated": Bilingual("Được ủy quyền xử lý: {step}", "Delegated to you: {step}"),
    "task.handed_back": Bilingual("Việc ủy quyền đã được giao lại: {step}", "Handed back to you: {step}"),
    "task.taken_back": Bilingual("Việc ủy quyền đã được lấy lại: {step}", "Taken back from you: {step}"),
    "task.handed_over": Bilingual("Nhận bàn giao từ {from_name}: {step}", "Handed over by {from_name}: {step}"),
    "task.sent_back": Bilingual("Bị trả lại: {to_step}", "Sent back to you: {to_step}"),
    "task.withdrawn": Bilingual(
        "Đã bị thu hồi về bước {step}, không phải xử lý nữa", "Withdrawn to {step}: nothing left to do for you"
    ),
    "opinion.asked": Bilingual("Xin ý kiến: {step}", "Your opinion is asked: {step}"),
    "opinion.handed_over": Bilingual("Xin ý kiến (bàn giao): {step}", "Your opinion is asked (handed over): {step}"),
    "opinion.withdrawn": Bilingual("Không cần cho ý kiến nữa: {step}", "Your opinion is not asked any more: {step}"),
    "opinions.closed": Bilingual("Đã đóng lượt xin ý kiến: {step}", "Opinions are not waited for any more: {step}"),
    "opinion.given": Bilingual("Đã có ý kiến trả lời: {step}", "An opinion was given: {step}"),
    "case.copied": Bilingual("Gửi để biết", "Sent to you to know of"),
    "task.reminded": Bilingual("Đôn đốc: {step}", "Reminder: {step}"),
    "task.escalated": Bilingual("Nhắc hạn: {step}, {when}", "Deadline: {step}, {when}"),
    "case.ended": Bilingual("Hồ sơ đã hoàn thành", "The case has ended"),
    "case.cancelled": Bilingual("Hồ sơ đã bị hủy", "The case was cancelled"),
    "approvers.added": Bilingual("{name}: thêm {approver_name}", "{name}: {approver_name} was added"),
    "approvers.removed": Bilingual("{name}: bớt {approver_name}", "{name}: {approver_name} was removed"),
    "incident.raised": Bilingual("Sự cố ở bước {element}", "Incident at {element}"),
    "substitute.set": Bilingual(
        "{substitute} làm thay {absent} từ {first} đến {last}",
        "{substitute} stands in for {absent} from {first} to {last}",
    ),
}
"""The sentence for each kind of notice; the names in braces stand in its data."""

BESIDE: Mapping[str, Bilingual] = {
    "absent": Bilingual("làm thay {absent}", "in place of {absent}"),
    "holder": Bilingual("người xử lý: {holder}", "handled by {holder}"),
}
"""What is added in brackets when the data of a notice names it."""
NO_CONTENT = Bilingual("Hồ sơ này không còn mở cho bạn", "This case is not open to you any more")

TOPICS: Mapping[Topic, Bilingual] = {
    Topic.TASKS: Bilingual("Việc mới, việc được giao", "New tasks, tasks handed to me"),
    Topic.RETURNS: Bilingual("Trả lại, thu hồi", "Sent back, withdrawn"),
    Topic.OPINIONS: Bilingual("Xin ý kiến, cho ý kiến", "Opinions asked and given"),
    Topic.COPIES: Bilingual("Gửi để biết", "Sent to know of"),
    Topic.URGING: Bilingual("Đôn đốc, nhắc hạn", "Reminders, deadlines"),
    Topic.CASES: Bilingual("Hồ sơ của tôi: kết thúc, hủy, đổi người duyệt", "My cases: ended, cancelled, approvers"),
    Topic.SUBSTITUTES: Bilingual("Làm thay", "Standing in"),
    Topic.INCIDENTS: Bilingual("Sự cố (quản trị)", "Incidents (administrators)"),
}


class _Blanks(dict[str, Any]):
    """The data of a notice; what an old one does not hold is a blank."""

    def __missing__(self, name: str) -> str:
        return "…"


def sentence(kind: str, data: Mapping[str, Any], language: str) -> str:
    """Return what happened, in a few words without the case."""
    moment = Moment.read(str(data.get("rule", "")))
    when = {"when": in_words(moment).said(language)} if moment else {}
    said = SENTENCES[kind].said(language).format_map(_Blanks({**data, **when}))
    named = [] if kind == "substitute.set" else [name for name in BESIDE if data.get(name)]
    beside = "; ".join(BESIDE[name].said(language).format_map(_Blanks(data)) for name in named)
    return f"{said} ({beside})" if beside else said


def note(data: Mapping[str, Any]) -> str:
    """Return the beginning of what a person wrote to it, or nothing."""
    return next((str(data[name]) for name in NOTES if data.get(name)), "")
