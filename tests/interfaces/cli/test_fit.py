"""Fitting a file needs no clinic: a researcher gets the model, or a sentence that says why not."""

from __future__ import annotations

import csv
import gzip
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result

from alongside.interfaces.cli.main import alongside
from alongside.lab.growth_courses import USUAL_COURSE, draw_courses
from tests.interfaces.cli.shell import SOURCES
from tests.interfaces.cli.shell import alongside as in_a_shell

HEADINGS = ("client", "therapist", "visit", "score", "intake")


def fit(path: Path, *more: str) -> Result:
    result = CliRunner().invoke(alongside, ["fit", "course", str(path), *more])
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def written(path: Path, rows: list[tuple[object, ...]], headings: tuple[str, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([headings, *rows])
    return path


@pytest.fixture(scope="module")
def rows() -> list[tuple[object, ...]]:
    """Ratings of 200 clients of 20 therapists."""
    sample = draw_courses(
        USUAL_COURSE,
        n_clients=200,
        n_visits=6,
        n_therapists=20,
        rng=np.random.default_rng(11),
    )
    courses, visit = sample.courses, sample.visit
    assert courses.therapist is not None
    intake = courses.intake["intake"]
    return [
        (f"c{client}", f"t{courses.therapist[client]}", n, f"{score:.3f}", f"{intake[client]:.3f}")
        for client, n, score in zip(courses.client, visit, courses.score, strict=True)
    ]


def test_a_file_becomes_a_course(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    facts = json.loads(fit(written(tmp_path / "r.csv", rows, HEADINGS), "--json").stdout)
    assert (facts["ratings"], facts["clients"], facts["therapists"]) == (1200, 200, 20)
    assert facts["converged"]
    slope = facts["fixed_effects"]["time"]
    assert slope["estimate"] == pytest.approx(-4.0, abs=4 * slope["standard_error"])
    assert facts["variance_components"]["noise"] == pytest.approx(49.0, rel=0.15)
    words = fit(tmp_path / "r.csv").stdout
    assert "The fit converged." in words
    assert f"{slope['estimate']:.4f}" in words


def test_the_order_and_the_packing_of_a_file_change_nothing(
    tmp_path: Path, rows: list[tuple[object, ...]]
) -> None:
    shuffled = list(rows)
    np.random.default_rng(1).shuffle(shuffled)  # type: ignore[arg-type]
    plain = json.loads(fit(written(tmp_path / "a.csv", rows, HEADINGS), "--json").stdout)
    path = written(tmp_path / "b.csv", [tuple(row) for row in shuffled], HEADINGS)
    packed = tmp_path / "b.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    other = json.loads(fit(packed, "--json").stdout)
    assert other["log_likelihood"] == pytest.approx(plain["log_likelihood"], abs=1e-6)


def test_visits_without_a_score_are_left_out_and_counted(
    tmp_path: Path, rows: list[tuple[object, ...]]
) -> None:
    blank = [(*row[:3], "", row[4]) if n % 7 == 0 else row for n, row in enumerate(rows)]
    facts = json.loads(fit(written(tmp_path / "r.csv", blank, HEADINGS), "--json").stdout)
    assert facts["rows"] == 1200
    assert facts["rows_without_a_score"] == 1200 - facts["ratings"] == 172


def test_clients_of_several_therapists_count_with_the_one_they_saw_most(
    tmp_path: Path, rows: list[tuple[object, ...]]
) -> None:
    moved = [(row[0], "t0" if row[0] == "c5" and row[2] == 6 else row[1], *row[2:]) for row in rows]
    moved = [(row[0], "", *row[2:]) if row[0] == "c7" else row for row in moved]
    moved = [(*row[:4], "") if row[0] == "c9" else row for row in moved]
    facts = json.loads(fit(written(tmp_path / "r.csv", moved, HEADINGS), "--json").stdout)
    assert facts["clients_of_several_therapists"] == 1
    assert facts["clients_without_therapist"] == 1
    assert facts["clients_without_intake"] == 1
    assert facts["clients"] == 198


def test_only_client_visit_and_score_are_needed(
    tmp_path: Path, rows: list[tuple[object, ...]]
) -> None:
    bare = [(row[0], row[2], row[3]) for row in rows]
    path = written(tmp_path / "r.csv", bare, ("client", "visit", "score"))
    facts = json.loads(fit(path, "--json").stdout)
    assert set(facts["fixed_effects"]) == {"level", "time"}
    assert facts["variance_components"]["therapist"] is None


@pytest.mark.parametrize(
    ("rows", "headings", "says"),
    [
        ([("a", 1, 5)], ("client", "visit", "result"), 'no column "score"'),
        ([("a", "x", 5)], ("client", "visit", "score"), "row 2, visit “x”"),
        ([("a", 1.5, 5)], ("client", "visit", "score"), "row 2, visit “1.5”"),
        ([("a", 0, 5)], ("client", "visit", "score"), "row 2, visit “0”"),
        ([("a", "", 5)], ("client", "visit", "score"), "row 2, visit “”"),
        ([("a", 1, "five"), ("b", 1, "nan")], ("client", "visit", "score"), "row 3, score “nan”"),
        ([("a", 1, "1e999")], ("client", "visit", "score"), "row 2, score “1e999”"),
        ([("a", 1, ""), ("b", 1, "")], ("client", "visit", "score"), "no score at all"),
        ([(" ", 1, 5)], ("client", "visit", "score"), "row 2, client “”"),
        ([("a", 1, 5), ("a", 1, 6)], ("client", "visit", "score"), "visit 1 of client a a second"),
        ([("a", 1)], ("client", "visit", "score"), "Row 2"),
        (
            [("a", 1, 5, 1), ("a", 2, 6, 2)],
            ("client", "visit", "score", "intake"),
            "Row 3 of",
        ),
    ],
)
def test_bad_input_is_refused_with_the_row_to_mend(
    tmp_path: Path, rows: list[tuple[object, ...]], headings: tuple[str, ...], says: str
) -> None:
    result = fit(written(tmp_path / "r.csv", rows, headings), "--json")
    assert result.exit_code == 1
    assert says in json.loads(result.stdout)["message"]


def test_parquet_says_the_same_as_csv(tmp_path: Path, rows: list[tuple[object, ...]]) -> None:
    polars = pytest.importorskip("polars")
    blank = [(*row[:3], "", row[4]) if n % 9 == 0 else row for n, row in enumerate(rows)]
    path = written(tmp_path / "r.csv", blank, HEADINGS)
    table = polars.read_csv(path)
    assert table["score"].null_count() > 0
    table.write_parquet(tmp_path / "r.parquet")
    plain = json.loads(fit(path, "--json").stdout)
    packed = json.loads(fit(tmp_path / "r.parquet", "--json").stdout)
    assert packed["log_likelihood"] == pytest.approx(plain["log_likelihood"], abs=1e-6)
    assert packed["rows_without_a_score"] == plain["rows_without_a_score"]


def test_what_is_no_parquet_is_refused(tmp_path: Path) -> None:
    polars = pytest.importorskip("polars")
    broken, none, bare = (tmp_path / f"{name}.parquet" for name in ("broken", "none", "bare"))
    broken.write_bytes(b"PAR1 and no more")
    polars.DataFrame({"client": [], "visit": [], "score": []}).write_parquet(none)
    polars.DataFrame({"client": ["a"], "visit": ["x"], "score": [1.0]}).write_parquet(bare)
    for path, says in (
        (broken, "cannot be read as Parquet"),
        (none, "is empty"),
        (bare, "row 1, visit “x”"),
        (tmp_path / "nowhere.parquet", "cannot be opened"),
    ):
        result = fit(path, "--json")
        assert result.exit_code == 1, path
        assert says in json.loads(result.stdout)["message"]


def test_without_the_package_it_says_which_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    result = fit(tmp_path / "r.parquet", "--json")
    assert result.exit_code == 3
    assert "alongside[cohort]" in json.loads(result.stdout)["message"]


def test_a_file_of_semicolons_is_told_apart_and_no_mapping_is_named(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("client;visit;score\na;1;2\n")
    message = json.loads(fit(path, "--json").stdout)["message"]
    assert message.endswith("parted by semicolons. Save it with commas.")


def test_what_cannot_be_told_is_a_sentence_and_not_a_crash(tmp_path: Path) -> None:
    path = written(
        tmp_path / "r.csv", [("a", 1, 5), ("b", 1, 6), ("c", 1, 7)], HEADINGS[:1] + HEADINGS[2:4]
    )
    result = fit(path, "--json")
    assert result.exit_code == 1
    facts = json.loads(result.stdout)
    assert not facts["converged"]
    assert (
        facts["message"]
        == "No client has two ratings at different times, so no course can be told."
    )


def test_it_imports_no_django_and_opens_no_clinic(
    tmp_path: Path, rows: list[tuple[object, ...]]
) -> None:
    path = written(tmp_path / "r.csv", rows, HEADINGS)
    (tmp_path / "django.py").write_text("raise RuntimeError('Django was imported')\n")
    said = in_a_shell("fit", "course", path, more={"PYTHONPATH": f"{tmp_path}:{SOURCES}"})
    assert said.code == 0, said.err
    assert "The fit converged." in said.out
