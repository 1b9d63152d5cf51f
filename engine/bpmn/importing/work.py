"""One file under conversion: takes foreign attributes and elements away, writes ours, and notes both."""

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.importing.juel import Untranslatable, has_expression, to_feel
from engine.bpmn.importing.namespaces import DIALECTS, dialect, local, shown
from engine.bpmn.importing.report import Fate, Note
from engine.bpmn.parser.document import BPMN, ZEEBE
from engine.wording import Bilingual

_MEND = Bilingual("Hãy viết lại bằng FEEL trong trình soạn sơ đồ.", "Write it again in FEEL with the diagram editor.")


class Work:
    """The tree, the notes and the new forms; every piece that is taken away is noted in the same breath."""

    def __init__(self, root: etree._Element) -> None:
        self.root = root
        self.notes: list[Note] = []
        self.forms: dict[str, str] = {}
        self.error_ids = {node.get("id") for node in root.findall(f"{{{BPMN}}}error")}

    def peek(self, node: etree._Element, name: str) -> str | None:
        """Return a dialect's attribute of an element, whichever dialect it is, and leave it there."""
        found = (node.get(f"{{{uri}}}{name}") for uri in DIALECTS)
        return next((text for text in found if text is not None), None)

    def take(self, node: etree._Element, name: str, into: str) -> str | None:
        """Take a dialect's attribute away, noted as carried over into something of ours; None when it is not there."""
        for uri in DIALECTS:
            full = f"{{{uri}}}{name}"
            text = node.get(full)
            if text is not None:
                self.carried(node, shown(node, full), into)
                del node.attrib[full]
                return text
        return None

    def value(self, node: etree._Element, name: str, into: str) -> str | None:
        """Take an attribute away and return its text for our dialect: FEEL for an expression, else the literal.

        What FEEL cannot say is noted as open, and None comes back.
        """
        text = self.peek(node, name)
        if text is None:
            return None
        source = next(shown(node, f"{{{uri}}}{name}") for uri in DIALECTS if node.get(f"{{{uri}}}{name}") is not None)
        for uri in DIALECTS:
            node.attrib.pop(f"{{{uri}}}{name}", None)
        translated = self.translated(node, source, text)
        if translated is not None:
            self.carried(node, source, into)
        return translated

    def translated(self, node: etree._Element, source: str, text: str) -> str | None:
        """Return a text for our dialect; None, with a note, when it holds what FEEL cannot say."""
        if not has_expression(text):
            return text.strip()
        try:
            return to_feel(text)
        except Untranslatable as error:
            why = str(error.args[0])
            self.open(
                node,
                source,
                (f"Không chuyển được biểu thức {text.strip()} sang FEEL: {why}.",
                 f"The expression {text.strip()} cannot be written in FEEL: {why}."),
                _MEND,
            )  # fmt: skip
            return None

    def children(self, node: etree._Element, name: str) -> Iterator[etree._Element]:
        """Yield the dialects' elements of one name in an element's extensionElements, or directly in the element."""
        holders = [node, *node.findall(f"{{{BPMN}}}extensionElements")]
        for holder in holders:
            yield from [child for child in holder.iterchildren("*") if dialect(str(child.tag)) and local(child) == name]

    def drop(self, node: etree._Element) -> None:
        """Take an element away that has been noted, its tail kept out."""
        parent = node.getparent()
        if parent is not None:
            parent.remove(node)

    def extension(self, node: etree._Element, tag: str, **attributes: str) -> etree._Element:
        """Return our extension element of an element, made when it is not there, with these attributes set."""
        holder = node.find(f"{{{BPMN}}}extensionElements")
        if holder is None:
            holder = etree.Element(f"{{{BPMN}}}extensionElements")
            node.insert(len(node.findall(f"{{{BPMN}}}documentation")), holder)
        found = holder.find(f"{{{ZEEBE}}}{tag}")
        if found is None:
            found = etree.SubElement(holder, f"{{{ZEEBE}}}{tag}")
        for name, text in attributes.items():
            found.set(name, text)
        return found

    def has(self, node: etree._Element, *tags: str) -> bool:
        """Say whether an element has one of our extension elements already, as in a file that was imported before."""
        path = f"{{{BPMN}}}extensionElements/{{{ZEEBE}}}"
        return any(node.find(path + tag) is not None for tag in tags)

    def mapping(self, node: etree._Element, direction: str, source: str, target: str) -> None:
        """Add an input or output mapping; `source` is FEEL with its `=`."""
        holder = self.extension(node, "ioMapping")
        etree.SubElement(holder, f"{{{ZEEBE}}}{direction}", source=source, target=target)

    def header(self, node: etree._Element, key: str, value: str) -> None:
        """Add a header that a job's handler gets."""
        etree.SubElement(self.extension(node, "taskHeaders"), f"{{{ZEEBE}}}header", key=key, value=value)

    def carried(self, node: etree._Element, source: str, into: str) -> None:
        """Note that something works as before under another name."""
        self._note(
            node, source, Fate.CARRIED, Bilingual(f"{source} đã chuyển thành {into}.", f"{source} became {into}."), None
        )

    def open(self, node: etree._Element, source: str, message: tuple[str, str], remedy: Bilingual) -> None:
        """Note that somebody has to finish what the import could not."""
        self._note(node, source, Fate.OPEN, Bilingual(*message), remedy)

    def lost(self, node: etree._Element, source: str, message: tuple[str, str], remedy: Bilingual) -> None:
        """Note that something was dropped."""
        self._note(node, source, Fate.LOST, Bilingual(*message), remedy)

    def _note(
        self, node: etree._Element, source: str, fate: Fate, message: Bilingual, remedy: Bilingual | None
    ) -> None:
        self.notes.append(Note(nearest_id(node), source, fate, message, remedy, node.sourceline))


def nearest_id(node: etree._Element) -> str:
    """Return the id of an element of the diagram, or of the nearest one around it; a dialect's own ids do not count."""
    current: etree._Element | None = node
    while current is not None:
        if current.get("id") and dialect(str(current.tag)) is None:
            return str(current.get("id"))
        current = current.getparent()
    return ""
