"""Read the name of a type: `number`, `list<string>`, `context<a: number>`, `function<number> -> string`."""

from collections.abc import Mapping

from engine.wording import Bilingual

from .cursor import Cursor
from .errors import FeelSyntaxError, did_you_mean
from .lexer import TokenKind
from .names import NameTable
from .types import SIMPLE_TYPES, TYPE_ALIASES, FeelType

_LONG_NAMES = NameTable((*SIMPLE_TYPES, *TYPE_ALIASES))
_MAX_DEPTH = 20
_WANTED = Bilingual("cần tên kiểu", "a type is expected")


def parse_type(cursor: Cursor, named: Mapping[str, FeelType], depth: int = 0) -> FeelType:
    """Return the type that starts at the cursor; `named` holds the item definitions. Refuse unknown names."""
    if depth > _MAX_DEPTH:
        raise cursor.unexpected(Bilingual("kiểu lồng quá sâu", "the type is nested too deeply"))
    start = cursor.token.start
    name = _type_name(cursor, named)
    if name in named:
        return named[name]
    kind = TYPE_ALIASES.get(name, name)
    if kind not in SIMPLE_TYPES:
        hint = did_you_mean(name, (*SIMPLE_TYPES, *named))
        raise FeelSyntaxError(
            Bilingual(f"không có kiểu “{name}”{hint.vi}", f"there is no type “{name}”{hint.en}"), position=start
        )
    return _with_parts(cursor, kind, named, depth)


def _type_name(cursor: Cursor, named: Mapping[str, FeelType]) -> str:
    if cursor.token.kind is not TokenKind.NAME:
        raise cursor.unexpected(_WANTED)
    for table in (NameTable(named), _LONG_NAMES):
        found = table.longest_at(cursor.tokens, cursor.index)
        if found is not None:
            cursor.index += found[1]
            return found[0]
    name = cursor.take().text
    while cursor.sees("."):
        cursor.take()
        name += "." + cursor.take().text
    return name


def _with_parts(cursor: Cursor, kind: str, named: Mapping[str, FeelType], depth: int) -> FeelType:
    if kind in {"list", "range"} and cursor.accept("<"):
        element = parse_type(cursor, named, depth + 1)
        cursor.expect(">")
        return FeelType(kind, (element,))
    if kind == "context" and cursor.accept("<"):
        return FeelType(kind, fields=_fields(cursor, named, depth))
    if kind == "function" and cursor.accept("<"):
        return FeelType(kind, _signature(cursor, named, depth))
    return FeelType(kind)


def _fields(cursor: Cursor, named: Mapping[str, FeelType], depth: int) -> dict[str, FeelType]:
    fields: dict[str, FeelType] = {}
    while True:
        name = cursor.name_run(":")
        if name is None:
            raise cursor.unexpected(Bilingual("cần tên trường", "a field name is expected"))
        cursor.expect(":")
        fields[name] = parse_type(cursor, named, depth + 1)
        if cursor.expect(",", ">").text == ">":
            return fields


def _signature(cursor: Cursor, named: Mapping[str, FeelType], depth: int) -> tuple[FeelType, ...]:
    parts: list[FeelType] = []
    if not cursor.accept(">"):
        parts.append(parse_type(cursor, named, depth + 1))
        while cursor.expect(",", ">").text == ",":
            parts.append(parse_type(cursor, named, depth + 1))
    cursor.expect("->")
    parts.append(parse_type(cursor, named, depth + 1))
    return tuple(parts)
