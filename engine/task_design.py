"""What a diagram says about a user task besides its assignment: outcomes, refusals, papers, the step's short name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

import simplejson

from engine.approver_rules.rules import Rules, must_be_passable, read_rules
from engine.bpmn import Element
from engine.errors import Invalid, NotFound
from engine.escalations import rules
from engine.escalations.rules import Rule
from engine.feel import Environment, Expression, FeelError, parse
from engine.model.signature import SignatureKind
from engine.wording import Bilingual, Finding

USER_KINDS = frozenset({"userTask"})
_NO_TIME = datetime.fromtimestamp(0, UTC)  # outcomes are constants; they may not depend on the clock


class UnknownOutcome(NotFound):
    """The task does not end that way."""

    code = "task.unknown_outcome"


class PropertyRefused(Invalid):
    """An `lc:` property does not say what it must; `finding` says where and how to mend it."""

    code = "diagram.property_refused"

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message.en, element_id=finding.element_id)
        self.finding = finding


class PapersMode(StrEnum):
    """What the holder of a task may do with the papers of the case."""

    READ = "read"
    EDIT = "edit"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a task can end (a button): `lc:outcome.<key>` of the diagram.

    With `needs_check` (`check`) people look at their answers once more before it (kiểm tra lại).
    """

    key: str
    label: str
    style: str = "plain"
    needs_reason: bool = False
    signs: SignatureKind | None = None
    voids_signatures: bool = False
    validates: bool = True
    confirm: str | None = None
    needs_check: bool = False


DEFAULT_OUTCOME = Outcome(key="completed", label="Hoàn thành", style="main")


@dataclass(frozen=True, slots=True)
class TaskDesign:
    """The design of one user task; `sends_back` is `yes`, `no`, or nothing where the process decides.

    `escalations` are the task's own rules, None where those of the process hold; `approver_rules` are its own as well,
    each in the place of the process's for the same situation.
    """

    element: Element
    outcomes: Mapping[str, Outcome]
    refusals: Mapping[str, Expression]
    papers: PapersMode
    papers_required: int
    step: Expression | None
    sends_back: str
    escalations: tuple[Rule, ...] | None
    approver_rules: Rules

    def outcome(self, key: str) -> Outcome:
        """Return one outcome; an unknown key is refused."""
        if key not in self.outcomes:
            raise UnknownOutcome(outcome=key, element_id=self.element.element_id)
        return self.outcomes[key]

    def step_label(self, variables: Mapping[str, object], environment: Environment) -> str:
        """Return the task's short name in the list of steps (`lc:step`), the element's name where it says nothing."""
        name = self.element.name or self.element.element_id
        if self.step is None:
            return name
        try:
            said = self.step.evaluate(variables, environment)
        except FeelError:
            return name
        return said if isinstance(said, str) and said else name

    @property
    def main_outcome(self) -> Outcome:
        """The outcome that moves the case forward: the one styled `main`, else the first."""
        outcomes = list(self.outcomes.values())
        return next((each for each in outcomes if each.style == "main"), outcomes[0])


def read_task_design(element: Element, *, filename: str = "") -> TaskDesign:
    """Read the `lc:` properties of a user task; refuses with `PropertyRefused`."""
    reader = PropertyReader(element.properties, element.element_id, filename)
    drawn = {key: reader.outcome(key, text) for key, text in reader.under("lc:outcome.").items()}
    outcomes, approver_rules = drawn or {DEFAULT_OUTCOME.key: DEFAULT_OUTCOME}, read_rules(reader)
    must_be_passable(reader, approver_rules, outcomes)
    return TaskDesign(
        element=element,
        outcomes=outcomes,
        refusals=reader.expressions("lc:refuse."),
        papers=reader.papers(),
        papers_required=reader.count("lc:papers_required"),
        step=reader.expression("lc:step"),
        sends_back=reader.one_of("lc:send_back", "yes", "no"),
        escalations=reader.escalations(),
        approver_rules=approver_rules,
    )


