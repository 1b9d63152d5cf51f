"""The bell, one's own notices, and how one is told: seen by people at a browser without scripts."""

import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, select, update
from sqlalchemy.orm import sessionmaker

from engine.hooks import Channel, Delivery, hookimpl, load_plugins
from engine.job_runner import JobRunner
from engine.model import Notice, NoticePreference, Person, ProcessInstance
from engine.notices.outlets import Outlets
from engine.wording import Bilingual
from web.app import create_app
from web.database import db
from web.job_runner import BackgroundRunner

STRANGER = "thai.ngan"
PATIENCE_SECONDS = 20.0
DRAFT = {
    "document_type": "BB",
    "abstract": "Biên bản bàn giao xe ô tô 60A-123.45",
    "submitter": "nguyen.thu",
    "signer": "pham.bao",
    "chain": ["TT.KCTVPTCN", "P.KHTCTH", "P.KTQLNL"],
    "urgency": "normal",
    "secrecy": "normal",
}


class ShortMessages:
    """A pack that tells people by short messages."""

    def __init__(self) -> None:
        self.sent: list[Delivery] = []

    @hookimpl
    def channels(self) -> list[Channel]:
        """Offer the channel."""
        return [Channel("sms", Bilingual("Tin nhắn", "Short message"), self.sent.append)]


