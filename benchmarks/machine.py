"""The machine, the versions and the commit that a result belongs to."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def described(folder: Path) -> dict[str, str]:
    """What a reader has to know of this machine, by name; `folder` is where the clinics lie."""
    return {
        "Processor": f"{_cpu_model()}, {os.cpu_count()} cores",
        "Memory": f"{_memory_gib():.1f} GiB",
        "Disk": _disk_under(folder),
        "System": platform.platform(),
        "Commit": _commit(),
        "Python": platform.python_version(),
        "Django": _version("django"),
        "SQLite": _sqlite_version(),
        "gunicorn": _version("gunicorn"),
    }


def load_average() -> str:
    """How many processes wanted a processor over the last 1, 5 and 15 minutes."""
    return " · ".join(f"{load:.2f}" for load in os.getloadavg())


def is_busy() -> bool:
    """Whether more wanted a processor over the last five minutes than there are processors."""
    return os.getloadavg()[1] > (os.cpu_count() or 1)


def _cpu_model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _disk_under(folder: Path) -> str:
    """The file system that holds a folder, by the longest mount point above it."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    above = [fields for fields in mounts if folder.resolve().is_relative_to(fields[1])]
    device, point, kind = max(above, key=lambda fields: len(fields[1]))[:3]
    return f"{kind} on {device} at {point}"


def _commit() -> str:
    commit = _git("rev-parse", "--short=12", "HEAD")
    measured = ("src", "benchmarks/*.py", "tests/promises")
    changed = _git("status", "--porcelain", "--untracked-files=no", "--", *measured)
    return commit + (" with changes that are not committed" if changed else "")


def _git(*words: str) -> str:
    command: Sequence[str] = ("git", "-C", str(ROOT), *words)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else "unknown"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not here"


def _sqlite_version() -> str:
    try:
        import pysqlite3 as sqlite3
    except ImportError:
        import sqlite3
    return str(sqlite3.sqlite_version)
