"""What the check of a submission costs: a form of sixty fields of all kinds, a clerk's values in it."""

import json
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from engine.feel import Environment
from forms import compile_form
from tests.bench.measures import Stopwatch, Target

FIELDS, COUNT, QUICK_COUNT, WARM_UP = 60, 1_000, 50, 20
MOST_MS = 5.0
ENVIRONMENT = Environment(now=datetime(2026, 11, 22, 20, 30, tzinfo=UTC))
VARIABLES = {"units": ["VPS", "P.KHTCTH", "TT.KCTVPTCN"]}
VALUES: tuple[object, ...] = ("Nguyễn Văn An", 5, "2026-12-05", "7", ["VPS", "P.KHTCTH"], 0)


def measure(*, quick: bool) -> list[Target]:
    """Measure the median time of one check after the first ones."""
    schema = {"type": "default", "id": "sixty_fields", "schemaVersion": 19, "components": list(_components())}
    form = compile_form(json.dumps(schema), filename="sixty_fields.form")
    submission = {f"field_{number}": VALUES[number % len(VALUES)] for number in range(FIELDS)}
    stopwatch = Stopwatch()
    for _ in range(WARM_UP + (QUICK_COUNT if quick else COUNT)):
        with stopwatch.lap():
            form.check(submission, variables=VARIABLES, environment=ENVIRONMENT)
    median = statistics.median(stopwatch.times_ms[WARM_UP:])
    return [Target("form_of_sixty", "forms: checking a form of sixty fields, median", median, MOST_MS, "ms")]


def _components() -> Iterator[dict[str, Any]]:
    """Yield texts, numbers, dates, choices and computed values that hide, lock and bound one another."""
    for number in range(0, FIELDS, len(VALUES)):
        text, amount, day, level, chain, total = (f"field_{number + place}" for place in range(len(VALUES)))
        pattern = "^[A-Za-zÀ-ỹ ]+$"
        levels = [{"label": f"Bậc {each}", "value": str(each)} for each in range(20)]
        yield {"type": "textfield", "key": text, "validate": {"required": True, "maxLength": 200, "pattern": pattern}}
        yield {"type": "number", "key": amount, "decimalDigits": 2, "validate": {"min": 0, "max": "=field_1 + 1000"}}
        yield {"type": "datetime", "subtype": "date", "key": day, "conditional": {"hide": f"={amount} < 0"}}
        yield {"type": "select", "key": level, "values": levels, "validate": {"required": True}}
        yield {"type": "taglist", "key": chain, "valuesKey": "units", "readonly": f"={amount} = 0"}
        yield {"type": "expression", "key": total, "expression": f"={amount} * 1.1"}
