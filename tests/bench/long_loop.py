"""One case that goes round a thousand times: whether the thousandth completion costs what the first did."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from engine import database, definitions, deployment, history, runtime, staffing, tasks
from engine.model import Base, Person, ProcessInstance, TaskState, UserTask
from engine.play import FIRST_MOMENT
from tests.bench.measures import Stopwatch, Timing

DIAGRAM = Path(__file__).parent / "loop.bpmn"
PROCESS = "review_loop"
POINTS = (1, 10, 100, 1000)
WINDOW = 5
"""A point is the median of five completions: 1–5, 8–12, 98–102, 996–1,000, of every case together."""
PEOPLE = [{"username": "player", "full_name": "Người Chơi", "administrator": True}]


@dataclass(frozen=True, slots=True)
class LoopResult:
    """What the loop cost at its points; `very_first_ms` is the first completion alone, in a process already warm."""

    points: list[Timing]
    very_first_ms: float
    state_bytes: Mapping[int, int]
    history_entries: int
    breaches: int


def measure(folder: Path, cases: int) -> LoopResult:
    """Complete the task of `cases` cases a thousand times each, one case after another, on a SQLite file."""
    engine = database.open_engine(f"sqlite:///{folder / 'loop.sqlite'}")
    Base.metadata.create_all(engine)
    loop = _Loop(sessionmaker(engine, expire_on_commit=False))
    loop.go_round(20)
    cases_run = [loop.go_round(POINTS[-1]) for _ in range(cases)]
    entries, breaches = loop.audited()
    engine.dispose()
    return LoopResult(
        points=[_point(number, [times for times, _ in cases_run]) for number in POINTS],
        very_first_ms=Timing.of("", "", [times[0] for times, _ in cases_run]).median_ms,
        state_bytes=cases_run[-1][1],
        history_entries=entries,
        breaches=breaches,
    )


def _point(number: int, runs: list[list[float]]) -> Timing:
    begin = min(max(0, number - 1 - WINDOW // 2), POINTS[-1] - WINDOW)
    times = [each for times in runs for each in times[begin : begin + WINDOW]]
    return Timing.of(f"loop_{number}", f"loop in one case, completion {number:,}", times)


class _Loop:
    """An office of one person, and cases that go round."""

    def __init__(self, sessions: sessionmaker[Session]) -> None:
        self._sessions, self._now = sessions, FIRST_MOMENT
        with sessions.begin() as session:
            staffing.load_office(session, units=(), people=PEOPLE, hash_password=str, at=self._now)
            deployment.deploy(session, pack_key="bench", files={DIAGRAM.name: DIAGRAM.read_bytes()}, at=self._now)
            self._person_id = session.scalars(select(Person.id)).one()

    def go_round(self, times: int) -> tuple[list[float], Mapping[int, int]]:
        """Start a case and complete its task `times` times; return the times and the state's bytes at the points."""
        with self._sessions.begin() as session:
            by = session.get_one(Person, self._person_id)
            definition = definitions.latest(session, PROCESS)
            case_id = runtime.start(session, definition, by=by, variables={}, at=self._moment()).id
        stopwatch, sizes = Stopwatch(), {}
        for number in range(1, times + 1):
            with self._sessions() as session:
                mine = (UserTask.instance_id == case_id, UserTask.state == TaskState.OPEN)
                task_id = session.scalars(select(UserTask.id).where(*mine)).one()
            with stopwatch.lap(), self._sessions() as session:
                database.begin_write(session)
                by = session.get_one(Person, self._person_id)
                tasks.complete(session, task_id, by=by, outcome="again", variables={}, at=self._moment())
                session.commit()
            if number in POINTS:
                with self._sessions() as session:
                    sizes[number] = len(runtime.case_by_id(session, case_id).state_text.encode())
        return stopwatch.times_ms, sizes

    def audited(self) -> tuple[int, int]:
        """Verify the histories of all cases; return the number of entries and of breaches."""
        with self._sessions() as session:
            verified = list(history.verify_all(session))
            lengths = session.scalars(select(ProcessInstance.history_length)).all()
        return sum(lengths), sum(len(breaches) for _, breaches in verified)

    def _moment(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now
