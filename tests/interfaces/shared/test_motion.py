"""Who asks for less motion gets none: not in an element, nor in what is drawn before and after."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext

from alongside.interfaces.shared import stylesheet
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.progress import Progress

MOVING = """() => [...document.querySelectorAll('body *')].flatMap(each =>
  [null, '::before', '::after'].filter(part => {
    const style = getComputedStyle(each, part)
    return style.animationName !== 'none' || parseFloat(style.transitionDuration) > 0
  }).map(part => `${each.tagName} ${part}`))"""


@pytest.mark.parametrize(("asked", "moves"), [("reduce", False), ("no-preference", True)])
def test_reduced_motion_reaches_every_part(
    new_context: Callable[..., BrowserContext], asked: str, moves: bool
) -> None:
    page = new_context(reduced_motion=asked).new_page()
    parts = (Disclosure("More", ("Words.",)), Button("Send"), Progress(1, 4, is_live=True))
    body = "".join(str(part) for part in parts)
    page.set_content(f"<style>{stylesheet.assemble().text}</style><main>{body}</main>")
    page.evaluate("document.querySelector('button').setAttribute('data-busy', '')")
    moving = page.evaluate(MOVING)
    assert bool(moving) is moves
    assert moves is ("SUMMARY ::before" in moving)
    page.locator("summary").click()
    page.evaluate("document.querySelector('progress').value = 4")
    assert bool(page.evaluate("document.getAnimations().length")) is moves
