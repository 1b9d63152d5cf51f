"""Script tasks and scripted conditions: one plain expression becomes FEEL, everything else is left to a job."""

from lxml import etree

from engine.bpmn.importing.loops import script_text
from engine.bpmn.importing.work import Work
from engine.bpmn.parser.document import BPMN
from engine.wording import Bilingual

_REWRITE = Bilingual(
    "Hãy viết bằng FEEL, hoặc viết trình xử lý cho loại việc này trong gói.",
    "Write it in FEEL, or write a handler for this job type in a pack.",
)


def script_task(node: etree._Element, work: Work) -> None:
    """Carry over a script task; the script itself stays in the file as it is, and one that says nothing yet, too."""
    if work.has(node, "script", "taskDefinition"):
        return
    holder = node.find(f"{{{BPMN}}}script")
    text, said = "" if holder is None else (holder.text or ""), node.get("scriptFormat", "")
    if not (text.strip() or said or work.peek(node, "resource") or work.peek(node, "resultVariable")):
        return
    result = work.take(node, "resultVariable", "zeebe:script")
    feel = script_text(text, said) if text.strip() else None
    task_id = node.get("id", "")
    if feel is not None:
        work.extension(node, "script", expression=feel, resultVariable=result or f"{task_id}_result")
        work.carried(node, "script", "zeebe:script")
        return
    work.extension(node, "taskDefinition", type=task_id)
    if result:
        work.header(node, "resultVariable", result)
    work.open(
        node,
        "script",
        (f"Không chuyển được đoạn mã {said or '?'} sang FEEL; công việc thành loại việc “{task_id}”.",
         f"The {said or '?'} script cannot be written in FEEL; the task became the job type “{task_id}”."),
        _REWRITE,
    )  # fmt: skip


def flow_condition(flow: etree._Element, work: Work) -> None:
    """Carry over a flow's condition; what FEEL cannot say stays as it is, and reading will refuse it there."""
    holder = flow.find(f"{{{BPMN}}}conditionExpression")
    text = "" if holder is None else (holder.text or "").strip()
    if holder is None or not text or text.startswith("="):
        return
    language = holder.get("language", "")
    if "{" in text:
        translated = work.translated(flow, "conditionExpression", text)
    else:
        translated = script_text(text, language)
        if translated is None:
            work.open(
                flow,
                "conditionExpression",
                (f"Không chuyển được điều kiện {language}: {text}", f"The condition was not carried over: {text}"),
                _REWRITE,
            )
    if translated is not None:
        holder.text = translated
        holder.attrib.pop("language", None)
        work.carried(flow, "conditionExpression", "FEEL")
