"""Figures of several web processes: whoever answers answers for all."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import environment, free_port
from tests.faults.programs import Program, luanchuyen, wait_until_it_answers
from web.monitoring import metrics

ASKED = 30


@pytest.fixture
def many(instance: Any, tmp_path: Path) -> Iterator[tuple[Program, str]]:
    """A site of three processes, and its address."""
    port = free_port()
    program = luanchuyen("web", environment(instance), tmp_path, "run", "--port", str(port), "--workers", "3")
    program.start()
    wait_until_it_answers(f"http://127.0.0.1:{port}/healthz", program)
    yield program, f"http://127.0.0.1:{port}"
    program.stop()


def counted(url: str) -> float:
    with urllib.request.urlopen(f"{url}/metrics") as response:
        families = text_string_to_metric_families(response.read().decode())
    return sum(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == "luanchuyen_http_request_seconds_count" and sample.labels["endpoint"] == "monitoring.ready"
    )


def test_every_process_counts_and_any_of_them_tells_the_sum(many: tuple[Program, str], instance: Any) -> None:
    program, url = many

    for _ in range(ASKED):
        urllib.request.urlopen(f"{url}/readyz").close()

    assert len(program.children) == 3
    assert [counted(url) for _ in range(6)] == [ASKED] * 6
    assert list(metrics.folder_of(instance.instance).glob("histogram_*.db"))
