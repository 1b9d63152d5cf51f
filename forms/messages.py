"""What a person reads when a submission is refused: one sentence a fault, naming the field by its label."""

from collections.abc import Sequence
from decimal import Decimal

from engine.wording import Bilingual

from .values import plain

NO_CONTEXT = Bilingual("Dữ liệu gửi lên không phải là một biểu mẫu.", "What was sent is not a form.")
TOO_MUCH = Bilingual(
    "Biểu mẫu gửi lên quá nhiều dữ liệu. Hãy đính kèm phần dài thành tệp.",
    "The form holds too much data. Attach the long parts as files.",
)
TOO_DEEP = Bilingual("Dữ liệu gửi lên lồng nhau quá sâu.", "What was sent is nested too deeply.")
NOT_JSON = Bilingual("Dữ liệu gửi lên có kiểu không nhận.", "What was sent holds a value of a kind that is not taken.")
FORBIDDEN_NAME = Bilingual(
    "Dữ liệu gửi lên có một tên không được phép.", "What was sent holds an entry with a name that is not allowed."
)
BROKEN_TEXT = Bilingual("Chữ nhập vào bị hỏng mã. Hãy gõ lại.", "The text holds half a character. Type it again.")
NOT_A_NUMBER = Bilingual("Giá trị không phải là số.", "The value is not a number.")
NUMBER_TOO_LARGE = Bilingual("Số quá lớn.", "The number is too large.")
UNKNOWN = Bilingual(
    "Biểu mẫu không có ô này. Hãy tải lại trang rồi nhập lại.",
    "The form has no such field. Reload the page and fill it in again.",
)
CIRCLE = Bilingual(
    "Các điều kiện của biểu mẫu không dừng ở một kết quả. Hãy báo người thiết kế biểu mẫu.",
    "The conditions of the form do not settle. Tell the person who designed the form.",
)


def text_too_large(most: int, length: int) -> Bilingual:
    """Say that a text passes what the platform takes."""
    return Bilingual(
        f"Nội dung dài quá {_vi(most)} ký tự (đang {_vi(length)}).",
        f"The text is longer than {most:,} characters (now {length:,}).",
    )


def too_many_items(most: int, count: int) -> Bilingual:
    """Say that a list passes what the platform takes."""
    return Bilingual(
        f"Danh sách có quá {_vi(most)} dòng (đang {_vi(count)}).",
        f"The list has more than {most:,} items (now {count:,}).",
    )


def required(label: str) -> Bilingual:
    """Ask for a text, a number or a date."""
    return Bilingual(f"Nhập «{label}».", f"Enter “{label}”.")


def choose(label: str) -> Bilingual:
    """Ask for a choice."""
    return Bilingual(f"Chọn «{label}».", f"Choose “{label}”.")


def tick(label: str) -> Bilingual:
    """Ask for a tick."""
    return Bilingual(f"Đánh dấu «{label}».", f"Tick “{label}”.")


def wrong_kind(label: str, vi: str, en: str) -> Bilingual:
    """Say that a field holds another kind of value than `vi`/`en` ("một số"/"a number")."""
    return Bilingual(f"{label} phải là {vi}.", f"{label} must be {en}.")


def too_long(label: str, most: int, length: int) -> Bilingual:
    """Say by how much a text is too long."""
    return Bilingual(
        f"{label} dài quá {_vi(most)} ký tự (đang {_vi(length)}).",
        f"{label} is longer than {most:,} characters (now {length:,}).",
    )


def too_short(label: str, least: int, length: int) -> Bilingual:
    """Say by how much a text is too short."""
    return Bilingual(
        f"{label} phải có ít nhất {_vi(least)} ký tự (đang {_vi(length)}).",
        f"{label} must have at least {least:,} characters (now {length:,}).",
    )


def too_small(label: str, least: int | Decimal) -> Bilingual:
    """Say which number is the smallest."""
    return Bilingual(f"{label} phải từ {spoken(least)} trở lên.", f"{label} must be {plain(least)} or more.")


def too_big(label: str, most: int | Decimal) -> Bilingual:
    """Say which number is the largest."""
    return Bilingual(f"{label} không được quá {spoken(most)}.", f"{label} must be {plain(most)} or less.")


def number_too_large(label: str) -> Bilingual:
    """Say that a number has more digits than are kept."""
    return Bilingual(f"{label} có quá nhiều chữ số.", f"{label} has too many digits.")


