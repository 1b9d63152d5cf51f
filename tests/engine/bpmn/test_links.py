"""Link events: flows that leave the page."""

from collections.abc import Callable
from typing import Any

Play = Callable[..., Any]


def test_a_link_goes_on_where_its_name_arrives(play: Play) -> None:
    scene = play("links", urgent=True)

    assert scene.waiting == ["sign"]
    assert scene.passed[-2:] == ["to_signing_1", "signing"]


def test_several_links_may_arrive_at_one_place(play: Play) -> None:
    scene = play("links", urgent=False)

    scene.complete("slow")

    assert scene.waiting == ["sign"]
    assert scene.passed[-2:] == ["to_signing_2", "signing"]
