"""Fields that heads and deputies are in charge of (lĩnh vực phụ trách): how they are written, when two are the same.

In normal form a field has single blanks and composed letters, and no field stands twice in a list.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from engine.errors import Invalid

LONGEST_FIELD = 120
MOST_FIELDS = 20
SEPARATOR = "; "


class FieldsUnfit(Invalid):
    """There are more than `most` fields, or one is longer than `longest` characters."""

    code = "position.fields_unfit"


def read_fields(text: str) -> tuple[str, ...]:
    """Return the fields that a text names, one a line or parted by semicolons; refuses with `FieldsUnfit`."""
    fields: dict[str, str] = {}
    for part in re.split(r"[;\r\n]", unicodedata.normalize("NFC", text)):
        field = " ".join(part.split())
        if field:
            fields.setdefault(known_as(field), field)
    if len(fields) > MOST_FIELDS or any(len(field) > LONGEST_FIELD for field in fields.values()):
        raise FieldsUnfit(most=MOST_FIELDS, longest=LONGEST_FIELD)
    return tuple(fields.values())


def say_fields(fields: Iterable[str]) -> str:
    """Write fields on one line, as `read_fields` reads them back."""
    return SEPARATOR.join(fields)


def known_as(field: str) -> str:
    """Return what two spellings of one field share: neither case nor blanks tell them apart, diacritics do."""
    return " ".join(unicodedata.normalize("NFC", field).casefold().split())


def has_field(fields: Sequence[str], field: str) -> bool:
    """Tell whether the field is one of them."""
    return known_as(field) in map(known_as, fields)
