"""Every page of the client's, read whole: grade 6 at most, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from alongside.clinic.alliance.actions import note_talked_about, say_what_changes
from alongside.clinic.instruments.models import Answer, Slot
from alongside.clinic.people.models import Person
from alongside.clinic.progress.actions import open_weekly_checks
from tests.factories.clinic import SmallClinic
from tests.interfaces.client.test_answering import address, slot_of, text
from tests.interfaces.client.test_home import strained
from tests.promises.plain_words import grade_en, is_plain, level_es, n_words, readable_text

SHORTEST = 20


def check_plain(pages: dict[str, str], language: str) -> None:
    hard = {}
    for name, html in pages.items():
        words = readable_text(html)
        assert n_words(words) >= SHORTEST, name
        if not is_plain(words, language):
            hard[name] = level_es(words) if language == "es" else grade_en(words)
    assert not hard


@pytest.mark.parametrize("language", ["en", "es"])
def test_all_pages_are_plain(
    ready_for: Callable[[int], SmallClinic],
    browser_of: Callable[[Person | None], Browser],
    language: str,
) -> None:
    clinic = ready_for(9)
    repair = strained(clinic)
    by = clinic.as_actor(clinic.dana)
    note_talked_about(repair=repair, note="", by=by, now=clinic.now)
    answer = Answer.objects.get(link_id="O1", state="answered")
    change = "Tú empiezas." if language == "es" else "You begin."
    say_what_changes(answer=answer, what_changes=change, by=by, now=clinic.now)
    handed_in = clinic.feedback(clinic.visit(), 7, B1=1, F1=True).slot
    waiting = slot_of(clinic)
    open_weekly_checks(now=clinic.now)
    weekly = Slot.objects.get(client=clinic.alma, therapist=None)
    alma, stranger = browser_of(clinic.alma.person), Browser()
    for browser in (alma, stranger):
        browser.cookies["language"] = language
    pages = {
        "form": text(stranger.get(address(waiting))),
        "weekly": text(alma.get(f"/me/forms/{weekly.public_id}/")),
        "used": text(stranger.get(address(handed_in))),
        "cut off": text(stranger.get("/f/x/")),
        "kiosk": text(stranger.get("/kiosk/")),
        "home": text(alma.get("/me/")),
        "graph": text(alma.get("/me/graph/")),
        "who sees": text(alma.get("/me/who-sees/")),
        "answers": text(alma.get("/me/answers/")),
        "answer": text(alma.get(f"/me/answers/{handed_in.public_id}/")),
        "help": text(stranger.get("/help/")),
    }
    assert all(f'<html lang="{language}"' in html for html in pages.values())
    check_plain(pages, language)
