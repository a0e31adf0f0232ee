"""A client misses two visits in a row: noticed on the board, reached out to, taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from alongside.clinic.audit.actor import SYSTEM
from alongside.clinic.engagement.actions import learn_hazard
from alongside.clinic.engagement.models import ReachedOut, Way
from alongside.clinic.people.models import Language, Person
from alongside.clinic.visits.actions import miss_visit
from alongside.lab.hazard_study import MissingTruth
from tests.factories.clinic import SmallClinic, small_clinic
from tests.factories.long_attendance import long_attendance
from tests.journeys.browser import NewPage, Stop
from tests.journeys.let_in import let_in

pytestmark = pytest.mark.django_db(transaction=True)


def alma_stays_away() -> SmallClinic:
    """Four good visits of Alma's, then two that she missed; the second was yesterday."""
    clinic = small_clinic(timezone.now() - timedelta(weeks=6, days=1, hours=7))
    for _ in range(4):
        clinic.feedback(clinic.visit(), 8)
    for _ in range(2):
        visit = clinic.visit()
        miss_visit(visit=visit, by=clinic.as_actor(clinic.dana), now=clinic.now)
    return clinic


def sign_in(page: Page) -> None:
    let_in(page, Person.objects.get_by_natural_key("dana"))
    expect(page).to_have_url("/caseload/")


@pytest.mark.parametrize("width", [1280], indirect=True)
def test_somebody_reaches_out_and_takes_it_back(new_page: NewPage, stop: Stop) -> None:
    alma_stays_away()
    page = new_page()
    sign_in(page)
    row = page.get_by_role("listitem").filter(has_text="The last 2 visits were missed.")
    expect(row).to_contain_text("Please reach out by")
    stop(page, "board")

    page.get_by_role("link", name="Alma").click()
    expect(page.get_by_role("heading", name="Reach out to Alma")).to_be_visible()
    expect(page.get_by_text("about 63 come to none")).to_be_visible()
    expect(page.get_by_text("Rests on 1,839 weeks of care in published studies")).to_be_visible()
    expect(page.get_by_text("Your place is here.")).to_be_visible()
    page.get_by_text("What to try · Time, travel, money, children").click()
    expect(page.get_by_text("What would have to be different")).to_be_visible()
    stop(page, "client")

    page.get_by_label("How it was done").select_option("wrote")
    page.get_by_role("textbox", name="Note").fill("A card with the hours.")
    page.get_by_role("button", name="Note that it is done").click()
    expect(page.get_by_text("Noted. Thank you for keeping in touch.")).to_be_visible()
    expect(page.get_by_role("heading", name="Staying in touch")).to_be_visible()
    expect(page.get_by_text("A card with the hours.")).to_be_visible()
    stop(page, "reached-out")
    assert ReachedOut.objects.get().way == Way.WROTE

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", name="Reach out to Alma")).to_be_visible()
    assert not ReachedOut.objects.exists()


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("width", [360], indirect=True)
def test_on_a_phone_in_spanish(new_page: NewPage, stop: Stop, script: bool) -> None:
    clinic = alma_stays_away()
    Person.objects.filter(pk=clinic.dana.pk).update(language=Language.SPANISH)
    page = new_page(language="es", script=script)
    sign_in(page)
    expect(page.get_by_text("Faltó a las últimas 2 visitas.")).to_be_visible()
    stop(page, "board")
    page.get_by_role("link", name="Alma").click()
    expect(page.get_by_role("heading", name="Ponerse en contacto con Alma")).to_be_visible()
    stop(page, "client")
    page.get_by_role("button", name="Anotar que está hecho").click()
    expect(page.get_by_text("Di cómo se hizo.").first).to_be_visible()
    stop(page, "not-said-how", status=422)
    page.get_by_label("Cómo se hizo").select_option(Way.CALLED)
    page.get_by_role("button", name="Anotar que está hecho").click()
    expect(page.get_by_text("Gracias por mantener el contacto.")).to_be_visible()
    stop(page, "reached-out")
    assert ReachedOut.objects.get().way == Way.CALLED
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_text("Deshecho.")).to_be_visible()
    assert not ReachedOut.objects.exists()


@pytest.mark.parametrize("width", [1280], indirect=True)
def test_a_chance_alone_is_told_with_its_reasons(new_page: NewPage, stop: Stop) -> None:
    clinic = small_clinic(timezone.now())
    one_miss_is_mostly_the_end = MissingTruth(level_mean=-2.5, level_sd=0.5, by_miss=3.0)
    long_attendance(
        therapist=clinic.dana, now=clinic.now, n_clients=150, truth=one_miss_is_mostly_the_end
    )
    learn_hazard(by=SYSTEM, now=clinic.now)
    page = new_page()
    sign_in(page)
    row = page.get_by_role("listitem").filter(has_text="may be drifting away.").first
    expect(row).to_contain_text("come to none in the four weeks that follow.")
    row.get_by_role("link").click()
    expect(page.get_by_text("No rule asks for it yet.")).to_be_visible()
    expect(page.get_by_text("What speaks for it")).to_be_visible()
    expect(page.get_by_text("The last visit was missed.")).to_be_visible()
    expect(page.get_by_text("earlier visits of this clinic")).to_be_visible()
    stop(page, "client")
