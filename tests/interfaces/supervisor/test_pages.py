"""The supervisor's pages: what they say, to whom they exist, what may be written."""

from __future__ import annotations

import re

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from alongside.clinic.alliance.actions import note_talked_about, open_to_supervision
from alongside.clinic.alliance.models import AlarmBudget, AllianceSeries, Repair
from alongside.clinic.instruments.models import Release
from alongside.clinic.supervision.models import SupervisionNote
from alongside.clinic.supervision.totals import FewerThanTen, Share, Totals
from alongside.interfaces.supervisor.figures import figures_of, withheld_of
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db

WORDS = "I was laughed at."


@pytest.fixture
def clinic() -> SmallClinic:
    """A clinic whose last ten weeks lie just behind today."""
    from datetime import timedelta

    return small_clinic(timezone.now() - timedelta(days=78))


def browser_of(clinic: SmallClinic, name: str) -> Browser:
    """A browser in which this person is signed in."""
    browser = Browser()
    browser.force_login(getattr(clinic, name))
    return browser


def concern(clinic: SmallClinic, *, tells: bool, release: Release = Release.NOW) -> Repair:
    visit = clinic.visit()
    flag = {"F1": True, "F1-text": WORDS, "F1-supervisor": tells}
    clinic.feedback(visit, flag, release=release)
    return Repair.objects.get(visit=visit)


def text_of(browser: Browser, path: str, status: int = 200) -> str:
    response = browser.get(path)
    assert response.status_code == status, path
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def test_a_board_with_nothing_says_so(clinic: SmallClinic) -> None:
    page = text_of(browser_of(clinic, "ruth"), "/supervision/")
    assert "Nothing is open now." in page
    assert "Nothing waits Dana" in page
    assert "this needs 10 clients or more" in page


def test_why_totals_are_not_shown_is_said_once() -> None:
    few = FewerThanTen()
    totals = Totals(20, Share(10, 20), few, few, few)
    assert [(str(each.label), each.value, each.unit) for each in figures_of(totals)] == [
        ("Clients in care", "about 20", ""),
        ("Gave feedback", "about 10", "of about 20"),
    ]
    assert withheld_of(totals) == (
        "Have an open strain",
        "Strain repaired within three visits",
        "A signal was useful",
    )
    assert figures_of(Totals(few, few, few, few, few)) == ()


def test_the_board_tells_of_a_concern_and_of_a_strain_and_names_no_client(
    clinic: SmallClinic,
) -> None:
    for score in (8, 8, 8, 8, 8, 8, 3, 3, 3, 3):
        clinic.feedback(clinic.visit(), score)
    strain = Repair.objects.get()
    note_talked_about(
        repair=strain, note="Our secret.", by=clinic.as_actor(clinic.dana), now=clinic.now
    )
    told = concern(clinic, tells=True)
    browser = browser_of(clinic, "ruth")
    pages = [
        text_of(browser, path)
        for path in (
            "/supervision/",
            f"/supervision/waiting/{strain.public_id}/",
            f"/supervision/waiting/{told.public_id}/",
        )
    ]
    assert "Open now: 1 concern, 1 open strain." in pages[0]
    assert "The therapist talked about it with the client" in pages[1]
    assert WORDS in pages[2]
    for page in pages:
        for secret in ("Alma", "C-1", "Our secret", "30"):
            assert secret not in re.sub(r"\d+ \w{3} \d{4}", "", page)


def test_a_concern_that_was_not_told_has_no_page(clinic: SmallClinic) -> None:
    kept = concern(clinic, tells=False)
    browser = browser_of(clinic, "ruth")
    path = f"/supervision/waiting/{kept.public_id}/"
    hidden, missing = browser.get(path), browser.get("/supervision/waiting/nothing/")
    assert hidden.status_code == missing.status_code == 404
    for action in ("note", "answer"):
        assert browser.post(f"{path}{action}/", {action: "x"}).status_code == 404
    assert not SupervisionNote.objects.exists()


def test_withheld_words_are_not_on_the_page(clinic: SmallClinic) -> None:
    told = concern(clinic, tells=True, release=Release.WITHHELD)
    page = text_of(browser_of(clinic, "ruth"), f"/supervision/waiting/{told.public_id}/")
    assert WORDS not in page
    assert "No words are shown" in page


def test_an_answer_and_a_note_are_kept_and_an_empty_one_is_asked_for_again(
    clinic: SmallClinic,
) -> None:
    told = concern(clinic, tells=True)
    path = f"/supervision/waiting/{told.public_id}/"
    browser = browser_of(clinic, "ruth")
    refused = browser.post(f"{path}answer/", {"answer": "   "})
    assert refused.status_code == 422
    assert b"Please write a few words first." in refused.content
    assert browser.post(f"{path}answer/", {"answer": "Thank you."}).status_code == 302
    assert browser.post(f"{path}note/", {"note": "Called the desk."}).status_code == 302
    page = text_of(browser, path)
    assert "Thank you." in page
    assert "Called the desk." in page
    assert "Answered" in text_of(browser, "/supervision/")
    too_long = browser.post(f"{path}note/", {"note": "long words " * 300})
    assert too_long.status_code == 422
    assert b"long words long words" in too_long.content, "what was typed is still there"
    assert SupervisionNote.objects.count() == 2


