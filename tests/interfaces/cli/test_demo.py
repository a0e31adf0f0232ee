"""The demo never touches a real clinic, and a demo cut short is made whole."""

from __future__ import annotations

import socket
from pathlib import Path

from alongside.interfaces.cli import demo
from tests.interfaces.cli.shell import alongside, digest_of, new_clinic


def test_a_folder_with_a_real_clinic_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    folder = new_clinic(tmp_path / "clinic")
    before = digest_of(folder)
    said = alongside("demo", "--no-serve", "--data", folder, "--json")
    assert (said.code, said.facts["error"]) == (3, "RealClinic")
    assert digest_of(folder) == before
    assert not (folder / demo.UNFINISHED).exists()


def test_an_address_that_is_taken_is_told_before_a_clinic_is_made(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        said = alongside("demo", "--data", folder, "--port", other.getsockname()[1], "--json")
    assert (said.code, said.facts["error"]) == (3, "AddressTaken")
    assert not folder.exists()


def test_only_a_demo_that_was_cut_short_is_forgotten(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    files = [tmp_path / "clinic.sqlite3", tmp_path / "clinic.sqlite3-wal", outbox / "1.json"]
    for path in files:
        path.touch()
    demo._forget_half_made(tmp_path)
    assert all(path.exists() for path in files)
    (tmp_path / demo.UNFINISHED).touch()
    demo._forget_half_made(tmp_path)
    assert not any(path.exists() for path in files)
    assert not (tmp_path / demo.UNFINISHED).exists()
