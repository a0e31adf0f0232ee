"""`alongside signals`: what would be noticed in a file of ratings, with no clinic."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np

from alongside.clinic.disclosures.spreadsheets import harmless
from alongside.interfaces.cli.fit import courses_of
from alongside.interfaces.cli.house import House, pass_house, speaks_json
from alongside.interfaces.cli.rating_files import Ratings, read_ratings
from alongside.interfaces.cli.whole_files import check_out, write_whole
from alongside.methods.alliance.clinic_ratings import ratings_of_columns
from alongside.methods.alliance.clinic_strain import detect_clinic_strain
from alongside.methods.alliance.population import Population, population_of
from alongside.methods.progress.expected_course import (
    FIRST_SIGNAL_VISIT,
    OFF_COURSE,
    ExpectedCourse,
    Standing,
    fit_expected_course,
)
from alongside.methods.progress.forecast import forecasts_of_all
from alongside.methods.progress.norms import Better
from alongside.methods.vocabulary.arrays import Bools, Floats
from alongside.methods.vocabulary.calibration import Share, share_of
from alongside.methods.vocabulary.natural_frequency import natural_frequency
from alongside.methods.vocabulary.results import NoResult

COLUMNS = (
    *("client", "visit", "score", "expected", "low", "high", "standing", "off_course"),
    *("forecast", "forecast_sd", "strain_p", "strain_one_in", "strain", "signal"),
)
THIRDS = ("low", "middle", "high")


@dataclass(frozen=True)
class Signals:
    """What is said of each rating, in the order of clients and visits.

    expected, low, high, badness, forecast, forecast_sd: NaN where no course could be told.
    probability: of so low a rating by chance, NaN where too little is known to tell.
    """

    expected: Floats
    low: Floats
    high: Floats
    badness: Floats
    forecast: Floats
    forecast_sd: Floats
    probability: Floats
    is_strain: Bools


@click.command(name="signals")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Else it is shown.")
@click.option(
    "--better",
    type=click.Choice(["higher", "lower"]),
    default="higher",
    show_default=True,
    help="Which way a score gets better.",
)
@speaks_json
@pass_house
def command(house: House, file: Path, out: Path | None, better: str) -> None:
    """Tell what would be noticed in FILE: ratings in CSV, plain or gzipped, or in Parquet.

    Needs no clinic. The columns are those of `alongside fit course`: client, visit (1, 2, …) and
    score, and if there are any intake and therapist. The course that is expected, and what is usual
    for all clients, are learned from the file itself.

    Each rating gets a row: what the intake lets expect and the band in which four of five scores
    lie; whether it is on course, to be watched or off course (from visit 3 on); what was forecast
    of it from the client's own ratings before; how rare so low a rating is for this client by
    chance, and whether that counts as a strain.

    \b
    Example:
      alongside signals ratings.csv --better lower --out signals.csv
    """
    check_out(out, file)
    ratings = read_ratings(file, house)
    way = Better.HIGHER if better == "higher" else Better.LOWER
    course, population = _learned(ratings, way)
    with house.progress("Telling", len(ratings.row)) as advance:
        told = signals_of(ratings, course, population, way)
        rows = _rows_of(ratings, told)
        advance(len(rows))
    facts = _facts(ratings, told, course, population)
    if out is not None:
        write_whole(out, _as_csv(rows))
    elif house.is_json:
        facts["ratings"] = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    else:
        click.echo(_as_csv(rows), nl=False)
    if house.is_json or out is not None:
        house.tell(_words(facts), facts)
    else:
        click.echo(_words(facts), err=True)


def signals_of(
    ratings: Ratings,
    course: ExpectedCourse | NoResult,
    population: Population | None,
    better: Better,
) -> Signals:
    """What is said of each rating by this course and this population."""
    n = len(ratings.row)
    nothing = np.full(n, np.nan)
    expected = low = high = badness = forecast = forecast_sd = nothing
    if isinstance(course, ExpectedCourse):
        intake = nothing if ratings.intake is None else ratings.intake[ratings.client]
        badness = course.badness_of(ratings.visit, ratings.score, intake)
        expected, sd = course.expected_of(ratings.visit, intake)
        low, high = expected - OFF_COURSE * sd, expected + OFF_COURSE * sd
        forecast, forecast_sd = forecasts_of_all(
            ratings.client, ratings.visit, ratings.score, intake, course
        )
    probability, is_strain = nothing, np.zeros(n, dtype=np.bool_)
    if population is not None:
        table = ratings_of_columns(ratings.client, ratings.visit, better.sign * ratings.score)
        strain = detect_clinic_strain(table.ratings, population)
        probability, is_strain = table.by_row(strain.probability), table.by_row(strain.is_strain)
    return Signals(
        expected=expected,
        low=low,
        high=high,
        badness=badness,
        forecast=forecast,
        forecast_sd=forecast_sd,
        probability=probability,
        is_strain=is_strain,
    )


def _learned(
    ratings: Ratings, better: Better
) -> tuple[ExpectedCourse | NoResult, Population | None]:
    """The expected course of these clients, and what is usual for them; None if they are few."""
    courses, _ = courses_of(ratings)
    found = fit_expected_course(courses, better)
    course = found[0] if isinstance(found, tuple) else found
    starts = np.flatnonzero(np.append(True, ratings.client[1:] != ratings.client[:-1]))
    series = np.split(better.sign * ratings.score, starts[1:])
    steps = np.diff(np.unique(ratings.score))
    population = population_of(series, step=float(steps.min()) if len(steps) else 1.0)
    return course, population if population.n_series else None


def _rows_of(ratings: Ratings, told: Signals) -> list[tuple[Any, ...]]:
    """The rows in the order of the file; None where nothing can be told."""
    rows = []
    for place in np.argsort(ratings.row).tolist():
        visit, badness = int(ratings.visit[place]), float(told.badness[place])
        standing = None
        if visit >= FIRST_SIGNAL_VISIT and not np.isnan(badness):
            standing = Standing.of(badness)
        is_off, is_strain = standing is Standing.OFF_COURSE, bool(told.is_strain[place])
        chance = _number(told.probability[place])
        signals = [name for name, holds in (("off course", is_off), ("strain", is_strain)) if holds]
        rows.append(
            (
                ratings.clients[ratings.client[place]],
                visit,
                _number(ratings.score[place]),
                _number(told.expected[place]),
                _number(told.low[place]),
                _number(told.high[place]),
                None if standing is None else standing.value,
                None if standing is None else int(is_off),
                _number(told.forecast[place]),
                _number(told.forecast_sd[place]),
                chance,
                None if chance is None else natural_frequency(chance),
                None if chance is None else int(is_strain),
                ", ".join(signals),
            )
        )
    return rows


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(f"{value:.6g}")


def _as_csv(rows: list[tuple[Any, ...]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((harmless(client), *others) for client, *others in rows)
    return file.getvalue()


def _facts(
    ratings: Ratings,
    told: Signals,
    course: ExpectedCourse | NoResult,
    population: Population | None,
) -> dict[str, Any]:
    counts = (ratings.visit >= FIRST_SIGNAL_VISIT) & ~np.isnan(told.badness)
    is_off = counts & (told.badness > OFF_COURSE)
    judged = ~np.isnan(told.probability)
    beyond = {"all": share_of(int(is_off.sum()), int(counts.sum()))}
    edges = (
        course.boundary.edges if isinstance(course, ExpectedCourse) and course.boundary else None
    )
    if ratings.intake is not None and edges is not None:
        intake = ratings.intake[ratings.client]
        third = np.digitize(intake, edges)
        for place, name in enumerate(THIRDS):
            here = counts & (third == place) & ~np.isnan(intake)
            beyond[name] = share_of(int((is_off & here).sum()), int(here.sum()))
    return {
        "rows": len(ratings.row) + ratings.n_blank,
        "rows_without_a_score": ratings.n_blank,
        "clients": len(np.unique(ratings.client)),
        "course": course.to_dict() if isinstance(course, ExpectedCourse) else None,
        "no_course": None if isinstance(course, ExpectedCourse) else str(course),
        "beyond_the_boundary": {
            name: {"n": share.n, "found": share.found, "share": share.value}
            for name, share in beyond.items()
            if isinstance(share, Share)
        },
        "clients_off_course_last": _clients_at_last(ratings, is_off),
        "population": population.to_dict() if population else None,
        "visits_judged_for_strain": int(judged.sum()),
        "strains": int(told.is_strain.sum()),
        "clients_with_a_strain_last": _clients_at_last(ratings, told.is_strain),
    }


def _clients_at_last(ratings: Ratings, holds: Bools) -> int:
    is_last = np.append(ratings.client[1:] != ratings.client[:-1], True)
    return int((holds & is_last).sum())


def _words(facts: dict[str, Any]) -> str:
    lines = [
        f"{facts['rows']:,} rows of {facts['clients']:,} clients, "
        f"{facts['rows_without_a_score']:,} without a score."
    ]
    if facts["no_course"]:
        lines.append(f"No expected course. {facts['no_course']}")
    for name, share in facts["beyond_the_boundary"].items():
        of_whom = "" if name == "all" else f" where the intake was {name}"
        lines.append(
            f"Off course: {share['found']:,} of {share['n']:,} ratings{of_whom} "
            f"({100 * share['share']:.1f} %; 10 % are expected)."
        )
    lines.append(f"Off course at their last rating: {facts['clients_off_course_last']:,} clients.")
    if facts["population"]:
        judged = facts["visits_judged_for_strain"]
        lines.append(f"Strain: {facts['strains']:,} of {judged:,} ratings that could be judged.")
        lines.append(f"At their last rating: {facts['clients_with_a_strain_last']:,} clients.")
    else:
        lines.append(
            "Fewer than 50 clients have two ratings, so what is usual is not known, and no strain "
            "is told."
        )
    return "\n".join(lines)
