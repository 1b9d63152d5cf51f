"""The course of a case: which steps it has really passed and which of them still count, read from its activities.

What was passed before the case came back to an earlier step counts no more; what runs in another branch does.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.activities import MULTI_INSTANCE_BODY
from engine.bpmn import LiveToken, ProcessModel
from engine.model import Activity, ActivityState
from engine.task_design import USER_KINDS
from engine.verbs.ways import Ways

_WORK = frozenset({"subProcess", "transaction", "adHocSubProcess", "callActivity", MULTI_INSTANCE_BODY})


@dataclass(frozen=True, slots=True)
class Level:
    """A live token, and the token of the scope or the repeated whole around it; None for the process."""

    token_id: str
    scope_id: str | None


class Course:
    """The activities of one case, oldest first, held against its live tokens."""

    def __init__(self, model: ProcessModel, rows: Iterable[Activity], tokens: Iterable[LiveToken]) -> None:
        self.model, self.ways = model, Ways(model)
        self.rows = [row for row in rows if row.element_id in model.elements]  # an older version may have had others
        self.tokens = {token.token_id: token for token in tokens}
        self._by_token = {row.token_id: row for row in self.rows}
        self._heirs: dict[str | None, str] = {}
        self._counting = self._what_counts()

    def levels(self, token_id: str) -> list[Level]:
        """Return a live token and what is around it, the innermost first."""
        found = []
        while (token := self.tokens.get(token_id)) is not None:
            found.append(Level(token_id, token.parent_token_id))
            if token.parent_token_id is None:
                break
            token_id = token.parent_token_id
        return found

    def row_of(self, token_id: str) -> Activity | None:
        """Return the activity of a token."""
        return self._by_token.get(token_id)

    def chain(self, row: Activity) -> list[Activity]:
        """Return an activity and those around it, the innermost first."""
        found = [row]
        while (around := self._by_token.get(self._scope_of(found[-1]) or "")) is not None:
            found.append(around)
        return found

    def counts(self, row: Activity) -> bool:
        """Tell whether neither the activity nor anything around it was done over again since.

        What only an older version of the process had is taken as it is.
        """
        return all(each.id in self._counting or each.element_id not in self.model.elements for each in self.chain(row))

    def steps(self) -> list[Activity]:
        """Return the user tasks that somebody completed and that count, oldest first."""
        return [row for row in self.rows if is_done_by_somebody(row) and self.counts(row)]

    def inside(self, rows: Iterable[Activity]) -> list[Activity]:
        """Return these activities and all within them."""
        chosen = {row.id for row in rows}
        return [row for row in self.rows if any(each.id in chosen for each in self.chain(row))]

    def in_scope(self, scope_id: str | None) -> list[Activity]:
        """Return the activities right within a scope."""
        return [row for row in self.rows if self._scope_of(row) == scope_id]

    def beside(self, row: Activity) -> list[Activity]:
        """Return the activities in the scope of one, itself included."""
        return self.in_scope(self._scope_of(row))

    def within(self, chain: Sequence[Activity], scope_id: str | None) -> Activity | None:
        """Return which of an activity and those around it is right within a scope."""
        return next((each for each in chain if self._scope_of(each) == scope_id), None)

    def nearest_scope(self, chain: Sequence[Activity]) -> str | None:
        """Return the innermost scope around an activity that is still there."""
        scopes = (self._scope_of(each) for each in chain)
        return next((scope_id for scope_id in scopes if scope_id is None or scope_id in self.tokens), None)

    def live_in(self, scope_id: str | None) -> list[LiveToken]:
        """Return the live tokens right within a scope that are not armed beside others."""
        return [each for each in self.tokens.values() if each.parent_token_id == scope_id and not each.is_armed]

    def is_sequence(self, row: Activity) -> bool:
        """Tell whether an activity, the whole or one of it, is done once for each of a list, in turns."""
        repeats = self.model.elements[row.element_id].multi_instance
        return repeats is not None and repeats.is_sequential

    def repeats_a_list(self, row: Activity) -> bool:
        """Tell whether an activity is the whole of a multi-instance."""
        repeats = self.model.elements[row.element_id].multi_instance
        return row.element_kind == MULTI_INSTANCE_BODY and repeats is not None and not repeats.is_standard_loop

    def _scope_of(self, row: Activity) -> str | None:
        """Return the scope an activity is in; what was done in a whole that was taken up again is in that one now."""
        scope_id = row.parent_token_id
        while scope_id in self._heirs:
            scope_id = self._heirs[scope_id]
        return scope_id

    def _what_counts(self) -> frozenset[int]:
        kept: dict[str | None, list[Activity]] = {}
        for row in self.rows:
            if row.element_kind not in _WORK and not row.element_kind.endswith("Task"):
                continue
            here = kept.setdefault(self._scope_of(row), [])
            before = [each for each in here if _same_place(each, row)]
            if before:
                since = before[-1].id
                here[:] = [each for each in here if each.id < since or not self._is_redone(each, row)]
                self._take_over(kept, before[-1], row)
            here.append(row)
        return frozenset(row.id for rows in kept.values() for row in rows)

    def _take_over(self, kept: dict[str | None, list[Activity]], before: Activity, row: Activity) -> None:
        """Let a whole that is taken up at one of its list keep those of the last time that are not done again."""
        if row.element_kind != MULTI_INSTANCE_BODY or row.loop_counter is None:
            return
        ones = kept.pop(before.token_id, [])
        kept[row.token_id] = [each for each in ones if not self.comes_again(each, row.loop_counter)]
        self._heirs[before.token_id] = row.token_id

    def comes_again(self, row: Activity, counter: int) -> bool:
        """Tell whether one of a list is done again when that place of it is: itself, or what follows in a sequence."""
        return row.loop_counter == counter or (self.is_sequence(row) and (row.loop_counter or 0) > counter)

    def _is_redone(self, before: Activity, anew: Activity) -> bool:
        """Tell whether an activity is done over again once another begins anew in the same scope."""
        if is_one_of_a_list(anew):
            return is_one_of_a_list(before) and self.comes_again(before, anew.loop_counter or 0)
        return _same_place(before, anew) or before.element_id in self.ways.ahead(anew.element_id)


def is_done_by_somebody(row: Activity) -> bool:
    """Tell whether an activity is a user task that a person completed."""
    is_task = row.element_kind in USER_KINDS and row.state is ActivityState.COMPLETED
    return is_task and row.person_id is not None


def is_one_of_a_list(row: Activity) -> bool:
    """Tell whether an activity is done for one of a list, or one round of a loop."""
    return row.loop_counter is not None and row.element_kind != MULTI_INSTANCE_BODY


def _same_place(one: Activity, other: Activity) -> bool:
    if one.element_id != other.element_id or is_one_of_a_list(one) != is_one_of_a_list(other):
        return False
    return not is_one_of_a_list(one) or one.loop_counter == other.loop_counter
