"""What the study of drifting away came to."""

from __future__ import annotations

from typing import Any, Final

from alongside.interfaces.cli.lab_report.chapter import (
    Chapter,
    Column,
    Demand,
    Exhibit,
    Table,
    Verdict,
)
from alongside.interfaces.cli.lab_report.plots import Mark, curve
from alongside.interfaces.cli.lab_report.studies import CameToNothing, Findings
from alongside.methods.vocabulary.calibration import (
    Brier,
    Calibration,
    Discrimination,
    ReliabilityCurve,
)
from alongside.methods.vocabulary.results import NoResult

CURVE_ERROR: Final = 0.02


def hazard_chapter(found: Findings) -> Chapter:
    """How well the chance to drift away holds."""
    studied = found.hazard
    brier, bins, area = _parts(studied.ours)
    better = brier.value < brier.uncertainty
    return Chapter(
        key="hazard",
        title="Does the chance to drift away hold?",
        asks=(
            "At each contact the model gives the chance that none of the next four is attended. "
            "Of all contacts called 20% likely, were 20% followed by that? And how near does it "
            "come to the true chance, which here is known?"
        ),
        how=(
            f"{studied.n_clients:,} clients of {studied.n_contacts // studied.n_clients} planned "
            "contacts. Each misses at a level of their own, the more likely the more they have "
            "just missed. The model sees the contacts alone. Chances are for clients whom it had "
            f"not seen, in {studied.n_folds} folds by client."
        ),
        demands=(
            Demand(
                f"Said and seen are {100 * CURVE_ERROR:.0f} points or less apart, on average over "
                "contacts (our own demand).",
                Verdict.of(bins.mean_error <= CURVE_ERROR, 1),
                f"{100 * bins.mean_error:.2f} points, n = {bins.n:,} contacts.",
            ),
            Demand(
                "A lower Brier score than always saying the overall share (our own demand).",
                Verdict.of(better, 1),
                f"{brier.value:.4f} against {brier.uncertainty:.4f}; AUROC {area.value:.3f}.",
            ),
        ),
        reading=(
            "On the dashed line, said and seen are equal. Both scales are logarithmic, since most "
            "chances are small. Nobody could do better than the true chances: they know how often "
            "each client misses, which the model has to learn from the contacts. Intervals take "
            "contacts for independent of each other and are a little too narrow."
        ),
        exhibits=(
            Exhibit(_curve_table(bins), (_curve_drawing(bins),)),
            Exhibit(_hazard_table(found)),
        ),
        not_shown=(
            "How well it holds for real clients: `alongside hazard` tells that of a clinic's own "
            "file, and AUROC depends on how much people differ.",
            "Signs beyond attendance, such as use, mood or strain: none is drawn here.",
        ),
    )


def _parts(found: Calibration) -> tuple[Brier, ReliabilityCurve, Discrimination]:
    brier, bins, area = found.brier, found.curve, found.discrimination
    if (
        isinstance(brier, Brier)
        and isinstance(bins, ReliabilityCurve)
        and isinstance(area, Discrimination)
    ):
        return brier, bins, area
    lacking = next(part for part in (brier, bins, area) if isinstance(part, NoResult))
    raise CameToNothing(study="drifting away", why=str(lacking))


def _curve_table(bins: ReliabilityCurve) -> Table:
    return Table(
        "curve",
        "Said and seen: contacts by what the model said, and how many were followed by drifting "
        "away, with the 95% interval.",
        (
            Column("bin", "Tenth of contacts"),
            Column("said", "Said", ".1%"),
            Column("seen", "Seen", ".1%"),
            Column("lowest", "from", ".1%"),
            Column("highest", "to", ".1%"),
            Column("n", "n contacts", ",d"),
        ),
        tuple(
            (
                *(str(place), each.predicted, each.observed.value),
                *(each.observed.lowest, each.observed.highest, each.n),
            )
            for place, each in enumerate(bins.bins, start=1)
        ),
    )


def _curve_drawing(bins: ReliabilityCurve) -> str:
    return curve(
        "curve",
        "Said and seen chances to drift away",
        "A dot with its 95% interval for each tenth of contacts: what was said across, what was "
        "seen upward, with a line where both are equal. The table holds the numbers.",
        [
            (
                each.predicted,
                Mark(each.observed.value, each.observed.lowest, each.observed.highest),
            )
            for each in bins.bins
        ],
        ("said", "seen"),
    )


def _hazard_table(found: Findings) -> Table:
    studied = found.hazard
    rows: list[tuple[Any, ...]] = []
    for name, calibration, distance in (
        ("the model", studied.ours, studied.mean_error),
        ("the true chances", studied.by_truth, 0.0),
    ):
        brier, bins, area = _parts(calibration)
        rows.append(
            (
                *(name, brier.value, brier.skill, bins.mean_error, area.value, area.lowest),
                *(area.highest, distance, calibration.n, calibration.n_events),
            )
        )
    brier, _, _ = _parts(studied.ours)
    always = (*("always the overall share", brier.uncertainty, 0.0, 0.0), *(None,) * 3)
    rows.append((*always, studied.of_always, studied.ours.n, studied.ours.n_events))
    return Table(
        "scores",
        "How well chances hold and part who drifts away, and how far they lie from the true ones "
        "on average.",
        (
            Column("chances", "Chances of"),
            Column("brier", "Brier score", ".4f"),
            Column("skill", "Skill", ".1%"),
            Column("mean_error_of_curve", "Said less seen, mean", ".2%"),
            Column("auroc", "AUROC", ".3f"),
            Column("auroc_lowest", "from", ".3f"),
            Column("auroc_highest", "to", ".3f"),
            Column("distance_from_truth", "Mean distance from truth", ".2%"),
            Column("n", "n contacts", ",d"),
            Column("n_drifted_away", "followed by drifting away", ",d"),
        ),
        tuple(rows),
    )
