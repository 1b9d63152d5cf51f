"""Who does a user task and until when: assignees, candidates, potential owners, due dates, priority, starters."""

import re

from lxml import etree

from engine.bpmn.importing.juel import Untranslatable, has_expression, quoted, to_feel
from engine.bpmn.importing.namespaces import shown
from engine.bpmn.importing.work import Work
from engine.bpmn.parser.document import BPMN, ZEEBE
from engine.bpmn.timers import Duration
from engine.wording import Bilingual

_GROUPS = Bilingual(
    "Hãy đổi tên nhóm thành khóa nhóm của danh bạ: ĐƠN_VỊ, ĐƠN_VỊ/chức_vụ hoặc /chức_vụ.",
    "Change the groups into group keys of the directory: UNIT, UNIT/position or /position.",
)
_OWNER = re.compile(r"\s*(?:(user|group)\s*\(\s*([^)]*?)\s*\)|([^,]+?))\s*(?:,|$)")


def user_task(node: etree._Element, work: Work) -> None:
    """Carry over a user task's assignment, schedule and priority."""
    work.extension(node, "userTask")
    assignee = work.value(node, "assignee", "zeebe:assignmentDefinition")
    if assignee:
        work.extension(node, "assignmentDefinition", assignee=assignee)
    for theirs, ours in (("candidateUsers", "candidateUsers"), ("candidateGroups", "candidateGroups")):
        _candidates(node, work, theirs, ours)
    for tag in ("potentialOwner", "humanPerformer", "performer"):
        for owner in node.findall(f"{{{BPMN}}}{tag}"):
            _resource(node, owner, tag, work)
    for theirs in ("dueDate", "followUpDate"):
        moment = work.value(node, theirs, "zeebe:taskSchedule")
        if moment:
            work.extension(node, "taskSchedule", **{theirs: _moment(moment)})
    priority = work.value(node, "priority", "zeebe:priorityDefinition")
    if priority:
        work.extension(node, "priorityDefinition", priority=priority)


def process(node: etree._Element, work: Work) -> None:
    """Carry over who may start a process."""
    text = work.take(node, "candidateStarterGroups", "lc:starters")
    if text is not None:
        keys = ", ".join(quoted(part) for part in _parts(text))
        holder = work.extension(node, "properties")
        etree.SubElement(holder, f"{{{ZEEBE}}}property", name="lc:starters", value=f"=[{keys}]")
        work.open(
            node,
            "candidateStarterGroups",
            (
                f"Các nhóm được mở quy trình giữ tên cũ: {text}.",
                f"The starting groups keep their names: {text}.",
            ),
            _GROUPS,
        )


def start_event(node: etree._Element, work: Work) -> None:
    """Carry over the variable that holds who started the case."""
    name = work.take(node, "initiator", "zeebe:output")
    if name:
        work.mapping(node, "output", "=starter", name)


def _candidates(node: etree._Element, work: Work, theirs: str, ours: str) -> None:
    text = work.peek(node, theirs)
    if text is None:
        return
    joined = _list_in_feel(text)
    if joined is None:
        work.value(node, theirs, "zeebe:assignmentDefinition")  # says why not
        return
    work.take(node, theirs, "zeebe:assignmentDefinition")
    _add(node, work, ours, joined)
    if theirs == "candidateGroups" and not joined.startswith("="):
        work.open(
            node,
            theirs,
            (f"Các nhóm lấy nguyên tên cũ: {text}.", f"The groups keep their names: {text}."),
            _GROUPS,
        )


def _list_in_feel(text: str) -> str | None:
    """Return a comma list as literal, one expression as it is, a mixed list as a FEEL list; None when FEEL cannot."""
    parts = _parts(text)
    if not any(has_expression(part) for part in parts):
        return ", ".join(parts)
    try:
        if len(parts) == 1:
            return to_feel(parts[0])
        feel = [to_feel(part).removeprefix("=") if has_expression(part) else quoted(part) for part in parts]
    except Untranslatable:
        return None
    return f"=[{', '.join(feel)}]"


def _parts(text: str) -> list[str]:
    """Split at commas outside braces."""
    pieces = [""]
    is_inside = False
    for run in re.split(r"([{},])", text):
        is_inside = run == "{" or (is_inside and run != "}")
        if run == "," and not is_inside:
            pieces.append("")
        else:
            pieces[-1] += run
    return [piece.strip() for piece in pieces if piece.strip()]


def _resource(node: etree._Element, owner: etree._Element, tag: str, work: Work) -> None:
    """Carry over the standard's own assignment, with `user(a), group(b)` as these engines write it."""
    said = "".join(str(part) for part in owner.itertext()).strip()
    users: list[str] = []
    groups: list[str] = []
    for found in _OWNER.finditer(said):
        kind, name, bare = found.groups()
        (users if kind == "user" else groups).append(name if kind else bare)
    owner_name = shown(owner, str(owner.tag))
    work.carried(node, owner_name, "zeebe:assignmentDefinition")
    if tag != "potentialOwner":
        users, groups = users + groups, []
    for names, ours in (
        (users, "candidateUsers" if tag == "potentialOwner" else "assignee"),
        (groups, "candidateGroups"),
    ):
        joined = _list_in_feel(", ".join(names)) if names else None
        if joined:
            _add(node, work, ours, joined)
        elif names:
            work.translated(node, owner_name, said)
    if groups:
        work.open(
            node,
            owner_name,
            (f"Các nhóm lấy nguyên tên cũ: {', '.join(groups)}.", f"The groups keep their names: {', '.join(groups)}."),
            _GROUPS,
        )
    work.drop(owner)


def _add(node: etree._Element, work: Work, attribute: str, text: str) -> None:
    """Set an assignment, joined to the literal one that is there already."""
    definition = work.extension(node, "assignmentDefinition")
    before = definition.get(attribute)
    is_literal = before is not None and not before.startswith("=") and not text.startswith("=")
    definition.set(attribute, f"{before}, {text}" if is_literal and attribute != "assignee" else text)


def _moment(text: str) -> str:
    """Return a due date as FEEL: a date-time or a duration from now."""
    if text.startswith("="):
        return text
    if Duration.parse(text) is not None:
        return f"=duration({quoted(text)})"
    return f"=date and time({quoted(text)})" if "T" in text else f"=date and time({quoted(text + 'T17:00:00')})"
