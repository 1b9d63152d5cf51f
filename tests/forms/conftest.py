"""Builders of the forms' tests: a form of components, and an environment with a clock that stands still."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
import simplejson

from engine.feel import Environment
from engine.wording import Bilingual
from forms import Form, FormRefused, SubmissionInvalid, compile_form

NOW = datetime(2026, 11, 22, 20, 30, tzinfo=UTC)
"""03:30 on 23 November 2026 in Hà Nội: the day differs from UTC's."""

FormOf = Callable[..., Form]
Check = Callable[..., dict[str, Any]]
Complaints = Callable[..., dict[str, list[str]]]
Codes = Callable[..., list[tuple[str, str | None]]]


@pytest.fixture
def environment() -> Environment:
    return Environment(now=NOW)


@pytest.fixture
def form_of() -> FormOf:
    """Compile a form of the components given."""

    def build(*components: Mapping[str, object], **properties: object) -> Form:
        document = {"type": "default", "id": "the_form", "schemaVersion": 19, "components": components, **properties}
        return compile_form(simplejson.dumps(document, use_decimal=True), filename="the_form.form")

    return build


@pytest.fixture
def check(environment: Environment) -> Check:
    """Check a submission and return the values."""

    def run(form: Form, submission: Mapping[str, object], **variables: object) -> dict[str, Any]:
        return form.check(submission, variables=variables, environment=environment)

    return run


@pytest.fixture
def complaints(check: Check) -> Complaints:
    """Check a submission that is to be refused and return its Vietnamese sentences by path."""

    def run(form: Form, submission: Mapping[str, object], **variables: object) -> dict[str, list[str]]:
        with pytest.raises(SubmissionInvalid) as refused:
            check(form, submission, **variables)
        for sentences in refused.value.errors.values():
            assert all(type(one) is Bilingual and one.vi and one.en for one in sentences)
        return {path: [one.vi for one in sentences] for path, sentences in refused.value.errors.items()}

    return run


@pytest.fixture
def codes(form_of: FormOf) -> Codes:
    """Compile components that are to be refused and return code and component of every finding."""

    def run(*components: Mapping[str, object], **properties: object) -> list[tuple[str, str | None]]:
        with pytest.raises(FormRefused) as refused:
            form_of(*components, **properties)
        assert all(one.message.vi and one.remedy.vi and one.remedy.en for one in refused.value.findings)
        return [(one.code, one.element_id) for one in refused.value.findings]

    return run
