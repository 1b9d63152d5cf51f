"""`scripts/bench`: every measurement in one run, as a table for people and as JSON for machines.

python -m tests.bench [--quick] [--json FILE]
"""

import argparse
import json
import sys
import tempfile
from pathlib import Path

from tests.bench import bare_spiffworkflow, calendar, feel, forms, in_process, long_loop, machine, over_http, semantics
from tests.bench.report import Report, as_json, as_table

CASES, LOOPS = 40, 5  # 40 cases are 200 signing steps
QUICK_CASES, QUICK_LOOPS = 2, 1


def main() -> int:
    """Measure, print, and return 0; a missed target is said, not punished."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a short run that shows that everything works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the JSON there and the table to the output")
    options = parser.parse_args()
    report = _measure(cases=QUICK_CASES if options.quick else CASES, loops=QUICK_LOOPS if options.quick else LOOPS)
    text = json.dumps(as_json(report), ensure_ascii=False, indent=2)
    if options.json is None:
        sys.stderr.write(as_table(report) + "\n")
        sys.stdout.write(text + "\n")
    else:
        options.json.write_text(text + "\n", encoding="utf-8")
        sys.stdout.write(as_table(report) + "\n")
    return 0


def _measure(*, cases: int, loops: int) -> Report:
    conditions = machine.conditions()
    bare = bare_spiffworkflow.measure(cases)
    with tempfile.TemporaryDirectory(prefix="bench-in-process-") as folder:
        alone = in_process.measure(Path(folder), cases)
    with tempfile.TemporaryDirectory(prefix="bench-http-") as folder:
        http = over_http.measure(Path(folder), cases)
    with tempfile.TemporaryDirectory(prefix="bench-loop-") as folder:
        loop = long_loop.measure(Path(folder), loops)
    quick = cases == QUICK_CASES
    rooms = [
        *(target for room in (semantics, feel, calendar, forms) for target in room.measure(quick=quick)),
    ]
    return Report(conditions, http, [*alone, *bare], loop, rooms)


if __name__ == "__main__":
    sys.exit(main())
