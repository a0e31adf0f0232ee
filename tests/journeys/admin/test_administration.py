"""An administrator brings in a person and an instrument, and reaches no client."""

from __future__ import annotations

import json
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import WayIn
from alongside.clinic.people.models import Person
from tests.factories.clinic import SmallClinic, small_clinic
from tests.journeys.browser import NewPage, Stop
from tests.journeys.let_in import let_in

pytestmark = pytest.mark.django_db(transaction=True)
LIBRARY = files("alongside.clinic.instruments") / "library"
QUESTION = "How well did today fit what you need?"


@pytest.fixture
def clinic() -> SmallClinic:
    """A clinic whose latest visit ended five minutes ago."""
    return small_clinic(timezone.now() - timedelta(days=7, minutes=60))


def test_someone_new_comes_to_work_here(new_page: NewPage, stop: Stop, clinic: SmallClinic) -> None:
    # given: an administrator on the page of staff, where no client stands
    ines = new_page()
    let_in(ines, clinic.ines)
    expect(ines.locator("main")).not_to_contain_text("Alma")
    stop(ines, "staff")

    # when: she adds a therapist, first with a password that is too weak
    ines.get_by_role("link", name="Add a person").click()
    ines.get_by_label("Name", exact=True).fill("Noa Levin")
    ines.get_by_label("Sign-in name").fill("noa")
    ines.get_by_label("Therapist: sees the clients in their care").check()
    ines.get_by_label("New password").fill("password12")
    ines.get_by_role("button", name="Add this person").click()
    expect(ines.get_by_role("alert")).to_contain_text("too easy to guess")
    expect(ines.get_by_label("Name", exact=True)).to_have_value("Noa Levin")
    stop(ines, "weak-password", status=422)
    ines.get_by_label("New password").fill("seven green boats sail")
    ines.get_by_role("button", name="Add this person").click()
    expect(ines.get_by_text("Noa Levin can sign in now.")).to_be_visible()
    ines.get_by_label("Supervisor", exact=True).select_option(label="Ruth")
    ines.get_by_role("button", name="Save").nth(1).click()
    expect(ines.get_by_text("The supervisor is set.")).to_be_visible()
    stop(ines, "member")

    # then: the therapist signs in, and has nothing of the administrator's
    noa = new_page()
    noa.goto(reverse("sign_in"))
    noa.get_by_label("Sign-in name").fill("noa")
    noa.get_by_label("Password").fill("seven green boats sail")
    noa.get_by_role("button", name="Sign in", exact=True).click()
    expect(noa.get_by_role("heading", name="Your key")).to_be_visible()
    let_in(noa, Person.objects.get_by_natural_key("noa"))
    expect(noa.get_by_role("link", name="Caseload")).to_be_visible()
    noa.goto(reverse("staff"))
    stop(noa, "not-hers", status=404)

    # and: the administrator has nothing of the therapist's
    ines.goto(reverse("client_record", args=[clinic.alma.public_id]))
    stop(ines, "not-found", status=404)


def test_an_instrument_is_looked_at_and_asked_at_the_next_visit(
    new_page: NewPage, stop: Stop, clinic: SmallClinic, tmp_path: Path
) -> None:
    # given: the clinic's own version of the visit feedback, in two files
    asked = json.loads((LIBRARY / "visit-feedback.questionnaire.json").read_bytes())
    scored = json.loads((LIBRARY / "visit-feedback.scoring.json").read_bytes())
    asked["version"] = scored["instrument"]["version"] = "2.0.0"
    asked["item"][0]["text"] = QUESTION
    document, scoring = tmp_path / "questionnaire.json", tmp_path / "scoring.json"
    document.write_text(json.dumps(asked))
    scoring.write_text(json.dumps(scored))
    broken = tmp_path / "broken.json"
    broken.write_text('{"resourceType": ')

    # when: the administrator brings them in, first a broken one
    ines = new_page()
    let_in(ines, clinic.ines)
    ines.get_by_role("link", name="Instruments").click()
    stop(ines, "instruments")
    ines.get_by_role("link", name="Add an instrument").click()
    ines.get_by_label("Questionnaire").set_input_files(broken)
    ines.get_by_label("Scoring").set_input_files(scoring)
    ines.get_by_role("button", name="Look at it first").click()
    expect(ines.get_by_role("alert")).to_contain_text("not valid JSON")
    stop(ines, "broken", status=422)
    ines.get_by_label("Questionnaire").set_input_files(document)
    ines.get_by_label("Scoring").set_input_files(scoring)
    ines.get_by_role("button", name="Look at it first").click()
    expect(ines.get_by_text(QUESTION)).to_be_visible()
    expect(ines.get_by_text("This is a new version of an instrument in use")).to_be_visible()
    stop(ines, "look")
    ines.get_by_role("button", name="Keep this instrument").click()
    expect(ines.get_by_text("The instrument is kept.")).to_be_visible()
    stop(ines, "kept")

    # then: the next visit asks it
    slot = clinic.visit().feedback_slot
    assert slot is not None
    client = new_page()
    client.goto(reverse("feedback", args=[token_for(slot, WayIn.LINK)]))
    expect(client.get_by_text(QUESTION)).to_be_visible()
