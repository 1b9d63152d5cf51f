"""The benchmark keeps working: a short run produces every row. Times are no matter of tests."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
STEPS = [
    "http_one_client",
    "http_four_clients",
    "in_process",
    "engine_in_memory",
    "engine_stored",
    "bare_in_memory",
    "bare_stored",
]
TARGETS = [
    "http_median",
    "loop_growth",
    "memory",
    "history",
    "deploy",
    "table",
    "multi_instance",
    "feel_condition",
    "feel_expression",
    "feel_parse",
    "feel_hostile_time",
    "feel_hostile_memory",
    "feel_hostile_strays",
    "calendar_due_dates",
    "form_of_sixty",
]
LOOP = ["loop_1", "loop_10", "loop_100", "loop_1000"]


@pytest.mark.xdist_group("bench")
def test_a_quick_run_measures_everything_and_fits_80_columns(tmp_path: Path) -> None:
    result = tmp_path / "bench.json"

    run = subprocess.run(
        [sys.executable, "-m", "tests.bench", "--quick", "--json", str(result)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.returncode == 0, run.stderr
    report = json.loads(result.read_text(encoding="utf-8"))
    assert [row["key"] for row in report["steps"]] == STEPS
    assert all(row["count"] >= 10 and row["median_ms"] > 0 for row in report["steps"])
    assert [point["key"] for point in report["loop"]["points"]] == LOOP
    assert report["loop"]["history_breaches"] == 0
    assert [target["key"] for target in report["targets"]] == TARGETS
    assert max(len(line) for line in run.stdout.splitlines()) <= 80
