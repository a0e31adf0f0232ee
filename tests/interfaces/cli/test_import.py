"""Files come in row by row through the clinic's own actions, once, and nothing is mended."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.utils import timezone

from alongside.clinic.alliance.models import AllianceSeries, CoursePoint, Repair
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.audit.models import AuditEvent
from alongside.clinic.instruments.models import Answer, Correction, Response, Slot, WayIn
from alongside.clinic.people.actions import end_care
from alongside.clinic.people.models import Care, Client, Person
from alongside.clinic.people.queries import the_clinic
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.visits.models import Visit, VisitState
from alongside.interfaces.cli import (
    import_request,
    import_responses,
    import_visits,
    merge_clients,
    take_back,
)
from alongside.interfaces.cli.main import alongside
from tests.factories.clinic import START, SmallClinic, small_clinic

pytestmark = pytest.mark.django_db

HEADINGS = ["visit_id", "client", "therapist", "starts_at", "ends_at", "submitted_at"]
RATED = ["A1", "A2", "A3", "A4", "A5"]
VISIT = ["v1", "C-9", "nadia", "2026-01-05T10:00", "2026-01-05T10:50", "2026-01-05T11:00"]
OPEN_QUESTION = "O1"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[SmallClinic]:
    """The small clinic, opened where the commands look for one."""
    clinic = small_clinic()
    for module in (import_request, merge_clients, take_back):
        monkeypatch.setattr(module, "clinic_in", lambda _folder: the_clinic())
    with timezone.override(clinic.clinic.zone):
        yield clinic


def written(folder: Path, headings: Sequence[str], rows: Sequence[Sequence[object]]) -> Path:
    path = folder / "rows.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(alongside, ["--json", "import", *map(str, arguments)])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def facts(*arguments: object) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments).stdout)
    return found


def visit(n: int, score: int | Sequence[object], **other: str) -> list[object]:
    """The nth weekly visit of C-9 with Nadia."""
    starts_at = datetime(2026, 1, 5, 10) + timedelta(weeks=n)
    row = {
        "visit_id": f"v{n}",
        "client": "C-9",
        "therapist": "nadia",
        "starts_at": starts_at.isoformat(),
        "ends_at": (starts_at + timedelta(minutes=50)).isoformat(),
        "submitted_at": (starts_at + timedelta(hours=2)).isoformat(),
        **other,
    }
    return [*row.values(), *([score] * 5 if isinstance(score, int) else score)]


def test_visits_and_responses_are_asked_for_alike() -> None:
    commands = import_visits.visits, import_responses.responses
    visits, responses = ([each.to_info_dict() for each in command.params] for command in commands)
    for each in (*visits, *responses):
        if each["name"] == "instrument":
            assert each.pop("help").startswith("Else the one that serves")
    assert visits == responses


def test_a_visit_comes_in_as_if_its_feedback_had_been_handed_in_here(
    here: SmallClinic, tmp_path: Path
) -> None:
    said = facts("visits", written(tmp_path, HEADINGS + RATED, [visit(0, 8)]))
    assert (said["accepted"], said["refused"], said["pairs"]) == (1, 0, 1)
    known = Visit.objects.get(imported_index="v0")
    assert (known.state, known.client.code) == (VisitState.HELD, "C-9")
    # 10:00 on the clinic's wall in Madrid is 9:00 UTC.
    assert known.starts_at == datetime(2026, 1, 5, 9, tzinfo=UTC)
    response = Response.objects.get(slot=known.feedback_slot)
    assert response.submitted_at == datetime(2026, 1, 5, 11, tzinfo=UTC)
    assert response.way_in == WayIn.IMPORTED
    answers = Answer.objects.filter(response=response)
    assert {row.released_at for row in answers} == {response.submitted_at}
    series = AllianceSeries.objects.get(client__code_index="C-9")
    assert series.summary["scores"] == [80.0]
    assert Care.objects.get(client__code_index="C-9").starts_on == date(2026, 1, 5)
    deeds = AuditEvent.objects.filter(client_id=known.client_id).values_list("deed", flat=True)
    assert {"import_visit", "hand_in_answers", "add_client", "take_into_care"} <= set(deeds)
    assert not Person.objects.get(sign_in_index="nadia").has_usable_password()


def test_the_same_file_again_changes_nothing(here: SmallClinic, tmp_path: Path) -> None:
    path = written(tmp_path, HEADINGS + RATED, [visit(n, 8) for n in range(4)])
    facts("visits", path)
    n_events, points = AuditEvent.objects.count(), list(CoursePoint.objects.values())
    again = facts("visits", path)
    assert (again["accepted"], again["already_there"], again["refused"]) == (0, 4, 0)
    assert AuditEvent.objects.count() == n_events
    assert list(CoursePoint.objects.values()) == points


@pytest.mark.parametrize(
    "changed",
    [
        visit(0, 7),
        visit(0, [8, 8, 8, 8, ""]),
        visit(0, 8, client="C-8"),
        visit(0, 8, therapist="omar"),
        visit(0, 8, submitted_at="2026-01-06T10:00"),
    ],
)
def test_a_visit_that_says_something_else_the_second_time_is_refused(
    here: SmallClinic, tmp_path: Path, changed: list[object]
) -> None:
    facts("visits", written(tmp_path, HEADINGS + RATED, [visit(0, 8)]))
    said = facts("visits", written(tmp_path, HEADINGS + RATED, [changed]))
    assert said["refused_by_reason"] == {"ImportedDifferently": 1}
    assert AllianceSeries.objects.get().summary["scores"] == [80.0]
    assert not Client.objects.filter(code_index="C-8").exists()


def test_rows_in_any_order_give_the_course_in_the_order_of_time(
    here: SmallClinic, tmp_path: Path
) -> None:
    scores = [8, 9, 8, 9, 8, 2]
    rows = [visit(n, score) for n, score in enumerate(scores)]
    said = facts(
        "visits", written(tmp_path, HEADINGS + RATED, [rows[k] for k in (3, 5, 0, 4, 2, 1)])
    )
    assert said["accepted"] == 6
    summary = AllianceSeries.objects.get().summary
    assert summary["scores"] == [10.0 * score for score in scores]
    assert summary["strains"] == [5]
    assert Repair.objects.get().visit.imported_id == "v5"
    assert said["pairs_long_enough_for_a_signal"] == 1


def test_an_older_file_later_takes_its_place_before_what_is_there(
    here: SmallClinic, tmp_path: Path
) -> None:
    facts("visits", written(tmp_path, HEADINGS + RATED, [visit(3, 4)]))
    facts("visits", written(tmp_path, HEADINGS + RATED, [visit(0, 8)]))
    assert AllianceSeries.objects.get().summary["scores"] == [80.0, 40.0]
    assert Care.objects.get(client__code_index="C-9").starts_on == date(2026, 1, 5)


def test_a_refused_row_leaves_nothing_and_the_rows_around_it_come_in(
    here: SmallClinic, tmp_path: Path
) -> None:
    rows = [
        visit(0, 8),
        visit(1, 11, client="C-new", therapist="newcomer"),
        visit(2, ["8", "x", "8", "8", "8"]),
        visit(3, ["", "", "", "", ""]),
        visit(4, 8, starts_at="2026-02-02T10:00", ends_at="2026-02-02T09:00"),
        visit(5, 8, submitted_at="2020-01-01T00:00"),
        visit(6, 8, ends_at="2126-01-01T00:00", starts_at="2125-12-31T23:00"),
        visit(7, 8, client=""),
        visit(8, 8, therapist="ines"),
        visit(9, 8, client="C-" + "9" * 60),
        visit(10, 8, starts_at="2026-03-29T02:30"),
        visit(11, 8)[:-1],
        visit(12, 7),
    ]
    refused = tmp_path / "refused.csv"
    result = run("visits", written(tmp_path, HEADINGS + RATED, rows), "--refused", refused)
    said = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (said["accepted"], said["refused"]) == (2, 11)
    assert said["refused_by_reason"] == {
        "OutOfRange": 1,
        "WrongType": 1,
        "NoAnswers": 1,
        "OddLength": 1,
        "FeedbackBeforeVisit": 1,
        "InTheFuture": 1,
        "CellBlank": 1,
        "NotATherapist": 1,
        "OddName": 1,
        "NoSuchTime": 1,
        "RaggedRow": 1,
    }
    assert [each["row"] for each in said["refused_rows"]] == list(range(3, 14))
    assert not Client.objects.filter(code_index="C-new").exists()
    assert not Person.objects.filter(sign_in_index="newcomer").exists()
    assert AllianceSeries.objects.get().summary["scores"] == [80.0, 70.0]
    with refused.open(newline="", encoding="utf-8") as file:
        kept = list(csv.DictReader(file))
    assert [row["refused_row"] for row in kept] == [str(n) for n in range(3, 14)]
    assert "must be from 0 to 10" in kept[0]["refused_reason"]

    # Mended in that very file, the row comes in.
    kept[0] |= dict.fromkeys(RATED, "9")
    mended = written(tmp_path, list(kept[0]), [list(kept[0].values())])
    assert facts("visits", mended)["accepted"] == 1


def test_refused_rows_never_replace_the_file_that_is_read(
    here: SmallClinic, tmp_path: Path
) -> None:
    path = written(tmp_path, HEADINGS + RATED, [visit(0, 99)])
    before = path.read_bytes()
    result = run("visits", path, "--refused", tmp_path / "." / "rows.csv")
    assert result.exit_code == 3
    assert path.read_bytes() == before


def test_words_that_look_like_a_formula_are_kept_as_they_are(
    here: SmallClinic, tmp_path: Path
) -> None:
    words = '=HYPERLINK("x")\n+1 for "calm"'
    rows = [[*visit(0, 8), words], [*visit(1, 99), "=1+1"]]
    refused = tmp_path / "refused.csv"
    path = written(tmp_path, [*HEADINGS, *RATED, OPEN_QUESTION], rows)
    run("visits", path, "--refused", refused)
    assert Answer.objects.get(link_id=OPEN_QUESTION, state="answered").value == words
    with refused.open(newline="", encoding="utf-8") as file:
        assert next(csv.DictReader(file))[OPEN_QUESTION] == "'=1+1"
    refused.write_text(refused.read_text().replace(",99", ",9"))
    assert run("visits", refused).exit_code == 0
    mended = Answer.objects.get(link_id=OPEN_QUESTION, response__slot__visit__imported_index="v1")
    assert mended.value == "=1+1"


def test_a_client_and_a_therapist_with_the_same_number_are_two_people(
    here: SmallClinic, tmp_path: Path
) -> None:
    row = visit(0, 8, client="7", therapist="7")
    assert facts("visits", written(tmp_path, HEADINGS + RATED, [row]))["accepted"] == 1
    known = Visit.objects.get(imported_index="v0")
    assert known.client.person is None
    assert known.therapist.sign_in_name == "7"


def test_a_care_that_the_clinic_ended_stays_ended(here: SmallClinic, tmp_path: Path) -> None:
    care = Care.objects.get(client=here.alma, therapist=here.dana)
    end_care(care=care, ends_on=START.date() + timedelta(days=3), by=OPERATOR, now=START)
    row = visit(0, 8, client="C-1", therapist="dana")
    assert facts("visits", written(tmp_path, HEADINGS + RATED, [row]))["accepted"] == 1
    known = Care.objects.get(client=here.alma, therapist=here.dana)
    assert known.ends_on == START.date() + timedelta(days=3)
    assert known.starts_on == date(2026, 1, 5)


def test_a_rehearsal_tells_the_same_and_keeps_nothing(here: SmallClinic, tmp_path: Path) -> None:
    path = written(tmp_path, HEADINGS + RATED, [visit(0, 8), visit(1, 99)])
    said = facts("visits", path, "--dry-run")
    assert (said["accepted"], said["refused"], said["is_rehearsal"]) == (1, 1, True)
    assert not Visit.objects.exists()
    assert not Client.objects.filter(code_index="C-9").exists()


def test_a_total_that_is_not_what_the_items_come_to_is_told_and_not_mended(
    here: SmallClinic, tmp_path: Path
) -> None:
    rows = [[*visit(0, 8), "80"], [*visit(1, 8), "40"], [*visit(2, 8), ""]]
    said = facts("visits", written(tmp_path, [*HEADINGS, *RATED, "total"], rows))
    assert (said["accepted"], said["totals_compared"], said["totals_agree"]) == (3, 2, 1)
    assert said["totals_that_disagree"] == [{"row": 3, "said": "40", "items_give": 80.0}]
    assert AllianceSeries.objects.get().summary["scores"] == [80.0, 80.0, 80.0]


@pytest.mark.parametrize(
    ("headings", "error"),
    [
        ([*HEADINGS, *RATED, "mood"], "UnknownColumns"),
        ([*HEADINGS[1:], *RATED], "ColumnMissing"),
        (HEADINGS, "NoAnswerColumns"),
        ([*HEADINGS, *RATED, "A1"], "HeadingTwice"),
    ],
)
def test_a_file_whose_columns_are_not_understood_is_refused_whole(
    here: SmallClinic, tmp_path: Path, headings: list[str], error: str
) -> None:
    result = run("visits", written(tmp_path, headings, []))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["error"] == error


def test_visits_need_an_alliance_instrument(here: SmallClinic, tmp_path: Path) -> None:
    url = "https://alongside.example/fhir/Questionnaire/weekly-check"
    path = written(tmp_path, [*HEADINGS, "W1"], [[*VISIT, "5"]])
    said = facts("visits", path, "--instrument", url)
    assert said["error"] == "WrongInstrument"
    assert facts("visits", path, "--instrument", "urn:none")["error"] == "NoSuchInstrument"


def test_responses_feed_progress_once_for_a_client_and_a_day(
    here: SmallClinic, tmp_path: Path
) -> None:
    asked = ["W1", "W2", "W3", "W4", "W5", "W6", "W7"]
    rows = [
        ["C-1", "2026-01-05", *[5] * 7],
        ["C-1", "2026-01-12", *[6] * 7],
        ["C-1", "2026-01-12", *[6] * 7],
        ["C-1", "2026-01-12", *[7] * 7],
        ["C-1", "2126-01-12", *[7] * 7],
    ]
    path = written(tmp_path, ["client", "on", *asked], rows)
    said = facts("responses", path)
    assert (said["accepted"], said["already_there"], said["refused"]) == (2, 1, 2)
    assert said["refused_by_reason"] == {"ImportedDifferently": 1, "InTheFuture": 1}
    series = ProgressSeries.objects.get(client=here.alma)
    assert [point["on"] for point in series.points] == ["2026-01-05", "2026-01-12"]
    again = facts("responses", path)
    assert (again["accepted"], again["already_there"]) == (0, 3)
    assert Slot.objects.filter(client=here.alma).count() == 2


def test_a_response_with_a_therapist_takes_the_client_into_their_care(
    here: SmallClinic, tmp_path: Path
) -> None:
    path = written(
        tmp_path, ["client", "on", "therapist", "W1"], [["N-1", "2026-01-05", "dana", 5]]
    )
    assert facts("responses", path)["accepted"] == 1
    care = Care.objects.get(client__code_index="N-1")
    assert (care.therapist, care.starts_on) == (here.dana, date(2026, 1, 5))


def test_a_corrected_file_takes_the_place_of_what_is_here(
    here: SmallClinic, tmp_path: Path
) -> None:
    scores = [8, 9, 8, 9, 8, 2]
    facts(
        "visits", written(tmp_path, HEADINGS + RATED, [visit(n, s) for n, s in enumerate(scores)])
    )
    assert Repair.objects.get().is_open
    file = written(
        tmp_path,
        HEADINGS + RATED,
        [*(visit(n, s) for n, s in enumerate(scores[:5])), visit(5, 8), visit(6, 8)],
    )
    said = facts("visits", file, "--correct")
    counts = [said[name] for name in ("accepted", "corrected", "already_there", "refused")]
    assert counts == [1, 1, 5, 0]
    assert AllianceSeries.objects.get().summary["strains"] == []
    assert not Repair.objects.get().is_open
    kept = Correction.objects.get()
    assert [row["value"] for row in kept.before["answers"] if row["link_id"] in RATED] == [2] * 5
    again = facts("visits", file, "--correct")
    assert (again["corrected"], again["already_there"]) == (0, 7)


@pytest.mark.parametrize("changed", [{"client": "C-8"}, {"therapist": "omar"}])
def test_a_visit_of_other_people_is_no_correction(
    here: SmallClinic, tmp_path: Path, changed: dict[str, str]
) -> None:
    facts("visits", written(tmp_path, HEADINGS + RATED, [visit(0, 8)]))
    file = written(tmp_path, HEADINGS + RATED, [visit(0, 8, **changed)])
    said = facts("visits", file, "--correct")
    assert said["refused_by_reason"] == {"OfAnotherPair": 1}


def test_what_was_taken_back_does_not_come_in_again(here: SmallClinic, tmp_path: Path) -> None:
    file = written(tmp_path, HEADINGS + RATED, [visit(n, 8) for n in range(3)])
    facts("visits", file)
    told = taken_back("visit", "v1", "--why", "Belongs to somebody else.")
    assert told == {"client": "C-9", "what": "the visit v1"}
    assert AllianceSeries.objects.get().summary["n"] == 2
    assert Visit.objects.get(imported_index="v1").state == VisitState.CANCELLED
    for more in ((), ("--correct",)):
        said = facts("visits", file, *more)
        assert said["refused_by_reason"] == {"WasTakenBack": 1}
    again = CliRunner().invoke(
        alongside, ["--json", "take-back", "visit", "v1", "--why", "Once more."]
    )
    assert json.loads(again.stdout)["error"] == "NothingImported"


def test_a_check_that_was_taken_back_does_not_come_in_again(
    here: SmallClinic, tmp_path: Path
) -> None:
    headings = ["client", "on", "W1", "W2", "W3", "W4", "W5", "W6", "W7"]
    rows = [["C-9", f"2026-01-{day:02}T10:00", *[5] * 7] for day in (5, 12)]
    file = written(tmp_path, headings, rows)
    facts("responses", file)
    rows[0][2] = 9
    said = facts("responses", written(tmp_path, headings, rows), "--correct")
    assert (said["corrected"], said["already_there"]) == (1, 1)
    taken_back("response", "C-9", "2026-01-05T10:00", "--why", "Not theirs.", "--theirs")
    assert len(ProgressSeries.objects.get().points) == 1
    assert Correction.objects.last().kind == "taken_back"  # type: ignore[union-attr]
    assert facts("responses", file)["refused_by_reason"] == {"WasTakenBack": 1}


def taken_back(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(alongside, ["--json", "take-back", *arguments])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_two_numbers_of_one_person_become_one(here: SmallClinic, tmp_path: Path) -> None:
    file = written(
        tmp_path,
        HEADINGS + RATED,
        [visit(0, 8), visit(1, 7, client="C-19", visit_id="other")],
    )
    facts("visits", file)
    told = merged("C-9", "C-19", "--rehearse")
    assert (told["is_rehearsal"], told["moved"]["visits"]) == (True, 1)
    assert Client.objects.filter(code_index="C-19").exists()
    told = merged("C-9", "C-19")
    assert (told["stays"], told["goes"], told["moved"]["answers"] > 5) == ("C-9", "C-19", True)
    assert AllianceSeries.objects.get().summary["scores"] == [80.0, 70.0]
    assert facts("visits", file)["already_there"] == 2
    result = CliRunner().invoke(alongside, ["--json", "merge-clients", "C-9", "C-404"])
    assert json.loads(result.stdout)["error"] == "NoSuchClient"
    words = CliRunner().invoke(alongside, ["merge-clients", "C-9", "C-1", "--rehearse"])
    assert "C-1 is part of C-9 now" in words.stdout
    assert "This was a rehearsal: nothing was kept." in words.stdout


def merged(*arguments: str) -> dict[str, Any]:
    result = CliRunner().invoke(alongside, ["--json", "merge-clients", *arguments])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found
