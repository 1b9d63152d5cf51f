"""The mail server, and where the site is to be found from outside: settings of the environment, off unless given."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from engine.errors import Invalid
from engine.notices.mail import MailServer, Security
from engine.notices.preferences import is_address

PORTS = {Security.STARTTLS: 587, Security.SSL: 465, Security.NONE: 25}
URL_WRONG = (
    "LUANCHUYEN_URL phải là địa chỉ của trang, như https://vanban.example.vn. / "
    "LUANCHUYEN_URL must be the address of the site, such as https://vanban.example.vn."
)
SECURITY_WRONG = (
    "LUANCHUYEN_SMTP_SECURITY chỉ nhận: starttls, ssl, none. / "
    "LUANCHUYEN_SMTP_SECURITY must be one of: starttls, ssl, none."
)
PORT_WRONG = "LUANCHUYEN_SMTP_PORT phải là số cổng. / LUANCHUYEN_SMTP_PORT must be the number of a port."
SENDER_WRONG = (
    "LUANCHUYEN_SMTP_SENDER phải là một địa chỉ thư, như vanban@example.vn. / "
    "LUANCHUYEN_SMTP_SENDER must be an e-mail address, such as vanban@example.vn."
)
URL_MISSING = (
    "Có LUANCHUYEN_SMTP_HOST thì phải có LUANCHUYEN_URL, để thư dẫn đến trang. / "
    "LUANCHUYEN_SMTP_HOST needs LUANCHUYEN_URL, so that letters lead to the site."
)


class MailSettingInvalid(Invalid):
    """What the environment says about e-mail or the site's address makes no sense; each sentence is one reason."""

    code = "setting.invalid"


@dataclass(frozen=True, slots=True)
class MailSettings:
    """The site's public address without a slash at its end, and the mail server; empty and None when not given."""

    site_url: str = ""
    server: MailServer | None = None


def read_mail_settings(environ: Mapping[str, str]) -> MailSettings:
    """Read the settings; refuses with `MailSettingInvalid` everything that is wrong at once."""

    def given(name: str) -> str:
        return environ.get(name, "").strip()

    url, host = given("LUANCHUYEN_URL").rstrip("/"), given("LUANCHUYEN_SMTP_HOST")
    wrong = [URL_WRONG] if url and not _is_site(url) else []
    if not host:
        _refuse(wrong)
        return MailSettings(url)
    security, sender = given("LUANCHUYEN_SMTP_SECURITY") or Security.STARTTLS, given("LUANCHUYEN_SMTP_SENDER")
    port = given("LUANCHUYEN_SMTP_PORT")
    checks = (
        (SECURITY_WRONG, security in set(Security)),
        (PORT_WRONG, not port or _is_port(port)),
        (SENDER_WRONG, is_address(sender)),
        (URL_MISSING, bool(url)),
    )
    _refuse([*wrong, *(sentence for sentence, is_right in checks if not is_right)])
    kind = Security(security)
    account = given("LUANCHUYEN_SMTP_USER"), environ.get("LUANCHUYEN_SMTP_PASSWORD", "")
    return MailSettings(url, MailServer(host, int(port or PORTS[kind]), kind, sender, *account))


def _is_port(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 6 and 0 < int(text) < 65536


def _is_site(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_plain = not (parts.query or parts.fragment or parts.username or parts.password)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and is_plain and not set(url) & set(" \r\n\t")


def _refuse(wrong: list[str]) -> None:
    if wrong:
        raise MailSettingInvalid("\n".join(wrong))
