"""Timers, conditions, errors, messages, signals and escalations: texts to FEEL, missing codes and definitions added."""

from lxml import etree

from engine.bpmn.importing.loops import expression
from engine.bpmn.importing.work import Work
from engine.bpmn.parser.document import BPMN
from engine.bpmn.timers import Cycle
from engine.wording import Bilingual

_CODES = {"error": "errorCode", "escalation": "escalationCode"}


def timer(definition: etree._Element, work: Work) -> None:
    """Carry over a timer; a cron line has no ISO form and stays, with a note."""
    for tag in ("timeDate", "timeDuration", "timeCycle"):
        holder = definition.find(f"{{{BPMN}}}{tag}")
        expression(holder, work, tag)
        text = "" if holder is None else (holder.text or "").strip()
        if tag == "timeCycle" and text and not text.startswith("=") and Cycle.parse(text) is None and "{" not in text:
            work.open(
                definition,
                tag,
                (f"Chu kỳ “{text}” không phải ISO 8601.", f"The cycle “{text}” is no ISO 8601 cycle."),
                Bilingual("Hãy ghi chu kỳ ISO, ví dụ R/P1D.", "Write an ISO cycle, such as R/P1D."),
            )


def condition(definition: etree._Element, work: Work) -> None:
    """Carry over the condition of a conditional event."""
    expression(definition.find(f"{{{BPMN}}}condition"), work, "condition")


def named(node: etree._Element, work: Work) -> None:
    """Carry over the computed name of a message or signal."""
    translated = work.translated(node, "name", node.get("name", ""))
    if translated is not None and translated != node.get("name", ""):
        node.set("name", translated)
        work.carried(node, "name", "FEEL")


def coded(node: etree._Element, work: Work) -> None:
    """Give an error or escalation without code one: its name or id, by which it was told apart before."""
    attribute = _CODES[str(node.tag).rpartition("}")[2]]
    if not node.get(attribute):
        node.set(attribute, node.get("name") or node.get("id") or "")
        work.carried(node, "id", attribute)


def error_reference(definition: etree._Element, work: Work) -> None:
    """Declare the error whose bare code an event names, as Activiti and Flowable allow."""
    code = definition.get("errorRef")
    if code and code.rpartition(":")[2] not in work.error_ids:
        error_id = "error_" + "".join(letter if letter.isalnum() else "_" for letter in code)
        if error_id not in work.error_ids:
            work.error_ids.add(error_id)
            first = work.root.find(f"{{{BPMN}}}process")
            made = etree.Element(f"{{{BPMN}}}error", id=error_id, name=code, errorCode=code)
            work.root.insert(0 if first is None else work.root.index(first), made)
        definition.set("errorRef", str(error_id))
        work.carried(definition, "errorRef", f"error {error_id}")
