"""What a therapist does about a signal, on the page of the client."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.models import Repair
from alongside.clinic.caseload.attention import Reason
from alongside.clinic.caseload.queries import caseload_of, signals_of
from alongside.clinic.people.queries import day_of
from alongside.clinic.signals.models import SetAside, Signal, SignalKind, Usefulness
from alongside.interfaces.therapist.pages.signals import form_prefix
from tests.clinic.progress.test_progress import HIGH, LOW, check_in
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


@pytest.fixture
def clinic() -> SmallClinic:
    """Alma's weeks have become reliably worse."""
    clinic = small_clinic()
    for numbers in (HIGH, HIGH, HIGH, LOW):
        check_in(clinic, numbers)
    return clinic


def the_signal(clinic: SmallClinic) -> Signal:
    (signal,) = signals_of(Viewer(clinic.dana, clinic.now), clinic.alma)
    return signal


def reason(clinic: SmallClinic) -> Reason:
    return caseload_of(Viewer(clinic.dana, clinic.now))[0].reason


def page(clinic: SmallClinic) -> str:
    browser = Browser()
    browser.force_login(clinic.dana)
    with time_machine.travel(clinic.now, tick=False):
        return browser.get(reverse("client_record", args=[clinic.alma.public_id])).content.decode()


def sent(clinic: SmallClinic, route: str, **given: str) -> HttpResponse:
    browser = Browser()
    browser.force_login(clinic.dana)
    signal = the_signal(clinic)
    about = {"kind": signal.kind, "occasion": signal.occasion}
    with time_machine.travel(clinic.now, tick=False):
        return browser.post(
            reverse(route, args=[clinic.alma.public_id]), about | given, follow=True
        )


def rest(clinic: SmallClinic, **given: str) -> HttpResponse:
    prefix = form_prefix(the_signal(clinic))
    return sent(
        clinic, "set_aside_signal", **{f"{prefix}-{name}": value for name, value in given.items()}
    )


def test_the_page_says_what_stands_out_what_to_try_and_what_can_be_done(
    clinic: SmallClinic,
) -> None:
    html = page(clinic)
    assert "What to look at" in html
    assert "Progress is reliably worse than at the start." in html
    assert "Behind the expected course at the last check." in html
    for place in ("Between you", "The wish to change", "People around them", "What happened"):
        assert place in html
    assert "Let this rest for a while" in html
    assert "Was it useful to be told?" in html


def test_it_rests_and_is_taken_up_again(clinic: SmallClinic) -> None:
    answer = rest(clinic, until="14", why="planned")
    html = answer.content.decode()
    assert answer.status_code == 200
    assert "It rests until 13 April 2026." in html
    assert "You let this rest until 13 April 2026. We have a plan for it." in html
    assert reason(clinic) is Reason.SET_ASIDE
    row = SetAside.objects.get()
    assert row.until == day_of(clinic.now) + timedelta(days=14)
    browser = Browser()
    browser.force_login(clinic.dana)
    with time_machine.travel(clinic.now, tick=False):
        back = browser.post(reverse("take_up_signal", args=[row.public_id]), follow=True)
    assert "It is back on your board." in back.content.decode()
    assert reason(clinic) is Reason.WORSE


def test_a_form_without_a_choice_says_what_to_choose_and_keeps_what_was(
    clinic: SmallClinic,
) -> None:
    answer = rest(clinic, why="planned")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Choose until when." in html
    assert html.count('<details class="disclosure" open>') == 1
    assert 'value="planned" checked' in html
    assert not SetAside.objects.exists()


@pytest.mark.parametrize(
    "given",
    [
        {"kind": "strain", "occasion": "of-nobody"},
        {"kind": "concern", "occasion": ""},
        {"kind": "worse", "occasion": "x" * 5000},
        {"kind": "", "occasion": ""},
    ],
)
def test_what_is_no_signal_of_the_client_is_not_there(
    clinic: SmallClinic, given: dict[str, str]
) -> None:
    for route in ("set_aside_signal", "signal_useful"):
        assert sent(clinic, route, is_useful="yes", **given).status_code == 404
    assert not SetAside.objects.exists() and not Usefulness.objects.exists()


def test_useful_or_not_the_last_word_counts(clinic: SmallClinic) -> None:
    assert (
        "You said that it was useful"
        in sent(clinic, "signal_useful", is_useful="yes").content.decode()
    )
    assert (
        "was not useful to be told"
        in sent(clinic, "signal_useful", is_useful="no").content.decode()
    )
    assert Usefulness.objects.get().is_useful is False
    assert sent(clinic, "signal_useful", is_useful="perhaps").status_code == 404


def test_a_strain_can_rest_as_well(clinic: SmallClinic) -> None:
    for _ in range(6):
        clinic.feedback(clinic.visit(), 8)
    clinic.feedback(clinic.visit(), 3)
    html = page(clinic)
    assert html.count("Was it useful to be told?") == 2
    strain = Signal(SignalKind.STRAIN, Repair.objects.get().public_id)
    assert strain in signals_of(Viewer(clinic.dana, clinic.now), clinic.alma)
