"""How a case stands, what may be done about it, and who said so: read once, asked as often as a page likes."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from engine.errors import Conflict, Invalid, PlatformError
from engine.model import CaseOver, HistoryEntry, InstanceState, ProcessInstance
from engine.tasks import LONGEST_REASON


class AlreadySuspended(Conflict):
    """The case was suspended before; `by` and `at` say by whom and when."""

    code = "case.already_suspended"


class NotSuspended(Conflict):
    """The case runs; there is nothing to resume."""

    code = "case.not_suspended"


class CallerSuspended(Conflict):
    """The case that called this one stands still; resume that one first."""

    code = "case.caller_suspended"


class CallerWaits(Conflict):
    """Another case waits for this one; it ends with that one, or when that one's step is moved."""

    code = "case.caller_waits"


class CaseNotOver(Conflict):
    """Only cases that have ended or were cancelled can be purged."""

    code = "case.not_over"


class CasePurged(Conflict):
    """The case is hidden already; `at` says since when."""

    code = "case.purged"


class NotPurged(Conflict):
    """The case is not hidden."""

    code = "case.not_purged"


class ReasonMissing(Invalid):
    """What an operator does needs a reason, for the history."""

    code = "operations.reason_missing"


class ReasonTooLong(Invalid):
    """The reason is longer than the history takes."""

    code = "operations.reason_too_long"


class Repair(StrEnum):
    """What an operator may do to a whole case."""

    SUSPEND = "suspend"
    RESUME = "resume"
    CANCEL = "cancel"
    CHANGE = "change"
    MOVE = "move"
    PURGE = "purge"
    UNPURGE = "unpurge"


@dataclass(frozen=True, slots=True)
class Standing:
    """A case, the case that called it, and the history entry of its suspension, if it stands still."""

    instance: ProcessInstance
    caller: ProcessInstance | None
    suspension: HistoryEntry | None

    @property
    def waiting_caller(self) -> ProcessInstance | None:
        """The case that waits for this one to end."""
        return None if self.caller is None or self.caller.is_over else self.caller

    def why_not(self, repair: Repair) -> PlatformError | None:
        """Return what stands against the repair, `None` when nothing does; asks no database."""
        match repair:
            case Repair.SUSPEND:
                return self._why_not_suspend()
            case Repair.RESUME:
                return self._why_not_resume()
            case Repair.CANCEL:
                return self._why_over() or self._why_waited_for(CallerWaits)
            case Repair.CHANGE | Repair.MOVE:
                return self._why_over()
            case Repair.PURGE:
                return self._why_not_purge()
            case Repair.UNPURGE:
                return None if self.instance.purged_at else NotPurged(business_key=self.instance.business_key)

    def must(self, repair: Repair) -> None:
        """Refuse with what stands against the repair."""
        refusal = self.why_not(repair)
        if refusal is not None:
            raise refusal

    def _why_over(self) -> PlatformError | None:
        return CaseOver(business_key=self.instance.business_key) if self.instance.is_over else None

    def _why_not_suspend(self) -> PlatformError | None:
        if self.instance.state is InstanceState.SUSPENDED:
            entry = self.suspension
            actor = entry.actor if entry else None
            return AlreadySuspended(by=actor.full_name if actor else "", at=entry.at if entry else None)
        return self._why_over()

    def _why_not_resume(self) -> PlatformError | None:
        if self.instance.state is not InstanceState.SUSPENDED:
            return self._why_over() or NotSuspended(business_key=self.instance.business_key)
        if self.caller is not None and self.caller.state is InstanceState.SUSPENDED:
            return CallerSuspended(caller=self.caller.business_key)
        return None

    def _why_waited_for(self, kind: type[PlatformError]) -> PlatformError | None:
        return kind(caller=self.waiting_caller.business_key) if self.waiting_caller else None

    def _why_not_purge(self) -> PlatformError | None:
        if self.instance.purged_at is not None:
            return CasePurged(business_key=self.instance.business_key, at=self.instance.purged_at)
        if not self.instance.is_over:
            return CaseNotOver(business_key=self.instance.business_key)
        return self._why_waited_for(CallerWaits)


def standing_of(session: Session, instance: ProcessInstance) -> Standing:
    """Return how a case stands."""
    caller = session.get(ProcessInstance, instance.parent_id) if instance.parent_id else None
    return Standing(instance, caller, suspension_of(session, instance))


def called_by(session: Session, instance: ProcessInstance) -> Sequence[ProcessInstance]:
    """Return the cases that a case called, in order."""
    called = select(ProcessInstance).where(ProcessInstance.parent_id == instance.id)
    return session.scalars(called.order_by(ProcessInstance.started_at, ProcessInstance.id)).all()


def suspension_of(session: Session, instance: ProcessInstance) -> HistoryEntry | None:
    """Return who suspended a case, when and why; `None` when it does not stand still."""
    if instance.state is not InstanceState.SUSPENDED:
        return None
    return session.scalars(
        select(HistoryEntry)
        .where(HistoryEntry.instance_id == instance.id, HistoryEntry.kind == "case.suspended")
        .order_by(HistoryEntry.sequence.desc())
        .limit(1)
        .options(joinedload(HistoryEntry.actor))
    ).first()


def said_reason(reason: str) -> str:
    """Return a reason as it is kept; refuses with `ReasonMissing` or `ReasonTooLong`."""
    kept = unicodedata.normalize("NFC", reason).strip()
    if not kept:
        raise ReasonMissing
    if len(kept) > LONGEST_REASON:
        raise ReasonTooLong(most=LONGEST_REASON)
    return kept
