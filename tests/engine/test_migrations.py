"""The database's history: up, down and up again, and what it makes is what the mapped classes say."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from engine import database, hooks, migrations
from engine.model import Base

Folders = Sequence[Path]


@pytest.fixture
def folders() -> Folders:
    """The revisions of the installed packs."""
    found: Folders = hooks.load_plugins().hook.migrations()
    return found


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Engine]:
    """A database with nothing in it."""
    engine = database.open_engine(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    yield engine
    engine.dispose()


def tables(engine: Engine) -> set[str]:
    return set(inspect(engine).get_table_names()) - {"alembic_version"}


def differences(engine: Engine) -> list[Any]:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))


def test_an_empty_database_comes_up_to_all_tables_of_engine_and_packs(empty: Engine, folders: Folders) -> None:
    migrations.upgrade(empty, folders)

    assert tables(empty) == set(Base.metadata.tables)
    assert "routing_outgoing_document" in tables(empty)


def test_revisions_and_mapped_classes_agree_to_the_last_column(empty: Engine, folders: Folders) -> None:
    migrations.upgrade(empty, folders)

    assert differences(empty) == []


def test_the_comparison_notices_a_missing_column(empty: Engine, folders: Folders) -> None:
    migrations.upgrade(empty, folders)
    with empty.begin() as connection:
        connection.exec_driver_sql("alter table incident drop column message_en")

    assert [difference[0] for difference in differences(empty)] == ["add_column"]


def test_the_engine_and_each_pack_are_branches_of_their_own(empty: Engine, folders: Folders) -> None:
    migrations.upgrade(empty)
    assert not any(name.startswith("routing_") for name in tables(empty))
    assert migrations.is_current(empty)
    assert not migrations.is_current(empty, folders)

    migrations.upgrade(empty, folders)

    assert migrations.is_current(empty, folders)


def test_going_down_takes_everything_away_and_up_again_brings_it_back(empty: Engine, folders: Folders) -> None:
    migrations.upgrade(empty, folders)

    for branch in ("routing@base", "engine@base"):
        migrations.downgrade(empty, folders, to=branch)
    bare = tables(empty)
    migrations.upgrade(empty, folders)

    assert bare == set()
    assert differences(empty) == []


def test_a_packs_tables_go_without_the_engines(empty: Engine, folders: Folders) -> None:
    migrations.upgrade(empty, folders)

    migrations.downgrade(empty, folders, to="routing@base")

    assert "process_instance" in tables(empty)
    assert "routing_outgoing_document" not in tables(empty)


def test_an_upgrade_of_a_current_database_does_nothing(empty: Engine, folders: Folders) -> None:
    migrations.upgrade(empty, folders)
    before = tables(empty)

    migrations.upgrade(empty, folders)

    assert tables(empty) == before
    assert migrations.is_current(empty, folders)
