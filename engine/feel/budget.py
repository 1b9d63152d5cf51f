"""How much an expression may use: counted, never timed, so that the answer is the same on every machine."""

from dataclasses import dataclass

MAX_EXPRESSION_LENGTH = 4_000
"""Characters in the text of one expression."""

MAX_TOKENS = 2_000
"""Words, numbers, strings and signs in the text of one expression."""

MAX_SYNTAX_DEPTH = 64
"""Levels of the syntax tree; it bounds the recursion of parser, compiler and evaluator."""

MAX_VALUE_DEPTH = 60
"""Levels of lists in lists that equality, text and JSON go down into."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one evaluation may spend.

    A step is about one node evaluated, one element of a list visited, or sixteen characters written. What takes longer
    costs more steps: all of them together take about ten milliseconds whatever they are spent on, so a new function
    or operator pays for its own time, a step for each tenth of a microsecond.
    """

    steps: int = 100_000
    string_length: int = 200_000
    list_length: int = 50_000
    result_size: int = 100_000
    depth: int = 150
    warnings: int = 100
