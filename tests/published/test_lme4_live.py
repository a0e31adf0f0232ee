"""The growth model against R's lme4, run here on drawn cohorts: whole, ragged, singular, heavy.

Needs Rscript with lme4 (Debian: r-cran-lme4; `make bench-r` installs it where it may).
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alongside.lab.growth_courses import NO_LOSSES, USUAL_COURSE, Losses, draw_courses
from alongside.methods.progress.courses import Courses
from alongside.methods.progress.expected_course import ExpectedCourse
from alongside.methods.progress.growth_model import Growth, GrowthFit, fit_growth

SCRIPT = Path(__file__).with_name("lme4_fits.R")
RAGGED = Losses(share_missing=0.3, probability_leaving=0.08)
SETS: dict[str, tuple[ExpectedCourse, Losses, int]] = {
    "whole": (USUAL_COURSE, NO_LOSSES, 300),
    "ragged": (USUAL_COURSE, RAGGED, 300),
    "small": (USUAL_COURSE, RAGGED, 60),
    "heavy": (USUAL_COURSE, Losses(share_missing=0.3, is_heavy=True), 300),
    "therapists alike": (replace(USUAL_COURSE, therapist_variance=0.0), RAGGED, 200),
    "slopes alike": (replace(USUAL_COURSE, slope_variance=0.0, covariance=0.0), RAGGED, 200),
    "clients alike": (
        replace(USUAL_COURSE, level_variance=0.0, slope_variance=0.0, covariance=0.0),
        NO_LOSSES,
        100,
    ),
}


def has_lme4() -> bool:
    if shutil.which("Rscript") is None:
        return False
    asked = ["Rscript", "-e", "stopifnot(requireNamespace('lme4', quietly = TRUE))"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def cohort(name: str, *, has_therapists: bool) -> Courses:
    truth, losses, n_clients = SETS[name]
    drawn = draw_courses(
        truth,
        n_clients=n_clients,
        n_visits=8,
        n_therapists=12,
        rng=np.random.default_rng(sum(map(ord, name)) + has_therapists),
        losses=losses,
    )
    courses = drawn.courses
    return courses if has_therapists else replace(courses, therapist=None)


def write(path: Path, courses: Courses) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        has_therapists = courses.therapist is not None
        writer.writerow(["client", "time", "score", "intake"] + ["therapist"] * has_therapists)
        for client, time, score in zip(courses.client, courses.time, courses.score, strict=True):
            known = [repr(float(courses.intake["intake"][client]))]
            if courses.therapist is not None:
                known.append(str(courses.therapist[client]))
            writer.writerow([client, repr(float(time)), repr(float(score)), *known])


def test_drawn_cohorts_of_two_and_three_levels(tmp_path: Path, say: Callable[[str], None]) -> None:
    if not has_lme4():
        pytest.skip("no Rscript with lme4 here: make bench-r")
    cohorts = {
        f"{name}, {2 + has_therapists} levels": cohort(name, has_therapists=has_therapists)
        for name in SETS
        for has_therapists in (False, True)
    }
    for name, courses in cohorts.items():
        write(tmp_path / f"{name}.csv", courses)
    done = subprocess.run(
        ["Rscript", str(SCRIPT), str(tmp_path)], capture_output=True, text=True, check=True
    )
    printed = {}
    for line in done.stdout.splitlines():
        name, values = line.split(".csv ")
        printed[name] = [float(value) for value in values.split()]
    assert printed.keys() == cohorts.keys()
    for name, courses in cohorts.items():
        model = Growth(("intake",), ("intake",), has_therapists=courses.therapist is not None)
        fit = fit_growth(courses, model)
        assert isinstance(fit, GrowthFit), name
        log_likelihood, *theirs = printed[name]
        apart = fit.log_likelihood - log_likelihood
        say(f"{name}: {fit.n_ratings} ratings, {fit.state}, {apart:+.1e} of log-likelihood")
        assert apart > -1e-3, name
        effects, errors = np.array(theirs[:4]), np.array(theirs[4:8])
        # lme4 has them in the order of the formula: level, intake, time, intake by time.
        units = np.maximum(np.abs(effects), errors)
        np.testing.assert_allclose(fit.effects / units, effects / units, atol=1e-5, err_msg=name)
        np.testing.assert_allclose(fit.standard_errors, errors, rtol=1e-3, err_msg=name)
        found = [
            *(fit.clients[0, 0], fit.clients[0, 1], fit.clients[1, 1]),
            *(fit.therapist, fit.noise),
        ]
        np.testing.assert_allclose(
            found, theirs[8:], rtol=1e-3, atol=1e-3 * fit.noise, err_msg=name
        )
