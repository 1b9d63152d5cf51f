"""Browser and server agree: whatever people do in a form, both refuse the same fields or keep the same values.

500 submissions over all forms unless `--submissions` says how many; every form has at least a few.
"""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import simplejson

from engine.feel import Environment
from forms import compile_form
from tests.forms.agreement.comparing import disagreement, judged
from tests.forms.agreement.visits import Surroundings, Visit, dirtied, visits

pytestmark = pytest.mark.xdist_group("browser")

HERE = Path(__file__).parent
FORMS = sorted((HERE / "forms").glob("*.form"))
SURROUNDINGS = simplejson.loads((HERE / "surroundings.json").read_text(encoding="utf-8"))


def visits_to(file: Path, count: int) -> list[Visit]:
    """Return the visits to a form, always the same ones."""
    around = SURROUNDINGS.get(file.stem, {})
    surroundings = Surroundings(around.get("variables", {}), around.get("texts", {}))
    document = simplejson.loads(file.read_text(encoding="utf-8"))
    return list(itertools.islice(visits(document, surroundings, seed=file.stem), count))


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_the_server_refuses_and_keeps_what_the_browser_does(
    file: Path, fill_in: Callable[..., Any], environment: Environment, request: pytest.FixtureRequest
) -> None:
    text = file.read_text(encoding="utf-8")
    form = compile_form(text, filename=file.name)
    people = visits_to(file, -(-request.config.getoption("--submissions") // len(FORMS)))

    opened = [simplejson.dumps(form.initial(one.variables), use_decimal=True) for one in people]
    answers = fill_in(text, [{"values": values, "acts": one.acts} for values, one in zip(opened, people, strict=True)])

    found = []
    for visit, answer in zip(people, answers, strict=True):
        verdict = judged(form, answer["sent"], visit.variables, environment)
        if different := disagreement(simplejson.loads(text), visit, answer, verdict):
            found.append((different, visit, answer["sent"]))
        assert judged(form, dirtied(form, answer["sent"]), visit.variables, environment) == verdict
    assert found[:3] == []
