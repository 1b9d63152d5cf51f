"""The names a boxed expression sees: its own before those around it."""

from collections.abc import Iterator, Mapping

NOTHING: Mapping[str, object] = {}


class Scope(Mapping[str, object]):
    """Names with the scope around them; nothing is copied, so an entry added to `values` is seen at once."""

    __slots__ = ("outer", "values")

    def __init__(self, values: dict[str, object], outer: Mapping[str, object] = NOTHING) -> None:
        self.values = values
        self.outer = outer

    def __getitem__(self, name: str) -> object:
        """Return the nearest value of that name."""
        if name in self.values:
            return self.values[name]
        return self.outer[name]

    def __contains__(self, name: object) -> bool:
        return name in self.values or name in self.outer

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self.outer), **self.values})

    def __len__(self) -> int:
        return len(set(self.values) | set(self.outer))
