"""`alongside lab …`: what the numbers are worth, from made-up clinics of known truth."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

import click

from alongside.interfaces.cli.house import House, pass_house, speaks_json
from alongside.interfaces.cli.processes import quiet_arithmetic
from alongside.interfaces.cli.whole_files import write_whole

USUAL_OUT = Path("report.html")
USUAL_SEED = 21


@click.group(name="lab")
def command() -> None:
    """Hold the numbers against made-up clinics whose truth is known. Needs no clinic."""


@command.command(name="report")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"Where the page goes; else {USUAL_OUT}.",
)
@click.option("--quick", is_flag=True, help="A small size, in half a minute, to see how it looks.")
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=USUAL_SEED,
    show_default=True,
    help="Where chance begins. The same seed gives the same figures.",
)
@speaks_json
@pass_house
def report(house: House, out: Path | None, quick: bool, seed: int) -> None:
    """Run every study and write what came as one page, with plots and tables.

    Whether fits find the truth, the boundary of a course is exceeded by one rating in ten, ruptures
    are found soon and at few false alarms, and chances to drift away hold. In full it takes two to
    three minutes. The page needs no network and holds no script. With --json the same figures are
    shown as well, and the page is written only if --out says where.

    \b
    Example:
      alongside lab report --out lab.html
    """
    # Read when NumPy is loaded. Many small fits are slower on several threads, on a busy machine
    # many times as slow.
    os.environ.update(quiet_arithmetic())
    from alongside.interfaces.cli.lab_report.contents import report_of
    from alongside.interfaces.cli.lab_report.page import page_of
    from alongside.interfaces.cli.lab_report.studies import FULL, QUICK, run_studies

    found = run_studies(house, QUICK if quick else FULL, seed)
    told = report_of(found, version=version("alongside"), made_on=f"{datetime.now(UTC):%Y-%m-%d}")
    if out is None and not house.is_json:
        out = USUAL_OUT
    if out is not None:
        write_whole(out, page_of(told))
    lines = [] if out is None else [f"The report is in {out}."]
    for chapter in told.chapters:
        lines.append(chapter.title)
        lines += [f"  {each.verdict.value}: {each.words} {each.found}" for each in chapter.demands]
    house.tell("\n".join(lines), told.facts)
