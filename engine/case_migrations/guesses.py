"""Which element of the new version is meant by which of the old one, as far as ids and names tell."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import StrEnum

from engine.bpmn import Element, ProcessModel
from engine.vietnamese import fold


class Origin(StrEnum):
    """Where a pair comes from: the ids agree, or kind and name and nothing else fits, or a person said so.

    Only SAME_NAME is a guess in earnest. NONE is no pair at all.
    """

    SAME_ID = "same_id"
    SAME_NAME = "same_name"
    CHOSEN = "chosen"
    NONE = "none"


def guess(source: ProcessModel, target: ProcessModel) -> dict[str, str]:
    """Return the target's id for the elements whose id the target does not have, where kind and name leave no doubt."""
    old = _by_kind_and_name(each for each in source.elements.values() if not _is_in(each, target))
    new = _by_kind_and_name(each for each in target.elements.values() if not _is_in(each, source))
    return {ids[0]: new[key][0] for key, ids in old.items() if len(ids) == 1 and key[1] and len(new.get(key, ())) == 1}


def _is_in(element: Element, model: ProcessModel) -> bool:
    """Say whether a version has an element of the same id and kind."""
    found = model.elements.get(element.element_id)
    return found is not None and found.kind == element.kind


def _by_kind_and_name(elements: Iterable[Element]) -> Mapping[tuple[str, str], list[str]]:
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for element in elements:
        found[element.kind, fold(element.name)].append(element.element_id)
    return found
