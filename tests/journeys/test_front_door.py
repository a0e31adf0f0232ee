"""Someone comes to the door: they can read it in their language, with and without script."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.journeys.browser import NewPage, Stop


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_the_door_can_be_read(new_page: NewPage, stop: Stop, language: str, script: bool) -> None:
    page = new_page(language=language, script=script)

    page.goto(reverse("sign_in"))

    assert page.locator("html").get_attribute("lang") == language
    stop(page, "door")


def test_an_address_that_is_not_there_says_so_gently(new_page: NewPage, stop: Stop) -> None:
    page = new_page()

    page.goto("/no-such-room/")

    stop(page, "not-found", status=404)
