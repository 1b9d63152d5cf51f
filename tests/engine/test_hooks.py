"""The seam for packs: where job types come from, and how one is treated that says nothing about it."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from engine import hooks
from engine.hooks import RETRY_DELAYS, JobCall, JobType, PackBroken
from engine.model import JobPriority

MODULE = """
from engine.hooks import Channel, JobType, hookimpl
from engine.wording import Bilingual

@hookimpl
def channels():
    return [Channel("pigeon", Bilingual("Bồ câu", "Pigeon"), print)]

@hookimpl
def job_types():
    return {"post.send": JobType(dict, is_external=True), "post.weigh": dict}
"""


def nothing(_call: JobCall) -> Mapping[str, object]:
    return {}


@pytest.fixture
def post_office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module that an operator has written."""
    (tmp_path / "post_office_of_tests.py").write_text(MODULE, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return "post_office_of_tests"


def test_a_module_that_an_operator_names_offers_job_types_beside_the_packs(post_office: str) -> None:
    types = hooks.job_types(hooks.load_plugins([post_office]))

    assert set(types) == {"post.send", "post.weigh", "routing.register_document"}
    assert types["post.send"].is_external


def test_a_module_that_an_operator_names_offers_channels_and_without_any_there_are_none(post_office: str) -> None:
    assert hooks.channels(hooks.load_plugins()) == {}

    [pigeon] = hooks.channels(hooks.load_plugins([post_office])).values()

    assert (pigeon.name, pigeon.needs_address, pigeon.retry_delays) == ("pigeon", False, RETRY_DELAYS)


def test_a_module_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(PackBroken, match=r"LUANCHUYEN_PLUGINS: no_such_module: ModuleNotFoundError"):
        hooks.load_plugins(["no_such_module"])


def test_a_bare_function_is_a_local_handler_treated_as_usual() -> None:
    usual = hooks.as_job_types({"a": nothing})["a"]

    assert (usual.is_external, usual.retry_delays, usual.priority) == (False, RETRY_DELAYS, JobPriority.NORMAL)
    assert usual.time_limit == timedelta(seconds=30)


def test_an_external_handler_has_more_time_unless_its_type_says_otherwise() -> None:
    assert JobType(nothing, is_external=True).time_limit == timedelta(minutes=5)
    assert JobType(nothing, is_external=True, timeout=timedelta(seconds=3)).time_limit == timedelta(seconds=3)


def test_people_who_wait_for_a_number_get_theirs_before_what_can_wait() -> None:
    types = hooks.job_types(hooks.load_plugins())

    assert types["routing.register_document"].priority is JobPriority.PROMPT
