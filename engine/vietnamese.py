"""How Vietnamese text is folded for search and how names are ordered."""

import unicodedata


def fold(text: str) -> str:
    """Return `text` without diacritics and case, as people type it in a hurry: «Đồng Nai» → «dong nai»."""
    plain = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def title_order(title: str) -> tuple[str, str]:
    """Return the key that orders titles as people look for them; databases differ in how they order letters."""
    return fold(title), title


def name_order(full_name: str) -> tuple[str, str, str]:
    """Return the key that orders people by given name (tên), then by the rest, as Vietnamese lists do."""
    rest, _, given = full_name.rpartition(" ")
    return fold(given), fold(rest), full_name
