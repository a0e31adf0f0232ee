"""What stands in the report, in its order."""

from __future__ import annotations

from importlib.metadata import version as version_of

from alongside.interfaces.cli.lab_report.chapter import Column, Report, Table
from alongside.interfaces.cli.lab_report.course_chapters import (
    boundary_chapter,
    recovery_chapter,
)
from alongside.interfaces.cli.lab_report.hazard_chapter import hazard_chapter
from alongside.interfaces.cli.lab_report.strain_chapters import alarms_chapter, detection_chapter
from alongside.interfaces.cli.lab_report.studies import Findings


def report_of(found: Findings, *, version: str, made_on: str) -> Report:
    """The report of these findings. made_on: an ISO date."""
    return Report(
        version=version,
        made_on=made_on,
        size=found.sizes.name,
        settings=_settings(found),
        chapters=(
            recovery_chapter(found),
            boundary_chapter(found),
            detection_chapter(found),
            alarms_chapter(found),
            hazard_chapter(found),
        ),
    )


def _settings(found: Findings) -> Table:
    sizes = found.sizes
    rows = {
        "seed": found.seed,
        "draws of each cohort": sizes.n_draws,
        "clients in each condition of the boundary": sizes.n_boundary,
        "folds": sizes.n_folds,
        "clients learned from, strain": sizes.strain.n_reference,
        "clients without a rupture, strain": sizes.strain.n_calm,
        "clients with a rupture, strain": sizes.strain.n_ruptured,
        "clients with contacts": sizes.n_contacted,
        "NumPy": version_of("numpy"),
        "SciPy": version_of("scipy"),
    }
    return Table(
        "settings",
        "Seed, sizes, and the versions of the libraries that draw and compute.",
        (Column("name", "Setting"), Column("value", "Value")),
        tuple(rows.items()),
    )
