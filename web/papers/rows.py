"""The papers of a case as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import url_for

from engine.model import Paper, PaperVersion
from engine.papers import SHOWN_INLINE


@dataclass(frozen=True, slots=True)
class PaperRow:
    """The newest version of one paper."""

    id: UUID
    name: str
    version: int
    size: int
    media_type: str
    sha256: str
    uploaded_by: str
    uploaded_at: datetime
    url: str
    older: list["PaperRow"]
    remove_url: str
    has_preview: bool


def rows_of(papers: Sequence[Paper], case_id: UUID, *, task_id: UUID | None = None) -> list[PaperRow]:
    """Return the newest version of each paper, its older ones with it; `task_id` is where they may be removed."""
    return [
        _row(paper.versions[-1], case_id, task_id, [_row(each, case_id, None, []) for each in paper.versions[-2::-1]])
        for paper in papers
        if paper.versions
    ]


def _row(version: PaperVersion, case_id: UUID, task_id: UUID | None, older: list[PaperRow]) -> PaperRow:
    paper = version.paper
    return PaperRow(
        id=paper.id,
        name=paper.name,
        version=version.version,
        size=version.size,
        media_type=version.media_type,
        sha256=version.sha256,
        uploaded_by=version.uploaded_by.full_name,
        uploaded_at=version.uploaded_at,
        url=url_for("papers.download", case_id=case_id, version_id=version.id),
        older=older,
        has_preview=version.media_type in SHOWN_INLINE,
        remove_url=url_for("papers.remove", task_id=task_id, paper_id=paper.id) if task_id else "",
    )
