"""The help page says what the engine does, from the engine's own table."""

from typing import Any

from engine.bpmn import PROFILE


def test_every_element_of_the_profile_stands_on_the_page_with_what_to_draw_instead(site: Any) -> None:
    page = site.visit("ngo.minh").get("/help/bpmn").text

    for entry in PROFILE.values():
        assert f"<code>{entry.key}</code>" in page
        if entry.remedy is not None:
            assert entry.remedy.vi in page
