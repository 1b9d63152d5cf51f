"""What code did: classes, delegates, expressions, external topics, mail and other built-in tasks become job types."""

import re

from lxml import etree

from engine.bpmn.importing.mappings import parameters
from engine.bpmn.importing.namespaces import local, shown
from engine.bpmn.importing.work import Work
from engine.bpmn.parser.document import BPMN
from engine.wording import Bilingual

_WAYS = ("topic", "class", "delegateExpression", "expression", "type")
_CYCLE = re.compile(r"R(\d+)/")


def job(node: etree._Element, work: Work) -> None:
    """Carry over how a service task, send task, rule task or message event is done: exactly one job type."""
    holders = [node, *node.findall(f"{{{BPMN}}}messageEventDefinition")]
    found = [(holder, way) for holder in holders for way in _WAYS if work.peek(holder, way) is not None]
    for connector in list(work.children(node, "connector")):
        _connector(node, connector, work)
        found = []
    ways = [(holder, way) for holder, way in found if work.peek(holder, way) != "external"]
    for holder, way in found:
        text = work.take(holder, way, "zeebe:taskDefinition") or ""
        if (holder, way) == (ways or found)[0]:
            _declare(node, work, way, _job_type(text))
    _fields(node, work)
    _retries(node, work)


def decision(node: etree._Element, work: Work) -> None:
    """Carry over the decision of a business rule task; its result goes where it went."""
    decision_id = work.value(node, "decisionRef", "zeebe:calledDecision")
    if decision_id is None:
        return job(node, work)
    result = work.take(node, "resultVariable", "zeebe:calledDecision") or f"{node.get('id')}_result"
    work.extension(node, "calledDecision", decisionId=decision_id, resultVariable=result)
    mode = work.peek(node, "mapDecisionResult")
    work.take(node, "mapDecisionResult", "zeebe:calledDecision")
    if mode in {"resultList", "collectEntries", None}:
        work.open(
            node,
            "mapDecisionResult",
            (f"Kết quả của quyết định ở biến “{result}” có thể có dạng khác trước.",
             f"The decision's result in “{result}” may have another shape than before."),
            Bilingual("Hãy thử với vài bộ dữ liệu.", "Try it with some data."),
        )  # fmt: skip
    return None


def _declare(node: etree._Element, work: Work, way: str, job_type: str) -> None:
    work.extension(node, "taskDefinition", type=job_type)
    result = work.take(node, "resultVariable", "zeebe:header") or work.take(node, "resultVariableName", "zeebe:header")
    if result:
        work.header(node, "resultVariable", result)
    said = f"“{result}”" if result else ""
    work.open(
        node,
        way,
        (f"Cần có trình xử lý cho loại việc “{job_type}”" + (f", trả về biến {said}." if said else "."),
         f"A handler for the job type “{job_type}” is needed" + (f"; it returns {said}." if said else ".")),
        Bilingual("Hãy viết trình xử lý trong gói, hoặc chọn loại việc có sẵn.",
                  "Write the handler in a pack, or choose a job type that is there."),
    )  # fmt: skip


def _job_type(text: str) -> str:
    """Return a job type for a class, bean, method call, topic or built-in type."""
    inner = re.sub(r"^[$#]\{(.*)\}$", r"\1", text.strip(), flags=re.DOTALL)
    called = re.match(r"[\w.]+", inner)
    named = called[0] if called else "job"
    return named.rpartition(".")[2] if re.match(r"([a-z]\w*\.)+[A-Z]", named) else named


def _connector(node: etree._Element, connector: etree._Element, work: Work) -> None:
    for child in list(connector.iterchildren("*")):
        if local(child) == "connectorId":
            name = (child.text or "").strip()
            work.carried(node, shown(child, str(child.tag)), "zeebe:taskDefinition")
            work.drop(child)
            _declare(node, work, "connector", name)
    parameters(node, connector, work)


def _fields(node: etree._Element, work: Work) -> None:
    """Carry over injected fields: texts as headers, expressions as inputs."""
    for field in list(work.children(node, "field")):
        name, source = field.get("name", "field"), shown(field, str(field.tag))
        texts = [field.get("stringValue"), field.get("expression")]
        texts += ["".join(str(part) for part in child.itertext()) for child in field.iterchildren("*")]
        text = next((each for each in texts if each), "")
        for child in field.iterchildren("*"):
            work.carried(node, shown(child, str(child.tag)), "zeebe:header")
        translated = work.translated(node, source, text)
        if translated is not None and translated.startswith("="):
            work.mapping(node, "input", translated, re.sub(r"\W", "_", name))
            work.carried(node, source, "zeebe:input")
        elif translated is not None:
            work.header(node, name, translated)
            work.carried(node, source, "zeebe:header")
        work.drop(field)


def _retries(node: etree._Element, work: Work) -> None:
    for child in list(work.children(node, "failedJobRetryTimeCycle")):
        times = _CYCLE.match((child.text or "").strip())
        source = shown(child, str(child.tag))
        definition = node.find(f"{{{BPMN}}}extensionElements/*[@type]")
        if times and definition is not None:
            definition.set("retries", times[1])
            work.carried(node, source, "zeebe:taskDefinition retries")
        else:
            work.lost(
                node,
                source,
                (f"Chu kỳ thử lại “{child.text}” không giữ được; ở đây thử ba lần, giãn dần.",
                 f"The retry cycle “{child.text}” is dropped; here jobs are tried three times, at growing distances."),
                Bilingual("Hãy đặt số lần thử cho công việc tự động nếu cần.", "Set the job's retries if needed."),
            )  # fmt: skip
        work.drop(child)