class PropertyReader:
    """Reads the `lc:` properties of one element and refuses what is wrong, with the place."""

    def __init__(self, properties: Mapping[str, str], element_id: str, filename: str) -> None:
        self._properties, self._element_id, self._filename = properties, element_id, filename

    def under(self, prefix: str) -> Mapping[str, str]:
        """Return the properties whose names start with `prefix`, without it, in document order."""
        return {name.removeprefix(prefix): text for name, text in self._properties.items() if name.startswith(prefix)}

    def expression(self, name: str) -> Expression | None:
        """Return one property parsed, `None` where it is absent."""
        text = self._properties.get(name)
        return None if text is None else self._parse(name, text)

    def expressions(self, prefix: str) -> Mapping[str, Expression]:
        """Return all properties under a prefix, parsed."""
        return {name: self._parse(prefix + name, text) for name, text in self.under(prefix).items()}

    def count(self, name: str) -> int:
        """Return a whole number of things, zero where the property is absent."""
        text = self._properties.get(name, "0")
        if not text.isdigit():
            raise self.refusal(name, "phải là số nguyên không âm", "must be a whole number, zero or more")
        return int(text)

    def one_of(self, name: str, *known: str) -> str:
        """Return one of the words a property may hold, nothing where it is absent."""
        text = self._properties.get(name, "")
        if text and text not in known:
            listed = ", ".join(f"«{each}»" for each in known)
            raise self.refusal(name, f"phải là một trong {listed}", f"must be one of {listed}")
        return text

    def papers(self) -> PapersMode:
        """Return what the holder may do with the papers."""
        text = self._properties.get("lc:papers", PapersMode.READ)
        if text not in set(PapersMode):
            raise self.refusal("lc:papers", "phải là «read» hoặc «edit»", "must be 'read' or 'edit'")
        return PapersMode(text)

    def escalations(self) -> tuple[Rule, ...] | None:
        """Return the escalation rules, None where the property is absent."""
        expression = self.expression(rules.ESCALATE)
        try:
            return None if expression is None else rules.read(expression)
        except rules.RulesUnreadable as unreadable:
            vi, en = ("; ".join(each) for each in zip(*unreadable.faults, strict=True))
            raise self.refusal(rules.ESCALATE, vi, en) from unreadable

    def outcome(self, key: str, text: str) -> Outcome:
        """Return one outcome; it is a FEEL context of constants with at least a label."""
        name = f"lc:outcome.{key}"
        said = self._parse(name, text).evaluate({}, Environment(now=_NO_TIME))
        if not isinstance(said, Mapping) or not isinstance(said.get("label"), str):
            raise self.refusal(
                name,
                'phải là một context có label, ví dụ ={label: "Ký số"}',
                'must be a context with a label, such as ={label: "Sign"}',
            )
        signs = said.get("signs")
        if signs is not None and signs not in set(SignatureKind):
            raise self.refusal(name, "signs phải là «sign» hoặc «initial»", "signs must be 'sign' or 'initial'")
        return Outcome(
            key=key,
            label=str(said["label"]),
            style=str(said.get("style") or "plain"),
            needs_reason=said.get("reason") is True,
            signs=SignatureKind(str(signs)) if signs else None,
            voids_signatures=said.get("voids") is True,
            validates=said.get("validates") is not False,
            confirm=str(said["confirm"]) if said.get("confirm") else None,
            needs_check=self._needs_check(name, said),
        )

    def _needs_check(self, name: str, said: Mapping[object, object]) -> bool:
        """Return whether people look at their answers before the outcome; there must be answers to look at."""
        check = said.get("check", False)
        if not isinstance(check, bool):
            raise self.refusal(name, "check phải là true hoặc false", "check must be true or false")
        if check and said.get("validates") is False:
            raise self.refusal(
                name,
                "check không đi cùng validates: false, vì khi đó nội dung đã nhập bị bỏ, không có gì để kiểm tra lại",
                "check does not go with validates: false, which drops what was entered: nothing is left to look at",
            )
        return check

    def _parse(self, name: str, text: str) -> Expression:
        source = text.removeprefix("=") if text.startswith("=") else simplejson.dumps(text, ensure_ascii=False)
        try:
            return parse(source)
        except FeelError as error:
            raise self.refusal(name, error.text.vi, error.text.en) from error

    def refusal(self, name: str, vi: str, en: str) -> PropertyRefused:
        """Return the refusal of one property: what it must be, in both languages."""
        return PropertyRefused(
            Finding(
                code="diagram.property_refused",
                message=Bilingual(f"Thuộc tính {name}: {vi}", f"Property {name}: {en}"),
                remedy=Bilingual(
                    "Sửa thuộc tính này trong bảng thuộc tính của phần tử.",
                    "Mend the property in the element's property panel.",
                ),
                file=self._filename,
                element_id=self._element_id,
            )
        )
