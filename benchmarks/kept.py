"""benchmarks/RESULTS.md: what was last measured of each benchmark, with when, where and on what.

A run replaces the sections that it measured and leaves the others, each of which says for itself
which commit and machine it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from benchmarks.figures import Result

HEAD = (
    "# Results of the benchmarks\n\n"
    "Written by `make bench` and `make bench-r`. Every figure stands beside a limit or a peer that "
    "was measured in the same run; figures of different runs or machines do not compare."
)
_SECTION = re.compile(r"^## (.+?)\n(?:.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)


def keep(path: Path, results: Iterable[Result], facts: Mapping[str, str]) -> None:
    """The results in their sections, and the sections of other benchmarks as they were."""
    told = " · ".join(f"{name}: {value}" for name, value in facts.items())
    sections = _sections_of(path.read_text(encoding="utf-8")) if path.is_file() else {}
    for result in results:
        sections[result.title] = f"{result.markdown}\n\nMeasured on: {told}"
    path.write_text("\n\n".join((HEAD, *sections.values())) + "\n", encoding="utf-8")


def _sections_of(text: str) -> dict[str, str]:
    return {found[1]: found[0].rstrip() for found in _SECTION.finditer(text)}
