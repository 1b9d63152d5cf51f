"""The types of variables, inputs and outputs: FEEL's own, and the item definitions of a file (DMN 1.5, 7.3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.dmn.course import Course
from engine.feel import Expression, FeelType, coerced, parse
from engine.wording import Bilingual

_READERS: Mapping[str, Expression] = {
    "date": parse("date(written)"),
    "time": parse("time(written)"),
    "date and time": parse("date and time(written)"),
    "days and time duration": parse("duration(written)"),
    "years and months duration": parse("duration(written)"),
}
_KIND_NAMES: Mapping[str, Bilingual] = {
    "number": Bilingual("số", "a number"),
    "string": Bilingual("chuỗi", "a string"),
    "boolean": Bilingual("đúng/sai", "a boolean"),
    "date": Bilingual("ngày", "a date"),
    "time": Bilingual("giờ", "a time"),
    "date and time": Bilingual("ngày giờ", "a date and time"),
    "days and time duration": Bilingual("khoảng ngày giờ", "a days and time duration"),
    "years and months duration": Bilingual("khoảng năm tháng", "a years and months duration"),
    "list": Bilingual("danh sách", "a list"),
    "context": Bilingual("ngữ cảnh", "a context"),
    "function": Bilingual("hàm", "a function"),
    "range": Bilingual("khoảng giá trị", "a range"),
}


@dataclass(eq=False, slots=True)
class ItemType:
    """One type: what FEEL calls it, the values it allows, and the types inside a list or context.

    `allowed` are unary tests for the value itself, `constraint` for a whole list whose elements have their own.
    """

    feel: FeelType
    allowed: Expression | None = None
    constraint: Expression | None = None
    element: "ItemType | None" = None
    components: Mapping[str, "ItemType"] = field(default_factory=dict)

    @property
    def kind_name(self) -> Bilingual:
        """Return what a person calls values of the type."""
        return _KIND_NAMES.get(self.feel.kind, Bilingual(self.feel.kind, self.feel.kind))

    @property
    def result(self) -> FeelType | None:
        """Return the result of a function type that says it."""
        return self.feel.parts[-1] if self.feel.kind == "function" and self.feel.parts else None

    def fitted(self, value: object, course: Course, what: Bilingual) -> object:
        """Return the value as the type wants it; None and a warning if it does not conform (DMN 1.5, 10.3.2.9.4)."""
        if value is None:
            return None
        fitting = coerced(value, self.feel)
        if fitting is None:
            course.warn(
                f"{what.vi} cần {self.kind_name.vi}, giá trị khác kiểu thành null",
                f"{what.en} wants {self.kind_name.en}, a value of another type became null",
            )
        elif not self.allows(fitting, course):
            course.warn(
                f"{what.vi} có giá trị không được phép, thành null", f"{what.en} has no allowed value and became null"
            )
            return None
        return fitting

    def allows(self, value: object, course: Course) -> bool:
        """Tell whether a value of this type, and everything inside it, is among the allowed values."""
        if value is None:
            return True
        if self.allowed is not None and not course.passes(self.allowed, value):
            return False
        if self.constraint is not None and not course.passes(self.constraint, value):
            return False
        if self.element is not None and isinstance(value, list):
            return all(self.element.allows(each, course) for each in value)
        if self.components and isinstance(value, Mapping):
            return all(kind.allows(value.get(name), course) for name, kind in self.components.items())
        return True

    def read(self, value: object, course: Course) -> object:
        """Return a JSON value from outside as FEEL's: text becomes a date, time or duration where one is wanted."""
        if self.element is not None:
            if isinstance(value, (list, tuple)):
                return [self.element.read(each, course) for each in value]
            return self.element.read(value, course)
        if isinstance(value, str):
            reader = _READERS.get(self.feel.kind)
            return value if reader is None else course.value(reader, {"written": value})
        if self.components and isinstance(value, Mapping):
            known = {name: kind.read(value[name], course) for name, kind in self.components.items() if name in value}
            return {**value, **known}
        return value
