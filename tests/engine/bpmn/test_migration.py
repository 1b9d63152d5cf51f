"""Running processes change over to another version of their diagram."""

from collections.abc import Callable
from typing import Any

import pytest

from engine.bpmn import Diagram, MigrationRefused, ProcessModel, Run, Wait
from tests.engine.bpmn.four_ways import Runs

Start = Callable[..., Runs]
Read = Callable[[str], Diagram]
RENAMED = {"draft": "write", "join": "all_back", "stamp": "seal"}


@pytest.fixture
def new(diagram: Read) -> ProcessModel:
    """Return the second version."""
    return diagram("migration_v2").processes["migration_v2"]


@pytest.fixture
def old(diagram: Read) -> ProcessModel:
    """Return the first version."""
    return diagram("migration_v1").processes["migration_v1"]


def waiting(run: Run) -> list[str]:
    """Return the elements that wait."""
    return [wait.element_id for wait in run.waits()]


def at(run: Run, element_id: str) -> Wait:
    """Return the wait at an element."""
    return next(wait for wait in run.waits() if wait.element_id == element_id)


def test_a_token_goes_on_at_the_renamed_element_and_loses_events_that_are_gone(runs: Start, new: ProcessModel) -> None:
    scene = runs("migration_v1")
    assert scene.waiting == ["draft", "draft_late"]

    run = scene.run.migrated(new, RENAMED)

    assert waiting(run) == ["write"]
    run.complete(at(run, "write").token_id, {})
    assert waiting(run) == ["law", "money"]


def test_a_waiting_join_keeps_what_came(runs: Start, new: ProcessModel) -> None:
    scene = runs("migration_v1")
    scene.complete("draft")
    scene.complete("law")

    run = scene.run.migrated(new, RENAMED)
    run.complete(at(run, "money").token_id, {})

    assert "seal" in waiting(run)


def test_new_boundary_events_and_event_sub_processes_are_armed(runs: Start, new: ProcessModel) -> None:
    scene = runs("migration_v1")
    for element in ("draft", "law", "money"):
        scene.complete(element)

    run = scene.run.migrated(new, RENAMED)

    assert sorted(waiting(run)) == ["issue_late", "seal", "seal_late", "stop_came"]
    run.fire(at(run, "stop_came").token_id)
    assert run.ended


def test_migration_goes_backwards_too(runs: Start, old: ProcessModel, new: ProcessModel) -> None:
    scene = runs("migration_v1")
    for element in ("draft", "law", "money"):
        scene.complete(element)

    run = scene.run.migrated(new, RENAMED).migrated(old, {new: old for old, new in RENAMED.items()})

    assert waiting(run) == ["stamp"]
    run.complete(at(run, "stamp").token_id, {})
    assert run.ended


def test_a_token_without_counterpart_refuses_the_migration(runs: Start, new: ProcessModel) -> None:
    scene = runs("migration_v1")

    with pytest.raises(MigrationRefused) as refused:
        scene.run.migrated(new)

    assert [finding.element_id for finding in refused.value.findings] == ["draft"]


def test_an_element_of_another_kind_is_no_counterpart(runs: Start, new: ProcessModel) -> None:
    scene = runs("migration_v1")

    with pytest.raises(MigrationRefused):
        scene.run.migrated(new, {"draft": "end"})


@pytest.mark.parametrize(
    ("name", "variables", "steps"),
    [
        ("migration_v1", {}, ["draft", "law"]),
        ("multi_instance_sub_process", {"units": ["A", "B"]}, ["write"]),
        ("multi_instance_sequential", {"units": ["A", "B"]}, []),
        ("event_gateway", {"code": "1"}, []),
        ("event_sub_process", {"amount": 500}, ["before"]),
        ("transaction", {"cancel": True}, ["take_money", "hand_over"]),
        ("ad_hoc", {"wanted": ["visit"]}, ["visit"]),
        ("inclusive", {"amount": 20, "contract": True}, ["finance"]),
    ],
)
def test_migrating_to_the_same_version_changes_nothing(
    runs: Start, name: str, variables: dict[str, Any], steps: list[str]
) -> None:
    scene = runs(name, **variables)
    for element in steps:
        scene.complete(element)

    assert scene.run.migrated(scene.model).dump() == scene.run.dump()
