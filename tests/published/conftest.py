"""Where published data lies, and what to say when it is not there."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

ENVIRONMENT = "ALONGSIDE_PUBLISHED_DATA"
USUAL_PLACE = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def published_data() -> Path:
    """The folder of public data sets; none of them is part of this project."""
    folder = Path(os.environ.get(ENVIRONMENT, USUAL_PLACE))
    if not folder.is_dir():
        pytest.skip(f"no public data at {folder}; set {ENVIRONMENT} to its folder")
    return folder


@pytest.fixture(scope="session")
def read_rows(published_data):
    """The rows of a CSV of the public data, as text by column."""

    def read(name: str) -> list[dict[str, str]]:
        path = published_data / name
        if not path.is_file():
            pytest.skip(f"{name} is not among the public data at {published_data}")
        with path.open(newline="", encoding="utf-8") as lines:
            return list(csv.DictReader(lines))

    return read


@pytest.fixture
def say(capsys):
    """Print a line even when the test passes: what was checked, and on how many rows."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n  {text}")

    return line
