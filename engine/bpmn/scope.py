"""The variables visible at a token: nested scopes, nothing copied."""

from collections.abc import Iterator, Mapping

Variables = dict[str, object]


class Scope(Mapping[str, object]):
    """Layers of variables, nearest first; the last one is the process.

    `changed` collects the names that were written, for the conditions that wait on them.
    """

    __slots__ = ("changed", "layers")

    def __init__(self, layers: list[Variables], changed: set[str]) -> None:
        self.layers = layers
        self.changed = changed

    def __getitem__(self, name: str) -> object:
        """Return the nearest variable of that name."""
        for layer in self.layers:
            if name in layer:
                return layer[name]
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        return any(name in layer for layer in self.layers)

    def __iter__(self) -> Iterator[str]:
        return iter(self.flat())

    def __len__(self) -> int:
        return len(self.flat())

    def flat(self) -> Variables:
        """Return all visible variables in one new dict."""
        seen: Variables = {}
        for layer in reversed(self.layers):
            seen.update(layer)
        return seen

    def outer(self) -> "Scope":
        """Return the scopes around the nearest one."""
        return Scope(self.layers[1:], self.changed)

    def declare(self, name: str, value: object) -> None:
        """Write into the nearest layer, whatever the others hold."""
        self.layers[0][name] = value
        self.changed.add(name)

    def assign(self, name: str, value: object) -> None:
        """Write into the nearest layer that has the name, else into the process (the zeebe rule)."""
        home = self.layers[-1]
        for layer in self.layers:
            if name in layer:
                home = layer
                break
        home[name] = value
        self.changed.add(name)

    def assign_all(self, variables: Mapping[str, object]) -> None:
        """Assign each of `variables`."""
        for name, value in variables.items():
            self.assign(name, value)
