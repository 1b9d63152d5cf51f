"""The directory on one day: who is in which unit and group, who leads, who stands in for whom; asks no database."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID

from engine.directory.entries import (
    ADMINISTRATOR_GROUP,
    DEPUTY,
    LEADER,
    LEADERSHIP_UNIT,
    Absence,
    Authority,
    Holder,
    PersonEntry,
    UnitEntry,
)
from engine.directory.fields import has_field
from engine.model import GroupKeys, InPlaceOf


def heir(unit_code: str, successors: Mapping[str, str]) -> str:
    """Return the unit at which the successors of a closed one end; any other unit itself."""
    seen: set[str] = set()
    while unit_code in successors and unit_code not in seen:
        seen.add(unit_code)
        unit_code = successors[unit_code]
    return unit_code


@dataclass(frozen=True)
class Directory:
    """The directory on one day; answers without touching the database. People stand in the order of given names."""

    units: Mapping[str, UnitEntry]
    holders: tuple[Holder, ...]
    people: Mapping[str, PersonEntry]
    successors: Mapping[str, str] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()
    authorities: tuple[Authority, ...] = ()
    away: frozenset[UUID] = frozenset()
    _groups: dict[UUID, frozenset[str]] = field(default_factory=dict)
    _members: dict[str, list[PersonEntry]] = field(default_factory=dict)

    @cached_property
    def _by_unit(self) -> Mapping[str, list[Holder]]:
        found: dict[str, list[Holder]] = {}
        for holder in self.holders:
            found.setdefault(holder.unit_code, []).append(holder)
        return found

    @cached_property
    def _by_person(self) -> Mapping[UUID, list[Holder]]:
        found: dict[UUID, list[Holder]] = {}
        for holder in sorted(self.holders, key=lambda each: not each.is_primary):
            found.setdefault(holder.person_id, []).append(holder)
        return found

    @cached_property
    def _people_by_id(self) -> Mapping[UUID, PersonEntry]:
        return {person.id: person for person in self.people.values()}

    @cached_property
    def _predecessors(self) -> Mapping[str, list[str]]:
        """The closed units that each unit has taken over, those of its predecessors included."""
        found: dict[str, list[str]] = {}
        for code in self.successors:
            found.setdefault(self.heir_of(code), []).append(code)
        return found

    @cached_property
    def _absences_by_substitute(self) -> Mapping[UUID, list[Absence]]:
        found: dict[UUID, list[Absence]] = {}
        for absence in self.absences:
            found.setdefault(absence.substitute_id, []).append(absence)
        return found

    def heir_of(self, unit_code: str) -> str:
        """Return the unit that stands for a closed one today, along all its successors; any other unit itself."""
        return heir(unit_code, self.successors)

    def name_of(self, person_id: UUID | None) -> str:
        """Return the full name of a person, or nothing."""
        person = self._people_by_id.get(person_id) if person_id else None
        return person.full_name if person else ""

    def holders_in(self, unit_code: str, kind: str | None = None) -> list[Holder]:
        """Return who holds a position (of that kind) directly in the unit or in its heir, by rank."""
        return [each for each in self._by_unit.get(self.heir_of(unit_code), []) if kind is None or each.kind == kind]

    def positions_of(self, person_id: UUID) -> list[Holder]:
        """Return the positions of a person, the primary one first."""
        return self._by_person.get(person_id, [])

    def unit_of(self, person_id: UUID | None) -> str:
        """Return the code of the unit a person belongs to first, or nothing."""
        positions = self.positions_of(person_id) if person_id else []
        return positions[0].unit_code if positions else ""

    def leader_of(self, unit_code: str) -> Holder | None:
        """Return the head of a unit, if the position is filled."""
        return next(iter(self.holders_in(unit_code, LEADER)), None)

    def heads_above(self, unit_code: str) -> Iterator[PersonEntry]:
        """Yield the head of a unit, those of the units above it, and at the end who leads the agency; each once."""
        leaders = map(self.leader_of, [*self.ancestors(unit_code), LEADERSHIP_UNIT])
        usernames = (each.username for each in leaders if each is not None)
        yield from (self.people[username] for username in dict.fromkeys(usernames))

    def deputy_in_charge(self, unit_code: str, field: str) -> Holder | None:
        """Return the deputy of a unit who is in charge of a field, the first by rank of several."""
        deputies = self.holders_in(unit_code, DEPUTY)
        return next((each for each in deputies if has_field(each.fields, field)), None)

    def fields_of(self, person_id: UUID) -> tuple[str, ...]:
        """Return the fields a person is in charge of, in any of the positions."""
        return tuple(dict.fromkeys(field for held in self.positions_of(person_id) for field in held.fields))

    def superior_of(self, holder: Holder) -> Holder | None:
        """Return the head whom who holds a position is under: of the unit, or for its own head of the nearest above."""
        leaders = (self.leader_of(code) for code in self.ancestors(holder.unit_code))
        return next((each for each in leaders if each is not None and each.person_id != holder.person_id), None)

    def is_under(self, person_id: UUID, head_id: UUID, *, in_unit: str = "") -> bool:
        """Tell whether a person holds a position, in one unit where it is named, under that head."""
        held = (each for each in self.positions_of(person_id) if in_unit in {"", each.unit_code})
        return any(self._heads(head_id, each) for each in held)

    def is_under_nobody_else(self, person_id: UUID, head_id: UUID) -> bool:
        """Tell whether a person holds positions, and every one of them under that head."""
        held = self.positions_of(person_id)
        return bool(held) and all(self._heads(head_id, each) for each in held)

    def _heads(self, head_id: UUID, holder: Holder) -> bool:
        superior = self.superior_of(holder)
        return superior is not None and superior.person_id == head_id

    def ancestors(self, unit_code: str) -> Iterable[str]:
        """Yield the unit's code and those of the units above it."""
        seen: set[str] = set()
        code: str | None = unit_code
        while code and code not in seen:
            seen.add(code)
            yield code
            entry = self.units.get(code)
            code = entry.parent_code if entry else None

    def units_below(self, unit_code: str) -> frozenset[str]:
        """Return the unit's code and those of all units under it."""
        return frozenset(code for code in self._reach(unit_code) if code in self.units)

    @cached_property
    def _units_by_parent(self) -> Mapping[str, list[str]]:
        found: dict[str, list[str]] = {}
        for entry in self.units.values():
            if entry.parent_code is not None:
                found.setdefault(entry.parent_code, []).append(entry.code)
        return found

    def _reach(self, unit_code: str) -> set[str]:
        """Return a unit's code, whether there is such a unit or not, and those of all units under it."""
        found, pending = {unit_code}, [unit_code]
        while pending:
            below = [code for code in self._units_by_parent.get(pending.pop(), ()) if code not in found]
            found.update(below)
            pending += below
        return found

    def groups_of(self, person_id: UUID) -> frozenset[str]:
        """Return every group key that holds for the person: `UNIT` (and above), `UNIT/kind`, `/kind`."""
        known = self._groups.get(person_id)
        if known is None:
            person = self._people_by_id.get(person_id)
            keys = {ADMINISTRATOR_GROUP} if person and person.is_administrator else set()
            known = self._groups[person_id] = frozenset(keys | self._keys_by_position(person_id))
        return known

    def _keys_by_position(self, person_id: UUID, unit_code: str = "") -> set[str]:
        """Return the keys that positions give, those of units taken over included; within a unit, when one is named."""
        keys: set[str] = set()
        for held in self.positions_of(person_id):
            if unit_code in {"", held.unit_code}:
                keys |= {f"{code}/{held.kind}" for code in self._with_predecessors(held.unit_code)} | {f"/{held.kind}"}
                keys |= {code for above in self.ancestors(held.unit_code) for code in self._with_predecessors(above)}
        return keys

    def _with_predecessors(self, unit_code: str) -> Iterable[str]:
        return unit_code, *self._predecessors.get(unit_code, ())

    def stands_in_for(self, person_id: UUID) -> list[InPlaceOf]:
        """Return those whose tasks the person may do on this day; one step only, nothing is passed on.

        A scope of one unit reaches what came to the units that it has taken over: once for each of them.
        """
        found = []
        for absence in self._absences_by_substitute.get(person_id, ()):
            absent, unit_code = self._people_by_id.get(absence.person_id), absence.unit_code
            if absent is not None:
                groups = frozenset(self._keys_by_position(absent.id, unit_code))
                who = absent.id, absent.username, absent.full_name
                reached = self._with_predecessors(unit_code)
                found += [InPlaceOf(*who, groups, code, absence.process_key) for code in reached]
        return found

    def authorities_of(self, person_id: UUID) -> list[Authority]:
        """Return the authorities to sign that a person has or had, the newest first."""
        return [each for each in self.authorities if each.grantee_id == person_id]

    def authorities_for_agency(self, process_key: str) -> list[tuple[PersonEntry, Authority]]:
        """Return who may sign a process's papers for a head who signs for the agency, by given name, newest first."""
        found = [
            (self._people_by_id[each.grantee_id], each)
            for each in self.authorities
            if not each.is_over and each.covers(process_key) and each.grantee_id in self._people_by_id
        ]
        signing = [pair for pair in found if (head := self.leader_of(pair[1].unit_code)) and head.may_sign]
        return sorted(signing, key=lambda pair: self._places[pair[0].id])

    def keys_of(self, person_id: UUID) -> GroupKeys:
        """Return the group keys of a person, and beside them those of whom the person stands in for."""
        return GroupKeys(self.groups_of(person_id), self.stands_in_for(person_id))

    def people_in_group(self, key: str) -> list[PersonEntry]:
        """Return the active people for whom the group key holds, ordered by given name: who has it in `groups_of`."""
        known = self._members.get(key)
        if known is None:
            ids = {held.person_id for held in self._holders_of(key)}
            if key == ADMINISTRATOR_GROUP:
                ids |= {person.id for person in self.people.values() if person.is_administrator}
            in_order = sorted(ids, key=self._places.__getitem__)
            known = self._members[key] = [self._people_by_id[each] for each in in_order]
        return list(known)

    @cached_property
    def _places(self) -> Mapping[UUID, int]:
        """Where each person stands among all of them by given name."""
        return {person.id: place for place, person in enumerate(self.people.values())}

    @cached_property
    def _by_kind(self) -> Mapping[str, list[Holder]]:
        found: dict[str, list[Holder]] = {}
        for holder in self.holders:
            found.setdefault(holder.kind, []).append(holder)
        return found

    def _holders_of(self, key: str) -> Iterable[Holder]:
        """Return who has a group key by position, as `_keys_by_position` gives it, without asking everybody."""
        unit_code, slash, kind = key.partition("/")
        if not unit_code:
            return self._by_kind.get(kind, [])
        units = {unit_code, self.heir_of(unit_code)}
        if not slash:
            units = {code for each in units for code in self._reach(each)}
        held = (each for code in units for each in self._by_unit.get(code, ()))
        return (each for each in held if each.kind == kind) if slash else held

    def describe_group(self, key: str) -> str:
        """Return a group key as people say it: «Văn thư · VPS»."""
        unit_code, _, kind = key.partition("/")
        holders = self.holders_in(unit_code, kind) if unit_code else self.holders
        titles = [held.title for held in holders if held.kind == kind]
        return " · ".join(part for part in (titles[0] if titles else kind, unit_code) if part)
