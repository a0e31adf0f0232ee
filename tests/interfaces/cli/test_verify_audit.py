"""The audit can be checked by anybody, with one file and without Alongside."""

from __future__ import annotations

import ast
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from pathlib import Path

import pytest

from alongside.clinic.audit import chain, tree
from alongside.interfaces.cli import verify_audit
from tests.interfaces.cli.shell import Said, alongside, new_clinic

FILE = Path(verify_audit.__file__)
MOST_LINES = 300


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the database of a clinic, what its witness kept, and its public key."""
    folder = tmp_path_factory.mktemp("signed")
    clinic, witness = folder / "clinic", folder / "witness"
    witness.mkdir()
    new_clinic(clinic)
    more = {"ALONGSIDE_WITNESS": str(witness)}
    assert alongside("worker", "--once", "--data", clinic, more=more).code == 0
    facts = alongside("audit", "--json", "--data", clinic, more=more).facts
    assert (facts["n_signed"], facts["witnesses"][0]["n_lacking"]) == (facts["n_entries"], 0)
    (folder / "key.txt").write_text(facts["key"])
    with closing(sqlite3.connect(clinic / "clinic.sqlite3")) as database:
        database.execute("VACUUM INTO ?", [str(folder / "clinic.sqlite3")])
    return folder


@pytest.fixture
def evidence(signed: Path, tmp_path: Path) -> Path:
    """The same in an empty folder of one's own, with a copy of the one file that checks it."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    for file in (signed / "clinic.sqlite3", signed / "witness" / "checkpoints", signed / "key.txt"):
        shutil.copy(file, folder)
    shutil.copy(FILE, folder)
    return folder


def run(folder: Path, *words: str, witnessed: bool = True) -> Said:
    """The copied file, run by a Python that sees nothing but its packages."""
    given = ("--checkpoints", "checkpoints", "--key", "key.txt") if witnessed else ()
    ended = subprocess.run(
        [sys.executable, "-I", FILE.name, *(words or ("clinic.sqlite3",)), *given],
        cwd=folder,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return Said(ended.returncode, ended.stdout, ended.stderr)


def tamper(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / "clinic.sqlite3")) as database:
        for (name,) in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            database.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            database.execute(statement)
        database.commit()


def test_it_is_one_short_file_that_imports_nothing_of_the_house() -> None:
    source = FILE.read_text()
    assert len(source.splitlines()) <= MOST_LINES
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [each.name for each in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported - sys.stdlib_module_names == {"cryptography"}


def test_it_knows_the_format_that_the_clinic_writes() -> None:
    assert verify_audit.COLUMNS == chain.COLUMNS
    assert (verify_audit.LEAF, verify_audit.FORMAT) == (chain.LEAF, chain.FORMAT)
    assert verify_audit.NODE == tree.NODE


def test_copied_into_an_empty_folder_it_finds_an_untouched_audit_unchanged(evidence: Path) -> None:
    before = (evidence / "clinic.sqlite3").read_bytes()
    said = run(evidence)
    assert said.code == 0, said.out + said.err
    assert said.out.startswith("Nothing was changed.")
    assert "all of which fit: 1." in said.out
    assert (evidence / "clinic.sqlite3").read_bytes() == before


def test_the_database_is_opened_only_to_be_read(evidence: Path) -> None:
    with (
        closing(verify_audit.opened(evidence / "clinic.sqlite3")) as database,
        pytest.raises(sqlite3.OperationalError, match="readonly"),
    ):
        database.execute("DELETE FROM audit_auditevent")


def test_where_sqlite_cannot_write_its_own_notes_the_file_is_read_as_it_stands(
    evidence: Path,
) -> None:
    with closing(sqlite3.connect(evidence / "clinic.sqlite3")) as database:
        database.execute("PRAGMA journal_mode=WAL")
    (evidence / "clinic.sqlite3-shm").mkdir()  # in the way of what SQLite needs to write
    assert run(evidence).code == 0
    (evidence / "clinic.sqlite3-wal").write_bytes(b"entries that are not yet in the file")
    assert run(evidence).code == 2


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit_auditevent SET deed = 'x' WHERE seq = 4", "Entry 4 was changed"),
        ("UPDATE audit_auditevent SET at = x'ff' WHERE seq = 4", "Entry 4 was changed"),
        ("UPDATE audit_auditevent SET client_id = 1.5 WHERE seq = 4", "Entry 4 was changed"),
        ("DELETE FROM audit_auditevent WHERE seq = 4", "Entry 4 is missing"),
        ("DELETE FROM audit_auditevent WHERE seq = 1", "Entry 1 is missing"),
        ("DELETE FROM audit_auditevent WHERE seq > 5", "Entry 6 is missing, and all after it"),
        ("DELETE FROM audit_auditevent", "Entry 1 is missing, and all after it"),
    ],
)
def test_it_names_the_first_entry_that_is_wrong_and_what_is_wrong(
    evidence: Path, statement: str, words: str
) -> None:
    tamper(evidence, statement)
    said = run(evidence)
    assert said.code == 1
    assert said.out.startswith(f"Something was changed. {words}")


