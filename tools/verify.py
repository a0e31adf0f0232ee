"""Runs every check that CI runs and ends with one summary: `verify.py [STEP ...]`.

All steps run even when one fails, so that one run tells everything. Standard library only.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
REPORTS = ROOT / "reports"
PYTHON = str(BIN / "python")
SETTINGS = "alongside.config.settings"


@dataclass(frozen=True)
class Outcome:
    """How one step ended, with what a reader should know about it."""

    passed: bool
    notes: tuple[str, ...] = ()


def run(*command: str, **environment: str) -> bool:
    """Whether a command succeeded; its output goes straight to the reader."""
    finished = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    return finished.returncode == 0


def formatting() -> Outcome:
    """Whether the code is laid out as `make format` lays it out."""
    return Outcome(run(str(BIN / "ruff"), "format", "--check", "--quiet", "."))


def lint() -> Outcome:
    """Whether ruff has nothing to say."""
    return Outcome(run(str(BIN / "ruff"), "check", "--quiet", "."))


def types() -> Outcome:
    """Whether mypy, strict, has nothing to say."""
    return Outcome(run(PYTHON, "-m", "mypy"))


def contracts() -> Outcome:
    """Whether imports point one way."""
    return Outcome(run(str(BIN / "lint-imports")))


def messages() -> Outcome:
    """Whether the Spanish catalogue is complete and fresh."""
    return Outcome(run(PYTHON, "tools/messages.py", "check"))


def migrations() -> Outcome:
    """Whether the migrations are what the models say."""
    return Outcome(
        run(
            PYTHON, "-m", "django", "makemigrations", "--check", "--dry-run", "--settings", SETTINGS
        )
    )


def tests() -> Outcome:
    """Everything that needs no browser."""
    return pytest("tests", "-m", "not browser")


def coverage() -> Outcome:
    """The same with the share of lines and branches that it passes through: twice as slow."""
    json_report = f"--cov-report=json:{coverage_file()}"
    return pytest("tests", "-m", "not browser", "--timeout=1200", "--cov", json_report)


def browser() -> Outcome:
    """The journeys, and whatever else opens a page, in a real browser."""
    return pytest(
        "browser", "-m", "browser", "--timeout=300", ALONGSIDE_SCREENSHOTS="1", **find_browser()
    )


def promises() -> Outcome:
    """The promises that a figure proves, at full size. Each test knows how long it may take."""
    return pytest("promises", "tests/promises", "-m", "promise", ALONGSIDE_PROMISES="full")


def everything() -> Outcome:
    """All tests in one run."""
    return pytest("tests", **find_browser())


def coverage_file() -> Path:
    """Where the coverage figures of the last run are."""
    return REPORTS / "coverage.json"


def find_browser() -> dict[str, str]:
    """The browser for the journeys as an environment, or the reason why there is none."""
    found = subprocess.run(
        [str(ROOT / "tools" / "find_browser.sh")],
        capture_output=True,
        text=True,
        check=False,
    )
    sys.stderr.write(found.stderr)
    path = found.stdout.strip()
    if path:
        return {"CHROMIUM": path}
    return {"CHROMIUM": "", "ALONGSIDE_NO_BROWSER": " ".join(found.stderr.split())}


def pytest(name: str, *options: str, **environment: str) -> Outcome:
    """How a run of pytest ended, with its counts, its skips and its coverage."""
    REPORTS.mkdir(exist_ok=True)
    coverage_file().unlink(missing_ok=True)
    results = REPORTS / f"{name}.xml"
    results.unlink(missing_ok=True)
    passed = run(
        PYTHON,
        "-m",
        "pytest",
        "-q",
        "-n",
        os.environ.get("WORKERS") or "auto",
        # The journeys in the demo share one that is being served: one group, one process.
        *("--dist", "loadgroup"),
        f"--junit-xml={results}",
        *options,
        # The types of methods are checked while tests run; see tests/settings.py.
        **{"ALONGSIDE_CHECK_SHAPES": "1", **environment},
    )
    return Outcome(passed, (*counts(results), *covered(), *missing_browser(environment)))


def counts(results: Path) -> tuple[str, ...]:
    """How many tests ran, and each reason for a skip with how often it was given."""
    if not results.exists():
        return ("no test report was written",)
    cases = list(ElementTree.parse(results).iter("testcase"))
    reasons: dict[str, int] = {}
    for case in cases:
        for skip in case.iter("skipped"):
            reason = skip.get("message", "no reason given")
            reasons[reason] = reasons.get(reason, 0) + 1
    skipped = sum(reasons.values())
    return (
        f"{len(cases) - skipped} tests run, {skipped} skipped",
        *(f"skipped {n}: {reason}" for reason, n in sorted(reasons.items())),
    )


def covered() -> tuple[str, ...]:
    """The share of lines and branches that the run passed through."""
    if not coverage_file().exists():
        return ()
    totals = json.loads(coverage_file().read_text())["totals"]
    return (f"coverage {totals['percent_covered']:.1f} % of lines and branches",)


def missing_browser(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Why the journeys could not run, where they could not."""
    why = environment.get("ALONGSIDE_NO_BROWSER")
    return (f"browser journeys left out: {why}",) if why else ()


STEPS: dict[str, Callable[[], Outcome]] = {
    "formatting": formatting,
    "lint": lint,
    "types": types,
    "contracts": contracts,
    "messages": messages,
    "migrations": migrations,
    "tests": tests,
    "coverage": coverage,
    "browser": browser,
    "promises": promises,
    "everything": everything,
}
ALL = ("formatting", "lint", "types", "contracts", "messages", "migrations", "everything")


def main(names: list[str]) -> int:
    """The exit code: 0 when every step passed."""
    unknown = [name for name in names if name not in STEPS]
    if unknown:
        print(f"No step called {', '.join(unknown)}. There are: {', '.join(STEPS)}.")
        return 2
    if not run(PYTHON, "tools/messages.py", "compile"):
        return 1
    lines: list[str] = []
    failed: list[str] = []
    for name in names or ALL:
        print(f"\n── {name} ", flush=True)
        began = time.monotonic()
        outcome = STEPS[name]()
        took = time.monotonic() - began
        lines.append(f"  {'ok  ' if outcome.passed else 'FAIL'}  {name:<11} {took:6.1f} s")
        lines += [f"          {note}" for note in outcome.notes]
        if not outcome.passed:
            failed.append(name)
    print("\n── summary ")
    print("\n".join(lines))
    print(f"\n{'All is well.' if not failed else 'Failed: ' + ', '.join(failed) + '.'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
