"""The kinds of FEEL values, and the two kinds that Python has none for: ranges and functions."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from engine.wording import Bilingual

from .errors import Unfit
from .runtime import Run
from .temporal import YearsMonths

_CALL_COST = 6
"""Steps of a call of a function value, besides those of its body."""


@dataclass(frozen=True, slots=True)
class Range:
    """The values between two ends; `operator` is the one it was written with (`< 10`), if any.

    An end that is None without operator is an end written as null: then nothing can be said about membership.
    """

    start: object
    end: object
    start_included: bool
    end_included: bool
    operator: str = ""


class Function:
    """A function value: its parameters' names (None: any number) and what it does with positional arguments."""

    __slots__ = ("depth", "implementation", "name", "parameters")

    def __init__(
        self,
        parameters: Sequence[str] | None,
        implementation: Callable[[Run, Sequence[object]], object],
        name: str = "",
        depth: int = 1,
    ) -> None:
        self.parameters = None if parameters is None else tuple(parameters)
        self.implementation = implementation
        self.name = name
        self.depth = depth

    def call(self, run: Run, arguments: Sequence[object]) -> object:
        """Return what the function gives; refuse a wrong number of arguments, and calls nested too deeply."""
        if self.parameters is not None and len(arguments) != len(self.parameters):
            raise Unfit(
                f"hàm nhận {len(self.parameters)} tham số, không phải {len(arguments)}",
                f"the function takes {len(self.parameters)} arguments, not {len(arguments)}",
            )
        run.spend(_CALL_COST)
        run.depth += self.depth
        if run.depth > run.environment.budget.depth:
            raise run.too_deep()
        try:
            return self.implementation(run, arguments)
        finally:
            run.depth -= self.depth

    def ordered(self, names: Sequence[str], arguments: Sequence[object]) -> list[object]:
        """Return named arguments in the order of the parameters; refuse names that are not theirs."""
        if self.parameters is None or set(names) != set(self.parameters) or len(names) != len(self.parameters):
            raise Unfit("tên tham số không đúng với hàm này", "these are not the names of the function's parameters")
        given = dict(zip(names, arguments, strict=True))
        return [given[name] for name in self.parameters]


def host_function(parameters: Sequence[str], implementation: Callable[..., object], name: str = "") -> Function:
    """Wrap a Python function of positional FEEL values, such as a business knowledge model's, for use in a scope."""
    return Function(parameters, lambda _run, arguments: implementation(*arguments), name)


_KINDS: dict[type, str] = {
    type(None): "null",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    float: "number",
    str: "string",
    list: "list",
    tuple: "list",
    dict: "context",
    date: "date",
    time: "time",
    datetime: "date and time",
    timedelta: "days and time duration",
    YearsMonths: "years and months duration",
    Range: "range",
    Function: "function",
}

KIND_NAMES: Mapping[str, Bilingual] = {
    "null": Bilingual("trống (null)", "null"),
    "boolean": Bilingual("đúng/sai", "a boolean"),
    "number": Bilingual("số", "a number"),
    "string": Bilingual("chuỗi", "a string"),
    "list": Bilingual("danh sách", "a list"),
    "context": Bilingual("ngữ cảnh", "a context"),
    "date": Bilingual("ngày", "a date"),
    "time": Bilingual("giờ", "a time"),
    "date and time": Bilingual("ngày giờ", "a date and time"),
    "days and time duration": Bilingual("khoảng ngày giờ", "a days and time duration"),
    "years and months duration": Bilingual("khoảng năm tháng", "a years and months duration"),
    "range": Bilingual("khoảng giá trị", "a range"),
    "function": Bilingual("hàm", "a function"),
    "unknown": Bilingual("giá trị lạ", "a foreign value"),
}

_BASES: tuple[tuple[type, str], ...] = (
    (str, "string"),
    (Mapping, "context"),
    (list, "list"),
    (tuple, "list"),
    (int, "number"),
    (Decimal, "number"),
)


def kind_of(value: object) -> str:
    """Return the FEEL name of the value's kind."""
    kind = _KINDS.get(type(value))
    if kind is not None:
        return kind
    return next(
        (kind for base, kind in _BASES if isinstance(value, base)), "function" if callable(value) else "unknown"
    )


def plain(value: object) -> object:
    """Return a value that came from outside as the type the evaluator works with (floats become decimals)."""
    kind = type(value)
    if kind in _KINDS and kind is not float and kind is not tuple:
        return value
    if kind is float:
        return Decimal(repr(value))
    for base in (str, int, Decimal):
        if isinstance(value, base):
            return base(value)
    return list(value) if isinstance(value, (tuple, list)) else value


def kind_name(value: object) -> Bilingual:
    """Return what a person calls the value's kind."""
    return KIND_NAMES[kind_of(value)]
