"""Documents on their way, as a starting point for tests of the site."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, select

from engine.model import Base

CHAIN = ("TT.KCTVPTCN", "P.KHTCTH", "P.KTQLNL")
SIGNERS = ("nguyen.thu", "vu.ha", "hoang.lan", "tran.hanh", "pham.bao")
DRAFT: Mapping[str, object] = {
    "document_type": "BB",
    "abstract": "Biên bản bàn giao xe ô tô 60A-123.45",
    "submitter": "nguyen.thu",
    "signer": "pham.bao",
    "chain": list(CHAIN),
    "urgency": "normal",
    "secrecy": "normal",
}
FILES = (("bien-ban.pdf", b"%PDF-1.4 bien ban"), ("phu-luc.pdf", b"%PDF-1.4 phu luc"))


@dataclass
class Journey:
    """Joint minutes on their way from desk to desk."""

    site: Any

    def begin(self, files: Sequence[tuple[str, bytes]] = FILES) -> Any:
        """Start a draft with files; return its task."""
        drafter = self.site.visit("ngo.minh")
        assert drafter.post("/start/joint_minutes").status_code == 303
        task = self.site.the_task()
        if files:
            assert drafter.upload(task.id, *files).status_code == 303
        return task

    def submit(self) -> None:
        """Draft and submit."""
        task = self.begin()
        response = self.site.visit("ngo.minh").complete(task.id, "submit", DRAFT)
        assert response.status_code == 303, response.text

    def sign(self, *usernames: str) -> None:
        """Let people sign one after another."""
        for username in usernames:
            response = self.site.visit(username).complete(self.site.the_task().id, "sign")
            assert response.status_code == 303, response.text


@pytest.fixture
def journey(site: Any) -> Journey:
    """Joint minutes that have not begun."""
    return Journey(site)


Counter = Callable[[], dict[str, int]]


@pytest.fixture
def rows(site: Any) -> Counter:
    """Count the rows of every table, to show that a refusal stores nothing."""

    def count() -> dict[str, int]:
        with site.session() as session:
            return {
                table.name: session.scalar(select(func.count()).select_from(table)) or 0
                for table in Base.metadata.sorted_tables
            }

    return count
