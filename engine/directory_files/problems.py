"""What is wrong in a directory file: where, what, and how to mend it."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.wording import Bilingual

MOST_KEPT = 500


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong; `sheet` is a sheet's name in the file, empty for the file as a whole, `row` counts from 1."""

    code: str
    sheet: str
    row: int | None
    message: Bilingual
    remedy: Bilingual


_WORDS: dict[str, tuple[Bilingual, Bilingual]] = {
    "file.kind": (
        Bilingual("Tệp không phải .xlsx hay .zip (CSV).", "The file is neither .xlsx nor a .zip of CSV files."),
        Bilingual("Tải danh bạ xuống, sửa tệp đó rồi tải lên.", "Download the directory, change that file, upload it."),
    ),
    "file.damaged": (
        Bilingual("Tệp hỏng, không đọc được.", "The file is damaged and cannot be read."),
        Bilingual(
            "Mở tệp bằng Excel, lưu lại dạng .xlsx rồi tải lên.", "Open it in Excel, save it as .xlsx, upload it."
        ),
    ),
    "file.encrypted": (
        Bilingual("Tệp được đặt mật khẩu.", "The file is protected by a password."),
        Bilingual("Bỏ mật khẩu rồi tải lên lại.", "Take the password off and upload it again."),
    ),
    "file.too_large": (
        Bilingual("Giải nén ra, tệp lớn hơn {most} MB.", "Unpacked, the file is larger than {most} MB."),
        Bilingual(
            "Xóa hình ảnh, trang tính và định dạng thừa, hoặc chia làm nhiều tệp.",
            "Remove pictures, other sheets and formats, or split it into several files.",
        ),
    ),
    "file.macros": (
        Bilingual("Tệp có macro hoặc đối tượng nhúng.", "The file holds macros or embedded objects."),
        Bilingual("Lưu lại dạng .xlsx không có macro.", "Save it as .xlsx without macros."),
    ),
    "file.not_utf8": (
        Bilingual("Tệp không phải mã UTF-8.", "The file is not UTF-8."),
        Bilingual("Lưu lại dạng «CSV UTF-8».", "Save it as “CSV UTF-8”."),
    ),
    "sheet.unknown": (
        Bilingual("Không có trang tính nào tên «{name}» trong danh bạ.", "A directory has no sheet “{name}”."),
        Bilingual("Đổi tên thành {known}, hoặc xóa trang tính này.", "Rename it to {known}, or delete it."),
    ),
    "sheet.none": (
        Bilingual("Tệp không có trang tính nào của danh bạ.", "The file has none of the sheets of a directory."),
        Bilingual("Trang tính phải tên là {known}.", "The sheets are called {known}."),
    ),
    "sheet.double": (
        Bilingual("Trang tính «{name}» có hai lần.", "The sheet “{name}” is there twice."),
        Bilingual("Giữ lại một.", "Keep one of them."),
    ),
    "sheet.too_long": (
        Bilingual("Trang tính có hơn {most} dòng.", "The sheet has more than {most} rows."),
        Bilingual("Chia làm nhiều tệp.", "Split it into several files."),
    ),
    "column.missing": (
        Bilingual("Thiếu cột «{column}».", "The column “{column}” is missing."),
        Bilingual("Thêm cột này ở dòng tiêu đề.", "Add it to the row of titles."),
    ),
    "column.unknown": (
        Bilingual("Không có cột nào tên «{column}».", "There is no column “{column}”."),
        Bilingual("Sửa tên cột theo tệp tải xuống, hoặc xóa cột.", "Name it as in the downloaded file, or delete it."),
    ),
    "column.double": (
        Bilingual("Cột «{column}» có hai lần.", "The column “{column}” is there twice."),
        Bilingual("Giữ lại một.", "Keep one of them."),
    ),
    "cell.formula": (
        Bilingual("«{column}» là công thức.", "“{column}” is a formula."),
        Bilingual("Dán giá trị thay cho công thức.", "Paste the value in place of the formula."),
    ),
    "cell.empty": (
        Bilingual("«{column}» để trống.", "“{column}” is empty."),
        Bilingual("Điền ô này.", "Fill the cell."),
    ),
    "cell.too_long": (
        Bilingual("«{column}» dài quá {most} ký tự.", "“{column}” is longer than {most} characters."),
        Bilingual("Viết ngắn lại.", "Shorten it."),
    ),
    "cell.unreadable": (
        Bilingual("«{column}» có ký tự không dùng được.", "“{column}” holds characters that cannot be used."),
        Bilingual("Gõ lại ô này trên một dòng.", "Type the cell again, on one line."),
    ),
    "cell.bad_code": (
        Bilingual("«{value}» không dùng làm mã được.", "“{value}” cannot be a code."),
        Bilingual("Không dùng «/», «:» hay dấu nháy.", "Leave out “/”, “:” and quotes."),
    ),
    "cell.bad_username": (
        Bilingual("«{value}» không dùng làm tên đăng nhập được.", "“{value}” cannot be a username."),
        Bilingual(
            "Chỉ dùng chữ không dấu, chữ số, dấu chấm, gạch nối, gạch dưới, @.",
            "Use letters without diacritics, digits, dots, hyphens, underscores and @.",
        ),
    ),
    "cell.bad_number": (
        Bilingual("«{value}» không phải số nguyên từ 0 đến {most}.", "“{value}” is no whole number from 0 to {most}."),
        Bilingual("Ghi số thứ tự, ví dụ 1.", "Write the order as a number, such as 1."),
    ),
    "cell.bad_flag": (
        Bilingual("«{value}» không phải «Có» hay «Không».", "“{value}” is neither “Yes” nor “No”."),
        Bilingual("Ghi «Có» hoặc «Không».", "Write “Yes” or “No”."),
    ),
    "cell.bad_day": (
        Bilingual("«{value}» không phải ngày dd/mm/yyyy.", "“{value}” is no day dd/mm/yyyy."),
        Bilingual("Ghi ngày như 01/07/2026.", "Write the day like 01/07/2026."),
    ),
    "cell.bad_fields": (
        Bilingual(
            "Nhiều hơn {most} lĩnh vực, hoặc có lĩnh vực dài hơn {longest} ký tự.",
            "There are more than {most} fields, or one is longer than {longest} characters.",
        ),
        Bilingual(
            "Ghi ngắn lại, các lĩnh vực cách nhau bằng dấu chấm phẩy.", "Write less, fields parted by semicolons."
        ),
    ),
    "row.days": (
        Bilingual("«Đến hết ngày» đứng trước «Từ ngày».", "“To” is before “From”."),
        Bilingual("Sửa một trong hai ngày.", "Mend one of the two days."),
    ),
    "row.double": (
        Bilingual("«{value}» đã có ở dòng {first}.", "“{value}” stands in row {first} already."),
        Bilingual("Xóa hoặc sửa một trong hai dòng.", "Delete or change one of the two rows."),
    ),
    "unit.unknown": (
        Bilingual("Không có đơn vị nào mã «{value}».", "There is no unit “{value}”."),
        Bilingual("Sửa mã, hoặc thêm đơn vị ở trang «Đơn vị».", "Mend the code, or add the unit to the sheet “Units”."),
    ),
    "unit.successor_circle": (
        Bilingual("«{value}» kế thừa chính nó: {circle}.", "“{value}” succeeds itself: {circle}."),
        Bilingual("Sửa «Đơn vị kế thừa» của một đơn vị trong vòng.", "Mend the successor of one unit in the circle."),
    ),
    "unit.parent_circle": (
        Bilingual("«{value}» nằm dưới chính nó: {circle}.", "“{value}” lies below itself: {circle}."),
        Bilingual("Sửa «Đơn vị cấp trên» của một đơn vị trong vòng.", "Mend the parent of one unit in the circle."),
    ),
    "person.unknown": (
        Bilingual("Không có ai có tên đăng nhập «{value}».", "Nobody has the username “{value}”."),
        Bilingual("Sửa tên, hoặc thêm người ở trang «Người».", "Mend it, or add the person to the sheet “People”."),
    ),
    "person.holds_tasks": (
        Bilingual("«{value}» còn giữ {count} việc đang mở.", "“{value}” still holds {count} open tasks."),
        Bilingual("Bàn giao việc ở trang của người này trước.", "Hand the tasks over on that person's page first."),
    ),
    "people.no_administrator": (
        Bilingual("Không còn quản trị viên nào đang làm việc.", "No active administrator would be left."),
        Bilingual("Giữ lại ít nhất một quản trị viên.", "Keep one administrator at least."),
    ),
}


class Problems:
    """What has been found wrong so far: all of it is counted, the first `MOST_KEPT` are told."""

    def __init__(self, found: "Problems | None" = None) -> None:
        self.kept: list[Problem] = list(found.kept) if found else []
        self.count: int = found.count if found else 0

    def add(self, code: str, sheet: str = "", row: int | None = None, /, **said: object) -> None:
        """Note one thing wrong; values stand in its sentence shortened."""
        self.count += 1
        if len(self.kept) < MOST_KEPT:
            self.kept.append(_problem(code, sheet, row, said))


def _problem(code: str, sheet: str, row: int | None, said: Mapping[str, object]) -> Problem:
    message, remedy = _WORDS[code]
    shown = {name: _short(value) for name, value in said.items()}
    return Problem(code, sheet, row, _filled(message, shown), _filled(remedy, shown))


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 80 else f"{text[:79]}…"


def _filled(words: Bilingual, said: dict[str, str]) -> Bilingual:
    return Bilingual(words.vi.format(**said), words.en.format(**said))
