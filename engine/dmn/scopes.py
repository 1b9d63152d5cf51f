"""The names a boxed expression sees: its own before those around it."""

from collections.abc import Iterator, Mapping

NOTHING: Mapping[str, object] = {}


class Scope(Mapping[str, object]):
    """Names with the scope around them; nothing is copied, so an entry added to `own` is seen at once."""

    __slots__ = ("outer", "own")

    def __init__(self, own: dict[str, object], outer: Mapping[str, object] = NOTHING) -> None:
        self.own = own
        self.outer = outer

    def __getitem__(self, name: str) -> object:
        """Return the nearest value of that name."""
        if name in self.own:
            return self.own[name]
        return self.outer[name]

    def __contains__(self, name: object) -> bool:
        return name in self.own or name in self.outer

    def __iter__(self) -> Iterator[str]:
        return iter({**dict.fromkeys(self.outer), **self.own})

    def __len__(self) -> int:
        return len(set(self.own) | set(self.outer))
