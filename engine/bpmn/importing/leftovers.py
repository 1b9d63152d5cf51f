"""The end of the import: whatever foreign is still in the tree is taken out and reported, piece by piece."""

from collections import Counter
from collections.abc import Mapping

from lxml import etree

from engine.bpmn.importing.namespaces import MODELER, dialect, is_foreign, local, shown
from engine.bpmn.importing.report import Fate, Note
from engine.bpmn.importing.work import Work, nearest_id
from engine.bpmn.parser.document import BPMN
from engine.wording import Bilingual

_NOTHING = Bilingual("Không cần làm gì.", "Nothing to do.")
_LISTENERS = Bilingual(
    "Nếu nó làm việc nghiệp vụ, hãy vẽ thành công việc dịch vụ; nếu chỉ ghi vết thì lịch sử đã có.",
    "If it did business, draw a service task; if it only recorded, the history does so.",
)
_DRAW = Bilingual("Hãy vẽ lại ý này bằng các phần tử của sơ đồ nếu còn cần.", "Draw it with elements if still needed.")
_REASONS: Mapping[str, tuple[tuple[str, str], Bilingual]] = {
    **dict.fromkeys(
        ("asyncBefore", "asyncAfter", "async", "exclusive", "asyncLeave", "triggerable"),
        (("ở đây mỗi bước tự lưu trong một giao dịch", "every step is a transaction of its own here"), _NOTHING),
    ),
    **dict.fromkeys(
        ("jobPriority", "taskPriority", "historyTimeToLive", "isStartableInTasklist", "isEagerExecutionFetching"),
        (("thuộc về máy cũ", "it belongs to the other engine"), _NOTHING),
    ),
    "formData": (
        ("các trường đã chuyển; mã hồ sơ do hệ thống cấp", "its fields were carried over; the platform gives the key"),
        _NOTHING,
    ),
    **dict.fromkeys(
        ("executionListener", "taskListener", "eventListener"),
        (("ở đây không có bộ nghe sự kiện", "there are no listeners here"), _LISTENERS),
    ),
    **dict.fromkeys(
        ("calledElementBinding", "calledElementVersion", "calledElementVersionTag", "decisionRefBinding",
         "decisionRefVersion", "formRefBinding", "formRefVersion", "decisionRefTenantId", "calledElementTenantId"),
        (("luôn dùng bản mới nhất khi mở", "the latest version at the start is used"), _NOTHING),
    ),
}  # fmt: skip
_PLATFORM = {"executionPlatform": "Camunda Cloud", "executionPlatformVersion": "8.8.0"}
_UNKNOWN = (("không có phần tương ứng ở đây", "there is nothing like it here"), _DRAW)


def sweep(work: Work) -> None:
    """Report and remove what is left of the dialects; report what other tools left, and let it be."""
    for node in list(work.root.iter("*")):
        if not _is_in(node, work.root):
            continue
        if dialect(str(node.tag)):
            if not _is_empty(node):
                _lose_all(node, work)
            work.drop(node)
            continue
        for name in [str(name) for name in node.attrib]:
            if dialect(name):
                _lose(node, work, shown(node, name), etree.QName(name).localname)
                del node.attrib[name]
            elif is_foreign(name):
                _keep(node, name, work)
        if is_foreign(str(node.tag)):
            _keep(node, str(node.tag), work)
    for holder in list(work.root.iter(f"{{{BPMN}}}extensionElements")):
        if len(holder) == 0:
            work.drop(holder)


def census(root: etree._Element) -> Counter[tuple[str, str]]:
    """Count everything foreign by element id and name, bare containers and the drawing left out."""
    counted: Counter[tuple[str, str]] = Counter()
    for node in root.iter("*"):
        if not _is_in(node, root):
            continue
        names = [str(name) for name in node.attrib if is_foreign(str(name)) and not _is_our_platform(node, str(name))]
        says = node.attrib or (node.text or "").strip() or not len(node)
        if is_foreign(str(node.tag)) and says:
            names.append(str(node.tag))
        counted.update((nearest_id(node), shown(node, name)) for name in names)
    return counted


def balance(work: Work, counted: Counter[tuple[str, str]]) -> None:
    """Report what was in the file and in no note: the last guard against a silent loss."""
    noted = Counter((note.element_id, note.source) for note in work.notes)
    (vi, en), remedy = _UNKNOWN
    for element_id, source in (counted - noted).elements():
        message = Bilingual(f"Đã bỏ {source}: {vi}.", f"{source} was dropped: {en}.")
        work.notes.append(Note(element_id, source, Fate.LOST, message, remedy))


def _lose_all(node: etree._Element, work: Work) -> None:
    """Report an element with everything inside it, under its own reason."""
    name = local(node)
    for part in node.iter("*"):
        _lose(part, work, shown(part, str(part.tag)), name)
        for attribute in part.attrib:
            if is_foreign(str(attribute)):
                _lose(part, work, shown(part, str(attribute)), name)


def _lose(node: etree._Element, work: Work, source: str, name: str) -> None:
    (vi, en), remedy = _REASONS.get(name, _UNKNOWN)
    work.lost(node, source, (f"Đã bỏ {source}: {vi}.", f"{source} was dropped: {en}."), remedy)


def _keep(node: etree._Element, name: str, work: Work) -> None:
    source = shown(node, name)
    if etree.QName(name).namespace == MODELER:
        ours = _PLATFORM.get(etree.QName(name).localname)
        if ours is not None and ours != node.get(name):
            node.set(name, ours)
            work.carried(node, source, ours)
        if ours is not None:
            return
    work.lost(
        node,
        source,
        (f"{source} của công cụ khác được giữ trong tệp nhưng không có tác dụng.",
         f"{source} of another tool stays in the file without effect."),
        _NOTHING,
    )  # fmt: skip


def _is_our_platform(node: etree._Element, name: str) -> bool:
    qname = etree.QName(name)
    return qname.namespace == MODELER and node.get(name) == _PLATFORM.get(qname.localname)


def _is_empty(node: etree._Element) -> bool:
    """Say whether an element says nothing (any more): no attribute, no text, only such elements inside."""
    says = node.attrib or (node.text or "").strip()
    return not says and all(dialect(str(child.tag)) and _is_empty(child) for child in node.iterchildren("*"))


def _is_in(node: etree._Element, root: etree._Element) -> bool:
    """Say whether a node is still part of the tree, and no part of the drawing."""
    current: etree._Element | None = node
    while current is not None and current is not root:
        if local(current) == "BPMNDiagram":
            return False
        current = current.getparent()
    return current is root
