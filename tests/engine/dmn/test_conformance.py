"""The DMN Technology Compatibility Kit, as far as it lies in `shared/dmn-tck` beside the checkout."""

from collections import Counter
from collections.abc import Iterable
from typing import Any


def test_level_2_is_passed_whole(suite: Any) -> None:
    cases = list(suite.run(2))

    failed = [str(case) for case in cases if not case.is_passed]
    print(f"level 2: {len(cases) - len(failed)} of {len(cases)} results")
    assert not failed, "\n".join(failed)
    assert len({(case.group, case.case_id) for case in cases}) == 116


def test_level_3_is_passed_in_95_of_100_cases_that_expect_a_value(suite: Any) -> None:
    cases = list(suite.run(3))

    wanted = [case for case in cases if case.expected is not None]
    passed = sum(case.is_passed for case in wanted)
    failed = [case for case in cases if not case.is_passed]
    print(f"level 3: {len(cases) - len(failed)} of {len(cases)} results, {passed} of {len(wanted)} that expect a value")
    print(_by_group(failed))
    assert not [str(case) for case in cases if case.crash]
    assert passed >= 0.95 * len(wanted), "\n".join(map(str, failed))


def _by_group(cases: Iterable[Any]) -> str:
    return "\n".join(f"  {group}: {count}" for group, count in Counter(case.group for case in cases).most_common())
