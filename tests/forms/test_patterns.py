"""JavaScript's patterns in re2."""

from typing import Any

import pytest

from forms.patterns import PatternRefused, compiled


@pytest.mark.parametrize(
    ("pattern", "found", "not_found"),
    [
        (r"^\s$", "\u00a0", "a"),
        (r"^[\s,]+$", "\u2003,", "x"),
        (r"^\S$", "ạ", "\u3000"),
        ("^.$", "ạ", "\u2028"),
        (r"^\u0111$", "đ", "d"),
        (r"^\x41$", "A", "B"),
        (r"^[[a]+$", "[a", "]"),
        (r"^[^\]a-]$", "b", "]"),
        (r"^[.]$", ".", "x"),
        (r"^\/\-\.$", "/-.", "x"),
        ("^a$", "a", "a\n"),
        (r"\bab\b", "x ab", "xab"),
        (r"^(?:ab|(?<name>c))$", "c", "d"),
        (r"^\w$", "a", "ạ"),
        (r"^[A-Za-zÀ-ỹ ]+$", "Nguyễn Thị", "1"),
        (r"^[^[]$", "a", "["),
        ("a{,3}", "a{,3}", "aaa"),
    ],
)
def test_a_pattern_means_what_it_means_in_the_browser(pattern: Any, found: Any, not_found: Any) -> None:
    test = compiled(pattern)

    assert test(found)
    assert not test(not_found)


@pytest.mark.parametrize(
    "pattern",
    [
        r"\p{L}",
        r"\A",
        r"\z",
        r"\Qa\E",
        r"\1",
        r"\k<a>",
        "(?i)a",
        "(?P<a>b)",
        "(?<=a)b",
        "(?!a)",
        "[]",
        "[^]",
        "[a",
        "a**",
        r"\ud83d",
        "\\",
        r"[\S]",
        r"\cA",
        "(",
        "a" * 1001,
    ],
)
def test_what_re2_lacks_or_reads_otherwise_is_refused(pattern: Any) -> None:
    with pytest.raises(PatternRefused):
        compiled(pattern)
