"""Built-in functions on strings (DMN 1.5, 10.3.4.3); characters are code points."""

import base64
import re
from collections.abc import Sequence
from itertools import pairwise

from engine.feel import numbers
from engine.feel.errors import Unfit
from engine.feel.numbers import Number
from engine.feel.regex import compiled, literal
from engine.feel.runtime import Run

from .registry import DEAR, builtin

_MARK = re.compile(r"\\[\\$]|\$")
_MARK_COST = 15
_PART_COST = 5


@builtin("substring(string: string, start position: number, [length: number?])")
def substring(text: str, start: Number, length: Number | None = None) -> str:
    """Return characters from a position counted from 1, or from the end if negative."""
    first = numbers.integer(start)
    if first == 0 or abs(first) > len(text):
        raise Unfit(f"vị trí {first} nằm ngoài chuỗi", f"the position {first} is outside the string")
    first = first - 1 if first > 0 else len(text) + first
    if length is None:
        return text[first:]
    if length < 1:
        raise Unfit("độ dài phải từ 1", "the length must be at least 1")
    return text[first : first + numbers.integer(length)]


@builtin("string length(string: string)")
def string_length(text: str) -> int:
    """Return how many characters the string has."""
    return len(text)


@builtin("upper case(string: string)")
def upper_case(text: str) -> str:
    """Return the string in capitals."""
    return text.upper()


@builtin("lower case(string: string)")
def lower_case(text: str) -> str:
    """Return the string in small letters."""
    return text.lower()


@builtin("substring before(string: string, match: string)")
def substring_before(text: str, match: str) -> str:
    """Return what stands before the first occurrence; nothing if there is none."""
    before, found, _ = text.partition(match) if match else ("", "", "")
    return before if found else ""


@builtin("substring after(string: string, match: string)")
def substring_after(text: str, match: str) -> str:
    """Return what stands after the first occurrence; nothing if there is none."""
    return text.partition(match)[2] if match else text


@builtin("contains(string: string, match: string)")
def contains(text: str, match: str) -> bool:
    """Tell whether the match occurs in the string."""
    return match in text


@builtin("starts with(string: string, match: string)")
def starts_with(text: str, match: str) -> bool:
    """Tell whether the string starts with the match."""
    return text.startswith(match)


@builtin("ends with(string: string, match: string)")
def ends_with(text: str, match: str) -> bool:
    """Tell whether the string ends with the match."""
    return text.endswith(match)


@builtin("matches(input: string, pattern: string, [flags: string?])", takes_run=True, cost=DEAR)
def matches(run: Run, text: str, pattern: str, flags: str | None = None) -> bool:
    """Tell whether the regular expression matches somewhere."""
    wanted = literal(pattern, flags or "")
    return wanted in text if wanted is not None else compiled(run, pattern, flags or "").found_in(run, text)


