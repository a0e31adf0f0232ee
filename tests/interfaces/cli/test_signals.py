"""Signals of a file need no clinic: a row for each rating, as the methods say one by one."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from alongside.interfaces.cli.main import alongside
from alongside.lab.growth_courses import USUAL_COURSE, draw_courses
from alongside.methods.alliance.population import Population
from alongside.methods.alliance.strain import VisitStrain, detect_strain
from alongside.methods.progress.expected_course import CourseSignal, ExpectedCourse
from alongside.methods.progress.forecast import forecasts

HEADINGS = ("client", "visit", "score", "intake")


def signals(path: Path, *more: str) -> Result:
    result = CliRunner().invoke(alongside, ["signals", str(path), *more])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def ratings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """120 clients with eight ratings each, of which some are missing, in a random order."""
    rng = np.random.default_rng(5)
    drawn = draw_courses(USUAL_COURSE, n_clients=120, n_visits=8, n_therapists=1, rng=rng)
    courses = drawn.courses
    rows = [
        (
            f"=c{client}",
            visit,
            "" if rng.random() < 0.1 else f"{score:.2f}",
            f"{courses.intake['intake'][client]:.2f}",
        )
        for client, visit, score in zip(courses.client, drawn.visit, courses.score, strict=True)
    ]
    path = tmp_path_factory.mktemp("signals") / "ratings.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *(rows[n] for n in rng.permutation(len(rows)))])
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as file:
        return list(csv.DictReader(file))


def test_each_row_says_what_the_methods_say(ratings: Path) -> None:
    facts = json.loads(signals(ratings, "--better", "lower", "--json").stdout)
    course = ExpectedCourse.from_dict(facts["course"])
    population = Population.from_dict(facts["population"])
    rows = facts["ratings"]
    assert len(rows) == facts["rows"] - facts["rows_without_a_score"]
    intake = {row["client"]: float(row["intake"]) for row in rows_of(ratings)}
    n_off = n_strains = 0
    for client in {row["client"] for row in rows}:
        mine = sorted((row for row in rows if row["client"] == client), key=lambda r: r["visit"])
        visits, scores = [row["visit"] for row in mine], [row["score"] for row in mine]
        ahead = forecasts(visits, scores, intake[client], course)
        strains = detect_strain([-score for score in scores], population)
        for row, forecast, strain in zip(mine, ahead, strains, strict=True):
            assert row["forecast"] == pytest.approx(forecast.mean, rel=1e-5)
            said = course.standing(row["visit"], row["score"], intake[client])
            if isinstance(said, CourseSignal):
                assert row["standing"] == said.standing
                assert row["expected"] == pytest.approx(said.expected.mean, rel=1e-5)
            else:
                assert row["standing"] is None
            if isinstance(strain, VisitStrain):
                assert row["strain_p"] == pytest.approx(strain.probability, rel=1e-4)
                assert row["strain"] == strain.is_strain
            else:
                assert row["strain_p"] is None
            n_off += row["off_course"] or 0
            n_strains += row["strain"] or 0
    assert n_off == facts["beyond_the_boundary"]["all"]["found"] > 0
    assert n_strains == facts["strains"]


def test_it_writes_a_table_that_no_spreadsheet_runs(ratings: Path, tmp_path: Path) -> None:
    out = tmp_path / "signals.csv"
    result = signals(ratings, "--better", "lower", "--out", str(out))
    assert result.exit_code == 0
    assert "10 % are expected" in result.stdout
    rows = rows_of(out)
    in_file = [row for row in rows_of(ratings) if row["score"]]
    assert [row["client"].lstrip("'") for row in rows] == [row["client"] for row in in_file]
    assert rows[0]["client"].startswith("'=")
    assert {row["signal"] for row in rows} >= {"", "off course"}


def test_the_direction_turns_good_into_bad(ratings: Path) -> None:
    lower = json.loads(signals(ratings, "--better", "lower", "--json").stdout)["ratings"]
    higher = json.loads(signals(ratings, "--json").stdout)["ratings"]
    off = [
        {(row["client"], row["visit"]) for row in rows if row["off_course"]}
        for rows in (lower, higher)
    ]
    assert off[0]
    assert off[1]
    assert not off[0] & off[1]


def test_a_few_clients_get_a_sentence_and_no_strain(tmp_path: Path) -> None:
    path = tmp_path / "few.csv"
    path.write_text("client,visit,score\na,1,5\na,2,6\nb,1,7\n")
    facts = json.loads(signals(path, "--json").stdout)
    assert facts["population"] is None
    assert all(row["strain_p"] is None for row in facts["ratings"])
    assert "no strain is told" in signals(path).stderr


def test_the_file_that_is_read_is_never_written(ratings: Path) -> None:
    before = ratings.read_bytes()
    result = signals(ratings, "--out", str(ratings))
    assert result.exit_code == 3
    assert "Choose another --out" in result.stderr
    assert ratings.read_bytes() == before


def test_what_cannot_be_written_leaves_what_stood_there(ratings: Path, tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    result = signals(ratings, "--out", str(folder / "no" / "such" / "place.csv"))
    assert result.exit_code == 3
    assert list(folder.iterdir()) == []
