"""What is said about an expression that cannot be read."""

import pytest

from engine import feel


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ("1 +", 1, 4, "ends too early"),
        ("(1 + 2", 1, 7, "“)” is expected"),
        ("if x the 1 else 2", 1, 6, "did you mean “then”?"),
        ("a andb c", 1, 3, "did you mean “and”?"),
        ('x = 1\nand strng length("a") = 1', 2, 11, "did you mean “string length”?"),
        ("thời hạn > 3", 1, 6, "the name “thời hạn” is not known"),
        ("a == b", 1, 3, "equality is written “=”"),
        ("a && b", 1, 3, "“and” is written “and”"),
        ("“a”", 1, 1, "straight quotes"),
        ("'a'", 1, 1, "double quotes"),
        ('"a', 1, 1, "no closing"),
        ("1 /* x", 1, 3, "no closing “*/”"),
        ("a # b", 1, 3, "means nothing here"),
        ("{a: 1, a: 2}", 1, 8, "is there already"),
        ("{a 1}", 1, 2, "a key and “:” are expected"),
        ("f(a: 1, 2)", 1, 9, "all named"),
        ("some x of [1] satisfies x", 1, 6, "“<name> in <list>” is expected"),
        ("1 instance of numbr", 1, 15, "did you mean “number”?"),
        ("function(a) external {}", 1, 13, "external functions are not allowed"),
        ("a.5", 1, 2, "out of place"),
        ("1e999999", 1, 1, "too large"),
        ("", 1, 1, "ends too early"),
    ],
)
def test_a_refusal_names_the_place_and_the_remedy(text: str, line: int, column: int, said: str) -> None:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.parse(text)

    assert (caught.value.line, caught.value.column) == (line, column)
    assert said in caught.value.text.en
    assert caught.value.text.vi != caught.value.text.en


def test_an_error_knows_its_expression_and_speaks_to_developers() -> None:
    with pytest.raises(feel.FeelSyntaxError) as caught:
        feel.parse("1 +")

    assert caught.value.expression == "1 +"
    assert str(caught.value) == "the expression ends too early: a value is expected (line=1, column=4)"


def test_an_unknown_function_is_no_silent_null(environment: feel.Environment) -> None:
    with pytest.raises(feel.UnknownFunction, match="did you mean “contains”"):
        feel.parse('containz("a", "b")').evaluate({}, environment)
