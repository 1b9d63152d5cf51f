"""Works: jobs without a case that go on in batches, each batch in a transaction of its own."""

from functools import partial

from engine.abilities import Work
from engine.case_migrations.work import migrate_some
from engine.notices import gathering
from engine.notices.outlets import Outlets

__all__ = ["WORKS", "Work", "works_with"]

WORKS: dict[str, Work] = {"cases.migrate": migrate_some}
"""The works there are, by job type (`cases.migrate`)."""


def works_with(outlets: Outlets) -> dict[str, Work]:
    """Return the works there are where there are channels: with the one that gathers notices for them."""
    return {**WORKS, gathering.WORK: partial(gathering.gather, outlets=outlets)} if outlets.channels else WORKS
