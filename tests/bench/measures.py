"""What a measurement is: times of one kind of step, and how they are told."""

import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter


@dataclass(frozen=True, slots=True)
class Timing:
    """One kind of step, timed `count` times; milliseconds."""

    key: str
    label: str
    median_ms: float
    p95_ms: float
    count: int

    @classmethod
    def of(cls, key: str, label: str, times_ms: Sequence[float]) -> "Timing":
        """Sum up times in milliseconds; the 95th percentile is the nearest rank, not interpolated."""
        ordered = sorted(times_ms)
        p95 = ordered[max(0, -(-95 * len(ordered) // 100) - 1)]
        return cls(key, label, statistics.median(ordered), p95, len(ordered))


@dataclass(slots=True)
class Stopwatch:
    """Collects times in milliseconds."""

    times_ms: list[float] = field(default_factory=list)

    @contextmanager
    def lap(self) -> Iterator[None]:
        """Time one block."""
        begun = perf_counter()
        yield
        self.times_ms.append((perf_counter() - begun) * 1000)


@dataclass(frozen=True, slots=True)
class Target:
    """One limit that was promised, and what was measured; `limit` and `measured` bear the same unit."""

    key: str
    label: str
    measured: float
    limit: float
    unit: str

    @property
    def is_met(self) -> bool:
        """Tell whether the limit is kept."""
        return self.measured <= self.limit
