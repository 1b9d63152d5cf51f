"""FEEL numbers: whole ones as `int`, others as `Decimal`, both held to 34 digits (IEEE 754 decimal128)."""

from collections.abc import Callable, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Context, Decimal, DivisionByZero, InvalidOperation, Overflow
from functools import reduce

from .errors import Unfit

Number = int | Decimal

DIGITS = 34
_WHOLE_LIMIT = 10**DIGITS
CONTEXT = Context(prec=DIGITS, Emin=-6143, Emax=6144, traps=[InvalidOperation, DivisionByZero, Overflow])
ROOT_COST, SERIES_COST, POWER_COST = 40, 300, 700
"""Steps for a square root, for a logarithm or exponential, and for a power that needs both of these."""

_FEW_FACTORS = 10**9
_EXACT_BITS = 112
"""A product of so many bits in all has at most 34 digits."""

_SHIFT = Context(prec=3 * DIGITS, Emin=-20_000, Emax=20_000, traps=[InvalidOperation])
_MIN_SCALE, _MAX_SCALE = -6111, 6176


def read_number(text: str) -> Number:
    """Return the number a literal stands for, rounded to 34 digits."""
    if text.isdecimal() and len(text) <= DIGITS:
        return int(text)
    return CONTEXT.create_decimal(text)


def held(value: Number) -> Number:
    """Return the number with at most 34 digits."""
    if type(value) is int:
        return value if -_WHOLE_LIMIT < value < _WHOLE_LIMIT else CONTEXT.create_decimal(value)
    return CONTEXT.plus(value)


def whole(value: Number) -> Number:
    """Return a number without fraction as `int`, any other as it is."""
    if type(value) is Decimal and -DIGITS <= value.adjusted() <= DIGITS and value == value.to_integral_value():
        return int(value)
    return value


def integer(value: Number) -> int:
    """Cut the fraction off, as functions do that want an integer; refuse what no list or text can have."""
    if abs(value) > _WHOLE_LIMIT:
        text = shown(value)
        raise Unfit(f"số {text} quá lớn ở đây", f"the number {text} is too large here")
    return int(value)


def is_whole(value: Number) -> bool:
    """Tell whether the number has no fraction."""
    return isinstance(value, int) or value == value.to_integral_value()


def shown(value: Number) -> str:
    """Return the number as text: plain digits without needless zeros, an exponent only beyond 34 digits."""
    if isinstance(value, int):
        return str(value)
    if not value:
        return "0"
    text = format(value, "f" if -DIGITS - 6 < value.adjusted() <= DIGITS else "E")
    mantissa, exponent, power = text.partition("E")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + exponent + power


def add(left: Number, right: Number) -> Number:
    """Return the sum."""
    if type(left) is int and type(right) is int:
        return held(left + right)
    return CONTEXT.add(left, right)


def total(values: Sequence[Number]) -> Number:
    """Return the sum of at least one number; whole ones are rounded to 34 digits at the end only."""
    if set(map(type, values)) == {int}:
        return held(sum(values))
    return reduce(CONTEXT.add, values)


def subtract(left: Number, right: Number) -> Number:
    """Return the difference."""
    if type(left) is int and type(right) is int:
        return held(left - right)
    return CONTEXT.subtract(left, right)


def multiply(left: Number, right: Number) -> Number:
    """Return the product."""
    if type(left) is int and type(right) is int:
        return held(left * right)
    return CONTEXT.multiply(left, right)


def divide(left: Number, right: Number) -> Number:
    """Return the quotient; refuse division by zero."""
    if not right:
        raise Unfit("chia cho 0", "division by zero")
    if type(left) is int and type(right) is int and left % right == 0:
        return held(left // right)
    return CONTEXT.divide(left, right)


def power_cost(exponent: Number) -> int:
    """Return the steps that a power with this exponent costs: a whole one takes some multiplications only."""
    return ROOT_COST if -_FEW_FACTORS < exponent < _FEW_FACTORS and is_whole(exponent) else POWER_COST


def power(base: Number, exponent: Number) -> Number:
    """Return `base` to the power of `exponent`; refuse what has no real value or leaves decimal128."""
    if type(base) is int and type(exponent) is int and 0 < base.bit_length() * exponent <= _EXACT_BITS:
        return int(base**exponent)
    try:
        return whole(CONTEXT.power(base, exponent))
    except Overflow as error:
        raise Unfit("lũy thừa quá lớn", "the power is too large") from error
    except InvalidOperation as error:
        raise Unfit("lũy thừa này không có giá trị", "this power has no value") from error


def modulo(dividend: Number, divisor: Number) -> Number:
    """Return `dividend - divisor * floor(dividend / divisor)`; the sign is the divisor's."""
    if not divisor:
        raise Unfit("chia cho 0", "division by zero")
    if type(dividend) is int and type(divisor) is int:
        return dividend % divisor
    remainder = CONTEXT.remainder(dividend, divisor)
    if remainder and (remainder < 0) is not (divisor < 0):
        remainder = CONTEXT.add(remainder, divisor)
    return remainder


def rounded(value: Number, scale: Number, rounding: str) -> Number:
    """Round to `scale` digits after the point (before it, if negative); refuse a scale outside decimal128."""
    digits = integer(scale)
    if not _MIN_SCALE <= digits <= _MAX_SCALE:
        raise Unfit(
            f"số chữ số {digits} nằm ngoài khoảng {_MIN_SCALE}…{_MAX_SCALE}",
            f"the scale {digits} is outside {_MIN_SCALE}…{_MAX_SCALE}",
        )
    exact = Decimal(value)
    exponent = exact.as_tuple().exponent
    if not isinstance(exponent, int) or -exponent <= digits:
        return value
    return whole(held(exact.quantize(Decimal(1).scaleb(-digits, _SHIFT), rounding=rounding, context=_SHIFT)))


def floor(value: Number) -> int:
    """Return the greatest whole number that is not above `value`."""
    return integer(value if isinstance(value, int) else value.to_integral_value(ROUND_FLOOR))


def ceiling(value: Number) -> int:
    """Return the least whole number that is not below `value`."""
    return integer(value if isinstance(value, int) else value.to_integral_value(ROUND_CEILING))


def guarded(operation: Callable[[Decimal], Decimal], value: Number) -> Number:
    """Return what a function of the decimal context gives; refuse where it has no value."""
    try:
        return whole(operation(CONTEXT.create_decimal(value)))
    except ArithmeticError as error:
        raise Unfit(
            f"phép tính không có giá trị với {shown(value)}", f"the function has no value for {shown(value)}"
        ) from error
