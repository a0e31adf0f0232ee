"""Staff: added, given parts, kept out, supervised; and no client among them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from alongside.clinic.people.models import Person, Role, Supervision
from alongside.clinic.people.queries import day_of
from tests.factories.clinic import PASSWORD, SmallClinic, small_clinic

pytestmark = pytest.mark.django_db
NEW = {
    "display_name": "Noa Levin",
    "sign_in_name": "Noa",
    "language": "en",
    "roles": ["therapist"],
    "password": "seven green boats sail",
}


@pytest.fixture
def clinic() -> SmallClinic:
    """The small clinic of today."""
    return small_clinic(timezone.now())


@pytest.fixture
def ines(clinic: SmallClinic) -> Browser:
    """The administrator's browser."""
    browser = Browser()
    browser.force_login(clinic.ines)
    return browser


def path_of(person: Person, end: str = "") -> str:
    return f"/administration/staff/{person.public_id}/{end}"


def test_the_list_holds_staff_and_no_client(ines: Browser) -> None:
    page = ines.get("/administration/staff/").content.decode()
    for name in ("Dana", "Omar", "Ruth", "Ines"):
        assert name in page
    for name in ("Alma", "Bruno", "alma", "bruno"):
        assert name not in page
    assert "Nobody supervises: Omar" in page


def test_a_client_has_no_page_here(ines: Browser, clinic: SmallClinic) -> None:
    person = clinic.alma.person
    assert person is not None
    assert ines.get(path_of(person)).status_code == 404
    for end, sent in (
        ("roles/", {"roles": ["administrator"]}),
        ("password/", {"password": "seven green boats sail"}),
        ("keep-out/", {}),
        ("let-in/", {}),
        ("supervisor/", {"supervisor": clinic.ruth.public_id}),
    ):
        assert ines.post(path_of(person, end), sent).status_code == 404
    person.refresh_from_db()
    assert person.is_active
    assert person.check_password(PASSWORD)
    assert not person.staff_roles.exists()


def test_someone_new_can_sign_in(ines: Browser) -> None:
    assert ines.post("/administration/staff/add/", NEW).status_code == 302
    person = Person.objects.get(sign_in_index="noa")
    assert {held.role for held in person.staff_roles.all()} == {Role.THERAPIST}
    assert Browser().login(username="noa", password=NEW["password"])


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sign_in_name": " DANA "}, "Someone here already signs in as dana."),
        ({"password": "password12"}, "This password is too easy to guess."),
        ({"password": "short"}, "This password is too easy to guess."),
        ({"roles": []}, "Choose at least one."),
        ({"display_name": ""}, "Write the name."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    ines: Browser, change: dict[str, object], sentence: str
) -> None:
    n_before = Person.objects.count()
    answer = ines.post("/administration/staff/add/", {**NEW, **change})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert str(NEW["password"]) not in page
    if "display_name" not in change:
        assert 'value="Noa Levin"' in page
    assert Person.objects.count() == n_before


def test_the_last_administrator_stays(ines: Browser, clinic: SmallClinic) -> None:
    refused = ines.post(path_of(clinic.ines, "roles/"), {"roles": ["therapist"]})
    assert refused.status_code == 422
    assert b"Make another person an administrator first." in refused.content
    followed = ines.post(path_of(clinic.ines, "keep-out/"), follow=True)
    assert b"Make another person an administrator first." in followed.content
    clinic.ines.refresh_from_db()
    assert clinic.ines.is_active
    assert ines.get("/administration/staff/").status_code == 200


def test_who_is_kept_out_is_signed_out_at_once_and_comes_in_again(
    ines: Browser, clinic: SmallClinic
) -> None:
    ruth = Browser()
    ruth.force_login(clinic.ruth)
    assert ruth.get("/supervision/").status_code == 200
    assert ines.post(path_of(clinic.ruth, "keep-out/")).status_code == 302
    assert ruth.get("/supervision/").status_code == 302
    assert not Browser().login(username="ruth", password=PASSWORD)
    assert ines.post(path_of(clinic.ruth, "let-in/")).status_code == 302
    assert Browser().login(username="ruth", password=PASSWORD)


def test_a_new_password_ends_other_sessions_and_not_ones_own(
    ines: Browser, clinic: SmallClinic
) -> None:
    ruth = Browser()
    ruth.force_login(clinic.ruth)
    sent = {"password": "seven green boats sail"}
    assert ines.post(path_of(clinic.ruth, "password/"), sent).status_code == 302
    assert ruth.get("/supervision/").status_code == 302
    assert ines.post(path_of(clinic.ines, "password/"), sent).status_code == 302
    assert ines.get("/administration/staff/").status_code == 200
    weak = ines.post(path_of(clinic.ruth, "password/"), {"password": "1234567890"})
    assert weak.status_code == 422


def test_a_supervisor_is_set_and_taken_away(ines: Browser, clinic: SmallClinic) -> None:
    path = path_of(clinic.omar, "supervisor/")
    for wrong in (clinic.omar, clinic.dana):
        answer = ines.post(path, {"supervisor": wrong.public_id})
        assert answer.status_code == 422, "not a supervisor"
    assert ines.post(path, {"supervisor": clinic.ruth.public_id}).status_code == 302
    supervision = Supervision.objects.get(therapist=clinic.omar)
    assert "Nobody supervises" not in ines.get("/administration/staff/").content.decode()
    assert ines.post(f"{path}{supervision.pk}/end/").status_code == 302
    assert not Supervision.objects.filter(therapist=clinic.omar).exists()
    assert ines.post(f"{path}{supervision.pk}/end/").status_code == 404


def test_supervision_that_is_taken_away_ends_at_once(ines: Browser, clinic: SmallClinic) -> None:
    today = day_of(timezone.now())
    Supervision.objects.update(starts_on=today - timedelta(days=30))
    supervision = Supervision.objects.get(therapist=clinic.dana)
    assert ines.post(path_of(clinic.dana, f"supervisor/{supervision.pk}/end/")).status_code == 302
    supervision.refresh_from_db()
    assert supervision.ends_on == today - timedelta(days=1)
    assert "Nobody supervises: Dana, Omar" in ines.get("/administration/staff/").content.decode()


@pytest.mark.parametrize("name", ["dana", "ruth"])
def test_for_everyone_else_administration_does_not_exist(clinic: SmallClinic, name: str) -> None:
    browser = Browser()
    browser.force_login(getattr(clinic, name))
    for path in (
        "/administration/staff/",
        "/administration/staff/add/",
        "/administration/instruments/",
        "/administration/instruments/add/",
        "/administration/instruments/add/look/",
        "/administration/instruments/1/",
        path_of(clinic.dana),
    ):
        assert browser.get(path).status_code == 404, path


def test_an_administrator_reaches_no_client(ines: Browser, clinic: SmallClinic) -> None:
    visit = clinic.visit()
    for path in (
        "/caseload/",
        f"/caseload/clients/{clinic.alma.public_id}/",
        f"/caseload/visits/{visit.public_id}/before/",
        f"/caseload/visits/{visit.public_id}/after/",
        "/supervision/",
        f"/supervision/opened/{clinic.dana.public_id}/{clinic.alma.public_id}/",
    ):
        assert ines.get(path).status_code == 404, path


def test_ten_megabytes_in_a_form_are_refused_with_a_clear_word(ines: Browser) -> None:
    answer = ines.post(
        "/administration/staff/add/",
        f"display_name={'x' * 10_000_000}",
        content_type="application/x-www-form-urlencoded",
    )
    assert answer.status_code == 413
    assert b"That is more than we can take at once. Nothing was kept." in answer.content
