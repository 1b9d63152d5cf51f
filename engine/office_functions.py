"""What diagrams may ask of the directory: the office functions of FEEL over a directory of one day."""

from collections.abc import Callable, Mapping

from engine.directory import DEPUTY, Directory


def office_functions(directory: Directory, process_key: str = "") -> Mapping[str, Callable[..., object]]:
    """Return what FEEL expressions of a process may ask of the directory, under the names of `engine.feel.office`."""
    return _Answers(directory, process_key).by_name


class _Answers:
    """The implementations behind the office functions; unknown units and people give null, as FEEL does."""

    def __init__(self, directory: Directory, process_key: str) -> None:
        self._directory, self._process_key = directory, process_key
        self.by_name: Mapping[str, Callable[..., object]] = {
            "leader of": self.leader_of,
            "deputy of": self.deputy_of,
            "members of": self.members_of,
            "unit": self.unit,
            "unit of": self.unit_of,
            "person": self.person,
            "position": self.position,
            "signing authorities": self.signing_authorities,
            "units": self.units,
            "holds": self.holds,
        }

    def leader_of(self, unit_code: object) -> str | None:
        holder = self._directory.leader_of(str(unit_code))
        return holder.username if holder else None

    def deputy_of(self, unit_code: object, *field: object) -> str | None:
        if field:
            holder = self._directory.deputy_in_charge(str(unit_code), str(field[0]))
        else:
            holder = next(iter(self._directory.holders_in(str(unit_code), DEPUTY)), None)
        return holder.username if holder else None

    def members_of(self, unit_code: object) -> list[object]:
        return list(dict.fromkeys(holder.username for holder in self._directory.holders_in(str(unit_code))))

    def unit(self, unit_code: object) -> dict[str, object] | None:
        entry = self._directory.units.get(self._directory.heir_of(str(unit_code)))
        if entry is None:
            return None
        return {"code": entry.code, "name": entry.name, "leader": self.leader_of(entry.code)}

    def unit_of(self, username: object) -> dict[str, object] | None:
        person = self._directory.people.get(str(username))
        return self.unit(self._directory.unit_of(person.id)) if person else None

    def person(self, username: object) -> dict[str, object] | None:
        person = self._directory.people.get(str(username))
        if person is None:
            return None
        held = next(iter(self._directory.positions_of(person.id)), None)
        return {
            "username": person.username,
            "name": person.full_name,
            "unit": held.unit_code if held else None,
            "position": held.title if held else None,
        }

    def position(self, kind: object, unit_code: object) -> str:
        return f"{self._directory.heir_of(str(unit_code))}/{kind}"

    def signing_authorities(self) -> list[object]:
        """List each signer once: who may sign by position first, then who may by an authority in force (TL., TUQ.)."""
        capacities = {each.username: (each.full_name, each.title) for each in self._directory.holders if each.may_sign}
        for person, authority in self._directory.authorities_for_agency(self._process_key):
            capacities.setdefault(person.username, (person.full_name, authority.capacity))
        return [{"label": f"{name} – {as_what}", "value": who} for who, (name, as_what) in capacities.items()]

    def units(self) -> list[object]:
        return [{"label": f"{each.code} – {each.name}", "value": each.code} for each in self._directory.units.values()]

    def holds(self, username: object, kind: object, unit_code: object) -> bool:
        return any(each.username == username for each in self._directory.holders_in(str(unit_code), str(kind)))
