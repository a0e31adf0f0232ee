"""Scoring a file needs no clinic: every row gets its scores or a reason."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from alongside.interfaces.cli.main import alongside
from tests.interfaces.cli.shell import alongside as in_a_shell
from tests.interfaces.cli.test_commands import LIBRARY

ASKED = LIBRARY / "visit-feedback.questionnaire.json"
SCORED = LIBRARY / "visit-feedback.scoring.json"
RATED = ["A1", "A2", "A3", "A4", "A5"]


def score(folder: Path, rows: list[list[object]], *more: object) -> Result:
    path = folder / "answers.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["person", *RATED, "total"], *rows])
    files = ("--questionnaire", ASKED, "--scoring", SCORED)
    result = CliRunner().invoke(alongside, ["score", str(path), *map(str, (*files, *more))])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_scores_too_few_answers_and_refusals_are_told_apart(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["=a", 10, 10, 10, 10, 10, 100],
        ["b", 5, 5, 5, 5, 5, 49],
        ["c", 5, "", "", "", "", ""],
        ["d", 11, 5, 5, 5, 5, ""],
        ["e", 5, 5],
    ]
    out = tmp_path / "scores.csv"
    result = score(tmp_path, rows, "--out", out, "--json")
    facts = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (facts["rows"], facts["refused"]) == (5, 2)
    assert [each["row"] for each in facts["refused_rows"]] == [5, 6]
    (counts,) = facts["scales"].values()
    assert counts == {"scored": 2, "too_few_answers": 1}
    assert facts["rows_whose_total_disagrees"] == [3]
    with out.open(newline="", encoding="utf-8") as file:
        kept = list(csv.reader(file))
    assert kept[0][:3] == ["row", "person", "total"]
    assert [row[:2] for row in kept[1:3]] == [["2", "'=a"], ["3", "b"]]
    assert [row[3] for row in kept[1:]] == ["100", "50", "", "", ""]
    statuses = [row[-1].split(":")[0] for row in kept[1:]]
    assert statuses == ["scored", "scored", "too few answers", "refused", "refused"]


def test_without_a_file_to_write_the_scores_are_shown_and_the_counts_go_aside(
    tmp_path: Path,
) -> None:
    result = score(tmp_path, [["a", 1, 2, 3, 4, 5, ""]])
    assert result.exit_code == 0
    assert [row[:2] for row in csv.reader(result.stdout.splitlines())][1] == ["2", "a"]
    assert "1 scored" in result.stderr
    shown = json.loads(score(tmp_path, [["a", 1, 2, 3, 4, 5, ""]], "--json").stdout)
    assert list(shown["scores"][0].values())[1] == 30.0


@pytest.mark.parametrize("text", ["[]", "{", '{"resourceType": "Patient"}'])
def test_an_instrument_that_cannot_be_read_is_refused(tmp_path: Path, text: str) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text(text)
    assert score(tmp_path, [], "--questionnaire", broken).exit_code == 1


def test_scoring_imports_no_django_and_opens_no_clinic(tmp_path: Path) -> None:
    path = tmp_path / "answers.csv"
    path.write_text("A1,A2,A3,A4,A5\n1,2,3,4,5\n")
    (tmp_path / "django.py").write_text("raise RuntimeError('Django was imported')\n")
    said = in_a_shell(
        *("score", path, "--questionnaire", ASKED, "--scoring", SCORED),
        more={"PYTHONPATH": f"{tmp_path}:{Path(ASKED).parents[4]}"},
    )
    assert said.code == 0, said.err
    assert "1 scored" in said.err
