"""Instruments: looked at whole before they are kept, refused with a clear word, put to use."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client as Browser
from django.utils import timezone

from alongside.clinic.instruments.models import Instrument, InstrumentVersion, Purpose
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db
LIBRARY = files("alongside.clinic.instruments") / "library"
UPLOAD = "/administration/instruments/add/"
LOOK = "/administration/instruments/add/look/"


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


def pair(version: str = "1.0.0", url: str = "", **document: Any) -> tuple[bytes, bytes]:
    """Our visit feedback as another instrument or another version."""
    asked = json.loads((LIBRARY / "visit-feedback.questionnaire.json").read_bytes())
    scored = json.loads((LIBRARY / "visit-feedback.scoring.json").read_bytes())
    asked |= {"version": version, **document}
    scored["instrument"]["version"] = version
    if url:
        asked["url"] = scored["instrument"]["url"] = url
    return json.dumps(asked).encode(), json.dumps(scored).encode()


def send(browser: Browser, document: bytes, scoring: bytes) -> HttpResponse:
    return browser.post(
        UPLOAD,
        {
            "document": SimpleUploadedFile("q.json", document),
            "scoring": SimpleUploadedFile("s.json", scoring),
        },
    )


def n_kept() -> tuple[int, int]:
    return Instrument.objects.count(), InstrumentVersion.objects.count()


def test_the_list_says_what_each_is_for_and_how_sure(ines: Browser) -> None:
    page = ines.get("/administration/instruments/").content.decode()
    for words in ("How was your visit?", "Visit feedback", "Not yet validated", "Apache-2.0"):
        assert words in page


def test_an_upload_is_looked_at_in_both_languages_before_it_is_kept(
    ines: Browser, clinic: SmallClinic
) -> None:
    before = n_kept()
    assert send(ines, *pair("2.0.0")).status_code == 302
    assert n_kept() == before, "nothing is kept yet"
    page = ines.get(LOOK).content.decode()
    assert "How free did you feel to say what was on your mind?" in page
    assert "¿Con cuánta libertad" in page
    assert "This is a new version of an instrument in use" in page
    assert "only keep it" not in page, "it goes into use with its instrument"
    assert clinic.visit().feedback_slot.version.version == "1.0.0"
    assert ines.post(LOOK, {}).status_code == 302
    assert clinic.visit().feedback_slot.version.version == "2.0.0"
    assert ines.get(LOOK).status_code == 302, "the draft is spent"


@pytest.mark.parametrize(
    ("files_sent", "sentence"),
    [
        ((b"{", b"{}"), "The file is not valid JSON, line 1"),
        ((b"[]", b"{}"), "The file must hold one JSON object"),
        ((b"\xff\xfe", b"{}"), "is not UTF-8 text"),
        ((pair()[0], b"{}"), "The scoring file cannot be used."),
        ((pair()[0], pair("9")[1]), "The scoring file cannot be used."),
        ((pair(title="Other")[0], pair()[1]), "is already here with other content."),
        ((b" " * 10_000_000, b"{}"), "It may have 1 MB at most."),
        ((b"", b"{}"), "This file is empty."),
    ],
)
def test_a_wrong_file_is_refused_with_a_clear_word_and_nothing_is_kept(
    ines: Browser, files_sent: tuple[bytes, bytes], sentence: str
) -> None:
    before = n_kept()
    answer = send(ines, *files_sent)
    assert answer.status_code == 422
    assert sentence in answer.content.decode().replace("&quot;", '"')
    assert n_kept() == before
    assert "instrument_draft" not in ines.session


def test_the_mistake_stands_beside_the_file_that_has_it(ines: Browser) -> None:
    for place, files_sent in (("document", (b"{", b"{}")), ("scoring", (pair("3.0.0")[0], b"{"))):
        page = send(ines, *files_sent).content.decode()
        assert f'href="#id_{place}"' in page
        assert f'id="id_{place}-error"' in page


def test_a_new_version_that_no_longer_fits_its_use_is_refused(ines: Browser) -> None:
    document, scoring = pair("2.0.0")
    sidecar = json.loads(scoring) | {"role": "progress"}
    answer = send(ines, document, json.dumps(sidecar).encode())
    assert answer.status_code == 422
    assert "This instrument does not fit there" in answer.content.decode()


def test_a_file_must_be_chosen(ines: Browser) -> None:
    answer = ines.post(UPLOAD, {})
    assert answer.status_code == 422
    assert b"Choose the file with the questionnaire." in answer.content


def test_an_owned_instrument_is_kept_only_with_its_licence(ines: Browser) -> None:
    files_sent = pair(url="https://owner.example/q", copyright="© The Owner")
    assert send(ines, *files_sent).status_code == 302
    before = n_kept()
    refused = ines.post(LOOK, {"purpose": "none"})
    assert refused.status_code == 422
    assert b"Write who holds the licence." in refused.content
    assert n_kept() == before
    said = {"purpose": "none", "holder": "River House", "licence": "A-12", "until": "2030-01-31"}
    assert ines.post(LOOK, said).status_code == 302
    version = InstrumentVersion.objects.get(instrument__url="https://owner.example/q")
    assert version.attestation == {
        "holder": "River House",
        "licence": "A-12",
        "until": "2030-01-31",
    }
    assert version.instrument.purpose is None
    page = ines.get(f"/administration/instruments/{version.instrument_id}/").content.decode()
    assert "River House" in page
    assert "31 Jan 2030" in page


def test_what_serves_a_purpose_can_be_chosen_and_only_what_fits(ines: Browser) -> None:
    send(ines, *pair(url="https://other.example/q"))
    ines.post(LOOK, {"purpose": "none"})
    other = Instrument.objects.get(url="https://other.example/q")
    path = f"/administration/instruments/{other.pk}/use/"
    assert ines.post(path, {"purpose": "weekly_check"}).status_code == 422
    assert ines.post(path, {}).status_code == 422
    assert ines.post(path, {"purpose": "visit_feedback"}).status_code == 302
    assert [row.pk for row in Instrument.objects.filter(purpose=Purpose.VISIT_FEEDBACK)] == [
        other.pk
    ]


def test_a_missing_translation_is_said(ines: Browser) -> None:
    asked, scored = pair(url="https://plain.example/q")
    document = json.loads(asked)
    for item in document["item"]:
        item.pop("_text", None)
    send(ines, json.dumps(document).encode(), scored)
    page = ines.get(LOOK).content.decode()
    assert "Not every text is in Español" in page


def test_nobody_looks_at_a_draft_of_somebody_else(ines: Browser, clinic: SmallClinic) -> None:
    send(ines, *pair("2.0.0"))
    other = Browser()
    other.force_login(clinic.ruth)
    assert other.get(LOOK).status_code == 404
    assert Browser().get(LOOK).status_code == 302


def test_an_instrument_that_is_not_there_is_not_found(ines: Browser) -> None:
    assert ines.get("/administration/instruments/999/").status_code == 404
    assert ines.post("/administration/instruments/999/use/", {}).status_code == 404
