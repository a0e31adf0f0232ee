"""Answering by link: what goes in, what comes out, and what never does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client as Browser

from alongside.clinic.alliance.models import Repair
from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import Response, Slot, WayIn
from alongside.clinic.people.models import Person
from tests.factories.clinic import SmallClinic

TAPS = {"q1": "8", "q2": "9", "q3": "7", "q4": "8", "q5": "10", "q6": "-2", "q7": "false"}


def slot_of(clinic: SmallClinic) -> Slot:
    slot = clinic.visit().feedback_slot
    assert slot is not None
    return slot


def address(slot: Slot, way_in: WayIn = WayIn.LINK) -> str:
    return f"/f/{token_for(slot, way_in)}/"


def text(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined]


def test_seven_taps_and_send_are_an_answer(fresh: SmallClinic) -> None:
    slot, browser = slot_of(fresh), Browser()
    page = browser.get(address(slot))
    assert page.status_code == 200
    assert "Dana, your therapist, sees this after you send it." in text(page)
    assert "Alma" not in text(page)
    sent = browser.post(address(slot), TAPS, follow=True)
    assert sent.redirect_chain == [(f"{address(slot)}thanks/", 302)]
    assert "Thank you" in text(sent)
    response = Response.objects.get(slot=slot)
    assert response.way_in == WayIn.LINK
    assert response.scores == {"alliance": 84.0}


def test_sending_twice_has_one_effect(fresh: SmallClinic) -> None:
    slot, browser = slot_of(fresh), Browser()
    browser.post(address(slot), TAPS)
    again = browser.post(address(slot), {**TAPS, "q1": "0", "q7": "true"}, follow=True)
    assert "Thank you" in text(again)
    assert Response.objects.get(slot=slot).scores == {"alliance": 84.0}
    assert not Repair.objects.exists()


def test_what_is_tapped_is_kept_and_never_shown_to_the_bearer(fresh: SmallClinic) -> None:
    slot, browser = slot_of(fresh), Browser()
    url = f"{address(slot)}save"
    assert browser.post(url, {"q1": "3"}).json() == {"saved": 1}
    assert browser.post(url, {"q10": "Ask me how I sleep."}).json() == {"saved": 1}
    assert browser.post(url, {"q1-release": "withheld"}).json() == {"saved": 1}
    page = text(browser.get(address(slot)))
    assert "2 answers are saved" in page
    assert "Ask me how I sleep." not in page
    assert page.count("checked") == page.count('value="now" checked') == 8
    browser.post(address(slot), {name: value for name, value in TAPS.items() if name != "q1"})
    kept = Response.objects.get(slot=slot).answers.get(link_id="A1")
    assert (kept.value, kept.release, kept.released_at) == (3, "withheld", None)


def test_a_saved_answer_that_does_not_fit_is_refused_with_a_sentence(fresh: SmallClinic) -> None:
    slot, browser = slot_of(fresh), Browser()
    refused = browser.post(f"{address(slot)}save", {"q1": "11"})
    assert refused.status_code == 422
    assert refused.json() == {"message": "Please choose one of the answers shown."}
    assert not Response.objects.exists()


def test_a_mistake_keeps_everything_else_that_was_typed(fresh: SmallClinic) -> None:
    slot, browser = slot_of(fresh), Browser()
    refused = browser.post(address(slot), {**TAPS, "q10": "x" * 5001})
    assert refused.status_code == 422
    page = text(refused)
    assert 'href="#id_q10"' in page and "x" * 5001 in page
    assert page.count(" checked>") >= 7
    assert not Response.objects.filter(submitted_at__isnull=False).exists()


def test_skip_today_sends_nothing_also_of_what_was_saved(fresh: SmallClinic) -> None:
    slot, browser = slot_of(fresh), Browser()
    browser.post(f"{address(slot)}save", {"q1": "3"})
    done = browser.post(address(slot), {**TAPS, "skip": "1"}, follow=True)
    assert "Nothing was sent" in text(done)
    response = Response.objects.get(slot=slot)
    assert response.submitted_at is not None
    assert not response.answers.filter(state="answered").exists()


def test_another_language_keeps_what_was_tapped_and_is_remembered(fresh: SmallClinic) -> None:
    slot, browser = slot_of(fresh), Browser()
    page = browser.post(address(slot), {"q1": "4", "q10": "Más calma.", "language": "es"})
    assert 'lang="es"' in text(page)
    assert "Más calma." in text(page)
    assert 'name="q1" value="4" checked' in text(page)
    assert browser.cookies["language"].value == "es"
    assert not Response.objects.exists()


def test_the_form_speaks_the_language_of_the_client_until_they_choose(fresh: SmallClinic) -> None:
    fresh.alma.language = "es"
    fresh.alma.save()
    slot = slot_of(fresh)
    assert '<html lang="es"' in text(Browser(headers={"accept-language": "en"}).get(address(slot)))
    browser = Browser()
    browser.cookies["language"] = "en"
    assert '<html lang="en"' in text(browser.get(address(slot)))


@pytest.mark.parametrize(
    ("change", "status", "says"),
    [
        ({"expires_at": timedelta(minutes=-1)}, 410, "This form has closed"),
        ({"closed_at": timedelta(minutes=-1)}, 410, "This form is not needed"),
        (
            {"opens_at": timedelta(days=1), "expires_at": timedelta(days=2)},
            404,
            "This form is not open yet",
        ),
    ],
)
def test_a_link_that_opens_nothing_says_so_kindly_and_names_nobody(
    fresh: SmallClinic, change: dict[str, timedelta], status: int, says: str
) -> None:
    slot = slot_of(fresh)
    for name, span in change.items():
        setattr(slot, name, fresh.now + span)
    slot.save()
    page = Browser().get(address(slot))
    assert page.status_code == status
    assert says in text(page)
    assert "Dana" not in text(page) and "Alma" not in text(page)
    assert Browser().post(f"{address(slot)}save", {"q1": "3"}).status_code == 410
    assert Browser().post(address(slot), TAPS).status_code == 410
    assert not Response.objects.exists()


def test_a_used_link_is_gone_and_a_cut_off_link_was_never_there(fresh: SmallClinic) -> None:
    slot = slot_of(fresh)
    Browser().post(address(slot), TAPS)
    used = Browser().get(address(slot))
    assert used.status_code == 410 and "Dana" not in text(used)
    for bad in (address(slot)[:-4] + "/", "/f/x/", f"/f/{slot.link_key}/", f"{address(slot)}x/"):
        assert Browser().get(bad).status_code == 404
    assert Browser().post(address(slot)[:-4] + "/save", {"q1": "1"}).status_code == 404


def test_the_therapist_s_own_rating_is_not_answered_by_link(fresh: SmallClinic) -> None:
    slot = fresh.visit().therapist_slot
    assert slot is not None
    assert Browser().get(address(slot)).status_code == 404


def test_a_signed_in_client_sees_their_own_answers_and_nobody_else_does(
    fresh: SmallClinic, browser_of: Callable[[Person | None], Browser]
) -> None:
    slot = slot_of(fresh)
    alma = browser_of(fresh.alma.person)
    url = f"/me/forms/{slot.public_id}/"
    assert alma.post(f"{url}save", {"q1": "3", "q1-release": "withheld"}).json() == {"saved": 1}
    page = text(alma.get(url))
    assert 'name="q1" value="3" checked' in page
    assert 'name="q1-release" value="withheld" checked' in page
    for stranger in (fresh.bruno.person, fresh.dana, fresh.ines):
        assert browser_of(stranger).get(url).status_code == 404
        assert browser_of(stranger).post(url, TAPS).status_code == 404
    sent = alma.post(url, TAPS, follow=True)
    assert "Thank you" in text(sent)
    past = text(alma.get(url, follow=True))
    assert "8 on a scale from 0 to 10" in past
    assert Response.objects.get(slot=slot).way_in == WayIn.SIGNED_IN
