"""BPMN 2.0: read diagrams and run them from wait state to wait state.

The only room that imports SpiffWorkflow, and one of two that import lxml. It knows no database, no clock and no
directory: time and office functions come in with the FEEL environment of each step, messages and signals leave as
facts, and timers, jobs and called processes are waits that somebody outside ends. Everything in `engine` may import
this package's names; the modules inside are nobody else's business.
"""

from engine.bpmn.appointment import Appoint, Appointment
from engine.bpmn.counterparts import Counterparts, Misfit
from engine.bpmn.elements import Assignment, Diagram, Element, EventDefinition, Flow, Lane, MultiInstance, ProcessModel
from engine.bpmn.migration import MigrationRefused
from engine.bpmn.moves import MoveRefused, may_be_activated
from engine.bpmn.profile import PROFILE, ProfileEntry, Support
from engine.bpmn.reading import DiagramRefused, read_diagram
from engine.bpmn.run import Run, StartUnclear, WaitDoesNotFit
from engine.bpmn.starting import start_moments
from engine.bpmn.state import StateUnreadable
from engine.bpmn.waits import Fact, FactKind, LiveToken, Wait, WaitKind

__all__ = [
    "PROFILE",
    "Appoint",
    "Appointment",
    "Assignment",
    "Counterparts",
    "Diagram",
    "DiagramRefused",
    "Element",
    "EventDefinition",
    "Fact",
    "FactKind",
    "Flow",
    "Lane",
    "LiveToken",
    "MigrationRefused",
    "Misfit",
    "MoveRefused",
    "MultiInstance",
    "ProcessModel",
    "ProfileEntry",
    "Run",
    "StartUnclear",
    "StateUnreadable",
    "Support",
    "Wait",
    "WaitDoesNotFit",
    "WaitKind",
    "may_be_activated",
    "read_diagram",
    "start_moments",
]
