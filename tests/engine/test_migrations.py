"""The database's history: up, down and up again, and what it makes is what the mapped classes say."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect, select
from sqlalchemy.orm import Session

from engine import history, hooks, migrations
from engine.database import open_engine
from engine.model import Base, ProcessInstance

Folders = Sequence[Path]


@pytest.fixture
def folders() -> Folders:
    """The revisions of the installed packs."""
    found: Folders = hooks.load_plugins().hook.migrations()
    return found


@pytest.fixture
def empty(empty_database: str) -> Iterator[Engine]:
    """A database with nothing in it."""
    engine = open_engine(empty_database)
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


FAMILY = """
insert into deployment (id, pack_key, checksum, deployed_at, number) values ('{0:032x}', 'old', '', '2026-01-01', 1);
insert into resource (id, deployment_id, name, checksum, content, origin)
  values ('{0:032x}', '{0:032x}', 'a.bpmn', '', '', 'installed');
insert into process_definition (id, key, version, name, checksum, is_latest, deployment_id, resource_id)
  values ('{0:032x}', 'a', 1, 'A', '', true, '{0:032x}', '{0:032x}');
"""
CASE = """
insert into process_instance (id, definition_id, business_key, title, search_text, state, document_version,
  started_unit, started_at, parent_id, open_incidents, history_length, history_head, revision)
  values ('{0:032x}', '{1:032x}', 'HS-{0}', '', '', 'running', 1, '', '2026-01-01', {2}, 0, 0, '', 1)
"""


def test_cases_of_before_learn_which_case_is_at_the_root_of_their_family(empty: Engine) -> None:
    migrations.upgrade(empty)
    migrations.downgrade(empty, to="engine_0003")
    parents = {1: "null", 2: f"'{1:032x}'", 3: f"'{2:032x}'", 4: "null"}
    with empty.begin() as connection:
        for statement in filter(str.strip, FAMILY.format(9).split(";")):
            connection.exec_driver_sql(statement)
        for number, parent in parents.items():
            connection.exec_driver_sql(CASE.format(number, 9, parent))

    migrations.upgrade(empty)

    with Session(empty) as session:
        cases = {case.id.int: case for case in session.scalars(select(ProcessInstance))}
    assert {number: (case.root_id and case.root_id.int, case.depth) for number, case in cases.items()} == {
        1: (None, 0),
        2: (1, 1),
        3: (1, 2),
        4: (None, 0),
    }


@pytest.mark.parametrize("down", ["routing@-1", "engine@-1"])
def test_what_people_did_outlives_a_step_down_and_up_again(
    site: Any, journey: Any, instance: Any, folders: Folders, down: str
) -> None:
    journey.submit()
    journey.sign("nguyen.thu")
    engine = open_engine(instance.database_url)

    migrations.downgrade(engine, folders, to=down)
    assert not migrations.is_current(engine, folders)
    migrations.upgrade(engine, folders)

    engine.dispose()
    journey.sign("vu.ha")
    with site.session() as session:
        assert [breaches for _case, breaches in history.verify_all(session)] == [[]]


def test_open_tasks_of_before_learn_version_and_unit_of_their_case(
    site: Any, journey: Any, instance: Any, folders: Folders
) -> None:
    journey.submit()
    engine = open_engine(instance.database_url)

    migrations.downgrade(engine, folders, to="engine_0013")
    migrations.upgrade(engine, folders)

    engine.dispose()
    task, case = site.the_task(), site.the_case()
    assert (task.definition_id, task.started_unit) == (case.definition_id, "VPS")
    assert case.started_unit == "VPS"


def test_an_upgrade_of_a_current_database_does_nothing(empty: Engine, folders: Folders) -> None:
    migrations.upgrade(empty, folders)
    before = tables(empty)

    migrations.upgrade(empty, folders)

    assert tables(empty) == before
    assert migrations.is_current(empty, folders)
