"""Built-in functions on numbers (DMN 1.5, 10.3.4.5), and `not`."""

from datetime import timedelta
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_FLOOR, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_UP

from engine.feel import numbers
from engine.feel.errors import Unfit
from engine.feel.numbers import Number
from engine.feel.runtime import Run
from engine.feel.temporal import YearsMonths

from .fitting import refusal
from .registry import DEAR, builtin

_ROUNDING_COST = 28


@builtin("decimal(n: number, scale: number)", cost=_ROUNDING_COST)
def decimal(n: Number, scale: Number) -> Number:
    """Round to the scale, halves to the even digit."""
    return numbers.rounded(n, scale, ROUND_HALF_EVEN)


@builtin("floor(n: number, [scale: number])", cost=_ROUNDING_COST)
def floor(n: Number, scale: Number = 0) -> Number:
    """Round towards minus infinity."""
    return numbers.rounded(n, scale, ROUND_FLOOR)


@builtin("ceiling(n: number, [scale: number])", cost=_ROUNDING_COST)
def ceiling(n: Number, scale: Number = 0) -> Number:
    """Round towards plus infinity."""
    return numbers.rounded(n, scale, ROUND_CEILING)


@builtin("round up(n: number, scale: number)", cost=_ROUNDING_COST)
def round_up(n: Number, scale: Number) -> Number:
    """Round away from zero."""
    return numbers.rounded(n, scale, ROUND_UP)


@builtin("round down(n: number, scale: number)", cost=_ROUNDING_COST)
def round_down(n: Number, scale: Number) -> Number:
    """Round towards zero."""
    return numbers.rounded(n, scale, ROUND_DOWN)


@builtin("round half up(n: number, scale: number)", cost=_ROUNDING_COST)
def round_half_up(n: Number, scale: Number) -> Number:
    """Round to the nearest, halves away from zero."""
    return numbers.rounded(n, scale, ROUND_HALF_UP)


@builtin("round half down(n: number, scale: number)", cost=_ROUNDING_COST)
def round_half_down(n: Number, scale: Number) -> Number:
    """Round to the nearest, halves towards zero."""
    return numbers.rounded(n, scale, ROUND_HALF_DOWN)


@builtin("abs(n: any)")
def absolute(n: object) -> object:
    """Return the number or duration without its sign."""
    if isinstance(n, list) and len(n) == 1:
        n = n[0]
    if isinstance(n, YearsMonths):
        return YearsMonths(abs(n.months))
    if isinstance(n, timedelta):
        return abs(n)
    if isinstance(n, numbers.Number) and not isinstance(n, bool):
        return numbers.held(n.copy_abs() if not isinstance(n, int) else abs(n))
    raise refusal("number", n)


@builtin("modulo(dividend: number, divisor: number)", cost=DEAR)
def modulo(dividend: Number, divisor: Number) -> Number:
    """Return the remainder of the floored division."""
    return numbers.modulo(dividend, divisor)


@builtin("sqrt(number: number)", takes_run=True)
def sqrt(run: Run, number: Number) -> Number:
    """Return the square root."""
    run.spend(numbers.ROOT_COST)
    return numbers.guarded(numbers.CONTEXT.sqrt, number)


@builtin("log(number: number)", takes_run=True)
def log(run: Run, number: Number) -> Number:
    """Return the natural logarithm."""
    if number <= 0:
        raise Unfit("log cần số dương", "log wants a positive number")
    run.spend(numbers.SERIES_COST)
    return numbers.guarded(numbers.CONTEXT.ln, number)


@builtin("exp(number: number)", takes_run=True)
def exp(run: Run, number: Number) -> Number:
    """Return e to the power of the number."""
    run.spend(numbers.SERIES_COST)
    return numbers.guarded(numbers.CONTEXT.exp, number)


@builtin("odd(number: number)", cost=DEAR)
def odd(number: Number) -> bool:
    """Tell whether the number is whole and odd."""
    return numbers.is_whole(number) and numbers.modulo(number, 2) == 1


@builtin("even(number: number)", cost=DEAR)
def even(number: Number) -> bool:
    """Tell whether the number is whole and even."""
    return numbers.is_whole(number) and numbers.modulo(number, 2) == 0


@builtin("not(negand: any)")
def negation(negand: object) -> bool | None:
    """Return the opposite of a boolean, null of null."""
    if negand is None:
        return None
    if isinstance(negand, list) and len(negand) == 1:
        negand = negand[0]
    if isinstance(negand, bool):
        return not negand
    raise refusal("boolean", negand)
