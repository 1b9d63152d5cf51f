"""What leaves the site: gathered into one message, on every channel that is wanted, tried again, reported."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from engine import incidents
from engine.hooks import Channel, Delivery
from engine.job_runner import JobRunner
from engine.model import Digest, Job, JobKind, JobState, Notice, Person, ProcessInstance
from engine.notices import gathering, preferences, reading
from engine.notices.outlets import NONE, Outlets
from engine.notices.preferences import AddressInvalid, QuietHoursIncomplete, Wishes
from engine.wording import Bilingual

MINUTE = timedelta(minutes=1)
Said = list[tuple[str, Any]]


@dataclass
class Post:
    """Channels that keep what they are given; they fail as often as they are told."""

    office: Any
    sent: list[tuple[str, Delivery]] = field(default_factory=list)
    failures: int = 0

    @property
    def outlets(self) -> Outlets:
        """A short-message service that reaches everybody, and one that needs an address."""
        return Outlets(
            {
                "sms": Channel("sms", Bilingual("Tin nhắn", "Short message"), self._sender("sms")),
                "letters": Channel("letters", Bilingual("Thư", "Letters"), self._sender("letters"), needs_address=True),
            },
            "https://vanban.example.vn",
        )

    def _sender(self, name: str) -> Callable[[Delivery], None]:
        def send(delivery: Delivery) -> None:
            self.sent.append((name, delivery))
            if self.failures:
                self.failures -= 1
                raise ConnectionError("the service is away")

        return send

    def run(self) -> None:
        """Do the jobs that are due, with these channels."""
        with self.office.session() as session, session.begin():
            gathering.keep_gathering(session, self.outlets, at=self.office.now)
        JobRunner(self.office.session, {}, outlets=self.outlets, chance=lambda: 0.5).run_due(self.office.now)

    def heard(self, name: str = "sms") -> list[tuple[str, list[str]]]:
        """Return who was told what on a channel, message by message."""
        return [(each.recipient.username, [n.sentence for n in each.notices]) for on, each in self.sent if on == name]


@pytest.fixture
def said(desk: Any) -> Iterator[list[tuple[str, Any]]]:
    """What goes to the database, with its values."""
    heard: list[tuple[str, Any]] = []

    def saw(_connection: Any, _cursor: Any, statement: str, values: Any, *_rest: Any) -> None:
        heard.append((statement, values))

    event.listen(desk.engine, "before_cursor_execute", saw)
    yield heard
    event.remove(desk.engine, "before_cursor_execute", saw)


@pytest.fixture
def post(desk: Any) -> Post:
    """Two channels outside the site."""
    return Post(desk)


def send_task(desk: Any, who: str = "lan") -> None:
    """Let minh send somebody a task."""
    desk.start("named", who=who)
    desk.complete(desk.task("first").id, "minh")
    desk.complete(desk.task("second").id, who)


def wish(desk: Any, username: str, **said: Any) -> None:
    def save(session: Session) -> None:
        preferences.save(session, Wishes(**said), by=desk.person(session, username), at=desk.now)

    desk.write(save)


def jobs_of(desk: Any, kind: JobKind) -> list[Job]:
    return [job for job in desk.jobs() if job.kind is kind]


def test_what_came_within_a_minute_goes_as_one_message(desk: Any, post: Post) -> None:
    send_task(desk)
    send_task(desk)

    post.run()

    assert sorted(post.heard()) == [
        ("lan", ["Việc mới: Việc second", "Việc mới: Việc second"]),
        ("minh", ["Hồ sơ đã hoàn thành", "Hồ sơ đã hoàn thành"]),
    ]


def test_what_has_gone_out_does_not_go_again(desk: Any, post: Post) -> None:
    send_task(desk)
    post.run()
    first = len(post.sent)

    desk.later(minutes=2)
    post.run()

    assert len(post.sent) == first


def test_one_job_gathers_for_ever_and_comes_again_every_minute(desk: Any, post: Post) -> None:
    post.run()
    desk.later(minutes=1)
    post.run()

    [gatherer] = jobs_of(desk, JobKind.WORK)
    assert (gatherer.state, gatherer.due_at, gatherer.attempts) == (JobState.WAITING, desk.now + MINUTE, 0)


def test_without_channels_nobody_waits_for_what_gathers(desk: Any, post: Post) -> None:
    post.run()

    desk.write(lambda session: gathering.keep_gathering(session, NONE, at=desk.now))

    assert jobs_of(desk, JobKind.WORK)[0].state is JobState.CANCELLED


def test_when_channels_come_back_the_same_job_gathers_again(desk: Any, post: Post) -> None:
    post.run()
    desk.write(lambda session: gathering.keep_gathering(session, NONE, at=desk.now))
    send_task(desk)

    post.run()

    assert len(jobs_of(desk, JobKind.WORK)) == 1
    assert post.heard() != []


def test_a_letter_goes_only_to_who_has_given_an_address(desk: Any, post: Post) -> None:
    wish(desk, "lan", address="lan@example.vn", language="en")
    send_task(desk)

    post.run()

    assert post.heard("letters") == [("lan", ["New task: Việc second"])]
    [letter] = [each for on, each in post.sent if on == "letters"]
    assert (letter.recipient.address, letter.site_url) == ("lan@example.vn", "https://vanban.example.vn")


def test_only_what_is_wanted_on_a_channel_goes_there(desk: Any, post: Post) -> None:
    wish(desk, "lan", address="lan@example.vn", muted=["sms:tasks"])
    wish(desk, "minh", address="minh@example.vn", muted=["letters:cases"])
    send_task(desk)

    post.run()

    assert [name for name, _ in post.heard("sms")] == ["minh"]
    assert [name for name, _ in post.heard("letters")] == ["lan"]


def test_the_digest_is_one_message_of_the_whole_day(desk: Any, post: Post) -> None:
    wish(desk, "lan", digest=Digest.DAILY, digest_at=time(16))
    for _ in range(3):
        send_task(desk)
        desk.later(hours=2)
        post.run()
    assert [name for name, _ in post.heard() if name == "lan"] == []

    desk.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # 16:00 in Hà Nội
    post.run()

    assert [(name, len(said)) for name, said in post.heard() if name == "lan"] == [("lan", 3)]


def test_what_came_at_night_goes_in_the_morning_as_one_message(desk: Any, post: Post) -> None:
    wish(desk, "lan", quiet_from=time(20), quiet_until=time(6))
    desk.now = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)  # 21:30
    send_task(desk)
    post.run()
    desk.later(hours=4)  # past midnight
    send_task(desk)
    post.run()
    assert [name for name, _ in post.heard() if name == "lan"] == []

    desk.now = datetime(2026, 3, 2, 23, 0, tzinfo=UTC)  # 06:00
    post.run()

    assert [(name, len(said)) for name, said in post.heard() if name == "lan"] == [("lan", 2)]


def test_a_change_of_mind_counts_for_what_still_waits(desk: Any, post: Post) -> None:
    wish(desk, "lan", digest=Digest.DAILY, digest_at=time(16))
    send_task(desk)
    post.run()

    wish(desk, "lan")
    desk.later(minutes=1)
    post.run()

    assert [name for name, _ in post.heard() if name == "lan"] == ["lan"]


def test_what_was_read_in_the_site_needs_no_message(desk: Any, post: Post) -> None:
    send_task(desk)

    def read(session: Session) -> int:
        return reading.mark_all_read(session, by=desk.person(session, "lan"), until=desk.now, at=desk.now)

    assert desk.write(read) == 1
    post.run()

    assert [name for name, _ in post.heard()] == ["minh"]


def test_what_nothing_could_send_for_days_is_not_sent_any_more(desk: Any, post: Post) -> None:
    send_task(desk)
    desk.later(days=5)

    post.run()

    assert post.sent == []
    with desk.session() as session:
        assert session.scalars(select(Notice.outgoing_at)).all() == [None, None]


def test_what_waits_for_the_end_of_long_holidays_goes_then(desk: Any, post: Post) -> None:
    wish(desk, "lan", only_working_days=True)
    desk.now = datetime(2026, 2, 14, 3, 0, tzinfo=UTC)  # the Saturday before Tết
    send_task(desk)
    post.run()
    assert [name for name, _ in post.heard() if name == "lan"] == []

    desk.now = datetime(2026, 2, 23, 1, 0, tzinfo=UTC)  # the Monday after it, 08:00
    post.run()

    assert [name for name, _ in post.heard() if name == "lan"] == ["lan"]


def test_of_a_long_time_without_channels_not_each_notice_is_looked_at(desk: Any, post: Post, said: Said) -> None:
    for _ in range(6):
        send_task(desk)
    desk.later(days=5)
    send_task(desk)
    said.clear()

    post.run()

    assert sorted(post.heard()) == [("lan", ["Việc mới: Việc second"]), ("minh", ["Hồ sơ đã hoàn thành"])]
    forgotten = [values for statement, values in said if statement.startswith("UPDATE notice SET outgoing_at")]
    assert len(forgotten) == 2  # all that is old at once, and what goes out


def test_who_has_left_is_told_nothing(desk: Any, post: Post) -> None:
    send_task(desk)
    desk.write(lambda session: session.execute(update(Person).where(Person.username == "lan").values(is_active=False)))

    post.run()

    assert [name for name, _ in post.heard()] == ["minh"]


def test_of_a_case_one_may_no_longer_see_nothing_goes_out(desk: Any, post: Post) -> None:
    send_task(desk)
    desk.write(lambda session: session.execute(update(ProcessInstance).values(purged_at=desk.now)))

    post.run()

    assert post.sent == []
    assert {job.state for job in jobs_of(desk, JobKind.DELIVERY)} == {JobState.CANCELLED}


def test_a_channel_that_fails_is_tried_again_with_the_same_key_and_message(desk: Any, post: Post) -> None:
    desk.start("named", who="lan")
    desk.complete(desk.task("first").id, "minh")
    post.failures = 1
    post.run()

    desk.later(minutes=2)
    post.run()

    [first, second] = [each for on, each in post.sent if on == "sms"]
    assert first == second
    assert first.idempotency_key == jobs_of(desk, JobKind.DELIVERY)[0].id.hex


def test_a_channel_that_never_answers_is_reported_and_no_case_stands_still(desk: Any, post: Post) -> None:
    desk.start("named", who="lan")
    desk.complete(desk.task("first").id, "minh")
    post.failures = 99
    for _ in range(4):
        post.run()
        desk.later(hours=1)
    post.failures = 0

    [incident] = desk.incidents()
    assert (incident.code, incident.instance_id, incident.error_class) == ("job.failed", None, "ConnectionError")
    assert len(post.sent) == 4
    desk.complete(desk.task("second").id, "lan")


def test_an_operator_lets_a_failed_message_be_tried_again(desk: Any, post: Post) -> None:
    desk.start("named", who="lan")
    desk.complete(desk.task("first").id, "minh")
    post.failures = 4
    for _ in range(4):
        post.run()
        desk.later(hours=1)
    [incident] = desk.incidents()

    desk.write(
        lambda session: incidents.retry_many(session, [incident.id], by=desk.person(session, "admin"), at=desk.now)
    )
    post.run()

    assert desk.incidents() == []
    assert len({each.idempotency_key for _, each in post.sent}) == 1
    assert jobs_of(desk, JobKind.DELIVERY)[0].state is JobState.DONE


@pytest.mark.only_on("sqlite")
def test_a_count_looks_up_the_readers_new_notices_and_no_others(desk: Any, said: list[tuple[str, Any]]) -> None:
    with desk.session() as session:
        lan = desk.person(session, "lan")
        said.clear()
        reading.count_unread(session, lan)

        [(statement, values)] = said
        plan = " ".join(map(str, session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)))

    assert "USING COVERING INDEX ix_notice_unread_person_id_read_at" in plan


@pytest.mark.only_on("sqlite")
def test_gathering_looks_up_what_is_due_and_nothing_that_has_gone_out(desk: Any, post: Post, said: Said) -> None:
    send_task(desk)
    said.clear()

    post.run()

    asked = [each for each in said if "notice.outgoing_at <" in each[0]]
    assert len(asked) == 3  # what is too old, whose turn it is, what they are told
    with desk.engine.connect() as connection:
        for statement, values in asked:
            plan = " ".join(map(str, connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)))
            assert "USING INDEX ix_notice_outgoing_at (outgoing_at<?)" in plan, statement
            assert "SCAN" not in plan, statement


def test_a_letter_that_was_taken_is_marked_on_its_notices(desk: Any, post: Post) -> None:
    wish(desk, "lan", address="lan@example.vn")
    send_task(desk)

    post.run()

    with desk.session() as session:
        rows = session.execute(select(Person.username, Notice.mailed_at).join(Notice.person)).all()
    assert dict(rows) == {"lan": desk.now, "minh": None}


@pytest.mark.parametrize(
    "address",
    [
        "lan",
        "lan@",
        "lan@x",
        "a b@example.vn",
        "lan@example.vn\nBcc: all@example.vn",
        "lan@example.vn,x@y.vn",
        "lan..hoang@example.vn",
        ".lan@example.vn",
        "lan.@example.vn",
    ],
)
def test_what_is_no_address_is_refused(desk: Any, address: str) -> None:
    with pytest.raises(AddressInvalid):
        wish(desk, "lan", address=address)


def test_whoever_stores_the_first_wishes_twice_at_once_is_not_refused(desk: Any, at_once: Any) -> None:
    def save(session: Session, hour: int) -> None:
        wishes = Wishes(digest=Digest.DAILY, digest_at=time(hour))
        preferences.save(session, wishes, by=desk.person(session, "lan"), at=desk.now)

    at_once.overtaken(
        desk.session, lambda session: save(session, 8), lambda: desk.write(lambda session: save(session, 16))
    ).result()

    with desk.session() as session:
        assert preferences.of_person(session, desk.person(session, "lan")).digest_at == time(16)


@pytest.mark.parametrize(
    "hours", [{"quiet_from": time(20)}, {"quiet_until": time(6)}, {"quiet_from": time(6), "quiet_until": time(6)}]
)
def test_quiet_hours_need_a_beginning_and_another_end(desk: Any, hours: dict[str, time]) -> None:
    with pytest.raises(QuietHoursIncomplete):
        wish(desk, "lan", **hours)


def test_more_people_than_a_batch_are_all_told(desk: Any, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "MOST_PEOPLE", 1)
    send_task(desk)

    post.run()

    assert sorted(name for name, _ in post.heard()) == ["lan", "minh"]
