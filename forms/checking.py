"""The check of one submission: limits, types, conditions, rules, and the values that are kept."""

from collections.abc import Mapping

from engine import feel
from engine.wording import Bilingual

from . import messages
from .components import Component, Computed, DynamicList, Field
from .components.base import Situation
from .errors import SubmissionInvalid
from .layout import Context, completed, without_echoes
from .limits import strangeness
from .opening import opened, overlaid
from .schema import loaded
from .settling import Inquiry, Place, Row, Verdicts
from .values import ABSENT, Path, at, put

Errors = dict[str, list[Bilingual]]


class Check:
    """One submission against one form, for one caller's variables and environment."""

    def __init__(
        self,
        components: tuple[Component, ...],
        layout: Context,
        *,
        variables: Mapping[str, object],
        environment: feel.Environment,
    ) -> None:
        self._components = components
        self._layout = layout
        self._variables = variables
        self._opening = Situation(
            ask=_unasked, options=self._options_at_opening, now=environment.now, zone=environment.zone
        )
        self._before = opened(components, variables, self._opening)
        self._inquiry = Inquiry(components, variables, self._before, environment)
        self._load_errors: Errors = {}
        self._submitted: Mapping[str, object] = {}

    def values(self, submission: Mapping[str, object], schema: object) -> dict[str, object]:
        """Return the cleaned values; refuses with `SubmissionInvalid`, keyed by path."""
        if (strange := strangeness(submission)) is not None:
            raise SubmissionInvalid({strange[0]: [strange[1]]})
        self._submitted = without_echoes(self._layout, submission, self._variables)
        fitting, self._load_errors = loaded(schema, self._submitted)
        base = overlaid(self._components, self._before, fitting, self._opening)
        verdicts = self._inquiry.settle(base, self._submitted)
        if verdicts is None:
            raise SubmissionInvalid({"": [messages.CIRCLE]})
        if errors := self._errors(verdicts):
            raise SubmissionInvalid(errors)
        return completed(self._layout, self._kept(verdicts), self._variables)

    def _options_at_opening(self, field: Field) -> None:
        del field
