"""What the platform refuses: classes with a stable code and data; the words live in the catalogues."""

from typing import ClassVar


class PlatformError(Exception):
    """Something was refused; `code` is stable and `data` holds what the sentence needs."""

    code: ClassVar[str] = "platform.error"

    def __init__(self, message: str = "", **data: object) -> None:
        super().__init__(message or self.code)
        self.data = data

    def __str__(self) -> str:
        """Return the developer's sentence with the data that belongs to it."""
        said = ", ".join(f"{name}={value!r}" for name, value in self.data.items())
        return f"{self.args[0]} ({said})" if said else str(self.args[0])


class NotFound(PlatformError):
    """There is no such thing, or not for this person."""

    code = "platform.not_found"


class Conflict(PlatformError):
    """Somebody else was faster, or the thing is past that point."""

    code = "platform.conflict"


class Forbidden(PlatformError):
    """The person has no right to this."""

    code = "platform.forbidden"


class Invalid(PlatformError):
    """The input is wrong; `data` says what, where and how to mend it."""

    code = "platform.invalid"


class Unavailable(PlatformError):
    """Something the platform leans on does not answer now."""

    code = "platform.unavailable"
