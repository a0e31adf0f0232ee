"""`python -m benchmarks`: all benchmarks or those named, kept in benchmarks/RESULTS.md."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    audit_check,
    caseload_board,
    feedback_submit,
    growth_fit,
    importing,
    login_flood,
    reliable_change,
    secrecy,
    submit_during_import,
)
from benchmarks.figures import Result
from benchmarks.kept import keep
from benchmarks.machine import ROOT, described, is_busy, load_average
from benchmarks.measured_clinic import build_site, open_to_people
from benchmarks.processes import Driver
from benchmarks.servers import alongside_served, bare_served

RESULTS = ROOT / "benchmarks" / "RESULTS.md"
ALL = ("submit", "board", "import", "audit", "flood", "secrecy")
ON_REQUEST = ("course", "change")
"""Long, and against software of others that has to be there: `make bench-r`."""


def main() -> int:
    """0 when everything was measured; what it found is in the results."""
    asked = _asked()
    scratch = Path(tempfile.mkdtemp(prefix="alongside-bench-", dir=asked.folder))
    began, load_before, was_busy = time.monotonic(), load_average(), is_busy()
    try:
        facts = described(scratch)
        results = []
        for result in _measured(asked, scratch):
            print(f"\n{result.markdown}\n", flush=True)
            results.append(result)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    facts["Date"] = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
    facts["Load average"] = f"{load_before} before, {load_average()} after"
    if was_busy:
        facts["Busy"] = (
            "**others used the machine before this run: rates and waiting times say little, and "
            "CPU times are longer than on a quiet one**"
        )
    facts["Took"] = f"{time.monotonic() - began:.0f} s"
    if not asked.dry:
        keep(RESULTS, results, facts)
        print(f"Written to {RESULTS.relative_to(ROOT)}")
    return 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "only",
        nargs="*",
        choices=[*ALL, *ON_REQUEST, []],
        help="Else all but those of make bench-r.",
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--submits", type=int, default=200, help="For each round and line.")
    parser.add_argument("--boards", type=int, default=60, help="For each round and line.")
    parser.add_argument("--folder", type=Path, help="Where the clinics lie; it names the disk.")
    parser.add_argument("--dry", action="store_true", help="Print, and leave RESULTS.md alone.")
    return parser.parse_args()


def _measured(asked: argparse.Namespace, scratch: Path) -> Iterator[Result]:
    only = asked.only or ALL
    if "change" in only:
        yield reliable_change.measure(rounds=asked.rounds)
    if "audit" in only:
        yield audit_check.measure(scratch / "audit", rounds=asked.rounds)
    if "course" in only:
        yield growth_fit.measure(scratch, rounds=asked.rounds)
    if "secrecy" in only:
        yield secrecy.measure(
            scratch, rounds=2 * asked.rounds, n_boards=asked.boards, n_submits=asked.boards
        )
    if not {"submit", "board", "import", "flood"} & set(only):
        return
    print("Importing the visits of the clinic to be measured …", file=sys.stderr, flush=True)
    site = build_site(scratch / "measured")
    if "import" in only:
        yield importing.measure(site, scratch)
    if not {"submit", "board", "flood"} & set(only):
        return
    open_to_people(site)
    with ExitStack() as stack:
        server = stack.enter_context(alongside_served(site.folder))
        bare = stack.enter_context(bare_served(site.folder))
        driver = Driver(site.folder)
        stack.callback(driver.end)
        # The board first, while every client has exactly the thirty visits of the file.
        if "board" in only:
            yield caseload_board.measure(
                site, server, bare, driver, rounds=asked.rounds, n=asked.boards
            )
        if "submit" in only:
            yield feedback_submit.measure(
                site, server, bare, driver, rounds=asked.rounds, n=asked.submits
            )
            yield submit_during_import.measure(site, server, driver, scratch)
        if "flood" in only:
            yield login_flood.measure(site, server, driver, rounds=asked.rounds, n=asked.submits)


if __name__ == "__main__":
    sys.exit(main())
