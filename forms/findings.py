"""What is wrong with a form, with place and remedy, in both languages."""

from engine.wording import Bilingual, Finding

_WORDS: dict[str, tuple[str, str, str, str]] = {
    "form.not_json": (
        "Tệp không phải là JSON: {reason}.",
        "The file is not JSON: {reason}.",
        "Mở và lưu lại biểu mẫu trong trình soạn biểu mẫu.",
        "Open the form in the form editor and save it again.",
    ),
    "form.too_large": (
        "Biểu mẫu quá lớn: {what}.",
        "The form is too large: {what}.",
        "Tách thành nhiều biểu mẫu.",
        "Split it into several forms.",
    ),
    "form.shape": (
        "Thuộc tính «{name}» có kiểu không đúng.",
        "The property “{name}” has the wrong kind of value.",
        "Sửa thuộc tính này trong trình soạn biểu mẫu.",
        "Correct this property in the form editor.",
    ),
    "form.schema_version": (
        "Biểu mẫu theo phiên bản lược đồ {version}; hệ thống đọc đến {newest}.",
        "The form has schema version {version}; the platform reads up to {newest}.",
        "Lưu lại bằng trình soạn biểu mẫu của hệ thống.",
        "Save it with the platform's form editor.",
    ),
    "form.component_unsupported": (
        "Thành phần loại «{type}» chưa dùng được trong biểu mẫu.",
        "Components of the type “{type}” cannot be used in a form yet.",
        "Bỏ thành phần này; giấy tờ được tải lên cạnh biểu mẫu.",
        "Remove the component; papers are uploaded beside the form.",
    ),
    "form.component_unknown": (
        "Không có thành phần loại «{type}».",
        "There is no component of the type “{type}”.",
        "Thay bằng một thành phần có trong trình soạn biểu mẫu.",
        "Use a component that the form editor offers.",
    ),
    "form.id_taken": (
        "Mã thành phần «{id}» dùng hai lần.",
        "The component id “{id}” is used twice.",
        "Đặt mã khác cho một trong hai.",
        "Give one of the two another id.",
    ),
    "form.key_missing": (
        "Thành phần chưa có tên biến.",
        "The component has no key.",
        "Điền ô Key (hoặc Path) trong trình soạn biểu mẫu.",
        "Fill in Key (or Path) in the form editor.",
    ),
    "form.key_invalid": (
        "Tên biến «{key}» không dùng được.",
        "The key “{key}” cannot be used.",
        "Dùng chữ cái, chữ số và gạch dưới, không bắt đầu bằng chữ số; dấu chấm để ngăn các cấp.",
        "Use letters, digits and underscores, no digit first; dots between levels.",
    ),
    "form.key_reserved": (
        "Tên biến «{key}» là của hệ thống: khi hoàn thành bước nó bị ghi đè.",
        "The key “{key}” is the platform's own: completing the task overwrites it.",
        "Đặt tên khác, ví dụ «{key}_text».",
        "Choose another key, for example “{key}_text”.",
    ),
    "form.key_taken": (
        "Tên biến «{key}» đã dùng cho thành phần khác.",
        "The key “{key}” belongs to another component already.",
        "Đặt tên khác cho một trong hai.",
        "Give one of the two another key.",
    ),
    "form.expression": (
        "Biểu thức ở «{place}» không đọc được: {vi}",
        "The expression in “{place}” cannot be read: {en}",
        "Sửa biểu thức FEEL; biểu thức bắt đầu bằng dấu «=».",
        "Correct the FEEL expression; it starts with “=”.",
    ),
    "form.office_function": (
        "Biểu thức ở «{place}» gọi «{name}», trình duyệt không tính được.",
        "The expression in “{place}” calls “{name}”, which the browser cannot evaluate.",
        "Tính ở phần đầu vào của bước (input mapping) rồi dùng biến đó.",
        "Evaluate it in the task's input mapping and use the variable.",
    ),
    "form.circle": (
        "Điều kiện của thành phần phụ thuộc vào chính nó, qua: {names}.",
        "The component's conditions depend on itself, by way of: {names}.",
        "Bỏ một trong các phụ thuộc đó.",
        "Remove one of these dependencies.",
    ),
    "form.pattern": (
        "Mẫu chữ có phần không dùng được: {part}",
        "The pattern has a part that cannot be used: {part}",
        "Viết lại không dùng (?=…), (?<!…), \\1, \\p{{…}}; chữ tiếng Việt viết [A-Za-zÀ-ỹ].",
        "Rewrite it without (?=…), (?<!…), \\1, \\p{{…}}; write Vietnamese letters as [A-Za-zÀ-ỹ].",
    ),
    "form.rule_invalid": (
        "Quy tắc «{name}» không dùng được cho thành phần này.",
        "The rule “{name}” cannot be used for this component.",
        "Bỏ hoặc sửa quy tắc này.",
        "Remove or correct the rule.",
    ),
    "form.options_missing": (
        "Danh sách chọn chưa có mục nào.",
        "The list of options is empty.",
        "Thêm mục, hoặc chỉ tên biến hay biểu thức cho danh sách.",
        "Add options, or name a variable or an expression for them.",
    ),
    "form.options_ambiguous": (
        "Danh sách chọn lấy từ nhiều nguồn: {names}.",
        "The options come from several sources: {names}.",
        "Giữ lại một nguồn.",
        "Keep one source.",
    ),
    "form.options_invalid": (
        "Danh sách chọn có mục không dùng được hoặc bị lặp.",
        "The list holds an option that cannot be used or stands twice.",
        "Mỗi mục cần nhãn và giá trị riêng.",
        "Every option needs a label and a value of its own.",
    ),
    "form.read_only_in_list": (
        "Ô chỉ đọc hoặc bị khóa nằm trong danh sách thêm bớt được dòng, nên không biết giá trị thuộc dòng nào.",
        "A read-only or disabled field stands in a list whose rows can be added and removed: its row cannot be known.",
        "Tắt thêm/bớt dòng của danh sách, hoặc cho sửa ô này, hoặc dùng thành phần biểu thức.",
        "Switch off adding and removing rows, make the field editable, or use an expression component.",
    ),
    "form.default_invalid": (
        "Giá trị mặc định không hợp với ô.",
        "The default value does not fit the field.",
        "Sửa hoặc bỏ giá trị mặc định.",
        "Correct or remove the default value.",
    ),
}


class Findings:
    """Everything found wrong in one form."""

    def __init__(self, file: str) -> None:
        self.found: list[Finding] = []
        self._file = file

    def add(self, code: str, component_id: str | None = None, **data: object) -> None:
        """Note the fault `code` at a component; `data` fills its sentence."""
        vi, en, remedy_vi, remedy_en = (words.format(**data) for words in _WORDS[code])
        self.found.append(Finding(code, Bilingual(vi, en), Bilingual(remedy_vi, remedy_en), self._file, component_id))


CODES = frozenset(_WORDS)
"""The codes of all findings of this package."""
