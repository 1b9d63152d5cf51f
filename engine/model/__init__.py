"""The mapped classes, one noun a file; they carry their own rules. No queries over many things, no use cases."""

from engine.model.activity import Activity, ActivityState
from engine.model.base import Base
from engine.model.calendar import (
    CalendarChange,
    CalendarYear,
    DayKind,
    ReceiptRule,
    ReceiptShift,
    SpecialDay,
    WorkingWeek,
)
from engine.model.case_copy import CaseCopy
from engine.model.case_migration import CaseMigration, CaseOutcome, MigratedCase
from engine.model.consultation import Consultation, ConsultationState
from engine.model.definition import DecisionDefinition, Deployment, FormDefinition, Origin, ProcessDefinition, Resource
from engine.model.directory import DirectoryRevision, Person, Position, Unit
from engine.model.directory_file import DirectoryFile
from engine.model.draft import Draft
from engine.model.history_entry import HistoryEntry
from engine.model.incident import Incident, Resolution
from engine.model.job import Job, JobKind, JobPriority, JobState
from engine.model.leave import Leave
from engine.model.message import BufferedMessage
from engine.model.notice import Digest, Notice, NoticePreference
from engine.model.number_series import NumberSeries
from engine.model.paper import Paper, PaperVersion
from engine.model.paper_upload import PaperUpload
from engine.model.process_instance import CaseOver, CaseSuspended, InstanceState, Involvement, ProcessInstance
from engine.model.reminder import Reminder
from engine.model.removal import Removal
from engine.model.signature import Signature, SignatureKind
from engine.model.signing_authority import AuthorityKind, SigningAuthority
from engine.model.standing_in import GroupKeys, InPlaceOf
from engine.model.subscription import Subscription
from engine.model.substitution import Substitution
from engine.model.task_draft import TaskDraft
from engine.model.user_task import TaskCandidate, TaskState, UserTask
from engine.model.worker import Worker, WorkerKind

__all__ = [
    "Activity",
    "ActivityState",
    "AuthorityKind",
    "Base",
    "BufferedMessage",
    "CalendarChange",
    "CalendarYear",
    "CaseCopy",
    "CaseMigration",
    "CaseOutcome",
    "CaseOver",
    "CaseSuspended",
    "Consultation",
    "ConsultationState",
    "DayKind",
    "DecisionDefinition",
    "Deployment",
    "Digest",
    "DirectoryFile",
    "DirectoryRevision",
    "Draft",
    "FormDefinition",
    "GroupKeys",
    "HistoryEntry",
    "InPlaceOf",
    "Incident",
    "InstanceState",
    "Involvement",
    "Job",
    "JobKind",
    "JobPriority",
    "JobState",
    "Leave",
    "MigratedCase",
    "Notice",
    "NoticePreference",
    "NumberSeries",
    "Origin",
    "Paper",
    "PaperUpload",
    "PaperVersion",
    "Person",
    "Position",
    "ProcessDefinition",
    "ProcessInstance",
    "ReceiptRule",
    "ReceiptShift",
    "Reminder",
    "Removal",
    "Resolution",
    "Resource",
    "Signature",
    "SignatureKind",
    "SigningAuthority",
    "SpecialDay",
    "Subscription",
    "Substitution",
    "TaskCandidate",
    "TaskDraft",
    "TaskState",
    "Unit",
    "UserTask",
    "Worker",
    "WorkerKind",
    "WorkingWeek",
]