def test_a_checkpoint_that_somebody_else_signed_is_found(evidence: Path) -> None:
    notes = (evidence / "checkpoints").read_text()
    (evidence / "checkpoints").write_text(notes.replace("\ntime 2", "\ntime 3"))
    said = run(evidence)
    assert said.code == 1
    assert "has a false signature" in said.out


def test_without_checkpoints_it_says_how_little_that_is_worth(evidence: Path) -> None:
    said = run(evidence, witnessed=False)
    assert said.code == 0
    assert "this says little" in said.out


def test_what_cannot_be_checked_ends_with_two(evidence: Path) -> None:
    (evidence / "other.sqlite3").write_bytes(b"no database at all " * 100)
    with closing(sqlite3.connect(evidence / "empty.sqlite3")) as database:
        database.execute("CREATE TABLE other (x)")
    for name in ("nowhere.sqlite3", "other.sqlite3", "empty.sqlite3"):
        said = run(evidence, name)
        assert (said.code, said.out) == (2, ""), name
        assert said.err.startswith("This could not be checked."), name
    key = (evidence / "key.txt").read_text()
    for wrong in ("", "x", key[:-4], key.replace("records", "recorda")):
        (evidence / "key.txt").write_text(wrong)
        assert run(evidence).code == 2, wrong
    (evidence / "key.txt").write_text(key)
    (evidence / "checkpoints").unlink()
    assert run(evidence).code == 2
    assert run(evidence, "clinic.sqlite3", "--checkpoints", "x", witnessed=False).code == 2


def test_a_long_check_shows_on_a_terminal_how_far_it_is(
    evidence: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(verify_audit, "STEP", 3)
    reader, writer = pty.openpty()
    with os.fdopen(writer, "w") as terminal, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", terminal)
        assert verify_audit.main([str(evidence / "clinic.sqlite3")]) == 0
    shown = ""
    with os.fdopen(reader, "rb", buffering=0) as screen, suppress(OSError):  # it ends with one
        while some := screen.read(1_000):
            shown += some.decode()
    assert re.search(r"\r *\d\d% of \d+ entries\r *\d\d% of", shown)
    assert shown.endswith("\n")


def test_the_command_asks_every_witness_of_the_clinic(signed: Path, tmp_path: Path) -> None:
    clinic = Path(shutil.copytree(signed / "clinic", tmp_path / "clinic"))
    more = {"ALONGSIDE_WITNESS": f"{signed / 'witness'}:{tmp_path / 'away'}"}
    said = alongside("verify-audit", "--data", clinic, "--json", more=more)
    assert said.code == 0, said.err
    assert said.facts["is_unchanged"]
    assert said.facts["last"] == said.facts["n_entries"] > 0

    alone = alongside("verify-audit", "--data", clinic)
    assert alone.code == 0
    assert "no witness outside keeps them" in alone.out

    tamper(clinic, "UPDATE audit_auditevent SET deed = 'x' WHERE seq = 3")
    said = alongside("verify-audit", "--data", clinic, "--json", more=more)
    assert (said.code, said.facts["first_wrong"]) == (1, 3)

    said = alongside("verify-audit", "--data", clinic, "--key", "nonsense", more=more)
    assert said.code == 3
    assert "could not be checked" in said.err
