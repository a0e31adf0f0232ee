"""`alongside fit …`: fit a model to a file of ratings, with no clinic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np

from alongside.interfaces.cli.house import Exit, House, pass_house, speaks_json
from alongside.interfaces.cli.rating_files import Ratings, read_ratings
from alongside.methods.progress.courses import Courses, log_visits
from alongside.methods.progress.expected_course import INTAKE, fit_course
from alongside.methods.progress.growth_model import GrowthFit, NoFit
from alongside.methods.progress.growth_search import FitState
from alongside.methods.vocabulary.arrays import Ints

NAMES = {
    "level": "level at visit 1",
    "intake": "for each point of intake",
    "time": "for each unit of ln(visit)",
    "intake:time": "for each point of intake and unit of ln(visit)",
}


@click.group(name="fit")
def command() -> None:
    """Fit a model to a file of ratings. Needs no clinic."""


@command.command(name="course")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@speaks_json
@pass_house
def course(house: House, file: Path) -> None:
    """Fit the expected course to FILE: ratings in CSV, plain or gzipped, or in Parquet.

    One row is one rating, with the columns client, visit (1, 2, …) and score, and if there are any
    therapist and intake (what was known of the client before the first visit). The model is linear
    in the logarithm of the visit, with a level and a slope of their own for each client and a level
    for each therapist, fitted by restricted maximum likelihood.

    \b
    Example:
      alongside fit course ratings.csv --json
    """
    ratings = read_ratings(file, house)
    courses, left_out = courses_of(ratings)
    fit = fit_course(courses)
    facts = {
        "rows": len(ratings.row) + ratings.n_blank,
        "rows_without_a_score": ratings.n_blank,
        **left_out,
        **_facts(fit),
    }
    house.tell(_words(facts), facts)
    if facts["state"] not in (FitState.CONVERGED, FitState.SINGULAR):
        raise SystemExit(Exit.REFUSED)


def courses_of(ratings: Ratings) -> tuple[Courses, dict[str, int]]:
    """The ratings as courses, and what was left out or decided to make them so.

    A client who was seen by several therapists counts with the one of most of their ratings.
    Clients without an intake, or without any therapist, are left out while others have one.
    """
    n_clients = len(ratings.clients)
    keeps = np.ones(n_clients, dtype=bool)
    intake = ratings.intake
    if intake is not None and np.isnan(intake).all():
        intake = None
    if intake is not None:
        keeps &= ~np.isnan(intake)
    n_without_intake = n_clients - int(keeps.sum())
    therapist, n_several = None, 0
    if ratings.therapist is not None and (ratings.therapist >= 0).any():
        therapist, n_several = _therapist_of_each(ratings.client, ratings.therapist, n_clients)
        keeps &= therapist >= 0
    kept = keeps[ratings.client]
    courses = Courses(
        client=ratings.client[kept],
        time=log_visits(ratings.visit[kept]),
        score=ratings.score[kept],
        intake={} if intake is None else {INTAKE: np.where(keeps, intake, 0.0)},
        therapist=therapist,
    )
    return courses, {
        "clients_without_intake": n_without_intake,
        "clients_without_therapist": n_clients - int(keeps.sum()) - n_without_intake,
        "clients_of_several_therapists": n_several,
    }


def _therapist_of_each(client: Ints, therapist: Ints, n_clients: int) -> tuple[Ints, int]:
    """The therapist of most ratings of each client, -1 for none; and how many had several."""
    known = therapist >= 0
    width = int(therapist.max()) + 1
    pairs, counts = np.unique(client[known] * width + therapist[known], return_counts=True)
    owner = pairs // width
    of_each = np.full(n_clients, -1, dtype=np.int64)
    order = np.argsort(counts, kind="stable")
    of_each[owner[order]] = (pairs % width)[order]
    return of_each, int((np.bincount(owner, minlength=n_clients) > 1).sum())


def _facts(fit: GrowthFit | NoFit) -> dict[str, Any]:
    if not isinstance(fit, GrowthFit):
        return {"state": type(fit).__name__, "converged": False, "message": str(fit)}
    return {
        "state": fit.state,
        "converged": fit.state is not FitState.NOT_CONVERGED,
        "message": fit.state.sentence,
        "ratings": fit.n_ratings,
        "clients": fit.n_clients,
        "therapists": fit.n_therapists,
        "log_likelihood": fit.log_likelihood,
        "is_restricted": fit.model.is_restricted,
        "n_evaluations": fit.n_steps,
        "fixed_effects": {
            name: {"estimate": float(estimate), "standard_error": float(error)}
            for name, estimate, error in zip(
                fit.model.effects, fit.effects, fit.standard_errors, strict=True
            )
        },
        "variance_components": {
            "client_level": float(fit.clients[0, 0]),
            "client_slope": float(fit.clients[1, 1]),
            "client_level_slope_covariance": float(fit.clients[0, 1]),
            "therapist": fit.therapist if fit.model.has_therapists else None,
            "noise": fit.noise,
        },
    }


def _words(facts: dict[str, Any]) -> str:
    lines = [f"{facts['rows']:,} rows, {facts['rows_without_a_score']:,} without a score."]
    for name in ("clients_without_intake", "clients_without_therapist"):
        if facts[name]:
            lines.append(f"Left out: {facts[name]:,} {name.replace('_', ' ')}.")
    if facts["clients_of_several_therapists"]:
        lines.append(
            f"{facts['clients_of_several_therapists']:,} clients were seen by several therapists, "
            "and count with the one of most of their ratings."
        )
    lines.append(facts["message"])
    if "fixed_effects" not in facts:
        return "\n".join(lines)
    therapists = f", {facts['therapists']:,} therapists" if facts["therapists"] else ""
    lines.append(f"{facts['ratings']:,} ratings of {facts['clients']:,} clients{therapists}.")
    lines.append(f"Restricted log-likelihood {facts['log_likelihood']:.3f}.")
    lines.append("")
    lines.append(f"{'Expected':<48}{'estimate':>12}{'std. error':>12}")
    for name, effect in facts["fixed_effects"].items():
        label = NAMES.get(name, name)
        lines.append(f"{label:<48}{effect['estimate']:>12.4f}{effect['standard_error']:>12.4f}")
    lines.append("")
    lines.append(f"{'Variances':<48}{'estimate':>12}{'std. dev.':>12}")
    for name, variance in facts["variance_components"].items():
        if variance is not None:
            spread = "" if "covariance" in name else f"{max(variance, 0.0) ** 0.5:.4f}"
            lines.append(f"{name.replace('_', ' '):<48}{variance:>12.4f}{spread:>12}")
    return "\n".join(lines)
