"""FEEL, the expression language of the house: DMN 1.5 chapter 10, read once and compiled to closures.

Here live the lexer, the parser, the evaluator, the built-in functions, and the table that declares the office
functions. Not here: what those functions do, the clock and the directory, which come in through `Environment`; DMN
tables. An expression reaches nothing but its scope and its environment, and `Budget` bounds what it may spend.
Everybody may import this package; it imports only the errors and the wording of the house.
"""

from .analysis import constant_tests, unknown_functions
from .budget import Budget
from .environment import Environment
from .errors import BudgetExceeded, FeelError, FeelSyntaxError, FeelWarning, UnknownFunction
from .exchange import to_json
from .expression import Expression, parse, parse_unary_tests
from .office import OFFICE_FUNCTIONS, OfficeFunction
from .temporal import YearsMonths
from .types import FeelType, coerced
from .values import Function, Range, host_function

__all__ = [
    "OFFICE_FUNCTIONS",
    "Budget",
    "BudgetExceeded",
    "Environment",
    "Expression",
    "FeelError",
    "FeelSyntaxError",
    "FeelType",
    "FeelWarning",
    "Function",
    "OfficeFunction",
    "Range",
    "UnknownFunction",
    "YearsMonths",
    "coerced",
    "constant_tests",
    "host_function",
    "parse",
    "parse_unary_tests",
    "to_json",
    "unknown_functions",
]
