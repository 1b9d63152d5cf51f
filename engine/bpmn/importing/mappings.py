"""What goes in and out: input and output parameters, the variables of call activities."""

from lxml import etree

from engine.bpmn.importing.juel import quoted
from engine.bpmn.importing.namespaces import local, shown
from engine.bpmn.importing.work import Work
from engine.wording import Bilingual

_REWRITE = Bilingual("Hãy viết ánh xạ này bằng FEEL.", "Write this mapping in FEEL.")


def parameters(node: etree._Element, holder: etree._Element, work: Work) -> None:
    """Carry over the inputOutput inside an element or a connector."""
    for block in list(work.children(holder, "inputOutput")):
        for parameter in list(block.iterchildren("*")):
            direction = {"inputParameter": "input", "outputParameter": "output"}.get(local(parameter))
            if direction is None:
                continue
            feel = _content(node, parameter, work)
            source = shown(parameter, str(parameter.tag))
            for inner in [child for child in parameter.iterdescendants("*") if feel is not None]:
                work.carried(node, shown(inner, str(inner.tag)), "FEEL")
            if feel is None:
                work.open(
                    node,
                    source,
                    (f"Không chuyển được tham số “{parameter.get('name')}”.",
                     f"The parameter “{parameter.get('name')}” was not carried over."),
                    _REWRITE,
                )  # fmt: skip
            else:
                work.mapping(node, direction, feel, parameter.get("name", ""))
                work.carried(node, source, f"zeebe:{direction}")
            work.drop(parameter)


def call_activity(node: etree._Element, work: Work) -> None:
    """Carry over which process is called, and what goes in and comes back."""
    if work.has(node, "calledElement"):
        return
    called = node.get("calledElement", "")
    translated = work.translated(node, "calledElement", called) if called else None
    if translated is not None:
        del node.attrib["calledElement"]
        work.extension(node, "calledElement", processId=translated)
        work.carried(node, "calledElement", "zeebe:calledElement")
    inherits = work.take(node, "inheritVariables", "zeebe:calledElement") == "true"
    all_in = _passed(node, work, "in", "input") or inherits
    all_out = _passed(node, work, "out", "output")
    work.extension(
        node,
        "calledElement",
        propagateAllParentVariables="true" if all_in else "false",
        propagateAllChildVariables="true" if all_out else "false",
    )


def _passed(node: etree._Element, work: Work, tag: str, direction: str) -> bool:
    """Carry over the variables of one direction; return whether all are passed."""
    everything = False
    for child in list(work.children(node, tag)):
        source, name = shown(child, str(child.tag)), child.get("source")
        expression, target = child.get("sourceExpression"), child.get("target")
        if child.get("variables") == "all":
            everything = True
            work.carried(node, source, "zeebe:calledElement")
        elif target and (name or expression):
            feel = f"={name}" if name else work.translated(node, source, expression or "")
            if feel is not None:
                work.mapping(node, direction, feel if feel.startswith("=") else f"={quoted(feel)}", target)
                work.carried(node, source, f"zeebe:{direction}")
        else:
            work.lost(
                node,
                source,
                ("Khóa nghiệp vụ không được truyền; quy trình con có mã riêng.",
                 "The business key is not passed; the called case has a code of its own."),
                Bilingual("Hãy truyền mã hồ sơ bằng một biến nếu cần.", "Pass the code in a variable if needed."),
            )  # fmt: skip
        work.drop(child)
    return everything


def _content(node: etree._Element, parameter: etree._Element, work: Work) -> str | None:
    """Return a parameter's value as FEEL, lists and maps written out; None where FEEL cannot say it."""
    inner = list(parameter.iterchildren("*"))
    source = shown(parameter, str(parameter.tag))
    if not inner:
        translated = work.translated(node, source, parameter.text or "")
        if translated is None or translated.startswith("="):
            return translated
        return f"={quoted(translated)}"
    (first,) = inner[:1]
    if local(first) == "list":
        items = [_content(node, value, work) for value in first.iterchildren("*")]
        return None if None in items else f"=[{', '.join((item or '').removeprefix('=') for item in items)}]"
    if local(first) == "map":
        entries = [(entry.get("key", ""), _content(node, entry, work)) for entry in first.iterchildren("*")]
        if any(value is None for _key, value in entries):
            return None
        said = ", ".join(f"{quoted(key)}: {(value or '').removeprefix('=')}" for key, value in entries)
        return f"={{{said}}}"
    return None
