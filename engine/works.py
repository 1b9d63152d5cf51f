"""Works: jobs without a case that go on in batches, each batch in a transaction of its own."""

from engine.abilities import Work
from engine.case_migrations.work import migrate_some

__all__ = ["WORKS", "Work"]

WORKS: dict[str, Work] = {"cases.migrate": migrate_some}
"""The works there are, by job type (`cases.migrate`)."""
