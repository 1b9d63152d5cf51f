"""A person at a browser, as little of one as a measurement needs: one kept connection, one cookie, one CSRF token."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPResponse
from urllib.parse import urlencode
from uuid import uuid4

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
COOKIE_NAME = "luanchuyen"


class UnexpectedAnswer(RuntimeError):
    """The server answered with another status than the benchmark counts on."""


@dataclass(frozen=True, slots=True)
class Pass:
    """What lets another process act for a person: the cookie and the token of the sign-in."""

    cookie: str
    token: str


@dataclass(slots=True)
class Browser:
    """One kept connection to the server, for one person after another."""

    port: int
    connection: HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = HTTPConnection("127.0.0.1", self.port, timeout=60)

    def sign_in(self, username: str, password: str) -> Pass:
        """Sign a person in."""
        response, page = self._read("/sign-in", cookie="")
        token, cookie = _token_in(page), _cookie_in(response)
        fields = {"csrf_token": token, "username": username, "password": password}
        response = self.post("/sign-in", Pass(cookie, token), urlencode(fields).encode())
        cookie = _cookie_in(response)
        _, page = self._read("/", cookie=cookie)
        return Pass(cookie, _token_in(page))

    def get(self, path: str, who: Pass) -> None:
        """Open a page; anything but the page itself (200) is `UnexpectedAnswer`."""
        self._read(path, cookie=who.cookie)

    def post(
        self, path: str, who: Pass, body: bytes, media_type: str = "application/x-www-form-urlencoded"
    ) -> HTTPResponse:
        """Send a form and read the answer to its end; anything but a redirect (303) is `UnexpectedAnswer`."""
        headers = {"Cookie": f"{COOKIE_NAME}={who.cookie}", "Content-Type": media_type}
        self.connection.request("POST", path, body=body, headers=headers)
        response = self.connection.getresponse()
        said = response.read()
        if response.status != 303:
            raise UnexpectedAnswer(f"POST {path}: {response.status} {said[:2000].decode(errors='replace')}")
        return response

    def send(self, path: str, who: Pass, fields: Mapping[str, str]) -> HTTPResponse:
        """Send the fields of a form."""
        return self.post(path, who, form_body(who, fields))

    def upload(self, path: str, who: Pass, files: Mapping[str, bytes]) -> None:
        """Send files as a browser does."""
        boundary = uuid4().hex
        parts = [_part(boundary, 'name="csrf_token"', who.token.encode())]
        parts += [_part(boundary, f'name="files"; filename="{name}"', content) for name, content in files.items()]
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        self.post(path, who, body, f"multipart/form-data; boundary={boundary}")

    def is_answered(self) -> bool:
        """Tell whether the server answers at all."""
        try:
            self._read("/sign-in", cookie="")
        except OSError:
            self.connection.close()
            return False
        return True

    def _read(self, path: str, *, cookie: str) -> tuple[HTTPResponse, str]:
        self.connection.request("GET", path, headers={"Cookie": f"{COOKIE_NAME}={cookie}"} if cookie else {})
        response = self.connection.getresponse()
        page = response.read().decode()
        if response.status != 200:
            raise UnexpectedAnswer(f"GET {path}: {response.status}")
        return response, page


def form_body(who: Pass, fields: Mapping[str, str]) -> bytes:
    """Return a form as the browser sends it, token included."""
    return urlencode({"csrf_token": who.token, **fields}).encode()


def _part(boundary: str, disposition: str, content: bytes) -> bytes:
    return f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n".encode() + content + b"\r\n"


def _token_in(page: str) -> str:
    found = CSRF.search(page)
    if found is None:
        raise UnexpectedAnswer("the page bears no CSRF token")
    return found.group(1)


def _cookie_in(response: HTTPResponse) -> str:
    for header in response.headers.get_all("Set-Cookie") or []:
        name, _, rest = header.partition("=")
        if name == COOKIE_NAME:
            return rest.partition(";")[0]
    raise UnexpectedAnswer("the server sent no session cookie")
