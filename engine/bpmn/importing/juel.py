"""JUEL (`${…}`) to FEEL: comparisons, logic, arithmetic, conditionals, property paths; methods stay untranslated."""

import re
from collections.abc import Callable, Mapping, Sequence

import simplejson

from engine.errors import Invalid
from engine.feel import FeelError, parse

_PART = re.compile(r"[$#]\{((?:[^{}'\"]|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")*)\}", re.DOTALL)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<name>[^\W\d][\w$]*)|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%<>!?:()\[\].,]))"
)
_WORDS: Mapping[str, str] = {
    "eq": "==", "ne": "!=", "lt": "<", "gt": ">", "le": "<=", "ge": ">=", "and": "&&", "or": "||", "not": "!",
    "div": "/", "mod": "%",
}  # fmt: skip
_BINARY: Mapping[str, tuple[int, str]] = {
    "||": (1, "or"), "&&": (2, "and"), "==": (3, "="), "!=": (3, "!="), "<": (4, "<"), ">": (4, ">"), "<=": (4, "<="),
    ">=": (4, ">="), "+": (5, "+"), "-": (5, "-"), "*": (6, "*"), "/": (6, "/"), "%": (6, "modulo"),
}  # fmt: skip
_TIGHTEST = 7
_RENAMED: Mapping[str, str] = {
    "nrOfInstances": "numberOfInstances",
    "nrOfCompletedInstances": "numberOfCompletedInstances",
    "nrOfActiveInstances": "numberOfActiveInstances",
    "loopCounter": "(loopCounter - 1)",  # theirs counts from zero
}
_NOT_OURS = {"execution", "task", "authenticatedUserId", "variableScope", "caseExecution"}
_DEEPEST = 60


class Untranslatable(Invalid):
    """The expression uses what FEEL does not have: methods, beans, the engine's own objects."""

    code = "import.untranslatable"


def has_expression(text: str) -> bool:
    """Say whether a text holds `${…}` or `#{…}`."""
    return "${" in text or "#{" in text


def to_feel(text: str) -> str:
    """Return the FEEL text, with its `=`, for a text that is or holds JUEL; refuses with `Untranslatable`.

    A text around the expressions becomes a concatenation, as JUEL has it.
    """
    stripped = text.strip()
    whole = _PART.fullmatch(stripped)
    if whole:
        return "=" + _checked(translate(whole[1]))
    parts: list[str] = []
    position = 0
    for found in _PART.finditer(stripped):
        if found.start() > position:
            parts.append(quoted(stripped[position : found.start()]))
        parts.append(f"string({translate(found[1])})")
        position = found.end()
    if position < len(stripped):
        parts.append(quoted(stripped[position:]))
    if has_expression("".join(part for part in parts if part.startswith('"'))):
        raise Untranslatable("the braces do not match", text=text)
    return "=" + _checked(" + ".join(parts))


def translate(expression: str) -> str:
    """Return the FEEL for what stands between the braces."""
    return _Translator(_tokens(expression)).whole()


def quoted(text: str) -> str:
    """Return a FEEL string literal."""
    literal: str = simplejson.dumps(text, ensure_ascii=False)
    return literal


def _checked(feel: str) -> str:
    try:
        parse(feel)
    except FeelError as error:
        raise Untranslatable(error.text.en, text=feel) from error
    return feel


def _tokens(text: str) -> list[tuple[str, str]]:
    found, position = [], 0
    end = len(text.rstrip())
    while position < end:
        token = _TOKEN.match(text, position)
        if token is None or token.lastgroup is None:
            raise Untranslatable(f"unexpected {text[position:].strip()[:1]!r}", text=text)
        kind, said = token.lastgroup, token[token.lastgroup]
        found.append(("sign", _WORDS[said]) if kind == "name" and said in _WORDS else (kind, said))
        position = token.end()
    return found


