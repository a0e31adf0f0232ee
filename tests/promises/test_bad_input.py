"""The promise: whatever comes in, the reader gets a clear word and nothing is half-written.

Every refusal is one of the 400s with a sentence in the reader's language, never a failure of ours,
and no row of the clinic is another than before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from alongside.clinic.feedback.tokens import token_for
from alongside.clinic.instruments.models import Answer, InstrumentVersion, Slot, WayIn
from alongside.clinic.people.models import Person
from alongside.clinic.visits.actions import cancel_visit
from alongside.clinic.visits.models import Visit
from tests.factories.clinic import SmallClinic, small_clinic
from tests.promises.house import rows_but_looks

pytestmark = pytest.mark.django_db
LIBRARY = files("alongside.clinic.instruments") / "library"
TEN_MEGABYTES = 10_000_000
FORM = "application/x-www-form-urlencoded"
SPANISH = {"HTTP_ACCEPT_LANGUAGE": "es"}

# What no question takes, and what nobody types by accident.
NUMBERS = (
    *("11", "-1", "5.5", "5,5", "1e1", "0x5", "five", "true", "5 5", "--5", "+-5", "∞", "NaN"),
    *("٥", "５", "²", "Ⅴ", "9" * 400, "9" * 5000, "-" + "9" * 500, "5\x00", "\x005", "5;"),
    *("<b>5</b>", "null", "undefined", "[5]", '{"a":5}', "5" * 20, "\ufeff5", "5\u200b"),
)
WORDS_TOO_ODD = ("\x00", "a\x00b", "\x1b[31m", "a" * 4001, "\x08" * 3)


@pytest.fixture
def clinic() -> Iterator[SmallClinic]:
    """The small clinic at the end of a visit, with the moment standing still."""
    cache.clear()
    clinic = small_clinic(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
    clinic.visit()
    with time_machine.travel(clinic.now, tick=False):
        yield clinic


@pytest.fixture
def slot(clinic: SmallClinic) -> Slot:
    """The feedback form that is open."""
    slot = clinic.alma.visits.get().feedback_slot
    assert slot is not None
    return slot


@pytest.fixture
def link(slot: Slot) -> str:
    return reverse("feedback", args=[token_for(slot, WayIn.LINK)])


@pytest.fixture
def dana(clinic: SmallClinic) -> Browser:
    return signed_in(clinic.dana)


def signed_in(person: Person | None) -> Browser:
    browser = Browser()
    assert person is not None
    browser.force_login(person)
    return browser


def says(answer: HttpResponse) -> str:
    """What a refusal says to its reader."""
    if answer.headers["Content-Type"] == "application/json":
        return str(json.loads(answer.content)["message"])
    page = answer.content.decode()
    start = page.index('<main id="main"')
    return page[start : page.index("</main>")]


def refused(answer: HttpResponse, before: str, *, status: int = 422) -> str:
    """What the refusal says; nothing was written."""
    assert answer.status_code == status, (answer.status_code, answer.content[:3000])
    assert rows_but_looks() == before
    return says(answer)


# --- Answers


@pytest.mark.parametrize("path", ["", "save"])
def test_an_answer_that_no_question_takes_is_refused_whole(
    clinic: SmallClinic, link: str, path: str
) -> None:
    before = rows_but_looks()
    for raw in NUMBERS:
        said = refused(Browser().post(link + path, {"q1": raw, "q2": "5"}), before)
        assert "Please choose one of the answers shown." in said, raw
    for raw in WORDS_TOO_ODD:
        assert "shorter" in refused(Browser().post(link + path, {"q10": raw, "q2": "5"}), before)
    spanish = Browser().post(link + path, {"q1": "400", "language": ""}, **SPANISH)
    assert "Please" in says(spanish), "the client's own language stands above the browser's"
    clinic.alma.language = "es"
    clinic.alma.save()
    before = rows_but_looks()
    assert "Please" not in refused(Browser().post(link + path, {"q1": "400"}), before)


def test_a_refused_form_keeps_what_was_typed(link: str) -> None:
    page = Browser().post(link, {"q1": "400", "q10": "Words to keep."}).content.decode()
    assert "Words to keep." in page and "data-error-summary" in page


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"q1": 5}', "application/json"),
        (b"q1=5", "text/plain"),
        (b"<q1>5</q1>", "application/xml"),
        (b"", FORM),
        (b"unknown=5&q0=5&q99=5&Q1=5&q1x=5&q-1=5", FORM),
        (b"--x\r\nnot a form", "multipart/form-data; boundary=x"),
        (b"q1", "multipart/form-data"),
    ],
)
def test_a_save_that_brings_no_answer_says_so(link: str, body: bytes, kind: str) -> None:
    before = rows_but_looks()
    answer = Browser().generic("POST", f"{link}save", body, kind)
    assert answer.status_code in (400, 415, 422)
    assert rows_but_looks() == before
    assert says(answer)


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/octet-stream"])
def test_what_is_no_form_hands_nothing_in(link: str, kind: str) -> None:
    before = rows_but_looks()
    assert "could not be read" in refused(
        Browser().post(link, data=b'{"q1": 5}', content_type=kind), before, status=400
    )


def test_an_answer_that_comes_twice_counts_once_and_the_last_one(slot: Slot, link: str) -> None:
    assert Browser().post(f"{link}save", {"q1": ["3", "7"]}).status_code == 200
    assert Answer.objects.get(response__slot=slot).value == 7


@pytest.mark.parametrize(
    "words",
    [
        "é" * 500,
        "😀" * 500,
        "ﷺ" * 500,
        "a\u202eb",
        "\ud800",
        "=1+1",
        "line\r\nline",
        "\ufffe\uffff",
    ],
)
def test_odd_words_are_kept_or_refused_and_never_break_a_page(
    clinic: SmallClinic, slot: Slot, dana: Browser, words: str
) -> None:
    link = reverse("feedback", args=[token_for(slot, WayIn.LINK)])
    raw = b"q1=5&q10=" + b"".join(
        b"%%%02X" % byte for byte in words.encode("utf-8", errors="surrogatepass")
    )
    answer = Browser().post(link, data=raw, content_type=FORM)
    assert answer.status_code in (302, 422)
    shown = dana.get(reverse("client_record", args=[clinic.alma.public_id]))
    mine = signed_in(clinic.alma.person).get("/me/answers/")
    assert shown.status_code == mine.status_code == 200


def test_a_version_that_came_after_the_form_was_opened_changes_no_stored_answer(
    clinic: SmallClinic, slot: Slot, link: str
) -> None:
    Browser().post(f"{link}save", {"q1": "5"})
    ines = signed_in(clinic.ines)
    changed = document(version="1.0.0", title="Another title")
    before = rows_but_looks()
    answer = upload(ines, *changed)
    if answer.status_code == 302:
        answer = ines.post(reverse("instrument_look"), {"purpose": "none"})
    assert "Answers point to it" in refused(answer, before)
    assert upload(ines, *document(version="2.0.0")).status_code == 302
    assert ines.post(reverse("instrument_look"), {}).status_code == 302
    assert Browser().post(link, {"q2": "6"}).status_code == 302
    slot.refresh_from_db()
    assert slot.version.version == "1.0.0"
    kept = {answer.link_id: answer.value for answer in slot.response.answers.all()}
    assert kept["A1"] == 5 and kept["A2"] == 6


def test_a_link_that_is_used_or_too_old_says_so(clinic: SmallClinic, slot: Slot, link: str) -> None:
    with time_machine.travel(slot.expires_at + timedelta(seconds=1), tick=False):
        before = rows_but_looks()
        for path in ("", "save"):
            assert refused(Browser().post(link + path, {"q1": "5"}), before, status=410)
        assert refused(Browser().get(link), before, status=410)
    assert Browser().post(link, {"q1": "5"}).status_code == 302
    before = rows_but_looks()
    assert Browser().post(link, {"q1": "9"}).status_code == 302
    assert "already in" in refused(Browser().post(f"{link}save", {"q1": "9"}), before, status=410)
    other = clinic.visit()
    cancel_visit(visit=other, by=clinic.as_actor(clinic.dana), now=clinic.now)
    before = rows_but_looks()
    assert other.feedback_slot is not None
    closed = reverse("feedback", args=[token_for(other.feedback_slot, WayIn.LINK)])
    with time_machine.travel(clinic.now, tick=False):
        assert refused(Browser().post(closed, {"q1": "5"}), before, status=410)


def test_the_form_of_a_visit_to_come_is_not_open(clinic: SmallClinic, dana: Browser) -> None:
    now, ahead = clinic.now, clinic.visit()
    assert ahead.feedback_slot is not None
    link = reverse("feedback", args=[token_for(ahead.feedback_slot, WayIn.LINK)])
    with time_machine.travel(now, tick=False):
        before = rows_but_looks()
        assert refused(Browser().post(link, {"q1": "5"}), before, status=410)
        assert refused(Browser().post(f"{link}save", {"q1": "5"}), before, status=410)
        state = dana.post(reverse("visit_state", args=[ahead.public_id]), {"state": "held"})
        assert "has not started yet" in dana.get(state["Location"]).content.decode()
        assert rows_but_looks() == before


# --- Booking


@pytest.mark.parametrize(
    ("day", "time", "minutes", "said"),
    [
        ("2026-03-29", "02:30", "50", "clocks go forward"),
        ("2026-10-25", "02:30", "50", "comes twice"),
        ("2027-03-29", "02:00", "50", "more than a year"),
        ("9999-12-31", "23:59", "480", "year-month-day"),
        ("2199-12-31", "23:59", "480", "more than a year"),
        ("0001-01-01", "00:00", "5", "year-month-day"),
        ("1900-01-01", "00:00", "50", "has passed"),
        ("2025-03-09", "10:00", "50", "has passed"),
        ("2026-02-30", "10:00", "50", "year-month-day"),
        ("10000-01-01", "10:00", "50", "year-month-day"),
        ("soon", "10:00", "50", "year-month-day"),
        ("2026-03-20\x00", "10:00", "50", ""),
        ("2026-03-20", "25:00", "50", "hours and minutes"),
        ("2026-03-20", "24:00", "50", "hours and minutes"),
        ("2026-03-20", "10:00", "-50", ""),
        ("2026-03-20", "10:00", "481", ""),
        ("2026-03-20", "10:00", "9" * 5000, ""),
        ("2026-03-20", "10:00", "1e2", ""),
        ("2026-03-20", "10:00", "50.5", ""),
        ("", "", "", "Choose a day"),
    ],
)
def test_a_time_that_cannot_be_is_not_booked(
    clinic: SmallClinic, dana: Browser, day: str, time: str, minutes: str, said: str
) -> None:
    address = reverse("book_visit", args=[clinic.alma.public_id])
    before = rows_but_looks()
    sent = {"day": day, "time": time, "minutes": minutes}
    assert said in refused(dana.post(address, sent), before)
    if said:
        spanish = dana.post(address, sent, **SPANISH)
        assert spanish.status_code == 422 and said not in says(spanish)


def test_the_last_and_first_times_around_the_change_of_clocks_can_be_booked(
    clinic: SmallClinic, dana: Browser
) -> None:
    address = reverse("book_visit", args=[clinic.alma.public_id])
    for day, time, minutes, starts, ends in (
        ("2026-03-29", "01:30", "60", "00:30", "01:30"),
        ("2026-03-29", "03:30", "50", "01:30", "02:20"),
        ("2026-10-25", "01:30", "50", "23:30", "00:20"),
        ("2026-10-25", "03:00", "50", "02:00", "02:50"),
    ):
        sent = {"day": day, "time": time, "minutes": minutes}
        assert dana.post(address, sent).status_code == 302, sent
        visit = Visit.objects.order_by("-pk")[0]
        assert f"{visit.starts_at:%H:%M}" == starts and f"{visit.ends_at:%H:%M}" == ends


@pytest.mark.parametrize("filled_on", ["2026-03-10", "2025-01-01", "9999-12-31", "0001-01-01", "x"])
def test_paper_of_an_impossible_day_is_refused(
    clinic: SmallClinic, slot: Slot, dana: Browser, filled_on: str
) -> None:
    address = reverse("paper_entry", args=[clinic.alma.visits.get().public_id])
    before = rows_but_looks()
    page = refused(dana.post(address, {"filled_on": filled_on, "q1": "5", "q10": "Kept."}), before)
    assert "Kept." in page


# --- Bodies that are far too large


def test_ten_megabytes_are_refused_with_a_word_everywhere(
    clinic: SmallClinic, link: str, dana: Browser
) -> None:
    many = b"q10=" + b"a" * TEN_MEGABYTES
    ines, before = signed_in(clinic.ines), rows_but_looks()
    for browser, address in (
        (Browser(), link),
        (Browser(), f"{link}save"),
        (Browser(), "/sign-in/"),
        (Browser(), "/kiosk/"),
        (dana, reverse("book_visit", args=[clinic.alma.public_id])),
    ):
        answer = browser.post(address, data=many, content_type=FORM)
        assert "more than we can take" in refused(answer, before, status=413)
        spanish = browser.post(address, data=many, content_type=FORM, **SPANISH)
        assert "more than we can take" not in refused(spanish, before, status=413)
    large = SimpleUploadedFile("q.json", b" " * 2 * TEN_MEGABYTES)
    small = SimpleUploadedFile("s.json", b"{}")
    answer = ines.post(reverse("instrument_upload"), {"document": large, "scoring": small})
    assert "more than we can take" in refused(answer, before, status=413)
    just = SimpleUploadedFile("q.json", b" " * 1_000_001)
    answer = ines.post(reverse("instrument_upload"), {"document": just, "scoring": small})
    assert "1 MB at most" in refused(answer, before)


def test_a_body_that_says_a_wrong_length_breaks_nothing(link: str) -> None:
    before = rows_but_looks()
    for length in ("-1", "x", "٣", "+4"):
        answer = Browser().generic("POST", link + "save", b"q1=5", FORM, CONTENT_LENGTH=length)
        assert answer.status_code == 400, length
        assert rows_but_looks() == before


# --- Instruments


def document(**changed: Any) -> tuple[bytes, bytes]:
    asked = json.loads((LIBRARY / "visit-feedback.questionnaire.json").read_bytes())
    scored = json.loads((LIBRARY / "visit-feedback.scoring.json").read_bytes())
    asked |= changed
    scored["instrument"]["version"] = asked["version"]
    return json.dumps(asked).encode(), json.dumps(scored).encode()


def upload(browser: Browser, asked: bytes, scored: bytes, **more: Any) -> HttpResponse:
    sent = {
        "document": SimpleUploadedFile("q.json", asked),
        "scoring": SimpleUploadedFile("s.json", scored),
    }
    return browser.post(reverse("instrument_upload"), sent, **more)


GOOD, SCORING = document(version="3.0.0")


@pytest.mark.parametrize(
    ("asked", "scored"),
    [
        (b"{", SCORING),
        (b"\x00", SCORING),
        (b"\xff\xfe{\x00}\x00", SCORING),
        (GOOD.decode().encode("utf-16"), SCORING),
        (GOOD, b"{}"),
        (GOOD, b"["),
        (b"[" * 100_000, SCORING),
        (b'{"a":' * 50_000, SCORING),
        (b'{"resourceType":"Patient"}', SCORING),
        (b"null", SCORING),
        (b"NaN", SCORING),
        (b"9" * 9000, SCORING),
        (b'{"resourceType":"Questionnaire","item":' + b"9" * 9000 + b"}", SCORING),
        (GOOD.replace(b'"How was', b'"\\ud800How was', 1), SCORING),
        (GOOD.replace(b'"How was', b'"\\u0000How was', 1), SCORING),
        (GOOD.replace(b'"linkId": "A1"', b'"linkId": 1', 1), SCORING),
        (GOOD.replace(b'"linkId": "A1"', b'"linkId": "A2"', 1), SCORING),
        (GOOD.replace(b'"item": [', b'"item": {"x": [', 1), SCORING),
        (SCORING, GOOD),
        (GOOD, SCORING.replace(b"A1", b"A77")),
    ],
)
def test_a_file_that_is_no_instrument_is_refused_with_its_reason(
    clinic: SmallClinic, asked: bytes, scored: bytes
) -> None:
    ines, before = signed_in(clinic.ines), rows_but_looks()
    n_versions = InstrumentVersion.objects.count()
    english = refused(upload(ines, asked, scored), before)
    spanish = refused(upload(ines, asked, scored, **SPANISH), before)
    assert "error-summary" in english and english != spanish
    assert InstrumentVersion.objects.count() == n_versions
    assert ines.get(reverse("instrument_look")).status_code == 302, "no draft is left behind"


# --- Every other field

ODD = (
    *("\x00", "a" * 500, "é" * 500, "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")),
    *("9" * 5000, "-1", "", " ", "\u202e", "'; DROP TABLE people_person; --", "%00", "../../x"),
)


def test_no_field_and_no_address_takes_the_house_down(
    clinic: SmallClinic, dana: Browser, link: str
) -> None:
    """Every odd word in every field and in every address that takes a word."""
    ines = signed_in(clinic.ines)
    alma = signed_in(clinic.alma.person)
    visit = clinic.alma.visits.get().public_id
    dana_key = clinic.dana.public_id
    for odd in ODD:
        answers = [
            Browser().post("/sign-in/", {"name": odd, "password": odd, "next": odd}),
            Browser().post("/kiosk/", {"code": odd}, REMOTE_ADDR="198.51.100.7"),
            Browser().post("/language/", {"language": odd, "next": "/"}),
            Browser().get("/help/", {"language": odd}),
            Browser().get("/gallery/", {"theme": odd}),
            Browser().get("/f/x/", {"skipped": odd}),
            dana.post("/caseload/", {"q": odd}),
            dana.get("/caseload/", {"search": odd}),
            dana.post(reverse("visit_state", args=[visit]), {"state": odd}),
            dana.post(reverse("answer_words", args=[visit]), {"question": odd}),
            dana.post(reverse("own_rating", args=[visit]), {"q1": odd or "x"}),
            dana.post(
                reverse("open_to_supervision", args=[clinic.alma.public_id]), {"is_open": odd}
            ),
            alma.post(reverse("own_supervision", args=[dana_key]), {"is_open": odd}),
            alma.get("/me/answers/", {"page": odd}),
            ines.post(
                reverse("staff_add"),
                {
                    "display_name": odd,
                    "sign_in_name": odd,
                    "password": "short",
                    "language": odd,
                    "roles": [odd, "administrator"],
                },
            ),
            ines.post(reverse("staff_roles", args=[dana_key]), {"roles": [odd]}),
            ines.post(reverse("staff_password", args=[dana_key]), {"password": "\x00" + odd}),
            ines.post(reverse("staff_supervisor", args=[dana_key]), {"supervisor": odd}),
            ines.post(reverse("instrument_use", args=[1]), {"purpose": odd}),
        ]
        assert all(each.status_code < 500 for each in answers), odd
    for part in ("%00", "%ED%A0%80", "%FF", "9" * 30, "9" * 5000, "..", "%2e%2e", "a" * 3000):
        for browser, before, after in (
            (Browser(), "/f/", "/"),
            (Browser(), "/kiosk/", "/"),
            (Browser(), "/style/", ".css"),
            (alma, "/me/forms/", "/"),
            (alma, "/me/answers/", "/"),
            (dana, "/caseload/clients/", "/"),
            (dana, "/caseload/visits/", "/before/"),
            (ines, "/administration/staff/", "/"),
            (ines, f"/administration/staff/{dana_key}/supervisor/", "/end/"),
            (ines, "/administration/instruments/", "/"),
        ):
            for method in ("get", "post"):
                answer = getattr(browser, method)(before + part + after)
                assert answer.status_code in (301, 302, 400, 404, 405), (before, part[:9])
