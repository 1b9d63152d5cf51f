"""How the measurements are told: one table of 80 columns, one JSON document; both hold the targets and whether met."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass

from tests.bench.long_loop import LoopResult
from tests.bench.measures import Target, Timing
from tests.bench.over_http import HttpResult

WIDTH = 80
MOST_HTTP_MS = 8.0
MOST_GROWTH = 1.2
MOST_MEMORY_MB = 160.0


@dataclass(frozen=True, slots=True)
class Report:
    """Everything one run has measured."""

    conditions: Mapping[str, object]
    http: HttpResult
    steps: list[Timing]
    loop: LoopResult
    rooms: list[Target]

    @property
    def rows(self) -> list[Timing]:
        """One row per way of completing a task, the outermost first."""
        return [*self.http.timings, *self.steps]

    def ratios(self, row: Timing) -> tuple[float, float]:
        """Return how many times the bare SpiffWorkflow step a row costs: staying in memory, and stored as JSON."""
        by_key = {each.key: each for each in self.rows}
        return (
            row.median_ms / by_key["bare_in_memory"].median_ms,
            row.median_ms / by_key["bare_stored"].median_ms,
        )

    @property
    def targets(self) -> list[Target]:
        """The limits that were promised."""
        first, last = self.loop.points[0].median_ms, self.loop.points[-1].median_ms
        return [
            Target("http_median", "HTTP, one client, median", self.http.timings[0].median_ms, MOST_HTTP_MS, "ms"),
            Target("loop_growth", "1,000th completion over the 1st", last / first, MOST_GROWTH, "×"),
            Target(
                "memory", "server: master + worker, PSS, after load", self.http.after_load.pss_mb, MOST_MEMORY_MB, "MB"
            ),
            Target("history", "breaches in the loops' histories", float(self.loop.breaches), 0.0, ""),
            *self.rooms,
        ]


def as_json(report: Report) -> Mapping[str, object]:
    """Return the report as one JSON object; times in ms, memory in MB."""
    return {
        "conditions": dict(report.conditions),
        "steps": [
            asdict(row) | dict(zip(("times_bare_in_memory", "times_bare_stored"), report.ratios(row), strict=True))
            for row in report.rows
        ],
        "http": {
            "server_processor_ms_per_step": report.http.processor_ms,
            "four_clients_steps_per_second": report.http.four_clients_per_second,
            "memory_idle": asdict(report.http.idle),
            "memory_after_load": asdict(report.http.after_load),
        },
        "loop": {
            "points": [asdict(point) for point in report.loop.points],
            "very_first_ms": report.loop.very_first_ms,
            "state_bytes": {str(number): size for number, size in report.loop.state_bytes.items()},
            "history_entries": report.loop.history_entries,
            "history_breaches": report.loop.breaches,
        },
        "targets": [asdict(target) | {"is_met": target.is_met} for target in report.targets],
    }


def as_table(report: Report) -> str:
    """Return the report for people."""
    return "\n".join([*_steps(report), "", *_loop(report.loop), "", *_server(report.http), "", *_targets(report)])


def _steps(report: Report) -> Iterator[str]:
    machine = ", ".join(
        f"{name} {report.conditions[name]}" for name in ("processors", "load_average_1_min", "fsync_ms")
    )
    yield f"One signing step (ms); {machine}"
    yield f"{'':<36}{'median':>8}{'p95':>8}{'n':>6}{'× bare':>10}{'× bare JSON':>12}"
    for row in report.rows:
        in_memory, stored = report.ratios(row)
        yield f"{row.label:<36}{row.median_ms:>8.2f}{row.p95_ms:>8.2f}{row.count:>6}{in_memory:>10.1f}{stored:>12.1f}"


def _loop(loop: LoopResult) -> Iterator[str]:
    yield f"A loop in one case (ms, medians of windows of five); the very first alone: {loop.very_first_ms:.2f}"
    yield f"{'':<36}{'median':>8}{'p95':>8}{'n':>6}{'state, bytes':>22}"
    for point, size in zip(loop.points, loop.state_bytes.values(), strict=True):
        yield f"{point.label:<36}{point.median_ms:>8.2f}{point.p95_ms:>8.2f}{point.count:>6}{size:>22,}"


def _server(http: HttpResult) -> Iterator[str]:
    yield "The server"
    yield f"  {http.processor_ms:.1f} ms of processor time a step with one client"
    yield f"  {http.four_clients_per_second:.0f} steps a second with four clients"
    for when, memory in (("idle", http.idle), ("after load", http.after_load)):
        yield (
            f"  {when:<11} PSS {memory.pss_mb:>4.0f} MB, of it the worker {memory.worker_pss_mb:.0f};"
            f" RSS summed {memory.rss_mb:.0f} MB, worker {memory.worker_rss_mb:.0f}"
        )


def _targets(report: Report) -> Iterator[str]:
    yield "Targets"
    for target in report.targets:
        said = "met" if target.is_met else "NOT MET"
        yield f"  {target.label:<42}{target.measured:>8.2f} ≤ {target.limit:>6.1f} {target.unit:<3} {said}"
