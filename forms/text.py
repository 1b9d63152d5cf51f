"""Text as the server keeps it: NFC, without characters nobody sees, measured as the browser measures."""

import unicodedata

_LINE_BREAKS = ("\r\n", "\r", "\u2028", "\u2029", "\u0085")
_UNSEEN = {"Cc", "Cf"}
_BROWSER_SPACE = " \t\n\v\f\r\u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff" + "".join(
    map(chr, range(0x2000, 0x200B))
)
"""What JavaScript's `trim` removes; Python's `strip` removes a little more."""


def seen(text: str, *, lines: bool) -> str:
    """Return `text` in NFC without control and zero-width characters; line breaks become spaces unless `lines`.

    Bidirectional overrides, byte order marks, soft hyphens and joiners go too: they make two texts look alike.
    """
    for line_break in _LINE_BREAKS:
        text = text.replace(line_break, "\n")
    if not lines:
        text = text.replace("\n", " ").replace("\t", " ")
    if not text.isascii() or not text.isprintable():
        text = "".join(one for one in text if one in "\n\t" or unicodedata.category(one) not in _UNSEEN)
    return unicodedata.normalize("NFC", text)


def is_storable(text: str) -> bool:
    """Return whether `text` can be written as UTF-8: half of a surrogate pair cannot."""
    return text.isascii() or not any("\ud800" <= one <= "\udfff" for one in text)


def bare(text: str) -> str:
    """Return `text` without the white space around it, as the browser's `trim` does."""
    return text.strip(_BROWSER_SPACE)


def is_blank(text: str) -> bool:
    """Return whether nothing but white space stands in `text`."""
    return not bare(text)


def measured(text: str) -> int:
    """Return the length form-js compares: without surrounding white space, in UTF-16 units."""
    core = bare(text)
    return len(core) if core.isascii() else len(core.encode("utf-16-le", "surrogatepass")) // 2
