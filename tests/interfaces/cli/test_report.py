"""The printed report shows a therapist what they may see, says what it means, and is on record."""

from __future__ import annotations

import json
import re
from datetime import UTC
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from django.utils import timezone

from alongside.clinic.alliance.actions import note_talked_about
from alongside.clinic.alliance.models import Repair
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.feedback.actions import record_feedback
from alongside.clinic.instruments.actions import Given, import_instrument
from alongside.clinic.instruments.models import Purpose, Release, Slot, WayIn
from alongside.clinic.people.models import Clinic
from alongside.clinic.people.queries import the_clinic
from alongside.clinic.progress.actions import open_weekly_checks
from alongside.interfaces.cli import report
from alongside.interfaces.cli.main import alongside
from tests.factories.clinic import START, SmallClinic, scored, small_clinic
from tests.factories.rows import change

pytestmark = pytest.mark.django_db

LIBRARY = files("alongside.clinic.instruments") / "library"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> SmallClinic:
    """Eight visits of Alma with Dana; after the seventh she was much less content."""
    monkeypatch.setattr(report, "clinic_in", lambda _folder: the_clinic())
    clinic = small_clinic()
    for score in (8, 9, 8, 8, 9, 8, 2):
        clinic.feedback(clinic.visit(), score)
    return clinic


def run(here: SmallClinic, *arguments: str) -> Result:
    with time_machine.travel(here.now.astimezone(UTC), tick=False), timezone.override("UTC"):
        result = CliRunner().invoke(alongside, ["report", "client", *arguments])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_the_report_says_what_the_scores_mean_and_asks_for_nothing(here: SmallClinic) -> None:
    page = run(here, "C-1", "--as", "Dana", "--out", "-").stdout
    assert "Report: Alma" in page
    assert "lower than usual for this client. Fewer than 1 in 100 visits" in page
    assert "Rests on 6 earlier visits." in page
    assert "not yet talked about" in page
    assert page.count("<tr") >= 8
    # One file is all of it: no script, no picture, no style, nothing from anywhere.
    assert not re.search(r"<script|<link|<img|\bsrc=|url\(|@import", page)


def test_what_the_client_keeps_back_changes_nothing_in_the_report(here: SmallClinic) -> None:
    before = run(here, "C-1", "--as", "dana", "--out", "-").stdout
    visit = here.visit()
    here.feedback(visit, 1, release=Release.WITHHELD, O1="Please do not tell her that")
    after = run(here, "C-1", "--as", "dana", "--out", "-").stdout
    assert "Please do not tell her" not in after
    scores = re.compile(r'class="is-number"[^>]*>([^<]*)<')
    assert [each for each in scores.findall(after) if each != "none"] == scores.findall(before)


def test_a_client_of_another_therapist_is_not_found(here: SmallClinic) -> None:
    said = run(here, "C-2", "--as", "dana", "--out", "-")
    nobody = run(here, "C-404", "--as", "dana", "--out", "-")
    assert said.exit_code == nobody.exit_code == 1
    assert said.stderr.replace("C-2", "") == nobody.stderr.replace("C-404", "")
    assert not AuditEvent.objects.filter(deed="report_client").exists()


@pytest.mark.parametrize("name", ["ines", "ruth", "alma", "nobody"])
def test_only_a_therapist_gets_a_report(here: SmallClinic, name: str) -> None:
    said = run(here, "C-1", "--as", name, "--out", "-")
    assert said.exit_code == 1
    assert said.stdout == ""


def test_a_report_is_on_record_and_its_file_is_the_owners_alone(
    here: SmallClinic, tmp_path: Path
) -> None:
    path = tmp_path / "alma.html"
    said = run(here, "C-1", "--as", "dana", "--out", str(path), "--json")
    facts = json.loads(said.stdout)
    assert [point["score"] for point in facts["ratings"]][-1] == 20.0
    assert path.stat().st_mode & 0o077 == 0
    event = AuditEvent.objects.get(deed="report_client")
    assert (event.actor_person_id, event.client_id) == (here.dana.pk, here.alma.pk)
    assert run(here, "C-1", "--as", "dana", "--out", str(tmp_path / "no" / "x")).exit_code == 3


def test_on_the_screen_json_is_json_too(here: SmallClinic) -> None:
    facts = json.loads(run(here, "C-1", "--as", "dana", "--out", "-", "--json").stdout)
    assert [point["score"] for point in facts["ratings"]][-1] == 20.0


