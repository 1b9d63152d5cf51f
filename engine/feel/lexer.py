"""Cut the text of an expression into tokens (DMN 1.5, 10.3.1.2 rules 21–31 and 10.3.1.3)."""

import re
from enum import Enum
from typing import NamedTuple

from engine.wording import Bilingual

from .budget import MAX_TOKENS
from .errors import FeelSyntaxError


class TokenKind(Enum):
    """What a token is; keywords are names until the parser says otherwise."""

    NUMBER = "number"
    STRING = "string"
    TEMPORAL = "temporal"
    NAME = "name"
    SYMBOL = "symbol"
    END = "end"


class Token(NamedTuple):
    """One token: `text` as meant (strings unescaped), and where it starts and ends.

    `word` is the text of a name, symbol or number and nothing for the rest: the string "+" is no operator.
    """

    kind: TokenKind
    text: str
    start: int
    end: int
    word: str


_NAME_START = (
    r"?A-Z_a-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_TOKEN = re.compile(
    rf"""
    (?P<blank>\s+|//[^\n]*|/\*.*?\*/)
    |(?P<dots>\.\.)
    |(?P<wrong>==|&&|\|\||/\*)
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<name>[{_NAME_START}][{_NAME_START}0-9\u00B7\u0300-\u036F\u203F-\u2040]*)
    |(?P<temporal>@\s*"(?:[^"\\]|\\.)*")
    |(?P<string>"(?:[^"\\]|\\.)*")
    |(?P<symbol>\*\*|!=|<=|>=|->|[-+*/=<>()\[\]{{}},:.'])
    """,
    re.VERBOSE | re.DOTALL,
)
_KINDS = {
    "dots": TokenKind.SYMBOL,
    "symbol": TokenKind.SYMBOL,
    "number": TokenKind.NUMBER,
    "name": TokenKind.NAME,
    "temporal": TokenKind.TEMPORAL,
    "string": TokenKind.STRING,
}
_TOO_MANY = Bilingual(
    f"biểu thức có quá {MAX_TOKENS} từ và dấu – hãy tách thành nhiều biểu thức",
    f"the expression has more than {MAX_TOKENS} words and signs – split it",
)
_QUOTED = frozenset({"string", "temporal"})
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{6})|(.))", re.DOTALL)
_PLAIN_ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'"}
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_NO_CHARACTER = re.compile("[\x00\ud800-\udfff]")
_HINTS = {
    "==": Bilingual("so sánh bằng viết là “=”", "equality is written “=”"),
    "&&": Bilingual("“và” viết là “and”", "“and” is written “and”"),
    "||": Bilingual("“hoặc” viết là “or”", "“or” is written “or”"),
    "!": Bilingual("“không” viết là “not(…)”", "negation is written “not(…)”"),
    "“": Bilingual('chuỗi đặt trong dấu nháy thẳng "…"', 'strings stand in straight quotes "…"'),
    "”": Bilingual('chuỗi đặt trong dấu nháy thẳng "…"', 'strings stand in straight quotes "…"'),
    '"': Bilingual('chuỗi thiếu dấu " đóng', 'the string has no closing "'),
    "/*": Bilingual("chú thích thiếu “*/” đóng", "the comment has no closing “*/”"),
}


def tokenize(text: str) -> list[Token]:
    """Return the tokens of `text`, the last of kind END; refuse a character that starts none, and too many tokens."""
    tokens: list[Token] = []
    position = 0
    for match in _TOKEN.finditer(text):
        group = str(match.lastgroup)
        if match.start() != position or group == "wrong":
            break
        if group != "blank":
            found = match.group()
            word = "" if group in _QUOTED else found
            text_meant = word or unescape(found[found.index('"') + 1 : -1])
            tokens.append(Token(_KINDS[group], text_meant, position, match.end(), word))
            if len(tokens) > MAX_TOKENS:
                raise FeelSyntaxError(_TOO_MANY, position=position)
        position = match.end()
    if position < len(text):
        raise _unreadable(text, position)
    tokens.append(Token(TokenKind.END, "", position, position, ""))
    return tokens


def unescape(text: str) -> str:
    """Resolve the escapes of a string literal; a backslash before another character stays (regular expressions).

    So do escapes that stand for no character: one beyond Unicode, half of a surrogate pair, and the null character,
    which PostgreSQL keeps in no text.
    """
    if "\\" not in text:
        return text
    plain = _ESCAPE.sub(_unescape_one, text)
    plain = _SURROGATES.sub(lambda pair: pair.group().encode("utf-16", "surrogatepass").decode("utf-16"), plain)
    return _NO_CHARACTER.sub(lambda each: f"\\u{ord(each.group()):04x}", plain)


def _unescape_one(match: re.Match[str]) -> str:
    code = match.group(1) or match.group(2)
    if code is None:
        return _PLAIN_ESCAPES.get(match.group(3), match.group())
    return chr(int(code, 16)) if int(code, 16) <= 0x10FFFF else match.group()


def _unreadable(text: str, position: int) -> FeelSyntaxError:
    for start, hint in _HINTS.items():
        if text.startswith(start, position):
            return FeelSyntaxError(hint, position=position)
    character = text[position]
    return FeelSyntaxError(
        Bilingual(f"không hiểu ký tự “{character}”", f"the character “{character}” means nothing here"),
        position=position,
    )
