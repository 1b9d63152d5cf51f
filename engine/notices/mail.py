"""E-mail: what a delivery looks like as a letter, and handing it to the office's mail server (SMTP, RFC 5321)."""

import smtplib
import ssl
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum

from engine.calendar.offices import ZONE
from engine.hooks import Channel, Delivery, NoticeText, hookimpl
from engine.wording import Bilingual

CHANNEL = "email"
LABEL = Bilingual("Thư điện tử", "E-mail")
SENDER_NAME = "Luân Chuyển"
LONGEST_SUBJECT = 150
MOST_LISTED = 50
PATIENCE_SECONDS = 20.0

_SEVERAL = Bilingual("{count} thông báo mới", "{count} new notices")
_GREETING = Bilingual("Kính gửi {name},", "Dear {name},")
_MORE = Bilingual("… và {count} thông báo nữa: {url}", "… and {count} more: {url}")
_FOOTER = Bilingual(
    "Thư gửi tự động, xin đừng trả lời. Chọn cách nhận thông báo: {url}",
    "Sent automatically, please do not reply. Choose how you are told: {url}",
)


class Security(StrEnum):
    """How the connection to the mail server is kept private."""

    STARTTLS = "starttls"
    SSL = "ssl"
    NONE = "none"


class MailNotSent(Exception):
    """The mail server did not take a letter; what is said holds no address and nothing of the letter."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where letters are handed in, and as whom; `sender` is the address they come from."""

    host: str
    port: int
    security: Security
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)

    @property
    def domain(self) -> str:
        """The domain of the sender, which names us to the server and makes the ids of letters."""
        return self.sender.partition("@")[2]

    @contextmanager
    def connected(self) -> Iterator[smtplib.SMTP]:
        """Open a connection that is ready for letters; refuses with `MailNotSent`."""
        try:
            with self._open() as connection:
                if self.security is Security.STARTTLS:
                    connection.starttls(context=ssl.create_default_context())
                if self.user:
                    connection.login(self.user, self.password)
                yield connection
        except (smtplib.SMTPException, OSError) as error:
            raise MailNotSent(_said(error)) from error

    def _open(self) -> smtplib.SMTP:
        if self.security is Security.SSL:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(self.host, self.port, self.domain, timeout=PATIENCE_SECONDS, context=context)
        return smtplib.SMTP(self.host, self.port, self.domain, timeout=PATIENCE_SECONDS)

    def send(self, delivery: Delivery) -> None:
        """Hand in one letter; refuses with `MailNotSent`."""
        letter = compose(delivery, sender=self.sender)
        with self.connected() as connection:
            connection.send_message(letter, self.sender, [delivery.recipient.address])

    def check(self) -> None:
        """Sign in and go; refuses with `MailNotSent`."""
        with self.connected() as connection:
            connection.noop()


class MailChannel:
    """Offers e-mail through the seam that packs use."""

    def __init__(self, server: MailServer) -> None:
        self._server = server

    @hookimpl
    def channels(self) -> Sequence[Channel]:
        """Offer e-mail."""
        return [Channel(CHANNEL, LABEL, self._server.send, needs_address=True)]


def _said(error: Exception) -> str:
    """Return the kind of an error and the server's number; its words may repeat addresses."""
    code = getattr(error, "smtp_code", "")
    return f"{type(error).__name__} {code}".strip()


def compose(delivery: Delivery, *, sender: str) -> EmailMessage:
    """Return a delivery as a letter in plain text; the same delivery makes the same letter, id and all."""
    letter = EmailMessage(policy=SMTP)
    domain = sender.partition("@")[2]
    letter["From"] = Address(SENDER_NAME, addr_spec=sender)
    letter["To"] = Address(_line(delivery.recipient.full_name), addr_spec=delivery.recipient.address)
    letter["Subject"] = _subject(delivery)
    letter["Date"] = format_datetime(delivery.at.astimezone(ZONE))
    letter["Message-ID"] = f"<{delivery.idempotency_key}@{domain}>"
    letter["Auto-Submitted"] = "auto-generated"
    letter["Content-Language"] = delivery.recipient.language
    letter.set_content(_body(delivery), cte="quoted-printable")
    return letter


def _subject(delivery: Delivery) -> str:
    """Return the title of the case for one notice, a number for several; no names and no reasons."""
    title = _line(delivery.notices[0].title) if len(delivery.notices) == 1 else ""
    several = _SEVERAL.said(delivery.recipient.language).format(count=len(delivery.notices))
    said = f"[{SENDER_NAME}] {title or several}"
    return said if len(said) <= LONGEST_SUBJECT else f"{said[: LONGEST_SUBJECT - 1]}…"


def _line(text: str) -> str:
    """Return a text as one line that cannot begin another header: no line ends, no control characters."""
    return " ".join("".join(" " if unicodedata.category(each)[0] in "CZ" else each for each in text).split())


def _body(delivery: Delivery) -> str:
    language, url = delivery.recipient.language, delivery.site_url
    greeting = _GREETING.said(language).format(name=_line(delivery.recipient.full_name))
    listed = [_entry(each, url) for each in delivery.notices[:MOST_LISTED]]
    left = len(delivery.notices) - len(listed)
    more = [_MORE.said(language).format(count=left, url=f"{url}/notices")] if left else []
    footer = _FOOTER.said(language).format(url=f"{url}/account/notices")
    return "\n\n".join([greeting, *listed, *more, f"-- \n{footer}\n"])


def _entry(notice: NoticeText, url: str) -> str:
    about = " · ".join(filter(None, [_line(notice.title), notice.code]))
    when = " · ".join(filter(None, [_line(notice.by), f"{notice.at.astimezone(ZONE):%d/%m/%Y %H:%M}"]))
    note = f"“{_line(notice.note)}”" if notice.note else ""
    return "\n  ".join(filter(None, [f"* {_line(notice.sentence)}", about, when, note, f"{url}{notice.path}"]))
