"""Link events: flows that leave the page."""

from collections.abc import Callable

import pytest

from engine.play import Play

Begin = Callable[..., Play]


@pytest.mark.construct("intermediateThrowEvent/link", "intermediateCatchEvent/link")
def test_a_link_goes_on_where_its_name_arrives(begin: Begin) -> None:
    play = begin("links", {"urgent": True})

    assert play.waiting() == ["sign"]
    assert play.passed()[-2:] == ["to_signing_1", "signing"]


def test_several_links_may_arrive_at_one_place(begin: Begin) -> None:
    play = begin("links", {"urgent": False})

    play.complete("slow")

    assert play.waiting() == ["sign"]
    assert play.passed()[-2:] == ["to_signing_2", "signing"]
