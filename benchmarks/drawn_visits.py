"""Invented rated visits as a CSV file, drawn as the lab draws them, always the same for a seed."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from alongside.lab.alliance_series import VISIT_FEEDBACK, draw_series
from alongside.lab.ruptures import SHARE_WITH_RUPTURE, Rupture

SCORED = ("A1", "A2", "A3", "A4", "A5")
VISITS = 30
SHARE_WITH_WORDS = 0.15
WORDS = "I would like to talk more about what happens after the summer, and about my work."
A_WEEK = timedelta(days=7)
LONG = timedelta(minutes=50)


@dataclass(frozen=True)
class Drawn:
    """A file of rated visits: where it is and how many rows it has."""

    path: Path
    n_rows: int


def draw_visits(
    path: Path, *, caseloads: Mapping[str, int], last_week: datetime, n_visits: int = VISITS
) -> Drawn:
    """Weekly rated visits of every client of every therapist, the last of them in `last_week`.

    `caseloads` says how many clients each therapist has.
    """
    rng = np.random.default_rng(20260301)
    n_clients = sum(caseloads.values())
    ruptures = [_rupture(rng, n_visits) for _ in range(n_clients)]
    items = draw_series(
        VISIT_FEEDBACK, n_clients=n_clients, n_visits=n_visits, rng=rng, ruptures=ruptures
    ).items.astype(int)
    pairs = [
        (f"{therapist}-{n:03d}", therapist)
        for therapist, size in caseloads.items()
        for n in range(size)
    ]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        heads = ("visit_id", "client", "therapist", "starts_at", "ends_at")
        writer.writerow((*heads, *SCORED, "B1", "F1", "O1"))
        for client, (name, therapist) in enumerate(pairs):
            for visit in range(n_visits):
                starts_at = last_week - A_WEEK * (n_visits - 1 - visit) + timedelta(minutes=client)
                answers = items[client, visit]
                relief = int(np.clip(answers[0] - 6 + rng.integers(-2, 2), -5, 5))
                words = WORDS if rng.random() < SHARE_WITH_WORDS else ""
                writer.writerow(
                    (
                        f"{name}-{visit:02d}",
                        *(name, therapist, _text(starts_at), _text(starts_at + LONG)),
                        *(*answers, relief, "false", words),
                    )
                )
    return Drawn(path, n_clients * n_visits)


def _rupture(rng: np.random.Generator, n_visits: int) -> Rupture | None:
    if rng.random() > SHARE_WITH_RUPTURE:
        return None
    onset = int(rng.integers(4, n_visits))
    return Rupture(onset, depth=float(rng.uniform(1.0, 2.5)), n_visits=3)


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
