"""How the things that operators see are called."""

from engine.bpmn import PROFILE, Element, WaitKind
from engine.job_lists import Stand
from engine.model import JobKind, WorkerKind
from web.language import gettext, language

_KINDS = {key: entry.name for key, entry in PROFILE.items()}


def element_words(element: Element) -> str:
    """Return what kind of element one is."""
    event = f"{element.kind}/{element.event.kind}" if element.event else element.kind
    name = _KINDS.get(event) or _KINDS.get(element.kind)
    said = name.said(language()) if name else element.kind
    return said[:1].upper() + said[1:]


def element_name(element: Element) -> str:
    """Return how an element is called: its name, else its kind and its id."""
    return element.name or f"{element_words(element)} ({element.element_id})"


def incident_words(code: str) -> str:
    """Return in a few words what kind of incident a code stands for."""
    words = {
        "job.failed": gettext("Automatic work failed"),
        "task.nobody": gettext("Nobody to give the task to"),
        "task.stopped": gettext("A rule stopped the task"),
        "call.process_not_found": gettext("The process to call is missing"),
        "call.too_deep": gettext("Processes call one another too deep"),
        "bpmn.no_flow_matches": gettext("No way out fits"),
        "bpmn.error_not_caught": gettext("Nothing handles the error"),
        "bpmn.join_starved": gettext("A branch can no longer come"),
        "bpmn.endless_loop": gettext("Goes round without end"),
        "event.goes_round": gettext("Goes round without end"),
        "bpmn.collection_expected": gettext("There is no list to go through"),
        "bpmn.timer_invalid": gettext("The time cannot be read"),
        "bpmn.correlation_key_missing": gettext("The message has no key"),
        "bpmn.value_unfit": gettext("A value does not fit the task"),
        "bpmn.elements_unknown": gettext("Steps to start are not there"),
        "bpmn.no_decisions": gettext("No rule table decides"),
        "feel": gettext("A formula cannot be worked out"),
        "calendar.year_missing": gettext("The year's calendar is not approved"),
        "decision": gettext("No rule table decides"),
    }
    return words.get(code) or words.get(code.partition(".")[0], code)


def wait_words(kind: WaitKind | None) -> str:
    """Return what a token waits for."""
    words = {
        WaitKind.USER_TASK: gettext("waits for a person"),
        WaitKind.JOB: gettext("waits for automatic work"),
        WaitKind.MESSAGE: gettext("waits for a message"),
        WaitKind.SIGNAL: gettext("waits for a signal"),
        WaitKind.TIMER: gettext("waits for its time"),
        WaitKind.CONDITION: gettext("waits for a condition"),
        WaitKind.CALL: gettext("waits for another case"),
        WaitKind.INCIDENT: gettext("stands at an incident"),
    }
    return words[kind] if kind else gettext("waits for other branches")


def foreseen_words(kind: WaitKind) -> str:
    """Return what begins or ends, in a word or two."""
    words = {
        WaitKind.USER_TASK: gettext("Task for a person"),
        WaitKind.JOB: gettext("Automatic work"),
        WaitKind.MESSAGE: gettext("Waiting for a message"),
        WaitKind.SIGNAL: gettext("Waiting for a signal"),
        WaitKind.TIMER: gettext("Timer"),
        WaitKind.CONDITION: gettext("Waiting for a condition"),
        WaitKind.CALL: gettext("Called process"),
        WaitKind.INCIDENT: gettext("Incident"),
    }
    return words[kind]


def job_words(kind: JobKind) -> str:
    """Return what a job does."""
    words = {
        JobKind.SERVICE: gettext("Automatic step"),
        JobKind.TIMER: gettext("Timer"),
        JobKind.ESCALATION: gettext("Due reminder"),
        JobKind.MESSAGE: gettext("Message to deliver"),
        JobKind.SIGNAL: gettext("Signal to deliver"),
        JobKind.START: gettext("Case to open"),
        JobKind.WORK: gettext("Batch work"),
        JobKind.DELIVERY: gettext("Notices to send"),
    }
    return words[kind]


def stand_words(stand: Stand) -> str:
    """Return how a job stands."""
    words = {
        Stand.DUE: gettext("Due now"),
        Stand.IN_HAND: gettext("In hand"),
        Stand.LATER: gettext("To come"),
        Stand.HELD: gettext("Held with its case"),
        Stand.FAILED: gettext("Failed"),
    }
    return words[stand]


def worker_words(kind: WorkerKind) -> str:
    """Return what a process of the platform does about jobs."""
    words = {
        WorkerKind.EMBEDDED: gettext("inside the site"),
        WorkerKind.DISPATCHER: gettext("hands out"),
        WorkerKind.WORKER: gettext("does the work"),
    }
    return words[kind]
