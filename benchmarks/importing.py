"""Rated visits from a file: our own visit feedback, and a public data set where it is present."""

from __future__ import annotations

from pathlib import Path

from benchmarks.disk import seconds_to_write_again
from benchmarks.figures import Result, Table
from benchmarks.measured_clinic import CommandRun, Site, alongside, open_site

PATIENCE = 60.0
"""Seconds of our own import beyond which the public one is left out: the run stays short."""
HEADS = ("what", "rows", "accepted", "refused", "rows a second", "CPU-ms a row", "whole command s")


def measure(site: Site, folder: Path) -> Result:
    """How fast the rated visits of the measured clinic came in, and the public ones if present."""
    plain = seconds_to_write_again(site.database, folder, n_visits=site.drawn.n_rows)
    n, imported = site.drawn.n_rows, site.imported
    rows = [_line("our own visit feedback", imported)]
    public = _public_ratings(folder) if imported.seconds < PATIENCE else None
    if public is not None:
        rows.append(_line("public ratings of 20 items, with the instrument of a site", public))
    rows.append(
        ("the same rows by plain SQL", str(n), str(n), "0", f"{n / plain:.0f}", "-", f"{plain:.1f}")
    )
    return Result(
        title="Import of rated visits",
        conditions=(
            "`alongside import visits FILE`, each into an empty clinic; one row is a visit, its "
            "slot, its response with every answer, two audit rows and the series of its pair.",
            "Rows a second are those of the command's own summary, reading and learning the "
            "population included; the whole command adds the start of Python and Django.",
            "Plain SQL writes every row of the imported database into an empty one with the same "
            "indexes and triggers, in as many durable transactions.",
        ),
        tables=(Table(HEADS, tuple(rows)),),
        verdicts=(
            f"The import takes {imported.facts['seconds'] / plain:.1f} times as long as plain SQL "
            "takes to write what it wrote.",
        )
        + (
            ()
            if public
            else ("The public data set is not here, or the machine too slow; left out.",)
        ),
    )


def _public_ratings(folder: Path) -> CommandRun | None:
    """The import of the public rated visits; None where they or their instrument are missing."""
    try:
        from tests.interfaces.cli.real_data import SHARED, rated_visits
    except ImportError:
        return None
    if SHARED is None or not (SHARED / "kokorochat" / "session_ratings.csv.gz").is_file():
        return None
    written = folder / "public"
    written.mkdir()
    files, clinic = rated_visits(written), written / "clinic"
    open_site(clinic)
    alongside(
        clinic,
        *("import", "questionnaire", str(files.questionnaire), "--scoring", str(files.scoring)),
    )
    return alongside(
        clinic,
        *("import", "visits", str(files.data), "--mapping", str(files.mapping)),
        *("--instrument", "https://site.example/Questionnaire/visit-ratings"),
        refusals=True,
    )


def _line(name: str, run: CommandRun) -> tuple[str, ...]:
    facts = run.facts
    return (
        name,
        str(facts["rows"]),
        str(facts["accepted"]),
        str(facts["refused"]),
        f"{facts['rows_per_second']:.0f}",
        f"{run.cpu_seconds * 1000 / facts['rows']:.2f}",
        f"{run.seconds:.1f}",
    )
