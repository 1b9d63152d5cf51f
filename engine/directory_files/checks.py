"""What stands against a file as a whole: rows that contradict each other or speak of what is not there."""

from collections.abc import Container, Iterator, Mapping
from datetime import date

from engine.directory_files.columns import PEOPLE, POSITIONS, SHEETS, UNITS, Sheet, Value
from engine.directory_files.problems import Problems
from engine.directory_files.raw import MOST_ROWS
from engine.directory_files.reading import OfficeFile, Row
from engine.directory_files.standing import Standing

LONGEST_CIRCLE_SHOWN = 6


def check(office: OfficeFile, standing: Standing, *, open_tasks: Mapping[str, int]) -> Problems:
    """Return what is wrong with a file by itself and beside the directory as it stands."""
    problems = Problems(office.problems)
    for sheet in SHEETS:
        _check_rows(problems, office, sheet)
    _check_units(problems, office, standing)
    _check_positions(problems, office, standing)
    _check_leavers(problems, office, standing, open_tasks)
    _check_administrators(problems, office, standing)
    return problems


def _rows(office: OfficeFile, sheet: Sheet) -> list[Row]:
    return office.rows.get(sheet.key, [])


def _check_rows(problems: Problems, office: OfficeFile, sheet: Sheet) -> None:
    """Name rows that are there twice, and those that end before they begin."""
    first: dict[tuple[Value, ...], int] = {}
    for row in _rows(office, sheet):
        key = tuple(row.values[each] for each in sheet.identity)
        if sheet is POSITIONS:
            key += row.values.get("valid_from"), row.values["title"]
        if key in first:
            said = " · ".join(str(row.values[each]) for each in sheet.identity)
            problems.add("row.double", office.names[sheet.key], row.number, value=said, first=first[key])
        first.setdefault(key, row.number)
        begins, ends = row.values.get("valid_from"), row.values.get("valid_to")
        if isinstance(begins, date) and isinstance(ends, date) and ends < begins:
            problems.add("row.days", office.names[sheet.key], row.number)


def _known(office: OfficeFile, standing: Standing, sheet: Sheet) -> Container[Value]:
    """Return what may be spoken of; everything where the sheet that would say it is unreadable."""
    if sheet.key in office.unreadable:
        return _Everything()
    there = {key[0] for key in standing.by_key(sheet)} | {key[0] for key in office.spoilt.get(sheet.key, ())}
    return there | {row.values[sheet.identity[0]] for row in _rows(office, sheet)}


class _Everything(Container[Value]):
    """What holds everything."""

    def __contains__(self, value: object) -> bool:
        return True


def _check_units(problems: Problems, office: OfficeFile, standing: Standing) -> None:
    rows = _rows(office, UNITS)
    known = _known(office, standing, UNITS)
    for row in rows:
        for named in (row.values.get("parent"), row.values.get("successor")):
            if named is not None and named not in known:
                problems.add("unit.unknown", office.names[UNITS.key], row.number, value=named)
    for key in ("parent", "successor") if rows else ():
        _check_circles(problems, office, standing, key)


def _check_circles(problems: Problems, office: OfficeFile, standing: Standing, key: str) -> None:
    """Name each circle of units above one another, or of units that succeed one another, at its first row."""
    place = [column.key for column in UNITS.columns].index(key)
    nexts: dict[Value, Value] = {held.values[0]: held.values[place] for held in standing.held[UNITS.key]}
    for row in _rows(office, UNITS):
        nexts[row.values["code"]] = row.values.get(key, nexts.get(row.values["code"]))
    numbers = {row.values["code"]: row.number for row in _rows(office, UNITS)}
    for circle in _circles(nexts):
        code = min(circle, key=lambda each: numbers.get(each, MOST_ROWS))
        place = circle.index(code)
        around = [*circle[place:], *circle[:place]][:LONGEST_CIRCLE_SHOWN]
        shown = " → ".join(str(each) for each in [*around, code])
        problems.add(f"unit.{key}_circle", office.names[UNITS.key], numbers.get(code), value=code, circle=shown)


def _circles(nexts: Mapping[Value, Value]) -> Iterator[list[Value]]:
    """Yield each circle of units once; every unit is looked at once."""
    seen: set[Value] = set()
    for start in nexts:
        path: dict[Value, int] = {}
        code: Value = start
        while code is not None and code not in seen:
            seen.add(code)
            path[code] = len(path)
            code = nexts.get(code)
        if code in path:
            yield list(path)[path[code] :]


def _check_positions(problems: Problems, office: OfficeFile, standing: Standing) -> None:
    rows = _rows(office, POSITIONS)
    if not rows:
        return
    people, units = _known(office, standing, PEOPLE), _known(office, standing, UNITS)
    name = office.names[POSITIONS.key]
    for row in rows:
        if row.values["username"] not in people:
            problems.add("person.unknown", name, row.number, value=row.values["username"])
        if row.values["unit"] not in units:
            problems.add("unit.unknown", name, row.number, value=row.values["unit"])


def _check_leavers(problems: Problems, office: OfficeFile, standing: Standing, open_tasks: Mapping[str, int]) -> None:
    """Name people who would lose their account while they hold open tasks: nobody could do these any more."""
    place = [column.key for column in PEOPLE.columns].index("is_active")
    active = {held.values[0] for held in standing.held[PEOPLE.key] if held.values[place]}
    for row in _rows(office, PEOPLE):
        username = str(row.values["username"])
        if row.values.get("is_active") is False and username in active and open_tasks.get(username):
            said = {"value": username, "count": open_tasks[username]}
            problems.add("person.holds_tasks", office.names[PEOPLE.key], row.number, **said)


def _check_administrators(problems: Problems, office: OfficeFile, standing: Standing) -> None:
    keys = [column.key for column in PEOPLE.columns]
    left = {held.values[0]: dict(zip(keys, held.values, strict=True)) for held in standing.held[PEOPLE.key]}
    for row in _rows(office, PEOPLE):
        defaults = left.get(row.values["username"], {column.key: column.default for column in PEOPLE.columns})
        left[row.values["username"]] = {**defaults, **row.values}
    if left and not any(each["is_active"] and each["is_administrator"] for each in left.values()):
        problems.add("people.no_administrator", office.names.get(PEOPLE.key, ""))
