"""`demo --fresh`: the old demo goes, and nothing else ever does."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.interfaces.cli.shell import alongside, command, environment, new_clinic, sign_in_names


@pytest.fixture
def old_demo(tmp_path: Path) -> Path:
    """A demo that somebody made long ago, with a letter and its sign-ins."""
    folder = new_clinic(tmp_path / "old-demo")
    with closing(sqlite3.connect(folder / "clinic.sqlite3")) as connection, connection:
        connection.execute("update people_clinic set is_demo = 1")
    (folder / "outbox").mkdir(exist_ok=True)
    (folder / "outbox" / "1.json").write_text("{}")
    (folder / "demo-sign-ins.json").write_text("{}")
    return folder


@pytest.mark.parametrize("fresh", [(), ("--fresh", "--yes")])
def test_a_real_clinic_is_never_touched(tmp_path: Path, fresh: tuple[str, ...]) -> None:
    folder = new_clinic(tmp_path / "clinic")
    with closing(sqlite3.connect(folder / "clinic.sqlite3")) as connection, connection:
        connection.execute("delete from django_migrations where app = 'feedback'")
    folder.chmod(0o750)
    before = (folder / "clinic.sqlite3").read_bytes()

    said = alongside("demo", "--data", folder, *fresh, "--no-serve")

    assert said.code == 3
    assert "holds a real clinic, River House" in " ".join(said.err.split())
    assert sign_in_names(folder) == {"ines"}
    assert (folder / "clinic.sqlite3").read_bytes() == before
    assert folder.stat().st_mode & 0o777 == 0o750


def test_it_asks_first(old_demo: Path) -> None:
    ended = subprocess.run(
        command("demo", "--data", old_demo, "--fresh", "--no-serve"),
        env=environment(),
        input="n\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert ended.returncode == 1
    assert "make a new one?" in ended.stderr
    assert sign_in_names(old_demo) == {"ines"}
    assert (old_demo / "outbox" / "1.json").exists()


def test_the_old_demo_goes_and_a_new_one_stands(old_demo: Path) -> None:
    said = alongside(
        *("demo", "--data", old_demo, "--fresh", "--yes", "--json", "--no-serve", "--port", "8123")
    )

    assert said.code == 0, said.err
    names = sign_in_names(old_demo)
    assert "ines" not in names
    assert {person["sign_in_name"] for person in said.facts["people"]} <= names
    letters = [path.read_text() for path in (old_demo / "outbox").glob("*.json")]
    assert len(letters) > 1
    assert all("http://127.0.0.1:8123/f/" in letter for letter in letters)
    assert not (old_demo / "demo-unfinished").exists()
