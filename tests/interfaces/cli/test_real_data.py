"""Public data sets through the command line, as a site would bring them in.

What is checked, and on how many rows, stands in each test. The data are not part of the project.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.interfaces.cli.real_data import (
    MOOD_URL,
    RATINGS_URL,
    Site,
    mood_interviews,
    rated_visits,
)
from tests.interfaces.cli.shell import (
    Said,
    alongside,
    bytes_of,
    command,
    environment,
    new_clinic,
    opened,
    rows_of,
)


def say(words: str) -> None:
    """A figure that `pytest -s` shows."""
    sys.stdout.write(f"{words}\n")


def clinic_with(site: Site, folder: Path, zone: str) -> Path:
    new_clinic(folder, zone)
    said = alongside(
        *("import", "questionnaire", site.questionnaire, "--scoring", site.scoring),
        *("--data", folder, "--json"),
    )
    assert said.code == 0, said.err
    return folder


def bring_in(what: str, site: Site, url: str, folder: Path, *more: object) -> Said:
    return alongside(
        *("import", what, site.data, "--mapping", site.mapping, "--instrument", url),
        *("--data", folder, "--json", *more),
    )


@pytest.mark.timeout(600)
def test_all_3601_rated_visits_come_in_once_even_when_the_import_is_killed(
    tmp_path: Path,
) -> None:
    site = rated_visits(tmp_path)
    clinic = clinic_with(site, tmp_path / "clinic", "Asia/Tokyo")
    n_kept = kill_in_the_middle(site, clinic)
    said = bring_in("visits", site, RATINGS_URL, clinic)
    facts = said.facts
    assert (said.code, facts["rows"], facts["refused"]) == (0, 3601, 0)
    assert 0 < n_kept < 3601
    assert (facts["already_there"], facts["accepted"]) == (n_kept, 3601 - n_kept)
    say(f"{facts['accepted']} of 3601 in {facts['seconds']} s, {facts['rows_per_second']} rows/s")

    # 119 totals are not the sum of their items: each is named by its row, none is mended.
    assert (facts["totals_compared"], facts["totals_agree"]) == (3601, 3482)
    odd = facts["totals_that_disagree"]
    assert len({each["row"] for each in odd}) == 119
    assert all(float(each["said"]) != each["items_give"] for each in odd)
    assert sum(abs(float(each["said"]) - each["items_give"]) for each in odd) > 0
    responses = opened(clinic)["instruments_response"]
    assert sum("whole_visit" in each["scores"] for each in responses) == 3601
    assert rows_of(clinic, "select count(*) from instruments_answer") == [(23 * 3601,)]

    # Client and counsellor ids are two lists; most pairs met once.
    assert rows_of(clinic, "select count(*) from people_client") == [(422,)]
    assert rows_of(clinic, "select count(*) from people_staffrole where role='therapist'") == [
        (219,)
    ]
    assert facts["pairs"] == 2629
    assert (facts["pairs_with_3_or_more"], facts["pairs_with_5_or_more"]) == (194, 40)
    assert facts["pairs_long_enough_for_a_signal"] == 194

    before = bytes_of(clinic)
    again = bring_in("visits", site, RATINGS_URL, clinic).facts
    assert (again["accepted"], again["already_there"]) == (0, 3601)
    assert bytes_of(clinic) == before


def kill_in_the_middle(site: Site, folder: Path) -> int:
    """How many visits were kept when the import was killed after its first thousand."""
    count = "select count(*) from visits_visit"
    process = subprocess.Popen(
        command(
            *("import", "visits", site.data, "--mapping", site.mapping),
            *("--instrument", RATINGS_URL, "--data", folder),
        ),
        env=environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    while rows_of(folder, count)[0][0] < 1000 and process.poll() is None:
        time.sleep(0.05)
    process.kill()
    assert process.wait() == -signal.SIGKILL, "the import ended before it could be killed"
    kept: int = rows_of(folder, count)[0][0]
    # Nothing is half-written: each visit has its response with an answer to each of 23 questions.
    assert rows_of(folder, "select count(*) from instruments_answer") == [(23 * kept,)]
    return kept


@pytest.mark.timeout(300)
def test_mood_totals_are_those_of_the_trial_on_all_869_complete_interviews(tmp_path: Path) -> None:
    site = mood_interviews(tmp_path)
    folder = clinic_with(site, tmp_path / "clinic", "America/New_York")
    said = bring_in("responses", site, MOOD_URL, folder)
    facts = said.facts
    say(f"CES-D totals: {facts['totals_agree']} of {facts['totals_compared']}")
    assert (facts["totals_agree"], facts["totals_compared"]) == (869, 869)
    # Four interviews hold no answer to any of the 20 items.
    assert (said.code, facts["rows"], facts["accepted"], facts["refused"]) == (1, 884, 880, 4)
    assert facts["refused_by_reason"] == {"NoAnswers": 4}
    courses = opened(folder)["progress_progressseries"]
    assert sum(len(series["points"]) for series in courses) == 869

    before = bytes_of(folder)
    again = bring_in("responses", site, MOOD_URL, folder).facts
    assert (again["accepted"], again["already_there"]) == (0, 880)
    assert bytes_of(folder) == before


@pytest.mark.timeout(120)
def test_scoring_without_a_clinic_gives_the_same_869_totals(tmp_path: Path) -> None:
    site = mood_interviews(tmp_path)
    said = alongside(
        *("score", site.data, "--questionnaire", site.questionnaire),
        *("--scoring", site.scoring, "--mapping", site.mapping),
        *("--out", tmp_path / "scores.csv", "--json"),
    )
    assert said.code == 0, said.err
    assert (said.facts["totals_agree"], said.facts["totals_compared"]) == (869, 869)
    assert said.facts["scales"] == {"total": {"scored": 869, "too_few_answers": 15}}
    assert len((tmp_path / "scores.csv").read_text().splitlines()) == 885
