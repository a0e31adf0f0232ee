"""The printed report shows a therapist what they may see, says what it means, and is on record."""

from __future__ import annotations

import json
import re
from datetime import UTC
from pathlib import Path

import pytest
import time_machine
from click.testing import CliRunner, Result
from django.utils import timezone

from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.instruments.models import Release
from alongside.clinic.people.queries import the_clinic
from alongside.interfaces.cli import report
from alongside.interfaces.cli.main import alongside
from tests.factories.clinic import SmallClinic, small_clinic

pytestmark = pytest.mark.django_db


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
    assert re.search(r"lower than usual for this client, as by chance about 1 visit in \d+", page)
    assert "6 earlier visits" in page
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
