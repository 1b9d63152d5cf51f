"""E-mail: the letters as people read them, and a real mail server that takes them."""

import email
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from engine.hooks import Delivery, NoticeText, Recipient, channels, load_plugins
from engine.job_runner import JobRunner
from engine.model import Notice
from engine.notices import gathering, preferences
from engine.notices.mail import MailChannel, MailNotSent, MailServer, Security, compose
from engine.notices.outlets import Outlets
from engine.notices.preferences import Wishes

LETTERS = Path(__file__).parent / "letters"
MORNING = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
SITE = "https://vanban.example.vn"
SENDER = "luanchuyen@example.vn"
TASK = NoticeText(
    sentence="Việc mới: Ký nháy",
    title="Biên bản bàn giao xe ô tô 60A-123.45",
    code="VBD-2026-000001",
    note="",
    by="Ngô Minh",
    path="/notices/1",
    at=MORNING,
)
RETURN = replace(TASK, sentence="Bị trả lại: Dự thảo", note="Thiếu số khung.", by="Hoàng Lan", path="/notices/2")
DUTY = replace(
    TASK, sentence="Lê An làm thay Hoàng Lan từ 02/03/2026 đến 06/03/2026", title="", code="", path="/notices/3"
)


def delivery(*notices: NoticeText, language: str = "vi", name: str = "Hoàng Lan") -> Delivery:
    recipient = Recipient("lan", name, "lan@example.vn", language)
    return Delivery(recipient, notices, SITE, "0123456789abcdef", MORNING)


def read_back(letter: EmailMessage) -> str:
    """Return a letter as a mail program shows it, after it has been sent over the wire."""
    got = email.message_from_bytes(letter.as_bytes(), policy=default)
    assert isinstance(got, EmailMessage)
    heads = [f"{name}: {got[name]}" for name in ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted")]
    return "\n".join([*heads, "", got.get_content().replace("\r\n", "\n")])


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("one_notice.vi.txt", delivery(TASK)),
        ("digest.vi.txt", delivery(TASK, RETURN, DUTY)),
        (
            "digest.en.txt",
            delivery(
                replace(TASK, sentence="New task: Ký nháy"),
                replace(RETURN, sentence="Sent back to you: Dự thảo"),
                language="en",
            ),
        ),
    ],
)
def test_letters_read_as_they_are_kept_here(name: str, sent: Delivery) -> None:
    assert read_back(compose(sent, sender=SENDER)) == (LETTERS / name).read_text(encoding="utf-8")


def test_the_same_delivery_makes_the_same_letter_byte_by_byte() -> None:
    assert compose(delivery(TASK), sender=SENDER).as_bytes() == compose(delivery(TASK), sender=SENDER).as_bytes()


@pytest.mark.parametrize(
    "evil", ["Đơn\r\nBcc: all@example.vn", "Đơn\nBcc: all@example.vn", "Đơn\u2028Bcc: a@b.vn", "\x00\x0b"]
)
def test_a_title_or_a_name_cannot_write_another_header(evil: str) -> None:
    letter = compose(delivery(replace(TASK, title=evil), name=f"Lan {evil}"), sender=SENDER)

    got = email.message_from_bytes(letter.as_bytes(), policy=default)
    assert got["Bcc"] is None
    assert got["To"].addresses[0].addr_spec == "lan@example.vn"
    assert len(got["Subject"].splitlines()) == 1


def test_a_subject_holds_the_title_only_and_is_cut_when_it_is_long() -> None:
    letter = compose(delivery(replace(RETURN, title="Tờ trình " * 60)), sender=SENDER)

    assert len(letter["Subject"]) == 150
    assert "Hoàng Lan" not in letter["Subject"]
    assert "số khung" not in letter["Subject"]


def test_of_very_many_notices_a_letter_lists_fifty_and_leads_to_the_others() -> None:
    content = compose(delivery(*[TASK] * 60), sender=SENDER).get_content()

    assert content.count("* Việc mới") == 50
    assert f"… và 10 thông báo nữa: {SITE}/notices" in content