def test_ratings_show_only_while_they_are_opened(clinic: SmallClinic) -> None:
    for _ in range(3):
        clinic.feedback(clinic.visit(), 8)
    series = AllianceSeries.objects.get()
    path = f"/supervision/opened/{clinic.dana.public_id}/{clinic.alma.public_id}/"
    browser = browser_of(clinic, "ruth")
    assert browser.get(path).status_code == 404
    dana = clinic.as_actor(clinic.dana)
    open_to_supervision(series=series, is_open=True, by=dana, now=clinic.now)
    page = text_of(browser, path)
    assert "Dana opened these ratings to you" in page
    assert "3 scores." in page
    assert "Alma" not in page
    assert browser_of(clinic, "omar").get(path).status_code == 404
    open_to_supervision(series=series, is_open=False, by=dana, now=clinic.now)
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("name", ["dana", "omar", "ines"])
def test_for_everyone_else_supervision_does_not_exist(clinic: SmallClinic, name: str) -> None:
    told = concern(clinic, tells=True)
    browser = browser_of(clinic, name)
    for path in ("/supervision/", f"/supervision/waiting/{told.public_id}/"):
        assert browser.get(path).status_code == 404


def test_the_therapist_finds_nothing_of_a_concern_kept_from_them(clinic: SmallClinic) -> None:
    def pages() -> list[str]:
        browser = browser_of(clinic, "dana")
        return [
            re.sub(r"csrfmiddlewaretoken\" value=\"\w+", "", browser.get(path).content.decode())
            for path in ("/caseload/", f"/caseload/clients/{clinic.alma.public_id}/")
        ]

    visit = clinic.visit()
    answers = {"A1": 8, "A2": 8, "A3": 8, "A4": 8, "A5": 8}
    clinic.feedback(visit, answers, F1=False)
    quiet = pages()
    told = concern(clinic, tells=True, release=Release.WITHHELD)
    with_concern = pages()
    browser = browser_of(clinic, "ruth")
    path = f"/supervision/waiting/{told.public_id}/"
    assert browser.post(f"{path}answer/", {"answer": "Secret answer."}).status_code == 302
    assert browser.post(f"{path}note/", {"note": "Secret note."}).status_code == 302
    assert pages() == with_concern, "supervision leaves no trace on the therapist's pages"
    for page in with_concern:
        assert WORDS not in page
        assert told.public_id not in page
    assert len(quiet) == len(with_concern)


def test_a_supervisor_opens_a_record_in_an_emergency_and_finds_the_way_back(
    clinic: SmallClinic,
) -> None:
    browser = browser_of(clinic, "ruth")
    assert "Open a record in an emergency" in text_of(browser, "/supervision/")
    said = {"called": "C-2", "reason": "medical", "words": "Found without breath at the door."}
    opened = browser.post(reverse("emergency"), said)
    page = browser.get(opened["Location"]).content.decode()
    assert "Bruno" in page and 'href="/supervision/"' in page
    assert 'href="/caseload/"' not in page


def of_prompts(clinic: SmallClinic, **sent: str) -> str:
    """The page on prompts as Ruth sees it, or what comes of her wish."""
    browser, address = browser_of(clinic, "ruth"), reverse("supervision_prompts")
    with time_machine.travel(clinic.now, tick=False):
        browser.force_login(clinic.ruth)
        answer = browser.post(address, sent, follow=True) if sent else browser.get(address)
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_a_wish_for_prompts_is_kept_and_said(clinic: SmallClinic) -> None:
    for score in (8, 8, 8, 8, 8, 8):
        clinic.feedback(clinic.visit(), score)
    page = of_prompts(clinic)
    assert "Nobody has said yet." in page
    assert "With the visits" not in page
    assert "It counts for the whole clinic" in of_prompts(clinic, prompts="0.125")
    page = of_prompts(clinic)
    assert "That is as many as make sense: one visit in ten." in page
    assert "The wish: about one every eight weeks for each therapist." in page
    assert "It rests on the chance that the method works out." in page
    assert "Ruth set it on" in page
    refused = of_prompts(clinic, prompts="a thousand")
    assert "Choose how many." in refused
    assert AlarmBudget.objects.count() == 1


def test_without_visits_the_wish_is_refused_with_what_to_do(clinic: SmallClinic) -> None:
    assert "Nobody has said yet." in of_prompts(clinic)
    assert "Set this once there is feedback." in of_prompts(clinic, prompts="1")
    assert not AlarmBudget.objects.exists()
