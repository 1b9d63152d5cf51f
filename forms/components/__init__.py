"""The components of a form, a module per family: what each takes, how it is kept, checked and shown."""

from .base import Component, Field, Refused
from .boxes import Checkbox
from .choices import MultipleChoice, SingleChoice
from .computed import Computed
from .containers import DynamicList, Group
from .moments import Moment
from .numbers import Number
from .texts import Text

__all__ = [
    "Checkbox",
    "Component",
    "Computed",
    "DynamicList",
    "Field",
    "Group",
    "Moment",
    "MultipleChoice",
    "Number",
    "Refused",
    "SingleChoice",
    "Text",
]
