"""Situations and choices in words: what incidents, the history and the help page say of them."""

from collections.abc import Mapping

from engine.approver_rules.rules import Choice, Situation
from engine.wording import Bilingual

SITUATIONS: Mapping[Situation, Bilingual] = {
    Situation.NOBODY: Bilingual("không tìm được người nhận", "nobody was found for it"),
    Situation.STARTER: Bilingual("người duyệt chính là người khởi tạo hồ sơ", "the approver is who started the case"),
    Situation.REPEATED: Bilingual(
        "người duyệt vừa hoàn thành bước ngay trước đó", "the approver has just completed the step before"
    ),
    Situation.ABSENT: Bilingual(
        "người được giao không còn làm việc, hoặc đang vắng mà không có người làm thay",
        "the person has left, or is away without a substitute",
    ),
}
"""Each situation as the reason for what was done."""

REMEDIES: Mapping[Situation, Bilingual] = {
    Situation.NOBODY: Bilingual(
        "Hãy bổ sung trong danh bạ người giữ vị trí này", "Give the position to somebody in the directory"
    ),
    Situation.STARTER: Bilingual(
        "Hãy sửa danh bạ, hoặc chuyển bước này bằng thao tác sửa hồ sơ",
        "Mend the directory, or move the step by repairing the case",
    ),
    Situation.REPEATED: Bilingual(
        "Hãy sửa danh bạ, hoặc chuyển bước này bằng thao tác sửa hồ sơ",
        "Mend the directory, or move the step by repairing the case",
    ),
    Situation.ABSENT: Bilingual(
        "Hãy đặt người làm thay, hoặc giao vị trí này cho người khác trong danh bạ",
        "Set a substitute, or give the position to somebody else in the directory",
    ),
}
"""What an operator does before trying again."""

CHOICES: Mapping[Choice, Bilingual] = {
    Choice.ASSIGN: Bilingual(
        "giữ nguyên như đã giao; việc không có ai nhận thì chuyển cho nhóm dự phòng và báo sự cố (mặc định)",
        "stands as assigned; a task without anybody goes to the fallback with an incident (the default)",
    ),
    Choice.SKIP: Bilingual(
        "bỏ qua bước với kết quả này và ghi vào lịch sử; không bao giờ tính là đã ký",
        "passes the step with this outcome and says so in the history; it never counts as signed",
    ),
    Choice.SUPERIOR: Bilingual(
        "chuyển lên người đứng đầu khác gần nhất, từ đơn vị người được giao trở lên, sau cùng là người đứng đầu LĐS; "
        "không có ai thì dừng",
        "goes to the nearest other head, from the person's own unit upwards, at the end to the head of LĐS; stops when "
        "there is none",
    ),
    Choice.GROUP: Bilingual("chuyển cho nhóm này", "goes to this group"),
    Choice.PERSON: Bilingual("chuyển cho người này", "goes to this person"),
    Choice.STOP: Bilingual("dừng lại và báo sự cố", "stops with an incident"),
}
"""What each choice does."""
