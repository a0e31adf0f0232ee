"""The boundary of the expected course on real clients whom the fit had not seen.

Source: the HELP trial (CES-D of people after detoxification, at 0, 6, 12, 18 and 24 months; time is
the logarithm of the month) and KokoroChat (clients' ratings of up to dozens of visits, by client).
The intake is the first score, which is not counted. Nothing is printed for these data elsewhere:
the demand is our own, one rating in ten beyond the boundary within two points (science notes 2.3).
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from alongside.methods.progress.courses import Courses, log_visits
from alongside.methods.progress.expected_course import (
    DidNotConverge,
    ExpectedCourse,
    fit_expected_course,
)
from alongside.methods.progress.growth_model import GrowthFit, NoFit
from alongside.methods.progress.held_out import BoundaryHeld, Exceeded, Learning, boundary_held
from alongside.methods.progress.norms import Better

Row = tuple[str, int, float, float]
"""Client, number of the visit or the month, score, intake."""
HELP = "help_detox_trial/HELPfull.csv.gz"
KOKORO = "kokorochat/session_ratings.csv.gz"


def rows_of(published_data: Path, name: str) -> list[dict[str, str]]:
    path = published_data / name
    if not path.is_file():
        pytest.skip(f"{name} is not among the public data at {published_data}")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def depression_by_month(rows: list[dict[str, str]]) -> list[Row]:
    scored = [
        (row["ID"], int(row["TIME"]), float(row["CES_D"]))
        for row in rows
        if row["CES_D"] not in ("", "NA") and row["TIME"] not in ("", "NA")
    ]
    first = {client: score for client, month, score in scored if month == 0}
    return [
        (client, month, score, first[client])
        for client, month, score in scored
        if month > 0 and client in first
    ]


def ratings_by_visit(rows: list[dict[str, str]]) -> list[Row]:
    of_client: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for row in rows:
        of_client[row["client_id"]].append((row["evaluation_created_at"], float(row["score"])))
    return [
        (client, visit, score, rated[0][1])
        for client, rated in ((client, sorted(rated)) for client, rated in of_client.items())
        for visit, (_, score) in enumerate(rated[1:], start=2)
    ]


def held_on(
    rows: list[Row], better: Better, *, learn: Learning = fit_expected_course
) -> BoundaryHeld:
    clients, codes = np.unique([row[0] for row in rows], return_inverse=True)
    intake = np.zeros(len(clients))
    intake[codes] = [row[3] for row in rows]
    visit = np.array([row[1] for row in rows])
    courses = Courses(
        codes, log_visits(visit), np.array([row[2] for row in rows]), {"intake": intake}
    )
    held = boundary_held(courses, visit, better, 10, np.random.default_rng(1), learn=learn)
    assert isinstance(held, BoundaryHeld)
    return held


def not_calibrated(
    courses: Courses, better: Better
) -> tuple[ExpectedCourse, GrowthFit] | NoFit | DidNotConverge:
    """The course with its boundary where the normal distribution has it."""
    found = fit_expected_course(courses, better)
    return (replace(found[0], boundary=None), found[1]) if isinstance(found, tuple) else found


@pytest.mark.parametrize(
    ("name", "read", "better", "n_clients", "n_ratings"),
    [
        (HELP, depression_by_month, Better.LOWER, 237, 599),
        (KOKORO, ratings_by_visit, Better.HIGHER, 350, 2829),
    ],
)
def test_one_rating_in_ten_lies_beyond_the_boundary(
    name: str,
    read: Callable[[list[dict[str, str]]], list[Row]],
    better: Better,
    n_clients: int,
    n_ratings: int,
    published_data: Path,
    say: Callable[[str], None],
) -> None:
    held = held_on(read(rows_of(published_data, name)), better)
    assert (held.n_clients, held.overall.share.n) == (n_clients, n_ratings)
    for part, each in (("overall", held.overall), *zip("123", held.thirds, strict=True)):
        assert isinstance(each, Exceeded)
        say(
            f"{name} {part}: {each.share.found} of {each.share.n} ratings beyond the boundary, "
            f"{100 * each.share.value:.1f} % (standard error {100 * each.error:.1f})"
        )
    assert held.is_as_demanded


def test_control_a_boundary_by_the_normal_distribution_alone_misses(
    published_data: Path, say: Callable[[str], None]
) -> None:
    """Without calibration people who began low are beyond it half as often as is said."""
    rows = depression_by_month(rows_of(published_data, HELP))
    held = held_on(rows, Better.LOWER, learn=not_calibrated)
    low = held.thirds[0]
    assert isinstance(low, Exceeded)
    say(f"not calibrated, low intake: {100 * low.share.value:.1f} %")
    assert low.share.value < 0.08
