"""Multi-instance: the collection, the variable of each round, the completion condition."""

from lxml import etree

from engine.bpmn.importing.juel import Untranslatable, has_expression, to_feel
from engine.bpmn.importing.work import Work
from engine.bpmn.parser.document import BPMN


def loop(marker: etree._Element, work: Work) -> None:
    """Carry over a multiInstanceLoopCharacteristics element."""
    collection = work.take(marker, "collection", "zeebe:loopCharacteristics")
    variable = work.take(marker, "elementVariable", "zeebe:loopCharacteristics")
    reference, item = marker.find(f"{{{BPMN}}}loopDataInputRef"), marker.find(f"{{{BPMN}}}inputDataItem")
    if collection is None and reference is not None:
        collection = (reference.text or "").strip()
        work.carried(marker, "loopDataInputRef", "zeebe:loopCharacteristics")
        work.drop(reference)
    if variable is None and item is not None:
        variable = item.get("name") or item.get("id")
        work.carried(marker, "inputDataItem", "zeebe:loopCharacteristics")
        work.drop(item)
    if collection:
        said = work.translated(marker, "collection", collection)
        if said is not None:
            feel = said if said.startswith("=") else f"={said}"
            given = {"inputElement": variable} if variable else {}
            work.extension(marker, "loopCharacteristics", inputCollection=feel, **given)
    for tag in ("loopCardinality", "completionCondition"):
        expression(marker.find(f"{{{BPMN}}}{tag}"), work, tag)


def expression(holder: etree._Element | None, work: Work, source: str) -> None:
    """Translate the text of a standard expression element in place; what FEEL cannot say stays, with a note."""
    if holder is None or not has_expression(holder.text or ""):
        return
    translated = work.translated(holder, source, holder.text or "")
    if translated is not None:
        holder.text = translated
        work.carried(holder, source, "FEEL")


def script_text(text: str, script_format: str) -> str | None:
    """Return FEEL for a script that is one plain expression, None for anything more."""
    try:
        if script_format.lower() == "feel":
            return text.strip() if text.strip().startswith("=") else f"={text.strip()}"
        return to_feel(text if has_expression(text) else f"${{{text.strip().rstrip(';')}}}")
    except Untranslatable:
        return None
