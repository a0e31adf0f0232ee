"""A therapist cannot find another therapist's client, under any address of a therapist's pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from django.urls import URLPattern, reverse
from playwright.sync_api import APIResponse, Page

from alongside.interfaces.therapist.urls import urlpatterns
from tests.journeys.browser import Stop, at_a_desk
from tests.journeys.demo.people import Therapist

NOBODY = "nobody00"
SOME = 4
KINDS = ("client_id", "visit_id", "repair_id")

pytestmark = [pytest.mark.xdist_group("demo"), pytest.mark.timeout(300)]


def keys_on(page: Page) -> dict[str, set[str]]:
    """The keys in the addresses that a page leads to, by what they are keys of."""
    found = re.findall(r"/?(clients|visits|repairs)/([\w-]+)/", page.content())
    return {f"{kind[:-1]}_id": {key for of, key in found if of == kind} for kind, _ in found}


def keys_of(therapist: Therapist) -> dict[str, set[str]]:
    """Every key on the board and on the pages of all clients in this therapist's care."""
    page = therapist.page
    page.goto("/caseload/")
    keys = {kind: keys_on(page).get(kind, set()) for kind in KINDS}
    for client in sorted(keys["client_id"]):
        page.goto(f"/caseload/clients/{client}/")
        for kind, more in keys_on(page).items():
            keys[kind] |= more
    return keys


def addresses(pattern: URLPattern, keys: dict[str, set[str]]) -> Iterator[str]:
    """The addresses of a page with each of the keys that it takes."""
    (kind,) = pattern.pattern.converters
    for key in sorted(keys[kind]):
        yield reverse(str(pattern.name), kwargs={kind: key})


def said(answer: APIResponse) -> str:
    """The body of an answer without what is drawn anew for each."""
    return re.sub(r'(value|nonce)="[^"]*"', "", answer.text())


@at_a_desk
def test_another_therapists_client_is_not_there(
    stop: Stop, therapist: Callable[..., Therapist]
) -> None:
    # Given everything that Omar's own pages lead to, and a therapist who has no part in it
    omar, dana = therapist("omar"), therapist("dana")
    of_omar, of_dana = keys_of(omar), keys_of(dana)
    assert all(of_omar[kind] and of_dana[kind] for kind in KINDS)
    for kind in KINDS:
        assert not of_omar[kind] & of_dana[kind]
    page = dana.page
    token = page.locator("input[name=csrfmiddlewaretoken]").first.input_value()
    headers = {"Referer": page.url}
    nowhere = page.request.get(f"/caseload/clients/{NOBODY}/")
    assert nowhere.status == 404

    # When she tries them under every address that a therapist has, to read and to write
    tried = 0
    for pattern in urlpatterns:
        kind, *others = [*pattern.pattern.converters, ""]
        if kind not in KINDS or others != [""]:
            continue  # what nobody in the demo has yet; every door is tried in the promises
        his = list(addresses(pattern, of_omar))[:SOME]
        missing = reverse(str(pattern.name), kwargs={kind: NOBODY})
        for method in ("get", "post"):
            data = {} if method == "get" else {"form": {"csrfmiddlewaretoken": token}}
            ask = getattr(page.request, method)
            of_none = ask(missing, headers=headers, **data)
            for address in his:
                answer = ask(address, headers=headers, **data)
                # Then it is as if it were not there: the same answer, to the letter
                assert answer.status == of_none.status, f"{method} {address}"
                assert answer.status in (404, 405), f"{method} {address}"
                assert said(answer) == said(of_none).replace(NOBODY, address.split("/")[3])
                tried += 1
    assert tried > 2 * len(urlpatterns)

    # And the page that says so is kind
    page.goto(f"/caseload/clients/{min(of_omar['client_id'])}/")
    stop(page, "not-found", status=404)
