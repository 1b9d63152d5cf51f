"""Who is who: a snapshot of units, people and positions, and what diagrams may ask of it.

The directory is small and read at every step, so it is kept in memory as a snapshot per revision and day; a change
counts the revision up and the next reader takes a new snapshot.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, select
from sqlalchemy.orm import Session, joinedload

from engine import database
from engine.errors import Invalid
from engine.model import DirectoryRevision, Person, Position, Unit
from engine.vietnamese import name_order

LEADER, DEPUTY, ADMINISTRATOR_GROUP = "leader", "deputy", "/administrator"


class UnknownUnit(Invalid):
    """No unit has this code."""

    code = "directory.unknown_unit"


@dataclass(frozen=True, slots=True)
class UnitEntry:
    """One unit as the snapshot knows it."""

    code: str
    name: str
    parent_code: str | None
    sort: int


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """One active person as the snapshot knows them."""

    id: UUID
    username: str
    full_name: str
    is_administrator: bool


@dataclass(frozen=True, slots=True)
class Holder:
    """One person in one position of one unit."""

    person_id: UUID
    username: str
    full_name: str
    unit_code: str
    kind: str
    title: str
    rank: int
    is_primary: bool
    may_sign: bool


@dataclass(frozen=True)
class Directory:
    """The directory on one day; answers without touching the database."""

    units: Mapping[str, UnitEntry]
    holders: tuple[Holder, ...]
    people: Mapping[str, PersonEntry]
    _groups: dict[UUID, frozenset[str]] = field(default_factory=dict)

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

    def name_of(self, person_id: UUID | None) -> str:
        """Return the full name of a person, or nothing."""
        person = self._people_by_id.get(person_id) if person_id else None
        return person.full_name if person else ""

    def holders_in(self, unit_code: str, kind: str | None = None) -> list[Holder]:
        """Return who holds a position (of that kind) directly in the unit, by rank."""
        return [each for each in self._by_unit.get(unit_code, []) if kind is None or each.kind == kind]

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
        return frozenset(code for code in self.units if unit_code in self.ancestors(code))

    def groups_of(self, person_id: UUID) -> frozenset[str]:
        """Return every group key that holds for the person: `UNIT` (and above), `UNIT/kind`, `/kind`."""
        known = self._groups.get(person_id)
        if known is None:
            person = self._people_by_id.get(person_id)
            keys = {ADMINISTRATOR_GROUP} if person and person.is_administrator else set()
            for held in self.positions_of(person_id):
                keys |= {*self.ancestors(held.unit_code), f"{held.unit_code}/{held.kind}", f"/{held.kind}"}
            known = self._groups[person_id] = frozenset(keys)
        return known

    def people_in_group(self, key: str) -> list[PersonEntry]:
        """Return the active people for whom the group key holds, ordered by given name."""
        found = [person for person in self.people.values() if key in self.groups_of(person.id)]
        return sorted(found, key=lambda person: name_order(person.full_name))

    def describe_group(self, key: str) -> str:
        """Return a group key as people say it: «Văn thư · VPS»."""
        unit_code, _, kind = key.partition("/")
        titles = [held.title for held in self.holders if held.kind == kind and unit_code in {"", held.unit_code}]
        return " · ".join(part for part in (titles[0] if titles else kind, unit_code) if part)


_CHANGED_IN, _READ_IN = "directory_changed_in", "directory_revision_read_in"  # what a session notes: its transaction
_NEVER = object()
_snapshots: WeakKeyDictionary[Engine | Connection, tuple[int, date, Directory]] = WeakKeyDictionary()


def current(session: Session, *, on: date) -> Directory:
    """Return the directory as it stands on a day; one small query a transaction when nothing has changed."""
    if session.info.get(_CHANGED_IN, _NEVER) is session.get_transaction():
        return _take_snapshot(session, on)  # not committed yet, so nobody else's to see
    revision = _revision(session)
    bind = session.get_bind()
    known = _snapshots.get(bind)
    if known is not None and known[:2] == (revision, on):
        return known[2]
    taken = _take_snapshot(session, on)
    _snapshots[bind] = (revision, on, taken)
    return taken


def _revision(session: Session) -> int:
    transaction, revision = session.info.get(_READ_IN, (_NEVER, 0))
    if transaction is not session.get_transaction():
        revision = session.scalar(select(DirectoryRevision.revision)) or 0
        remember_revision(session, revision)
    return int(revision)


def remember_revision(session: Session, revision: int) -> None:
    """Note the directory's revision, read together with something else, for the rest of the transaction."""
    session.info[_READ_IN] = session.get_transaction(), revision


