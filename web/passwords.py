"""Passwords: hashed with argon2id, checked in constant work whether the account exists or not."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the argon2id hash to store."""
    return _hasher.hash(password)


@cache
def _nobodys_hash() -> str:
    return _hasher.hash("nobody")


def is_right(stored: str | None, password: str) -> bool:
    """Tell whether the password belongs to the stored hash; an unknown account takes as long as a known one."""
    try:
        _hasher.verify(stored or _nobodys_hash(), password)
    except (VerificationError, InvalidHashError):
        return False
    return bool(stored)  # an account without a password lets nobody in
