"""Who is who: a snapshot of units, people and positions, of who stands in for whom and who signs for whom.

The directory is small and read at every step, so it is kept in memory as a snapshot per revision and day; a change
counts the revision up and the next reader takes a new snapshot.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from uuid import UUID
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, or_, select
from sqlalchemy.orm import Session, joinedload

from engine import database
from engine.errors import Invalid
from engine.model import (
    AuthorityKind,
    DirectoryRevision,
    GroupKeys,
    InPlaceOf,
    Person,
    Position,
    SigningAuthority,
    Substitution,
    Unit,
)
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


@dataclass(frozen=True, slots=True)
class Absence:
    """Who stands in for whom on that day; an empty scope is no limit."""

    person_id: UUID
    substitute_id: UUID
    unit_code: str
    process_key: str


@dataclass(frozen=True, slots=True)
class Authority:
    """One person's authority to sign for the head of a unit; `is_over` when its time has passed or it was revoked."""

    grantee_id: UUID
    kind: AuthorityKind
    unit_code: str
    capacity: str
    process_keys: frozenset[str]
    reference: str
    last: date | None
    is_over: bool

    def covers(self, process_key: str) -> bool:
        """Tell whether it reaches the papers of that process."""
        return not self.process_keys or process_key in self.process_keys


@dataclass(frozen=True)
class Directory:
    """The directory on one day; answers without touching the database. People stand in the order of given names."""

    units: Mapping[str, UnitEntry]
    holders: tuple[Holder, ...]
    people: Mapping[str, PersonEntry]
    successors: Mapping[str, str] = field(default_factory=dict)
    absences: tuple[Absence, ...] = ()
    authorities: tuple[Authority, ...] = ()
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
        seen: set[str] = set()
        while unit_code in self.successors and unit_code not in seen:
            seen.add(unit_code)
            unit_code = self.successors[unit_code]
        return unit_code

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

    def superior_of(self, holder: Holder) -> Holder | None:
        """Return the head whom who holds a position is under: of the unit, or for its own head of the nearest above."""
        leaders = (self.leader_of(code) for code in self.ancestors(holder.unit_code))
        return next((each for each in leaders if each is not None and each.person_id != holder.person_id), None)

    def is_under(self, person_id: UUID, head_id: UUID) -> bool:
        """Tell whether a person holds a position under that head."""
        superiors = map(self.superior_of, self.positions_of(person_id))
        return any(each is not None and each.person_id == head_id for each in superiors)

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
        """Return those whose tasks the person may do on this day; one step only, nothing is passed on."""
        found = []
        for absence in self._absences_by_substitute.get(person_id, ()):
            absent, unit_code = self._people_by_id.get(absence.person_id), absence.unit_code
            if absent is not None:
                groups = frozenset(self._keys_by_position(absent.id, unit_code))
                who = absent.id, absent.username, absent.full_name
                found.append(InPlaceOf(*who, groups, unit_code, absence.process_key))
        return found

    def authorities_of(self, person_id: UUID) -> list[Authority]:
        """Return the authorities to sign that a person has or had, the newest first."""
        return [each for each in self.authorities if each.grantee_id == person_id]

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


_CHANGED_IN, _READ_IN = "directory_changed_in", "directory_revision_read_in"  # what a session notes: its transaction
_NEVER = object()
_snapshots: WeakKeyDictionary[Engine | Connection, tuple[int, date, Directory]] = WeakKeyDictionary()


def current(session: Session, *, on: date) -> Directory:
    """Return the directory as it stands on a day; one small query a transaction when nothing has changed."""
    number = revision(session)
    if number is None:
        return _take_snapshot(session, on)
    bind = session.get_bind()
    known = _snapshots.get(bind)
    if known is not None and known[:2] == (number, on):
        return known[2]
    taken = _take_snapshot(session, on)
    _snapshots[bind] = (number, on, taken)
    return taken


