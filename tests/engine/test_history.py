"""The history of a case cannot be changed without showing."""

from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from engine import history
from engine.history import Breach
from web.cli import main

KEY = "HS-2026-0001"


@pytest.fixture
def case(office: Any, pen: Any) -> Any:
    """An office with one finished case of seven history entries."""
    office.deploy(
        pen.process(
            "leave",
            pen.start(),
            pen.user("write", assignee="=starter"),
            pen.user("approve", groups='=["VPS/records_clerk"]'),
            pen.end(),
            flows="start > write > approve > end",
        )
    )
    office.start("leave")
    office.complete(office.task().id, "minh")
    office.claim(office.task().id, "mai")
    office.complete(office.task().id, "mai")
    return office


def change(office: Any, *statements: str) -> None:
    """Change rows behind the platform's back."""
    with office.engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))


def breaches(office: Any) -> list[Breach]:
    with office.session() as session:
        return [breach for _, found in history.verify_all(session) for breach in found]


def test_a_case_that_nobody_touched_verifies(case: Any) -> None:
    with case.session() as session:
        checked = [(instance.history_length, found) for instance, found in history.verify_all(session)]

    assert checked == [(7, [])]


@pytest.mark.parametrize(
    "statement",
    [
        "update history set data = replace(data, 'completed', 'refused') where sequence = 3",
        "update history set at = '2026-03-01 01:00:00.000000' where sequence = 3",
        "update history set actor_id = (select id from person where username = 'bao') where sequence = 3",
        "update history set kind = 'task.sent_back' where sequence = 3",
    ],
    ids=["what was said", "when", "who", "what happened"],
)
def test_a_changed_entry_is_named(case: Any, statement: str) -> None:
    change(case, statement)

    assert breaches(case) == [Breach(KEY, 3, "the entry was changed")]


def test_an_entry_changed_together_with_its_hash_shows_at_the_next_one(case: Any) -> None:
    change(case, "update history set hash = previous_hash where sequence = 3")

    assert breaches(case) == [
        Breach(KEY, 3, "the entry was changed"),
        Breach(KEY, 4, "the entry does not follow the one before it"),
    ]


def test_a_removed_entry_is_named(case: Any) -> None:
    change(case, "delete from history where sequence = 5")

    assert breaches(case) == [Breach(KEY, 5, "the entry is missing")]


def test_every_one_of_several_removed_entries_is_named(case: Any) -> None:
    change(case, "delete from history where sequence in (2, 3, 5)")

    assert [(breach.sequence, breach.what) for breach in breaches(case)] == [
        (2, "the entry is missing"),
        (3, "the entry is missing"),
        (5, "the entry is missing"),
    ]


def test_entries_cut_off_at_the_end_are_named(case: Any) -> None:
    change(case, "delete from history where sequence > 5")

    assert breaches(case) == [Breach(KEY, 6, "the entry is missing"), Breach(KEY, 7, "the entry is missing")]


def test_a_history_that_was_emptied_is_missing_every_entry(case: Any) -> None:
    change(case, "delete from history")

    assert [breach.sequence for breach in breaches(case)] == [1, 2, 3, 4, 5, 6, 7]


def test_a_cut_end_is_seen_beside_a_changed_entry(case: Any) -> None:
    change(case, "update history set kind = 'task.x' where sequence = 2", "delete from history where sequence = 7")

    assert breaches(case) == [Breach(KEY, 2, "the entry was changed"), Breach(KEY, 7, "the entry is missing")]


def test_an_entry_inserted_in_the_middle_is_named(case: Any) -> None:
    change(
        case,
        "update history set sequence = sequence + 100 where sequence >= 4",
        "update history set sequence = sequence - 99 where sequence >= 100",
        "insert into history (instance_id, sequence, at, kind, data, previous_hash, hash)"
        " select instance_id, 4, at, kind, data, previous_hash, hash from history where sequence = 3",
    )

    found = breaches(case)

    assert found[0] == Breach(KEY, 4, "the entry does not follow the one before it")
    assert Breach(KEY, 8, "the entry was added") in found


def test_an_entry_put_at_the_end_is_named_even_when_its_hash_is_right(case: Any) -> None:
    with case.session() as session, session.begin():
        known = next(iter(history.verify_all(session)))[0]
        length, head = known.history_length, known.history_head
        history.record(session, known, "task.claimed", at=case.now)
        known.history_length, known.history_head = length, head

    assert breaches(case) == [Breach(KEY, 8, "the entry was added")]


def test_an_end_cut_off_together_with_the_count_is_still_seen(case: Any) -> None:
    change(case, "delete from history where sequence = 7", "update process_instance set history_length = 6")

    assert breaches(case) == [Breach(KEY, 6, "the case does not end with this entry")]


def test_the_command_audit_verify_exits_with_zero_and_with_one_when_a_history_is_broken(
    site: Any, instance_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in instance_environment.items():
        monkeypatch.setenv(name, value)
    for process in ("joint_minutes", "finance_document"):
        assert site.visit("ngo.minh").post(f"/start/{process}").status_code == 303

    sound = CliRunner().invoke(main, ["audit", "verify"])
    with site.session() as session, session.begin():
        session.execute(
            text(
                "update history set kind = 'x' where sequence = 1 and instance_id ="
                " (select id from process_instance where business_key = 'BB-2026-0001')"
            )
        )
    broken = CliRunner().invoke(main, ["audit", "verify"])
    other_case = CliRunner().invoke(main, ["audit", "verify", "TC-2026-0001"])
    no_case = CliRunner().invoke(main, ["audit", "verify", "XX-2026-0001"])

    assert (sound.exit_code, sound.output) == (0, "2 cases checked, 0 with a broken history\n")
    assert broken.exit_code == 1
    assert "BB-2026-0001: entry 1: the entry was changed" in broken.output
    assert other_case.exit_code == 0
    assert no_case.exit_code == 1