def too_many_decimals(label: str, most: int) -> Bilingual:
    """Say how many digits may stand after the comma."""
    if not most:
        return Bilingual(f"{label} phải là số nguyên.", f"{label} must be a whole number.")
    return Bilingual(
        f"{label} chỉ được có {most} chữ số sau dấu phẩy.", f"{label} may have {most} digits after the point."
    )


def off_step(label: str, step: int | Decimal, below: int | Decimal, above: int | Decimal) -> Bilingual:
    """Say which two numbers next to the one given fit the step."""
    return Bilingual(
        f"{label} phải là bội số của {spoken(step)}: gần nhất là {spoken(below)} hoặc {spoken(above)}.",
        f"{label} must be a multiple of {plain(step)}: the nearest are {plain(below)} and {plain(above)}.",
    )


def unlike_pattern(label: str) -> Bilingual:
    """Say that a text has not the form asked for."""
    return Bilingual(f"{label} chưa đúng mẫu quy định.", f"{label} does not have the required format.")


def as_written(sentence: str, label: str) -> Bilingual:
    """Say what the form's designer wrote, after the label, in either language."""
    return Bilingual(f"{label}: {sentence}", f"{label}: {sentence}")


def no_email(label: str) -> Bilingual:
    """Say how an e-mail address looks."""
    return Bilingual(
        f"{label} phải là địa chỉ thư điện tử, ví dụ an@tinh.gov.vn.",
        f"{label} must be an e-mail address, for example an@tinh.gov.vn.",
    )


def no_phone(label: str) -> Bilingual:
    """Say how a telephone number looks."""
    return Bilingual(
        f"{label} phải là số điện thoại viết kiểu quốc tế, ví dụ +84912345678.",
        f"{label} must be an international phone number, for example +84912345678.",
    )


def not_offered(label: str) -> Bilingual:
    """Say that a choice is not on the list."""
    return Bilingual(
        f"{label} có mục không nằm trong danh sách. Hãy chọn lại.",
        f"{label} holds something that is not on the list. Choose again.",
    )


def chosen_twice(label: str) -> Bilingual:
    """Say that a choice stands twice."""
    return Bilingual(f"{label} có mục bị chọn hai lần.", f"{label} holds the same thing twice.")


def no_date(label: str) -> Bilingual:
    """Say how a date looks."""
    return Bilingual(
        f"{label} phải là một ngày có thật, từ năm 1900.", f"{label} must be a real date, from the year 1900 on."
    )


def no_time(label: str) -> Bilingual:
    """Say how a time of day looks."""
    return Bilingual(
        f"{label} phải là giờ và phút, ví dụ 08:30.", f"{label} must be hours and minutes, for example 08:30."
    )


def no_date_time(label: str) -> Bilingual:
    """Say that date and time belong together."""
    return Bilingual(
        f"{label} phải có cả ngày và giờ, từ năm 1900.",
        f"{label} must have both a date and a time, from the year 1900 on.",
    )


def passed(label: str) -> Bilingual:
    """Say that a day is over."""
    return Bilingual(f"{label} không được là ngày đã qua.", f"{label} must not be in the past.")


def row_count(label: str, rows: int) -> Bilingual:
    """Say that a list keeps its number of rows."""
    return Bilingual(
        f"Danh sách «{label}» phải giữ nguyên {rows} dòng.", f"The list “{label}” must keep its {rows} rows."
    )


def not_evaluated(label: str) -> Bilingual:
    """Say that an expression of the form failed."""
    return Bilingual(
        f"Không tính được điều kiện của «{label}». Hãy báo người thiết kế biểu mẫu.",
        f"A condition of “{label}” cannot be evaluated. Tell the person who designed the form.",
    )


def in_row(sentence: Bilingual, rows: Sequence[int]) -> Bilingual:
    """Put the row's number before a sentence; rows count from 1, outer lists first."""
    if not rows:
        return sentence
    number = ".".join(str(row) for row in rows)
    return Bilingual(f"Dòng {number}: {sentence.vi}", f"Row {number}: {sentence.en}")


def spoken(number: int | Decimal) -> str:
    """Write a number the Vietnamese way: dots between thousands, a comma before decimals."""
    whole, _, fraction = plain(number).partition(".")
    grouped = _vi(int(whole))
    if whole.startswith("-") and not grouped.startswith("-"):
        grouped = f"-{grouped}"
    return f"{grouped},{fraction}" if fraction else grouped


def _vi(number: int) -> str:
    return f"{number:,}".replace(",", ".")