SCRIPT = "<script>alert(1)</script>"
PICTURE = '"><img src=x onerror=alert(1)>'
ADDRESS = "javascript:alert(1)//"
QUOTE = "' onload='alert(1)"
STYLE = "</style><svg onload=alert(1)>"
TEMPLATE = "{{ report.facts }}{% debug %}"


class Skeleton(HTMLParser):
    """The tags of a page with the names of their attributes, and its text apart from them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, tuple[str, ...]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, tuple(name for name, _ in attrs)))
        self.text += "".join(value or "" for name, value in attrs if name not in ("href", "src"))

    def handle_data(self, data: str) -> None:
        self.text += data


def named(clinic: SmallClinic, *, house: str, client: str, code: str, therapist: str) -> None:
    """The clinic, Alma, her number and Dana under these names."""
    Clinic.objects.update(name=house)
    change(clinic.alma, display_name=client, code=code)
    change(clinic.dana, display_name=therapist)


def with_notes(clinic: SmallClinic, note: str) -> None:
    """Words wherever somebody can write some."""
    clinic.feedback(clinic.visit(), 3, O1=note)
    change(clinic.alma, own_goal=note)
    note_talked_about(
        repair=Repair.objects.first(), note=note, by=clinic.as_actor(clinic.dana), now=clinic.now
    )


def weekly_check_called(title: str, scale: str, label: str) -> None:
    """An instrument with these words in place of our own weekly check."""
    asked, scored = (
        json.loads((LIBRARY / f"weekly-check.{kind}.json").read_text())
        for kind in ("questionnaire", "scoring")
    )
    asked["url"] = scored["instrument"]["url"] = "https://site.example/check"
    asked["title"], scored["label"]["en"] = title, label
    for each in scored["scales"]:
        each["title"]["en"] = scale
    import_instrument(
        document=json.dumps(asked),
        scoring=json.dumps(scored),
        purpose=Purpose.WEEKLY_CHECK,
        by=OPERATOR,
        now=START,
    )


def with_a_weekly_check(clinic: SmallClinic) -> None:
    open_weekly_checks(now=clinic.now)
    slot = Slot.objects.get(client=clinic.alma, version__instrument__purpose=Purpose.WEEKLY_CHECK)
    alma = clinic.as_actor(clinic.alma.person)
    record_feedback(
        slot=slot,
        given=[Given(name, raw) for name, raw in scored(slot, 5).items()],
        way_in=WayIn.SIGNED_IN,
        language="en",
        by=alma,
        now=clinic.now,
    )


def test_what_people_wrote_stays_words_in_the_report_and_data_in_its_json(
    here: SmallClinic,
) -> None:
    """No name, number, note or title of an instrument becomes a part of the page."""
    named(here, house="House", client="Anna", code="C-1", therapist="Dora")
    weekly_check_called(title="Title", scale="Scale", label="Label")
    with_a_weekly_check(here)
    with_notes(here, "<script>note()</script>")
    expected = Skeleton(run(here, "C-1", "--as", "dana", "--out", "-").stdout).tags
    assert len(expected) > 50

    payloads = [SCRIPT, PICTURE, ADDRESS, QUOTE, STYLE, TEMPLATE]
    for n in range(len(payloads)):
        house, client, code, therapist, *_ = payloads[n:] + payloads[:n]
        named(here, house=house, client=client, code=code, therapist=therapist)
        page = run(here, code, "--as", "dana", "--out", "-").stdout
        seen = Skeleton(page)
        assert seen.tags == expected
        for words in (house, client, code, therapist):
            assert words in seen.text
        facts = json.loads(run(here, code, "--as", "dana", "--out", "-", "--json").stdout)
        assert facts.pop("client") == code
        assert not any(words in str(facts) for words in payloads)
        for told in (page, str(facts)):
            assert "note()" not in told  # no report holds what somebody noted


def test_the_titles_of_an_instrument_stay_words_in_the_report(here: SmallClinic) -> None:
    weekly_check_called(title=PICTURE, scale=SCRIPT, label=STYLE)
    with_a_weekly_check(here)
    page = run(here, "C-1", "--as", "dana", "--out", "-").stdout
    for words in (PICTURE, SCRIPT, STYLE):
        assert words in Skeleton(page).text
        assert words not in page
    assert not re.search(r"<script|<img|<svg onload", page)


def test_a_number_that_looks_like_a_path_stays_in_the_folder(
    here: SmallClinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    change(here.alma, code="../<img>")
    assert run(here, "../<img>", "--as", "dana").exit_code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["report-----img-.html"]
