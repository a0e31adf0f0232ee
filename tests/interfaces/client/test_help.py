"""The help page opens when little else does: small, alone, dated, in both languages."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext

from alongside.interfaces.client.help_numbers import (
    CHECK_AFTER,
    HelpNumber,
    Need,
    help_data,
    read_help,
)
from alongside.interfaces.client.pages.help_now import help_page

LARGEST = 50_000
DAY = date(2026, 11, 22)
OWN = """[steps]
checked_by = "Dr. Rivera"
checked_on = 2026-10-01
[[numbers]]
for = "clinic"
number = "+34 600 111 222"
where = "River House"
verified_on = 2026-02-01
[[numbers]]
for = "danger"
number = "112"
"""


@pytest.mark.django_db
def test_it_needs_no_query_no_session_no_script_and_stays_small() -> None:
    browser = Browser()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        response = browser.get("/help/")
    assert len(queries) == 0
    assert not response.cookies
    page = response.content.decode()
    assert "<script" not in page and "<form" not in page
    sheets = re.findall(r'rel="(?:stylesheet|icon)" href="/static/([^"]+)"', page)
    assert len(sheets) == 4
    found = [finders.find(name) for name in sheets]
    assert all(found)
    size = len(response.content) + sum(Path(str(path)).stat().st_size for path in found)
    assert size < LARGEST


def test_both_languages_are_one_tap_apart_and_nothing_is_remembered() -> None:
    browser = Browser()
    english = browser.get("/help/", headers={"accept-language": "en"})
    assert 'lang="en"' in english.content.decode()
    assert 'href="?language=es"' in english.content.decode()
    spanish = browser.get("/help/?language=es")
    assert '<html lang="es"' in spanish.content.decode()
    assert not browser.cookies
    assert '<html lang="en"' in browser.get("/help/?language=xx").content.decode()


def test_every_number_can_be_tapped_and_says_where_it_works() -> None:
    page = help_page(help_data(Path("/nowhere")), today=DAY, language="en")
    calls = [call for situation in page.situations for call in situation.calls]
    assert {"tel:911", "tel:112", "tel:988", "tel:024"} <= {call.href for call in calls}
    assert all(call.where for call in calls)
    assert [call.text_href for call in calls if call.text_href] == ["sms:988"]
    assert not any(call.caution for call in calls)
    assert page.plain_words[0] == "This is not an emergency service."
    assert "No one with a health licence has checked" in page.checked


@pytest.mark.parametrize(
    ("verified_on", "needs_check"),
    [
        (DAY, False),
        (DAY - CHECK_AFTER, False),
        (DAY - CHECK_AFTER - timedelta(days=1), True),
        (DAY + timedelta(days=1), True),
        (None, True),
    ],
)
def test_a_number_is_trusted_for_half_a_year(verified_on: date | None, needs_check: bool) -> None:
    number = HelpNumber(Need.DANGER, "112", {}, {}, verified_on)
    assert number.needs_check(DAY) is needs_check


def test_a_site_s_own_file_stands_in_place_of_ours(tmp_path: Path, settings: Any) -> None:
    (tmp_path / "help.toml").write_text(OWN, encoding="utf-8")
    page = help_page(help_data(tmp_path), today=DAY, language="es")
    by_id = {situation.id: situation for situation in page.situations}
    (clinic,) = by_id["can-wait"].calls
    assert (clinic.href, clinic.where) == ("tel:+34600111222", "River House")
    assert clinic.caution and by_id["danger"].calls[0].caution
    assert by_id["self-harm"].calls == ()
    settings.DATA_FOLDER = tmp_path
    assert "Dr. Rivera" in Browser().get("/help/").content.decode()


def test_in_a_demo_it_says_so_as_every_other_page_does(tmp_path: Path, settings: Any) -> None:
    settings.DATA_FOLDER = tmp_path
    assert "invented" not in Browser().get("/help/").content.decode()
    (tmp_path / "demo-sign-ins.json").write_text("{}")
    page = Browser().get("/help/").content.decode()
    assert page.index("Everything here is invented.") < page.index("<h1>")
    assert (
        "Todo lo que hay aquí es inventado." in Browser().get("/help/?language=es").content.decode()
    )


A_NUMBER = '[[numbers]]\nfor = "danger"\nnumber = "112"\n'


@pytest.mark.parametrize(
    "broken",
    [
        "not toml [",
        "",
        A_NUMBER.replace("danger", "moon"),
        A_NUMBER.replace("112", "call"),
        A_NUMBER + 'verified_on = "lately"',
        A_NUMBER.replace('for = "danger"', ""),
        "steps = 3\nnumbers = []",
    ],
)
def test_a_broken_file_never_takes_the_numbers_away(tmp_path: Path, broken: str) -> None:
    (tmp_path / "help.toml").write_text(broken, encoding="utf-8")
    assert help_data(tmp_path) == help_data(Path("/nowhere"))
    with pytest.raises((ValueError, KeyError, TypeError, AttributeError)):
        read_help(broken)
