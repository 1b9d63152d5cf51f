"""The way from one version of a process to another: all that moving a case needs to know, read once for many cases."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.bpmn import Counterparts, Element
from engine.definitions import LoadedDefinition
from engine.model import FormDefinition
from engine.wording import Bilingual, Finding

_FORM = Bilingual(
    "Việc “{name}” cần biểu mẫu «{form_id}», phiên bản mới không có biểu mẫu này.",
    "The task “{name}” needs the form '{form_id}', which the new version does not have.",
)
_FORM_REMEDY = Bilingual("Hãy phát hành lại quy trình cùng biểu mẫu này.", "Publish the process again with this form.")


@dataclass(frozen=True, slots=True)
class Route:
    """Both versions ready to run, the element map, and the forms that came with the target.

    `elements` maps ids of the source to ids of the target, to "" for none; what it does not name keeps its id.
    """

    source: LoadedDefinition
    target: LoadedDefinition
    elements: Mapping[str, str]
    forms: frozenset[str]

    def counterparts(self) -> Counterparts:
        """Return the elements of both versions side by side."""
        return Counterparts(self.source.model, self.target.model, self.elements)

    def form_missing(self, element: Element, form_id: str) -> Finding:
        """Return what stands against an open task whose form did not come with the target."""
        said = {"name": element.name or element.element_id, "form_id": form_id}
        message = Bilingual(_FORM.vi.format(**said), _FORM.en.format(**said))
        return Finding("migration.form_missing", message, _FORM_REMEDY, self.target.key, element.element_id)


def route_between(
    session: Session, source: LoadedDefinition, target: LoadedDefinition, elements: Mapping[str, str]
) -> Route:
    """Return the way from one version to another by an element map."""
    forms = session.scalars(select(FormDefinition.form_id).where(FormDefinition.deployment_id == target.deployment_id))
    return Route(source, target, elements, frozenset(forms))
