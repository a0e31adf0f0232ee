"""A record is opened in an emergency; the client sees it, asks about it and reads the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from alongside.clinic.access.models import Emergency
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.people.actions import add_person, set_roles
from alongside.clinic.people.models import Person, Role
from alongside.clinic.transparency.models import Question
from tests.factories.clinic import SmallClinic, small_clinic
from tests.journeys.browser import NewPage, Stop, in_both_languages
from tests.journeys.let_in import let_in

pytestmark = pytest.mark.django_db(transaction=True)
WHY = "Found without breath at the door; we need to know whom to call."
ASKED = "Who else was there?"
ANSWERED = "Only Omar. He closed it after ten minutes."


@pytest.fixture
def clinic() -> SmallClinic:
    clinic = small_clinic(timezone.now().replace(microsecond=0) - timedelta(weeks=3))
    clinic.feedback(clinic.visit(), 8)
    clinic.feedback(clinic.visit(), 7)
    set_roles(person=clinic.omar, roles=[Role.THERAPIST], by=OPERATOR, now=clinic.now)
    add_person(
        sign_in_name="noor",
        display_name="Noor",
        password=None,
        roles=[Role.PRIVACY_OFFICER],
        by=OPERATOR,
        now=clinic.now,
    )
    return clinic


@in_both_languages
def test_an_emergency_is_seen_asked_about_and_answered(
    new_page: NewPage, stop: Stop, clinic: SmallClinic, language: str
) -> None:
    omar, alma, noor = (new_page(language=language) for _ in range(3))

    # In an emergency somebody without a part in the care opens the record, with a reason
    let_in(omar, clinic.omar)
    omar.goto(reverse("emergency"))
    stop(omar, f"ask-{language}")
    omar.locator("main button[type=submit]").click()
    stop(omar, f"ask-mistakes-{language}", status=422)
    omar.locator("[name=called]").fill("C-1")
    omar.locator("[name=reason][value=medical]").check()
    omar.locator("[name=words]").fill(WHY)
    omar.locator("main button[type=submit]").click()
    expect(omar.get_by_role("heading", level=1)).to_contain_text("Alma")
    stop(omar, f"open-{language}")

    # The client sees it on the first page, and who has seen the record
    let_in(alma, clinic.alma.person)
    alma.goto(reverse("client_home"))
    expect(alma.locator("main")).to_contain_text("Omar")
    stop(alma, f"home-{language}")
    alma.goto(reverse("who_looked"))
    expect(alma.locator("main")).to_contain_text(WHY)
    stop(alma, f"who-looked-{language}")

    # … asks about it
    ask = reverse("ask_about_look", args=[clinic.omar.public_id, "2000-01-01"]).split("2000")[0]
    alma.locator(f"a[href^='{ask}']").first.click()
    stop(alma, f"question-{language}")
    alma.locator("[name=words]").fill(ASKED)
    alma.locator("main button[type=submit]").click()
    expect(alma.locator("main")).to_contain_text(ASKED)

    # … and a privacy officer answers and says whether it was right
    let_in(noor, Person.objects.get_by_natural_key("noor"))
    question = Question.objects.get()
    noor.goto(reverse("privacy"))
    stop(noor, f"board-{language}")
    noor.goto(reverse("privacy_question", args=[question.public_id]))
    expect(noor.locator("main")).to_contain_text(ASKED)
    stop(noor, f"answer-{language}")
    noor.locator("[name=words]").fill(ANSWERED)
    noor.locator("main button[type=submit]").click()
    noor.goto(reverse("privacy_emergency", args=[Emergency.objects.get().public_id]))
    noor.locator("[name=verdict][value=justified]").check()
    noor.locator("[name=words]").fill("It was right: she could not speak.")
    noor.locator("main button[type=submit]").click()

    # … which the client reads
    alma.reload()
    expect(alma.locator("main")).to_contain_text(ANSWERED)
    expect(alma.locator("main")).to_contain_text("she could not speak")
    stop(alma, f"answered-{language}")