@builtin("replace(input: string, pattern: string, replacement: string, [flags: string?])", takes_run=True, cost=DEAR)
def replace(run: Run, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """Replace every match; `$1` in the replacement stands for what the first group matched, `$0` for all."""
    is_template = "q" not in (flags or "")
    wanted = literal(pattern, flags or "")
    if wanted is not None:
        template = _template(run, replacement, 0) if is_template else [replacement]
        return _replaced(run, text, wanted, "".join(wanted if part == 0 else str(part) for part in template))
    expression = compiled(run, pattern, flags or "", captures=is_template and "$" in replacement)
    template = _template(run, replacement, expression.groups) if is_template else [replacement]
    pieces: list[str] = []
    end = length = 0
    for match in expression.matches_in(run, text):
        pieces.append(text[end : match.start()])
        pieces.extend(part if isinstance(part, str) else match.group(part) or "" for part in template)
        length += sum(map(len, pieces[-len(template) - 1 :]))
        run.spend(_PART_COST * len(template))
        if length > run.environment.budget.string_length:
            run.check_text(length)
        end = match.end()
    pieces.append(text[end:])
    return "".join(pieces)


def _count(run: Run, text: str, wanted: str) -> int:
    times = text.count(wanted)
    run.spend(times >> 1)
    return times


def _replaced(run: Run, text: str, wanted: str, new: str) -> str:
    times = _count(run, text, wanted)
    run.check_text(len(text) + times * (len(new) - len(wanted)))
    return text.replace(wanted, new)


def _template(run: Run, replacement: str, groups: int) -> list[str | int]:
    """Cut a replacement into text and group numbers; a backslash takes the meaning of `$` and of itself away."""
    parts: list[str | int] = []
    end = 0
    for mark in _MARK.finditer(replacement):
        run.spend(_MARK_COST)
        parts.append(replacement[end : mark.start()])
        end = mark.end()
        if mark.group() == "$":
            digits = _group_digits(replacement[end : end + 2], groups)
            parts.append(int(digits) if int(digits) <= groups else "")
            end += len(digits)
        else:
            parts.append(mark.group()[1])
    parts.append(replacement[end:])
    return [part for part in parts if part != ""]


def _group_digits(text: str, groups: int) -> str:
    """Return the longest group number at the start of the text that the expression has, or its first digit."""
    digits = text[:2] if text[:2].isdecimal() and len(text) > 1 and int(text[:2]) <= groups else text[:1]
    if not digits.isdecimal():
        raise Unfit("sau “$” phải là số nhóm", "“$” must be followed by a group's number")
    return digits


@builtin("split(string: string, delimiter: string)", takes_run=True, cost=DEAR)
def split(run: Run, text: str, delimiter: str) -> list[str]:
    """Return the parts between the matches of a regular expression; refuse one that matches nothing at all."""
    wanted = literal(delimiter, "")
    if wanted is not None:
        run.check_list(_count(run, text, wanted) + 1)
        return text.split(wanted)
    expression = compiled(run, delimiter, "")
    if expression.found_in(run, ""):
        raise Unfit("dấu tách không được khớp chuỗi rỗng", "the delimiter must not match an empty string")
    spans = [match.span() for match in expression.matches_in(run, text)]
    edges = [(0, 0), *spans, (len(text), len(text))]
    return [text[left[1] : right[0]] for left, right in pairwise(edges)]


@builtin("extract(string: string, pattern: string)", takes_run=True, cost=DEAR)
def extract(run: Run, text: str, pattern: str) -> list[str]:
    """Return everything that the regular expression matches."""
    wanted = literal(pattern, "")
    if wanted is not None:
        return [wanted] * _count(run, text, wanted)
    return [match.group() for match in compiled(run, pattern, "").matches_in(run, text)]


@builtin(
    "string join(list: strings, [delimiter: string?])",
    "string join(list: strings, delimiter: string?, prefix: string?, suffix: string?)",
    takes_run=True,
)
def string_join(
    run: Run,
    strings: Sequence[str | None],
    delimiter: str | None = None,
    prefix: str | None = None,
    suffix: str | None = None,
) -> str:
    """Join the strings that are not null; a prefix and a suffix go around the whole."""
    run.spend(len(strings))
    parts = [text for text in strings if text is not None]
    between = delimiter or ""
    run.check_text(sum(map(len, parts)) + len(between) * len(parts) + len(prefix or "") + len(suffix or ""))
    return (prefix or "") + between.join(parts) + (suffix or "")


@builtin("trim(string: string)")
def trim(text: str) -> str:
    """Return the string without blanks at either end."""
    return text.strip()


@builtin("is blank(string: string?)")
def is_blank(text: str | None) -> bool:
    """Tell whether a string is null, empty or nothing but blanks."""
    return text is None or not text.strip()


@builtin("to base64(value: string)")
def to_base64(text: str) -> str:
    """Return the string's UTF-8 bytes in Base64."""
    return base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii")