@pytest.fixture
def said(site: Any) -> Iterator[Callable[[], list[str]]]:
    """Return the statements since it was asked last."""
    heard: list[str] = []

    def saw(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        heard.append(statement)

    with site.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", saw)

    def take() -> list[str]:
        taken = list(heard)
        heard.clear()
        return taken

    yield take
    event.remove(engine, "before_cursor_execute", saw)


@pytest.fixture
def site_with_messages(site: Any, instance: Any) -> Iterator[Any]:
    """The site with a pack that brings a channel."""
    plugins = load_plugins()
    plugins.register(ShortMessages())
    site.app = create_app(instance, plugins=plugins, now=site.clock)
    yield site
    with site.app.app_context():
        db.engine.dispose()


def notices_of(site: Any, username: str) -> list[Notice]:
    with site.session() as session:
        mine = select(Notice).join(Notice.person).where(Person.username == username).order_by(Notice.at)
        return list(session.scalars(mine))


def test_the_bell_of_every_page_counts_what_is_new(site: Any, journey: Any) -> None:
    assert (
        'class="bell" type="button" popovertarget="notices" aria-label="Thông báo"'
        in site.visit("nguyen.thu").get("/").text
    )

    journey.submit()

    assert 'aria-label="1 thông báo mới"' in site.visit("nguyen.thu").get("/cases").text
    assert 'aria-label="1 thông báo mới"' not in site.visit("ngo.minh").get("/cases").text


def test_opening_a_notice_marks_it_as_read_and_leads_to_its_task(site: Any, journey: Any) -> None:
    journey.submit()
    [notice] = notices_of(site, "nguyen.thu")

    response = site.visit("nguyen.thu").get(f"/notices/{notice.id}")

    assert response.location == f"/tasks/{site.the_task().id}"
    [read] = notices_of(site, "nguyen.thu")
    assert read.read_at == site.clock.now
    assert 'aria-label="Thông báo"' in site.visit("nguyen.thu").get("/").text


def test_a_notice_of_a_task_that_is_over_leads_to_the_case(site: Any, journey: Any) -> None:
    journey.submit()
    [notice] = notices_of(site, "nguyen.thu")
    journey.sign("nguyen.thu")

    response = site.visit("nguyen.thu").get(f"/notices/{notice.id}")

    assert response.location == f"/cases/{site.the_case().id}"


def test_a_notice_of_a_task_that_a_colleague_has_claimed_leads_to_a_page_that_says_so(site: Any, journey: Any) -> None:
    journey.submit()
    journey.sign("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
    site.visit("bui.mai").post(f"/tasks/{site.the_task().id}/claim")
    [notice] = notices_of(site, "ly.quynh")
    colleague = site.visit("ly.quynh")

    shown = colleague.get(colleague.get(f"/notices/{notice.id}").location)

    assert shown.status_code == 200
    assert "Bùi Mai" in shown.text


def test_nobody_opens_or_marks_the_notice_of_another(site: Any, journey: Any) -> None:
    journey.submit()
    [notice] = notices_of(site, "nguyen.thu")

    response = site.visit(STRANGER).get(f"/notices/{notice.id}")

    assert response.status_code == 404
    assert notices_of(site, "nguyen.thu")[0].read_at is None


def test_the_list_and_the_bell_show_only_ones_own(site: Any, journey: Any) -> None:
    journey.submit()

    title = site.the_case().title
    assert title in site.visit("nguyen.thu").get("/notices").text
    assert title in site.visit("nguyen.thu").get("/notices/newest").text
    assert title not in site.visit(STRANGER).get("/notices").text
    assert title not in site.visit(STRANGER).get("/notices/newest").text


def test_of_a_case_one_may_no_longer_see_a_notice_tells_nothing(site: Any, journey: Any) -> None:
    journey.submit()
    [notice] = notices_of(site, "nguyen.thu")
    title = site.the_case().title
    with site.session() as session, session.begin():
        session.execute(update(ProcessInstance).values(purged_at=site.clock.now))
    visitor = site.visit("nguyen.thu")

    page, opened = visitor.get("/notices").text, visitor.get(f"/notices/{notice.id}")

    assert title not in page
    assert "Hồ sơ này không còn mở cho bạn" in page
    assert opened.location == "/notices"


def test_marking_all_as_read_leaves_what_came_after_the_page_was_shown(site: Any, journey: Any) -> None:
    journey.submit()
    shown = site.clock.now
    site.clock.advance(timedelta(minutes=5))
    task = site.the_task()
    assert site.visit("nguyen.thu").complete(task.id, "return", reason="Thiếu số khung.").status_code == 303
    assert site.visit("ngo.minh").complete(site.the_task().id, "submit", DRAFT).status_code == 303

    site.visit("nguyen.thu").post("/notices/read", {"until": shown.isoformat()})

    assert [notice.read_at is not None for notice in notices_of(site, "nguyen.thu")] == [True, False]


@pytest.mark.parametrize("until", ["", "yesterday", "2026-03-02T08:00:00", "9999-12-31T00:00:00+00:00"])
def test_a_moment_that_no_page_of_ours_sends_is_now(site: Any, journey: Any, until: str) -> None:
    journey.submit()

    response = site.visit("nguyen.thu").post("/notices/read", {"until": until})

    assert response.status_code == 303
    assert [notice.read_at for notice in notices_of(site, "nguyen.thu")] == [site.clock.now]


def test_long_lists_come_by_pages_and_new_ones_alone_when_asked(site: Any, journey: Any) -> None:
    journey.submit()
    many(site, "nguyen.thu", 40)
    visitor = site.visit("nguyen.thu")

    first, second, new = (visitor.get(f"/notices{query}").text for query in ("", "?page=2", "?show=unread"))

    assert first.count('<li class="is-new">') + first.count("<li>\n") >= 30
    assert "31–41" in second
    assert 'aria-label="41 thông báo mới"' in new


def test_more_than_a_hundred_new_ones_are_not_counted(site: Any, journey: Any) -> None:
    journey.submit()
    many(site, "nguyen.thu", 150)

    assert '<b aria-hidden="true">99+</b>' in site.visit("nguyen.thu").get("/").text


def many(site: Any, username: str, count: int) -> None:
    """Give somebody many more notices of the newest case."""
    case = site.the_case()
    with site.session() as session, session.begin():
        person = session.scalars(select(Person).where(Person.username == username)).one()
        session.add_all(
            Notice(
                person_id=person.id,
                occasion=f"test:{number}",
                kind="case.copied",
                instance_id=case.id,
                data={},
                at=site.clock.now,
            )
            for number in range(count)
        )


def test_without_channels_the_page_of_wishes_says_so(site: Any) -> None:
    assert "chưa gửi thư điện tử" in site.visit("nguyen.thu").get("/account/notices").text


def test_what_one_wishes_is_kept_and_shown_again(site_with_messages: Any) -> None:
    site, visitor = site_with_messages, site_with_messages.visit("nguyen.thu")
    wishes = {
        "address": "thu@example.vn",
        "language": "en",
        "want": ["sms:tasks"],
        "digest": "daily",
        "digest_at": "16:30",
        "quiet": "on",
        "quiet_from": "21:00",
        "quiet_until": "06:15",
        "only_working_days": "on",
    }

    assert visitor.post("/account/notices", wishes).status_code == 303

    with site.session() as session:
        kept = session.scalars(select(NoticePreference)).one()
        assert (kept.address, kept.language, kept.digest, kept.only_working_days) == (
            "thu@example.vn",
            "en",
            "daily",
            True,
        )
        assert (str(kept.digest_at), str(kept.quiet_from), str(kept.quiet_until)) == (
            "16:30:00",
            "21:00:00",
            "06:15:00",
        )
        assert "sms:tasks" not in kept.muted
        assert "sms:incidents" in kept.muted
    page = visitor.get("/account/notices").text
    assert 'value="sms:tasks" checked' in page
    assert 'value="sms:incidents">' in page
    assert 'value="21:00"' in page


def test_a_wrong_address_is_told_and_nothing_is_stored(site_with_messages: Any) -> None:
    visitor = site_with_messages.visit("nguyen.thu")

    response = visitor.post("/account/notices", {"address": "thu@", "digest": "at_once", "digest_at": "99:99"})

    assert response.status_code == 422
    assert "không phải là địa chỉ thư" in response.text
    assert 'value="thu@"' in response.text
    with site_with_messages.session() as session:
        assert session.scalars(select(NoticePreference)).all() == []


def test_without_an_account_no_notice_is_shown(site: Any) -> None:
    client = site.app.test_client()

    for address in ("/notices", "/notices/newest", "/account/notices"):
        assert client.get(address).location.startswith("/sign-in")


def test_a_page_costs_one_statement_for_the_bell_however_many_notices_others_have(
    site: Any, journey: Any, said: Callable[[], list[str]]
) -> None:
    journey.submit()
    many(site, "ngo.minh", 200)
    visitor = site.visit("nguyen.thu")
    said()

    visitor.get("/")

    assert len([statement for statement in said() if " notice" in statement]) == 1


def test_the_sites_own_threads_gather_and_send_what_is_due(site_with_messages: Any, journey: Any) -> None:
    site, messages = site_with_messages, ShortMessages()
    journey.submit()
    outlets = Outlets({each.name: each for each in messages.channels()}, "https://vanban.example.vn")
    with site.app.app_context():
        sessions = sessionmaker(db.engine, expire_on_commit=False)
    runner = BackgroundRunner(JobRunner(sessions, {}, outlets=outlets), sessions, site.clock, outlets)

    runner.start()
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not messages.sent and time.monotonic() < deadline:
        runner.after_commit({site.the_case().id})
        time.sleep(0.05)
    runner.stop()

    [delivery] = messages.sent
    assert delivery.recipient.username == "nguyen.thu"
    assert delivery.notices[0].sentence == "Việc mới: Ký số, trình"