def server(mail_box: Any, **more: Any) -> MailServer:
    return MailServer("127.0.0.1", mail_box.port, Security.NONE, SENDER, **more)


def test_a_real_server_takes_the_letter(mail_box: Any) -> None:
    server(mail_box, user="office", password="let me in").send(delivery(TASK))

    [envelope] = mail_box.letters
    assert (envelope.mail_from, envelope.rcpt_tos) == (SENDER, ["lan@example.vn"])
    got = email.message_from_bytes(envelope.content, policy=default)
    assert got["Subject"] == "[Luân Chuyển] Biên bản bàn giao xe ô tô 60A-123.45"
    assert got["Message-ID"] == "<0123456789abcdef@example.vn>"


def test_a_wrong_password_is_told_without_it(mail_box: Any) -> None:
    with pytest.raises(MailNotSent, match=r"^SMTPAuthenticationError 535$"):
        server(mail_box, user="office", password="wrong").check()


def test_a_server_without_starttls_is_not_spoken_to_in_the_open(mail_box: Any) -> None:
    private = replace(server(mail_box), security=Security.STARTTLS)

    with pytest.raises(MailNotSent, match="SMTPNotSupportedError"):
        private.send(delivery(TASK))

    assert mail_box.letters == []


def test_what_a_server_says_is_kept_without_addresses(mail_box: Any) -> None:
    mail_box.refusals = 1

    with pytest.raises(MailNotSent, match=r"^SMTPDataError 451$"):
        server(mail_box).send(delivery(TASK))


def test_nobody_listening_is_a_letter_not_sent(mail_box: Any) -> None:
    with pytest.raises(MailNotSent, match="ConnectionRefusedError"):
        replace(server(mail_box), port=1).check()


def test_e_mail_comes_through_the_seam_that_packs_use(mail_box: Any) -> None:
    plugins = load_plugins()

    plugins.register(MailChannel(server(mail_box)))

    assert list(channels(plugins)) == ["email"]


@pytest.fixture
def post_office(desk: Any, mail_box: Any) -> Callable[[], None]:
    """Do what is due, with e-mail over the server on this machine."""
    plugins = load_plugins()
    plugins.register(MailChannel(server(mail_box)))
    outlets = Outlets(channels(plugins), SITE)

    def run() -> None:
        desk.write(lambda session: gathering.keep_gathering(session, outlets, at=desk.now))
        JobRunner(desk.session, {}, outlets=outlets, chance=lambda: 0.5).run_due(desk.now)

    return run


def write_to_lan(desk: Any) -> None:
    wishes = Wishes(address="lan@example.vn")
    desk.write(lambda session: preferences.save(session, wishes, by=desk.person(session, "lan"), at=desk.now))
    desk.start("named", who="lan")
    desk.complete(desk.task("first").id, "minh")


def test_a_task_reaches_its_persons_letter_box(desk: Any, mail_box: Any, post_office: Callable[[], None]) -> None:
    write_to_lan(desk)

    post_office()

    [envelope] = mail_box.letters
    content = email.message_from_bytes(envelope.content, policy=default).get_content()
    with desk.session() as session:
        notice = session.query(Notice).one()
    assert "* Việc mới: Việc second" in content
    assert f"{SITE}/notices/{notice.id}" in content
    assert notice.mailed_at == desk.now


def test_a_letter_refused_for_now_comes_again_under_the_same_id(
    desk: Any, mail_box: Any, post_office: Callable[[], None]
) -> None:
    mail_box.refusals = 1
    write_to_lan(desk)
    post_office()
    assert mail_box.letters == []

    desk.later(minutes=2)
    post_office()

    [envelope] = mail_box.letters
    [job] = [each for each in desk.jobs() if each.job_type == "email"]
    got = email.message_from_bytes(envelope.content, policy=default)
    assert got["Message-ID"] == f"<{job.id.hex}@example.vn>"
    assert "lan@" not in job.last_error
