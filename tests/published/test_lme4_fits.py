"""The growth model against fits of R's lme4 on public data.

Source: expected/r_model_fits.json (lme4, printed to eight decimals) on the data of Singer and
Willett 2003 (alcohol use, n = 82 adolescents, 246 ratings, models A to E of table 4.1, full maximum
likelihood; antidepressants, 1,242 moods of 64 people) and on lme4's own sleepstudy (18 drivers,
180 days, restricted). lme4 stops a little short of the top, so that ours may be higher and its
variances lie within a thousandth of ours.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from alongside.methods.progress.courses import Courses
from alongside.methods.progress.growth_model import Growth, GrowthFit, fit_growth

ReadRows = Callable[[str], list[dict[str, str]]]
Say = Callable[[str], None]


@pytest.fixture
def printed_fits(published_data: Path) -> dict[str, Any]:
    """What lme4 printed, by data set."""
    path = published_data / "expected" / "r_model_fits.json"
    if not path.is_file():
        pytest.skip(f"no fits of lme4 at {path}")
    fits: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return fits


def courses_of(
    rows: list[dict[str, str]], *, client: str, time: Any, score: str, intake: Mapping[str, str]
) -> Courses:
    """Long columns from the rows of a file; `intake` is taken from the first row of each client."""
    numbers, first, codes = np.unique(
        [int(row[client]) for row in rows], return_index=True, return_inverse=True
    )
    assert len(numbers) == len(first)
    return Courses(
        client=codes,
        time=np.array([float(time(row)) for row in rows]),
        score=np.array([float(row[score]) for row in rows]),
        intake={
            name: np.array([float(rows[place][column]) for place in first])
            for name, column in intake.items()
        },
    )


def check_against(
    fit: object, printed: dict[str, Any], order: list[str], slope: str, say: Say
) -> None:
    assert isinstance(fit, GrowthFit)
    effects = [printed["fixed"][name] for name in order]
    estimates = np.array([effect["Estimate"] for effect in effects])
    errors = np.array([effect["Std. Error"] for effect in effects])
    units = np.maximum(np.abs(estimates), errors)
    np.testing.assert_allclose(fit.effects / units, estimates / units, atol=1e-5)
    np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-3)
    group = next(key for key in printed["var"] if key != "Residual|NA|NA").split("|")[0]
    found = {
        f"{group}|(Intercept)|NA": fit.clients[0, 0],
        f"{group}|{slope}|NA": fit.clients[1, 1],
        f"{group}|(Intercept)|{slope}": fit.clients[0, 1],
        "Residual|NA|NA": fit.noise,
    }
    for name, value in printed["var"].items():
        assert found[name] == pytest.approx(value, rel=1e-3), name
    deviance = printed.get("deviance", printed.get("reml"))
    assert -2.0 * fit.log_likelihood <= deviance + 2e-6
    say(
        f"lme4: {fit.n_ratings} ratings of {fit.n_clients}, log-likelihood "
        f"{fit.log_likelihood + deviance / 2.0:+.1e} against it, {len(effects)} effects equal"
    )


ALCOHOL = {
    "A": (Growth(has_trend=False, has_slopes=False), ["(Intercept)"]),
    "B": (Growth(), ["(Intercept)", "age_14"]),
    "C": (
        Growth(("child_of_alcoholic",), ("child_of_alcoholic",)),
        ["(Intercept)", "child_of_alcoholic", "age_14", "child_of_alcoholic:age_14"],
    ),
    "D": (
        Growth(
            ("child_of_alcoholic", "peer_alcohol_use"), ("child_of_alcoholic", "peer_alcohol_use")
        ),
        [
            "(Intercept)",
            "child_of_alcoholic",
            "peer_alcohol_use",
            "age_14",
            "child_of_alcoholic:age_14",
            "age_14:peer_alcohol_use",
        ],
    ),
    "E": (
        Growth(("child_of_alcoholic", "peer_alcohol_use"), ("peer_alcohol_use",)),
        [
            "(Intercept)",
            "child_of_alcoholic",
            "peer_alcohol_use",
            "age_14",
            "peer_alcohol_use:age_14",
        ],
    ),
}


@pytest.mark.parametrize("name", ALCOHOL)
def test_alcohol_use_of_adolescents(
    name: str, printed_fits: dict[str, Any], read_rows: ReadRows, say: Say
) -> None:
    model, order = ALCOHOL[name]
    rows = read_rows("alda/alcohol_use_1.csv")
    asked = ("child_of_alcoholic", "peer_alcohol_use")
    courses = courses_of(
        rows,
        client="id",
        time=lambda row: float(row["age"]) - 14.0,
        score="alcohol_use",
        intake={each: each for each in asked},
    )
    assert (len(rows), int(courses.client.max()) + 1) == (246, 82)
    full = Growth(model.level, model.slope, model.has_trend, model.has_slopes, is_restricted=False)
    printed = printed_fits["alda_alcohol_use_1"][name]
    check_against(fit_growth(courses, full), printed, order, "age_14", say)


def test_moods_under_an_antidepressant(
    printed_fits: dict[str, Any], read_rows: ReadRows, say: Say
) -> None:
    rows = [
        row
        for row in read_rows("alda/antidepressants.csv")
        if row["positive_mood"] not in ("", "NA")
    ]
    courses = courses_of(
        rows,
        client="id",
        time=lambda row: (float(row["wave"]) - 1.0) / 3.0,
        score="positive_mood",
        intake={"treatment": "treatment"},
    )
    assert len(rows) == 1242
    fit = fit_growth(courses, Growth(("treatment",), ("treatment",), is_restricted=False))
    printed = printed_fits["alda_antidepressants"]
    check_against(fit, printed, ["(Intercept)", "treatment", "t", "treatment:t"], "t", say)


def test_sleepless_drivers(printed_fits: dict[str, Any], read_rows: ReadRows, say: Say) -> None:
    rows = read_rows("rdatasets/sleepstudy.csv")
    courses = courses_of(
        rows, client="Subject", time=lambda row: row["Days"], score="Reaction", intake={}
    )
    assert len(rows) == 180
    printed = printed_fits["sleepstudy_REML"]
    check_against(fit_growth(courses, Growth()), printed, ["(Intercept)", "Days"], "Days", say)
