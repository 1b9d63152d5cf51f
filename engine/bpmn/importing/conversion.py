"""The import of one file: every element is given to those who know its parts, and the rest is reported."""

import re
from collections.abc import Callable, Mapping

from lxml import etree

from engine.bpmn.importing import assignments, events, forms, jobs, leftovers, loops, mappings, scripts
from engine.bpmn.importing.namespaces import DIALECTS, local, shown
from engine.bpmn.importing.report import Imported
from engine.bpmn.importing.work import Work
from engine.bpmn.parser.document import BPMN, ZEEBE, read_document
from engine.bpmn.parser.findings import Findings

Step = Callable[[etree._Element, Work], None]
_LAYOUT = re.compile(r"<((?:[\w.-]+:)?BPMNDiagram)[\s>].*</\1\s*>", re.DOTALL)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]*encoding=[\"']([A-Za-z0-9._-]+)[\"']")


def import_diagram(xml: bytes, *, filename: str, lay_out: Callable[[bytes], bytes | None] | None = None) -> Imported:
    """Turn a diagram of Camunda 7, Operaton, Flowable or Activiti into the dialect of the house.

    Everything foreign is carried over or noted; the drawing stays as it is, letter by letter. `lay_out` is asked for a
    drawing when there is none. Refuses with `DiagramRefused` what is no BPMN file. What the result may still lack is
    for `read_diagram` to say.
    """
    read_document(xml, Findings(filename))
    work = Work(etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True)))
    counted = leftovers.census(work.root)
    for node in list(work.root.iter(f"{{{BPMN}}}*")):
        for step in (_properties, _parameters, *_STEPS.get(local(node), ())):
            step(node, work)
    leftovers.sweep(work)
    leftovers.balance(work, counted)
    original = _text(xml)
    has_layout = _LAYOUT.search(original) is not None
    if not has_layout:
        _name_flows(work.root)
    written = _written(work.root, original)
    if not has_layout and lay_out is not None:
        drawn = lay_out(written.encode())
        has_layout, written = drawn is not None, written if drawn is None else drawn.decode()
    notes = tuple(sorted(work.notes, key=lambda note: note.line or 0))
    return Imported(written.encode(), work.forms, notes, has_layout)


def _parameters(node: etree._Element, work: Work) -> None:
    """Carry over the input and output parameters of any element."""
    mappings.parameters(node, node, work)


def _process(node: etree._Element, work: Work) -> None:
    if node.get("isExecutable") is None:
        node.set("isExecutable", "true")
        work.carried(node, "isExecutable", "isExecutable=true")
    tag = work.take(node, "versionTag", "zeebe:versionTag")
    if tag:
        work.extension(node, "versionTag", value=tag)


def _properties(node: etree._Element, work: Work) -> None:
    """Carry over free properties, name by name."""
    for block in list(work.children(node, "properties")):
        for item in list(block.iterchildren("*")):
            holder = work.extension(node, "properties")
            name = item.get("name") or item.get("id") or ""
            etree.SubElement(holder, f"{{{ZEEBE}}}property", name=name, value=item.get("value", ""))
            work.carried(node, shown(item, str(item.tag)), "zeebe:property")
            work.drop(item)


_STEPS: Mapping[str, tuple[Step, ...]] = {
    "process": (_process, assignments.process),
    "startEvent": (forms.form, assignments.start_event),
    "userTask": (assignments.user_task, forms.form),
    "serviceTask": (jobs.job,),
    "sendTask": (jobs.job,),
    "intermediateThrowEvent": (jobs.job,),
    "endEvent": (jobs.job,),
    "businessRuleTask": (jobs.decision,),
    "scriptTask": (scripts.script_task,),
    "callActivity": (mappings.call_activity,),
    "multiInstanceLoopCharacteristics": (loops.loop,),
    "sequenceFlow": (scripts.flow_condition,),
    "timerEventDefinition": (events.timer,),
    "conditionalEventDefinition": (events.condition,),
    "errorEventDefinition": (events.error_reference,),
    "error": (events.coded,),
    "escalation": (events.coded,),
    "message": (events.named,),
    "signal": (events.named,),
}


def _name_flows(root: etree._Element) -> None:
    """Write incoming and outgoing into the elements that lack them: the tool that draws follows these."""
    nodes = {str(node.get("id")): node for node in root.iter(f"{{{BPMN}}}*") if node.get("id")}
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        for end, tag in (("sourceRef", "outgoing"), ("targetRef", "incoming")):
            node = nodes.get(flow.get(end, ""))
            if node is None or any(each.text == flow.get("id") for each in node.findall(f"{{{BPMN}}}{tag}")):
                continue
            named = etree.Element(f"{{{BPMN}}}{tag}")
            named.text = flow.get("id")
            before = {"documentation", "extensionElements", "incoming"} | ({"outgoing"} if tag == "outgoing" else set())
            node.insert(sum(local(each) in before for each in node.iterchildren("*")), named)


def _written(old: etree._Element, original: str) -> str:
    """Return the file: namespaces of the dialects gone, ours declared at the top, the drawing as it was."""
    kept = {prefix: uri for prefix, uri in old.nsmap.items() if uri not in DIALECTS}
    root = etree.Element(old.tag, nsmap={**kept, "zeebe": ZEEBE})
    root.attrib.update(old.attrib)
    root.extend(list(old))
    etree.cleanup_namespaces(root, keep_ns_prefixes=[*filter(None, kept), "zeebe"])
    etree.indent(root)
    text = etree.tostring(root, encoding="unicode")
    before, after = _LAYOUT.search(original), _LAYOUT.search(text)
    if before is not None and after is not None:
        text = text[: after.start()] + before[0] + text[after.end() :]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _text(xml: bytes) -> str:
    declared = _DECLARED.match(xml)
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        return xml.decode("utf-16")
    return xml.decode(declared[1].decode() if declared else "utf-8-sig", errors="replace")
