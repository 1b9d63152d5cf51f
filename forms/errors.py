"""What this package refuses: a form that cannot be compiled, and a submission that does not fit its form."""

from collections.abc import Mapping, Sequence

from engine.errors import Invalid
from engine.wording import Bilingual, Finding


class FormRefused(Invalid):
    """A form cannot be compiled safely; `findings` holds everything wrong with it, each with its remedy."""

    code = "form.refused"

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__("the form is refused", findings=[f"{one.element_id}: {one.message.en}" for one in findings])
        self.findings = list(findings)


class SubmissionInvalid(Invalid):
    """A submission does not fit its form.

    `errors` maps the path of a field ("amount", "person.name", "rows.0.amount") to its sentences; the empty path is
    the form as a whole. The order is that of the form.
    """

    code = "form.submission_invalid"

    def __init__(self, errors: Mapping[str, list[Bilingual]]) -> None:
        super().__init__("the submission does not fit the form", fields=list(errors))
        self.errors = dict(errors)
