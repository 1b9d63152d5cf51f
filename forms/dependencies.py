"""Fields that depend on themselves: hidden, locked or computed by what they themselves decide."""

from collections.abc import Iterator

from .components import Component, Field, Group

Graph = dict[str, tuple[Field, frozenset[str]]]


def circles(components: tuple[Component, ...]) -> list[tuple[Field, list[str]]]:
    """Return the fields whose conditions lead back to themselves, each with the names on the way.

    Only fields that are variables by themselves are followed; what stands deeper is settled when a form is checked.
    """
    graph: Graph = {field.slot[0]: (field, reads) for field, reads in _fields(components, frozenset())}
    found: list[tuple[Field, list[str]]] = []
    seen: set[str] = set()
    for name in graph:
        way = _way_back(graph, name)
        if way and not seen & set(way):
            seen |= set(way)
            found.append((graph[name][0], way))
    return found


def _fields(components: tuple[Component, ...], around: frozenset[str]) -> Iterator[tuple[Field, frozenset[str]]]:
    for component in components:
        reads = around | component.reads
        if isinstance(component, Group):
            yield from _fields(component.children, reads)
        elif isinstance(component, Field) and len(component.slot) == 1:
            yield component, reads


def _way_back(graph: Graph, name: str) -> list[str]:
    """Return the names from `name` back to itself, or nothing."""
    reached: dict[str, str | None] = {}
    waiting: list[tuple[str, str | None]] = [(read, None) for read in sorted(graph[name][1] & graph.keys())]
    while waiting:
        read, before = waiting.pop()
        if read in reached:
            continue
        reached[read] = before
        if read == name:
            return _way(reached, name)
        waiting.extend((further, read) for further in sorted(graph[read][1] & graph.keys()))
    return []


def _way(reached: dict[str, str | None], name: str) -> list[str]:
    way = [name]
    before = reached[name]
    while before is not None:
        way.append(before)
        before = reached[before]
    return way[::-1]
