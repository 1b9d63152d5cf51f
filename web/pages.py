"""Paging through long lists."""

from dataclasses import dataclass
from typing import Any

from flask import request, url_for


@dataclass(frozen=True, slots=True)
class Pages:
    """Which part of a list is shown, and where its neighbours are; `is_more` when not all were counted."""

    first: int
    last: int
    total: int
    is_more: bool
    newer_url: str | None
    older_url: str | None


def read_page(size: int) -> int:
    """Return how many rows the address skips."""
    page = request.args.get("page", "1")
    return (max(1, int(page)) - 1) * size if page.isdecimal() and len(page) < 7 else 0


def pages_of(offset: int, shown: int, total: int, size: int, *, is_more: bool = False) -> Pages:
    """Return the part that is shown; `is_more` says that there are more than `total`."""
    return Pages(
        first=offset + 1 if shown else 0,
        last=offset + shown,
        total=total,
        is_more=is_more,
        newer_url=_address(offset // size) if offset else None,
        older_url=_address(offset // size + 2) if offset + shown < total or is_more else None,
    )


def _address(page: int) -> str:
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(), "page": page}
    return url_for(str(request.endpoint), **values)
