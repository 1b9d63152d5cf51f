"""The import of one file: every element is given to those who know its parts, and the rest is reported."""

import re
from collections.abc import Callable, Iterable, Mapping

from lxml import etree

from engine.bpmn.importing import assignments, events, forms, jobs, leftovers, loops, mappings, scripts
from engine.bpmn.importing.namespaces import DIALECTS, local, shown
from engine.bpmn.importing.report import Imported
from engine.bpmn.importing.work import Work
from engine.bpmn.parser.document import BPMN, ZEEBE, read_document
from engine.bpmn.parser.findings import Findings

Step = Callable[[etree._Element, Work], None]
_LAYOUT = re.compile(r"<((?:[\w.-]+:)?BPMNDiagram)[\s>]")
_NO_MARKUP = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.DOTALL)
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
    has_layout = _layout(original) is not None
    if not has_layout:
        _name_flows(work.root)
    written = _written(work.root, original)
    drawn = lay_out(written.encode()) if lay_out is not None and not has_layout else None
    notes = tuple(sorted(work.notes, key=lambda note: note.line or 0))
    if drawn is not None:
        return Imported(drawn, work.forms, notes, has_layout=True, is_drawn_anew=True)
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
    ends: dict[str, list[tuple[str, str]]] = {}
    for flow in root.iter(f"{{{BPMN}}}sequenceFlow"):
        for end, tag in (("targetRef", "incoming"), ("sourceRef", "outgoing")):
            ends.setdefault(flow.get(end, ""), []).append((tag, flow.get("id", "")))
    for node_id, named in ends.items():
        if node_id in nodes:
            _name_ends(nodes[node_id], named)


def _name_ends(node: etree._Element, named: Iterable[tuple[str, str]]) -> None:
    """Write the flows of one element that it does not name yet where the standard has them, in their order."""
    known = {(local(each), each.text) for each in node.iterchildren("*")}
    missing = [end for end in dict.fromkeys(named) if end not in known]
    before = {"documentation", "extensionElements"}
    for tag in ("incoming", "outgoing"):
        before.add(tag)
        place = sum(local(each) in before for each in node.iterchildren("*"))
        node[place:place] = [_end(tag, flow_id) for kind, flow_id in missing if kind == tag]


def _end(tag: str, flow_id: str) -> etree._Element:
    made = etree.Element(f"{{{BPMN}}}{tag}")
    made.text = flow_id
    return made


def _written(old: etree._Element, original: str) -> str:
    """Return the file: namespaces of the dialects gone, ours declared at the top, the drawing as it was."""
    kept = {prefix: uri for prefix, uri in old.nsmap.items() if uri not in DIALECTS}
    root = etree.Element(old.tag, nsmap={**kept, "zeebe": ZEEBE})
    root.attrib.update(old.attrib)
    root.extend(list(old))
    etree.cleanup_namespaces(root, keep_ns_prefixes=[*filter(None, kept), "zeebe"])
    etree.indent(root)
    text = etree.tostring(root, encoding="unicode")
    before, after = _layout(original), _layout(text)
    if before is not None and after is not None:
        text = text[: after.start] + original[before.start : before.stop] + text[after.stop :]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _layout(text: str) -> slice | None:
    """Return where the drawing stands in a file, None when it has none; looks at each letter a few times at most."""
    markup = _NO_MARKUP.sub(lambda found: " " * len(found[0]), text)
    first = _LAYOUT.search(markup)
    last = markup.rfind(f"</{first[1]}") if first else -1
    return slice(first.start(), markup.index(">", last) + 1) if first and last > first.start() else None


def _text(xml: bytes) -> str:
    declared = _DECLARED.match(xml)
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")):
        return xml.decode("utf-16")
    return xml.decode(declared[1].decode() if declared else "utf-8-sig", errors="replace")