def _take_snapshot(session: Session, on: date) -> Directory:
    units = [unit for unit in session.scalars(select(Unit).options(joinedload(Unit.parent))) if _holds(unit, on)]
    people = session.execute(
        select(Person.id, Person.username, Person.full_name, Person.is_administrator).where(Person.is_active)
    )
    positions = session.scalars(select(Position).options(joinedload(Position.person), joinedload(Position.unit)))
    holders = sorted((_holder(each) for each in positions if _holds(each, on) and each.person.is_active), key=_order_of)
    return Directory(
        units={unit.code: _entry(unit) for unit in sorted(units, key=lambda unit: (unit.sort, unit.code))},
        holders=tuple(holders),
        people={row.username: PersonEntry(*row) for row in people},
    )


def _holds(dated: Unit | Position, on: date) -> bool:
    return (dated.valid_from is None or dated.valid_from <= on) and (dated.valid_to is None or on <= dated.valid_to)


def _entry(unit: Unit) -> UnitEntry:
    return UnitEntry(unit.code, unit.name, unit.parent.code if unit.parent else None, unit.sort)


def _holder(position: Position) -> Holder:
    return Holder(
        person_id=position.person_id,
        username=position.person.username,
        full_name=position.person.full_name,
        unit_code=position.unit.code,
        kind=position.kind,
        title=position.title,
        rank=position.rank,
        is_primary=position.is_primary,
        may_sign=position.may_sign,
    )


def _order_of(holder: Holder) -> tuple[object, ...]:
    """Order by rank, heads and deputies first, then by name: nothing may depend on how a database keeps its rows."""
    before_others = {LEADER: 0, DEPUTY: 1}.get(holder.kind, 2)
    who = name_order(holder.full_name), holder.username
    return holder.rank, before_others, *who, holder.unit_code, holder.kind, holder.title


def changed(session: Session) -> None:
    """Count the directory's revision up; every change of units, people or positions ends with this."""
    first = database.insert(session, DirectoryRevision).values(id=1, revision=1)
    session.execute(
        first.on_conflict_do_update(index_elements=["id"], set_={"revision": DirectoryRevision.revision + 1})
    )
    session.info[_CHANGED_IN] = session.get_transaction()


def office_functions(directory: Directory) -> Mapping[str, Callable[..., object]]:
    """Return what FEEL expressions may ask of the directory, under the names of `engine.feel.office`."""
    return _OfficeFunctions(directory).by_name


class _OfficeFunctions:
    """The implementations behind the office functions; unknown units and people give null, as FEEL does."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory
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

    def deputy_of(self, unit_code: object) -> str | None:
        holder = next(iter(self._directory.holders_in(str(unit_code), DEPUTY)), None)
        return holder.username if holder else None

    def members_of(self, unit_code: object) -> list[object]:
        return list(dict.fromkeys(holder.username for holder in self._directory.holders_in(str(unit_code))))

    def unit(self, unit_code: object) -> dict[str, object] | None:
        entry = self._directory.units.get(str(unit_code))
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
        return f"{unit_code}/{kind}"

    def signing_authorities(self) -> list[object]:
        signers = [holder for holder in self._directory.holders if holder.may_sign]
        return [{"label": f"{each.full_name} – {each.title}", "value": each.username} for each in signers]

    def units(self) -> list[object]:
        return [{"label": f"{each.code} – {each.name}", "value": each.code} for each in self._directory.units.values()]

    def holds(self, username: object, kind: object, unit_code: object) -> bool:
        return any(each.username == username for each in self._directory.holders_in(str(unit_code), str(kind)))
