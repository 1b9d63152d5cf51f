"""How long what a file names may be: the database keeps it in columns of a length, PostgreSQL to the letter."""

from collections.abc import Collection, Iterator

from engine.bpmn import Diagram, Element, ProcessModel
from engine.wording import Bilingual, Finding

LONGEST_ID = 120
LONGEST_OUTCOME = 60
LONGEST_PREFIX = 20
LONGEST_UNIT = 60
OUTCOME, CODE_PREFIX = "lc:outcome.", "lc:code_prefix"
LARGEST_NUMBER = 2**31 - 1
SHOWN = 40
Named = tuple[str | None, str, int]
"""An element's id where the name stands at one, the name, and how long it may be."""


def kept_id(said: object) -> str:
    """Return an id that a diagram has computed as it is kept; one that is too long names nothing, cut or whole."""
    return str(said)[:LONGEST_ID]


def kept_number(said: object) -> int:
    """Return a whole number that a diagram has computed, within what a column holds."""
    return max(-LARGEST_NUMBER, min(LARGEST_NUMBER, int(str(said))))


def diagram_findings(file: str, diagram: Diagram) -> Iterator[Finding]:
    """Yield an error for each id or name in a diagram that is too long to be kept."""
    for model in diagram.processes.values():
        yield from _findings(file, _named_by(model))


def id_findings(file: str, ids: Collection[str]) -> Iterator[Finding]:
    """Yield an error for each id of a form or a decision that is too long to be kept."""
    yield from _findings(file, [(None, each, LONGEST_ID) for each in ids])


def _named_by(model: ProcessModel) -> Iterator[Named]:
    yield None, model.process_id, LONGEST_ID
    yield None, model.properties.get(CODE_PREFIX, ""), LONGEST_PREFIX
    for element in model.elements.values():
        for name in _names_at(element):
            yield element.element_id, name, LONGEST_ID
        for name in element.properties:
            if name.startswith(OUTCOME):
                yield element.element_id, name.removeprefix(OUTCOME), LONGEST_OUTCOME


def _names_at(element: Element) -> Iterator[str]:
    """Yield what is kept as it is written; what FEEL says is only known when a case gets there."""
    written = element.element_id, element.job_type, element.form_id, element.event.name if element.event else None
    yield from (name for name in written if name and not name.startswith("="))


def _findings(file: str, named: Iterator[Named] | Collection[Named]) -> Iterator[Finding]:
    for element_id, name, most in named:
        if len(name) > most:
            shown = f"{name[:SHOWN]}…"
            yield Finding(
                code="name.too_long",
                message=Bilingual(
                    f"«{shown}» dài {len(name)} ký tự, nhiều nhất là {most}.",
                    f"'{shown}' has {len(name)} characters; {most} is the most.",
                ),
                remedy=Bilingual("Đặt mã hoặc tên ngắn hơn.", "Give it a shorter id or name."),
                file=file,
                element_id=element_id,
            )