def revision(session: Session) -> int | None:
    """Return the number of the directory that this transaction sees; None when it has changed the directory itself.

    What was changed and not committed yet is nobody else's to see, so no snapshot of it may be kept.
    """
    is_changed = session.info.get(_CHANGED_IN, _NEVER) is session.get_transaction()
    return None if is_changed else _revision(session)


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
    all_units = session.scalars(select(Unit).options(joinedload(Unit.parent), joinedload(Unit.successor))).all()
    units = [unit for unit in all_units if _holds(unit, on)]
    people = session.execute(
        select(Person.id, Person.username, Person.full_name, Person.is_administrator).where(Person.is_active)
    ).all()
    names = {row.id: name_order(row.full_name) for row in people}
    holders = sorted(_holders(session, on), key=lambda each: _order_of(each, names[each.person_id]))
    return Directory(
        units={unit.code: _entry(unit) for unit in sorted(units, key=lambda unit: (unit.sort, unit.code))},
        holders=tuple(holders),
        people={row[1]: PersonEntry(*row) for row in sorted(people, key=lambda row: (names[row[0]], row[1]))},
        successors={each.code: each.successor.code for each in all_units if each.successor and _is_closed(each, on)},
        absences=tuple(_absences(session, on)),
        authorities=tuple(_authorities(session, on)),
    )


def _is_closed(unit: Unit, on: date) -> bool:
    return unit.valid_to is not None and unit.valid_to < on


def _absences(session: Session, on: date) -> Iterable[Absence]:
    query = (
        select(Substitution)
        .where(Substitution.valid_to >= on, Substitution.ended_at.is_(None))
        .options(joinedload(Substitution.unit))
        .order_by(Substitution.set_at, Substitution.id)
    )
    for each in session.scalars(query):
        if each.holds(on):
            unit_code = each.unit.code if each.unit else ""
            yield Absence(each.person_id, each.substitute_id, unit_code, each.process_key)


def _authorities(session: Session, on: date) -> Iterable[Authority]:
    query = (
        select(SigningAuthority)
        .where(SigningAuthority.valid_from <= on)
        .options(joinedload(SigningAuthority.unit))
        .order_by(SigningAuthority.granted_at.desc(), SigningAuthority.id)
    )
    for each in session.scalars(query):
        yield Authority(
            grantee_id=each.grantee_id,
            kind=each.kind,
            unit_code=each.unit.code,
            capacity=each.capacity,
            process_keys=frozenset(each.process_keys),
            reference=each.reference,
            last=each.valid_to,
            is_over=each.is_over(on),
        )


def _holds(dated: Unit, on: date) -> bool:
    return (dated.valid_from is None or dated.valid_from <= on) and (dated.valid_to is None or on <= dated.valid_to)


def _entry(unit: Unit) -> UnitEntry:
    return UnitEntry(unit.code, unit.name, unit.parent.code if unit.parent else None, unit.sort)


def _holders(session: Session, on: date) -> Iterable[Holder]:
    """Return the positions that active people hold on a day, column by column: there may be tens of thousands."""
    query = (
        select(
            Position.person_id,
            Person.username,
            Person.full_name,
            Unit.code,
            Position.kind,
            Position.title,
            Position.rank,
            Position.is_primary,
            Position.may_sign,
        )
        .join(Position.person)
        .join(Position.unit)
        .where(
            Person.is_active,
            or_(Position.valid_from.is_(None), Position.valid_from <= on),
            or_(Position.valid_to.is_(None), Position.valid_to >= on),
        )
    )
    return (Holder(*row) for row in session.execute(query))


def _order_of(holder: Holder, name: tuple[str, str, str]) -> tuple[object, ...]:
    """Order by rank, heads and deputies first, then by name: nothing may depend on how a database keeps its rows."""
    before_others = {LEADER: 0, DEPUTY: 1}.get(holder.kind, 2)
    return holder.rank, before_others, name, holder.username, holder.unit_code, holder.kind, holder.title


def lock(session: Session) -> int:
    """Wait until this transaction alone changes the directory as a whole; return its revision as it then stands."""
    return session.scalar(select(DirectoryRevision.revision).with_for_update()) or 0


def changed(session: Session) -> None:
    """Count the directory's revision up; every change of what a snapshot holds, or of hours, ends with this."""
    first = database.insert(session, DirectoryRevision).values(id=1, revision=1)
    session.execute(
        first.on_conflict_do_update(index_elements=["id"], set_={"revision": DirectoryRevision.revision + 1})
    )
    session.info[_CHANGED_IN] = session.get_transaction()
