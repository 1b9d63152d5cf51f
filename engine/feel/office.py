"""The office functions: names, parameters and documentation; what they do is asked of `Environment.functions`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.errors import PlatformError
from engine.wording import Bilingual

from .errors import FeelError, Unfit, UnknownFunction
from .runtime import Place, Run
from .values import Function

_COST = 250
"""Steps for one question to directory or calendar, which may read the database."""


@dataclass(frozen=True, slots=True)
class OfficeFunction:
    """A function that asks the directory or the calendar; its implementation takes the parameters by position.

    The last `optional` parameters may be left out.
    """

    name: str
    parameters: tuple[str, ...]
    documentation: Bilingual
    optional: int = 0

    @property
    def signature(self) -> str:
        """Return the call as editors show it."""
        least = len(self.parameters) - self.optional
        said = [*self.parameters[:least], *(f"[{name}]" for name in self.parameters[least:])]
        return f"{self.name}({', '.join(said)})"

    def takes(self, count: int) -> bool:
        """Tell whether so many positional arguments can be given."""
        return len(self.parameters) - self.optional <= count <= len(self.parameters)

    def takes_names(self, names: Sequence[str]) -> bool:
        """Tell whether exactly these named arguments can be given: what is left out stands last."""
        return set(names) == set(self.parameters[: len(names)])


def _table(*functions: OfficeFunction) -> Mapping[str, OfficeFunction]:
    return {function.name: function for function in functions}


OFFICE_FUNCTIONS: Mapping[str, OfficeFunction] = _table(
    OfficeFunction(
        "leader of",
        ("unit code",),
        Bilingual(
            "Tên đăng nhập của người đứng đầu đơn vị; null nếu chưa có.",
            "The username of the unit's leader; null if there is none.",
        ),
    ),
    OfficeFunction(
        "deputy of",
        ("unit code", "field"),
        Bilingual(
            "Tên đăng nhập của cấp phó thứ nhất của đơn vị, hoặc của cấp phó phụ trách lĩnh vực; null nếu không có.",
            "The username of the unit's first deputy, or of the one in charge of the field; null if there is none.",
        ),
        optional=1,
    ),
    OfficeFunction(
        "members of",
        ("unit code",),
        Bilingual("Danh sách tên đăng nhập của người trong đơn vị.", "The usernames of the people in the unit."),
    ),
    OfficeFunction(
        "unit",
        ("code",),
        Bilingual(
            "Đơn vị có mã này: {code, name, leader}; null nếu không có.",
            "The unit with this code: {code, name, leader}; null if there is none.",
        ),
    ),
    OfficeFunction(
        "unit of",
        ("username",),
        Bilingual("Đơn vị của một người: {code, name, leader}.", "A person's unit: {code, name, leader}."),
    ),
    OfficeFunction(
        "person",
        ("username",),
        Bilingual(
            "Một người: {username, name, unit, position}; null nếu không có.",
            "A person: {username, name, unit, position}; null if there is none.",
        ),
    ),
    OfficeFunction(
        "position",
        ("kind", "unit code"),
        Bilingual(
            "Khóa nhóm “ĐƠN VỊ/chức vụ” của những người giữ chức vụ ở đơn vị.",
            "The group key “UNIT/kind” of those who hold the position in the unit.",
        ),
    ),
    OfficeFunction(
        "holds",
        ("username", "position kind", "unit code"),
        Bilingual("true nếu người này giữ chức vụ đó ở đơn vị.", "true if the person holds the position in the unit."),
    ),
    OfficeFunction(
        "signing authorities",
        (),
        Bilingual(
            "Danh sách người có thẩm quyền ký, kể cả TL., TUQ. còn hiệu lực cho quy trình này: {label, value}.",
            "The people who may sign, TL. and TUQ. in force for this process included: {label, value}.",
        ),
    ),
    OfficeFunction("units", (), Bilingual("Danh sách đơn vị: {label, value}.", "The units: {label, value}.")),
    OfficeFunction(
        "working days",
        ("n",),
        Bilingual(
            "Hạn sau n ngày làm việc: hết giờ làm của ngày thứ n sau ngày nhận.",
            "The due time n working days from now: closing time of the n-th day after the day of receipt.",
        ),
    ),
    OfficeFunction(
        "working hours",
        ("n",),
        Bilingual("Hạn sau n giờ làm việc kể từ bây giờ.", "The due time n working hours from now."),
    ),
    OfficeFunction(
        "working days before",
        ("moment", "n"),
        Bilingual(
            "Tính lùi: hết giờ làm của ngày làm việc thứ n trước thời điểm, để nhắc trước hạn.",
            "Backward: closing time of the n-th working day before a moment, such as to remind before it is due.",
        ),
    ),
    OfficeFunction(
        "working hours before",
        ("moment", "n"),
        Bilingual(
            "Tính lùi: thời điểm mà từ đó còn n giờ làm việc là đến thời điểm đã cho.",
            "Backward: the moment from which n working hours lead to the one given.",
        ),
    ),
    OfficeFunction(
        "working hours between",
        ("earlier", "later"),
        Bilingual("Số giờ làm việc giữa hai thời điểm.", "The working hours between two moments."),
    ),
)
"""Every office function by its name."""


def asked(run: Run, name: str, values: Sequence[object], place: Place) -> object:
    """Ask the environment's function; refuse one that is not offered, and pass on what it refuses itself."""
    function = run.environment.functions.get(name)
    run.spend(_COST, place)
    if function is None:
        raise UnknownFunction(
            Bilingual(f"hàm “{name}” không dùng được ở đây", f"the function “{name}” is not offered here")
        ).placed(*place)
    try:
        return function(*values)
    except FeelError as error:
        error.placed(*place)
        raise
    except PlatformError as error:
        raise FeelError(Bilingual(f"{name}: {error}", f"{name}: {error}")).placed(*place) from error


def function_value(run: Run, name: str, place: Place) -> Function | None:
    """Return the environment's function of that name as a FEEL value, or None if there is none."""
    if name not in run.environment.functions:
        return None
    declared = OFFICE_FUNCTIONS.get(name)
    if declared is None or declared.optional:
        return Function(None, lambda run, values: _counted(run, declared, name, values, place), name)
    return Function(declared.parameters, lambda run, values: asked(run, name, values, place), name)


def _counted(run: Run, declared: OfficeFunction | None, name: str, values: Sequence[object], place: Place) -> object:
    if declared is not None and not declared.takes(len(values)):
        raise Unfit(f"hàm nhận: {declared.signature}", f"the function takes: {declared.signature}")
    return asked(run, name, values, place)