class _Translator:
    """Reads tokens from left to right and writes FEEL."""

    def __init__(self, tokens: Sequence[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> str:
        said = self._conditional()
        if self._at < len(self._tokens):
            raise Untranslatable(f"unexpected {self._tokens[self._at][1]!r}")
        return said

    def _peek(self) -> str | None:
        kind, said = self._tokens[self._at] if self._at < len(self._tokens) else ("", "")
        return said if kind == "sign" else None

    def _next(self) -> tuple[str, str]:
        if self._at >= len(self._tokens):
            raise Untranslatable("the expression ends too early")
        self._at += 1
        return self._tokens[self._at - 1]

    def _expect(self, sign: str) -> None:
        if self._next() != ("sign", sign):
            raise Untranslatable(f"{sign!r} is missing")

    def _conditional(self) -> str:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Untranslatable("the expression nests too deeply")
        said = self._binary(1)
        if self._peek() == "?":
            self._next()
            then = self._conditional()
            self._expect(":")
            said = f"(if {said} then {then} else {self._conditional()})"
        self._depth -= 1
        return said

    def _binary(self, level: int) -> str:
        if level >= _TIGHTEST:
            return self._unary()
        said = self._binary(level + 1)
        while (sign := self._peek()) in _BINARY and _BINARY[sign or ""][0] == level:
            self._next()
            right = self._binary(level + 1)
            feel = _BINARY[sign or ""][1]
            said = f"modulo({said}, {right})" if feel == "modulo" else f"{said} {feel} {right}"
        return said

    def _unary(self) -> str:
        sign = self._peek()
        if sign in {"!", "-"}:
            self._next()
            self._depth += 1
            if self._depth > _DEEPEST:
                raise Untranslatable("the expression nests too deeply")
            said = self._unary()
            self._depth -= 1
            return f"not({said})" if sign == "!" else f"-{said}"
        if self._tokens[self._at : self._at + 1] == [("name", "empty")]:
            self._next()
            return _emptiness(self._unary())
        return self._path()

    def _path(self) -> str:
        said = self._primary()
        while (sign := self._peek()) in {".", "["}:
            self._next()
            if sign == "[":
                said = self._item(said)
                continue
            kind, name = self._next()
            if kind != "name" or "$" in name:
                raise Untranslatable("a property's name is missing")
            said = self._method(said, name) if self._peek() == "(" else f"{said}.{name}"
        if said in _NOT_OURS or said.partition(".")[0] in _NOT_OURS:
            raise Untranslatable(f"{said.partition('.')[0]!r} is an object of the other engine")
        return said

    def _item(self, base: str) -> str:
        """Return `base[…]`: theirs counts from zero, and a text names a property."""
        kind, said = self._next()
        self._expect("]")
        if kind == "number" and said.isdigit():
            return f"{base}[{int(said) + 1}]"
        if kind == "text" and re.fullmatch(r"[^\W\d]\w*", said[1:-1]):
            return f"{base}.{said[1:-1]}"
        raise Untranslatable("only constant positions and names can stand in brackets")

    def _method(self, base: str, name: str) -> str:
        arguments = self._arguments()
        known = _METHODS.get((name, len(arguments)))
        if name == "getVariable" and base == "execution" and len(arguments) == 1:
            variable = arguments[0].strip('"')
            if re.fullmatch(r"[^\W\d]\w*", variable):
                return variable
        if known is None or base in _NOT_OURS:
            raise Untranslatable(f"the method {name!r} cannot be called from FEEL")
        return known(base, *arguments)

    def _arguments(self) -> list[str]:
        self._expect("(")
        arguments: list[str] = []
        while self._peek() != ")":
            if arguments:
                self._expect(",")
            arguments.append(self._conditional())
        self._next()
        return arguments

    def _primary(self) -> str:
        kind, said = self._next()
        if (kind, said) == ("sign", "("):
            inner = self._conditional()
            self._expect(")")
            return f"({inner})"
        if kind == "number":
            return said
        if kind == "text":
            return quoted(re.sub(r"\\(.)", r"\1", said[1:-1]))
        if kind != "name" or "$" in said:
            raise Untranslatable(f"unexpected {said!r}")
        if self._peek() == "(":
            raise Untranslatable(f"the function {said!r} is not known here")
        return _RENAMED.get(said, said)


def _emptiness(said: str) -> str:
    """Return JUEL's `empty`: null, an empty text or an empty list."""
    text, items = f"{said} instance of string", f"{said} instance of list<Any>"
    of_items = f"if {items} then count({said}) = 0 else false"
    return f'(if {said} = null then true else if {text} then {said} = "" else {of_items})'


_METHODS: Mapping[tuple[str, int], Callable[..., str]] = {
    ("equals", 1): lambda base, other: f"({base} = {other})",
    ("size", 0): lambda base: f"count({base})",
    ("length", 0): lambda base: f"string length({base})",
    ("isEmpty", 0): _emptiness,
    ("startsWith", 1): lambda base, other: f"starts with({base}, {other})",
    ("endsWith", 1): lambda base, other: f"ends with({base}, {other})",
    ("toString", 0): lambda base: f"string({base})",
    ("toLowerCase", 0): lambda base: f"lower case({base})",
    ("toUpperCase", 0): lambda base: f"upper case({base})",
}
