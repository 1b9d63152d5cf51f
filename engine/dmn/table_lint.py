"""Remarks on decision tables: rules that overlap where one may hit, and inputs that no rule covers."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TypeVar

from engine.dmn.hit_policies import HitPolicy
from engine.dmn.regions import Region, regions_of
from engine.dmn.table import DecisionTable
from engine.wording import Bilingual, Finding, Severity

MOST_REMARKS = 5
"""Overlaps, and gaps, that are named of one table."""

_MOST_STEPS = 50_000
_T = TypeVar("_T")
_NEEDS_COVER = {HitPolicy.UNIQUE, HitPolicy.ANY, HitPolicy.PRIORITY, HitPolicy.FIRST}


def lint_table(table: DecisionTable, filename: str) -> list[Finding]:
    """Return warnings of overlaps and gaps, as far as the cells are constants; computed cells are given the benefit."""
    if not table.inputs or not table.rules:
        return []
    regions = [regions_of(clause) for clause in table.inputs]
    found = []
    if table.policy in {HitPolicy.UNIQUE, HitPolicy.ANY}:
        found += [_overlap(table, filename, *pair) for pair in _first(_overlaps(table, regions))]
    if table.policy in _NEEDS_COVER and all(output.default is None for output in table.outputs):
        found += [_gap(table, filename, gap) for gap in _first(_Gaps(table, regions).search(0, table.all_rules, ()))]
    return found


def _first(found: Iterator[_T]) -> list[_T]:
    return list(islice(found, MOST_REMARKS))


def _overlaps(table: DecisionTable, regions: Sequence[Sequence[Region]]) -> Iterator[tuple[int, int]]:
    """Yield pairs of rules that some input passes both."""
    meeting = [table.all_rules] * len(table.rules)
    for each in regions:
        sharing = [0] * len(table.rules)
        for region in each:
            for rule in _bits(region.rules):
                sharing[rule] |= region.rules
        meeting = [one & other for one, other in zip(meeting, sharing, strict=True)]
    for rule, others in enumerate(meeting):
        for other in _bits(others >> (rule + 1)):
            if table.policy is HitPolicy.UNIQUE or _differ(table, rule, rule + 1 + other):
                yield rule + 1, rule + 2 + other


def _differ(table: DecisionTable, one: int, other: int) -> bool:
    return [each.text for each in table.rules[one]] != [each.text for each in table.rules[other]]


def _bits(rules: int) -> Iterator[int]:
    while rules:
        lowest = rules & -rules
        yield lowest.bit_length() - 1
        rules ^= lowest


class _Gaps:
    """The search for inputs that no rule covers, region by region and input by input."""

    def __init__(self, table: DecisionTable, regions: Sequence[Sequence[Region]]) -> None:
        self._table, self._regions = table, regions
        self._covered: set[tuple[int, int]] = set()
        self._steps = 0

    def search(self, index: int, alive: int, said: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        """Yield regions, one an input, that no rule alive covers."""
        if not alive:
            yield said
        if not alive or index == len(self._regions) or (index, alive) in self._covered:
            return
        self._covered.add((index, alive))
        computed = sum(self._table.inputs[index].column.computed.values())
        for region in self._regions[index]:
            self._steps += 1
            if self._steps > _MOST_STEPS:
                return
            yield from self.search(index + 1, alive & (region.rules | computed), (*said, region.said))


def _overlap(table: DecisionTable, filename: str, one: int, other: int) -> Finding:
    return Finding(
        "decision.overlap",
        Bilingual(
            f"Dòng {one} và dòng {other} có thể cùng khớp, nhưng quy tắc {table.policy.value} không cho phép.",
            f"The rules {one} and {other} may both hit, which {table.policy.value} does not allow.",
        ),
        Bilingual(
            "Hãy thu hẹp điều kiện của một dòng, hoặc chọn quy tắc FIRST hay PRIORITY.",
            "Narrow one rule, or choose the hit policy FIRST or PRIORITY.",
        ),
        filename,
        table.table_id or table.element_id,
        table.line,
        Severity.WARNING,
    )


def _gap(table: DecisionTable, filename: str, said: Sequence[str]) -> Finding:
    parts = [f"{clause.label}: {each}" for clause, each in zip(table.inputs, said, strict=False) if each != "-"]
    shown = ", ".join(parts) or "…"
    return Finding(
        "decision.gap",
        Bilingual(f"Không dòng nào xử lý trường hợp {shown}.", f"No rule covers {shown}."),
        Bilingual("Hãy thêm dòng hoặc kết quả mặc định.", "Add a rule, or a default output."),
        filename,
        table.table_id or table.element_id,
        table.line,
        Severity.WARNING,
    )
