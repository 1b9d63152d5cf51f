"""Honest big work: ten thousand elements, a hundred thousand characters and large numbers stay within the budget."""

from collections.abc import Callable
from decimal import Decimal

import pytest

Ask = Callable[..., object]

ELEMENTS = 10_000
NUMBERS = [index * 7919 % 10_007 for index in range(ELEMENTS)]
AMOUNTS = [Decimal(number) / 100 for number in NUMBERS]
CASES = [
    {"id": index, "name": f"Hồ sơ {index}", "amount": NUMBERS[index], "unit": ("VPS", "P.KTQLNL")[index % 2]}
    for index in range(ELEMENTS)
]
NAMES = [str(case["name"]) for case in CASES]
TEXT = ("xin chào các bạn, hôm nay trời đẹp; " * 2_800)[:100_000]
SCOPE = {
    "numbers": NUMBERS,
    "amounts": AMOUNTS,
    "mixed": [amount if index % 2 else NUMBERS[index] for index, amount in enumerate(AMOUNTS)],
    "cases": CASES,
    "few": CASES[:1_000],
    "names": NAMES,
    "text": TEXT,
    "table": ",".join(NAMES[:2_000]),
}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(numbers)", sum(NUMBERS)),
        ("sum(amounts)", sum(AMOUNTS)),
        ("mean(cases.amount) > 0", True),
        ("max(mixed) >= min(amounts)", True),
        ("median(append(numbers, 0))", sorted([*NUMBERS, 0])[ELEMENTS // 2]),
        ("sort(numbers)", sorted(NUMBERS)),
        ("sort(names)", sorted(NAMES)),
        ("sort(amounts)[1]", min(AMOUNTS)),
        ("sort(few, function(a, b) a.amount < b.amount)[-1].amount", max(NUMBERS[:1_000])),
        ("count(numbers[item > 5000])", sum(number > 5_000 for number in NUMBERS)),
        ('count(cases[unit = "VPS"])', ELEMENTS // 2),
        ("sum(cases[amount > 5000].amount)", sum(number for number in NUMBERS if number > 5_000)),
        ("count(distinct values(numbers))", len(set(NUMBERS))),
        ("count(distinct values(cases.unit))", 2),
        ("count(for x in cases return x.amount * 2)", ELEMENTS),
        ("sum(for x in few return x.amount * 0.08)", sum(Decimal(number) * 8 / 100 for number in NUMBERS[:1_000])),
        ("every x in numbers satisfies x >= 0", True),
        ("some x in names satisfies x = null", False),
        ("list contains(numbers, -1)", False),
        ("count(concatenate(numbers, names))", 2 * ELEMENTS),
        ('string length(string join(names, "; "))', len("; ".join(NAMES))),
        ("count(for i in 1..20000 return i)", 20_000),
    ],
)
def test_lists_of_ten_thousand_are_summed_sorted_and_filtered(ask: Ask, text: str, expected: object) -> None:
    assert ask(text, SCOPE) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("string length(upper case(text))", len(TEXT)),
        ('contains(text, "không có")', False),
        ('matches(text, "[0-9]{4}")', False),
        ('matches(text, "^xin.*đẹp")', True),
        ('replace(text, ",", "")', TEXT.replace(",", "")),
        ('count(split(text, " "))', len(TEXT.split(" "))),
        ('count(split(table, ",\\\\s*"))', 2_000),
        ('count(extract(text, "chào"))', TEXT.count("chào")),
        ('substring before(text, ";")', TEXT.split(";")[0]),
        ("string length(text + text)", 2 * len(TEXT)),
        ("text = trim(text)", True),
    ],
)
def test_texts_of_a_hundred_thousand_characters_are_searched_and_changed(ask: Ask, text: str, expected: object) -> None:
    assert ask(text, SCOPE) == expected


def test_a_thousand_squares_cost_no_more_than_a_thousand_products(ask: Ask) -> None:
    assert ask("sum(for i in 1..1000 return i ** 2)") == sum(number**2 for number in range(1, 1_001))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 ** 112", 2**112),
        ("(-3) ** 3", -27),
        ("3 ** 70", 3**70),
        ("10 ** 33", 10**33),
        ("0 ** 3", 0),
        ("5 ** 0", 1),
        ("0 ** 0", None),
        ("2 ** -2", Decimal("0.25")),
    ],
)
def test_powers_of_whole_numbers_are_exact(ask: Ask, text: str, expected: object) -> None:
    assert ask(text) == expected
