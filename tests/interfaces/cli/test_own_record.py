"""A record leaves by the command line for its client, and comes in again in another clinic."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path

from tests.interfaces.cli.shell import alongside, environment, new_clinic, opened

LIVES_IN = """
import django; django.setup()
from datetime import UTC, datetime
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.people.actions import add_client, add_person, take_into_care
from alongside.clinic.people.models import Role
from alongside.clinic.visits.actions import book_visit
now = datetime(2026, 3, 2, 9, tzinfo=UTC)
dana = add_person(sign_in_name="dana", display_name="Dana", password=None,
                  roles=[Role.THERAPIST], by=OPERATOR, now=now)
for code, name in (("C-1", "Alma"), ("C-2", "Bruno")):
    client = add_client(code=code, display_name=name, phone="+1 555", own_goal="Walk more.",
                        by=OPERATOR, now=now)
    take_into_care(client=client, therapist=dana, starts_on=now.date(), by=OPERATOR, now=now)
    for day in (9, 16):
        book_visit(client=client, therapist=dana, by=OPERATOR, now=now,
                   starts_at=datetime(2026, 3, day, 8 if code == "C-1" else 14, tzinfo=UTC),
                   ends_at=datetime(2026, 3, day, 9 if code == "C-1" else 15, tzinfo=UTC))
"""


def lived_in(folder: Path) -> Path:
    new_clinic(folder)
    more = {"ALONGSIDE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "alongside.config.settings"}
    subprocess.run([sys.executable, "-c", LIVES_IN], env={**environment(), **more}, check=True)
    return folder


def test_from_one_clinic_to_the_next_and_nothing_is_lost(tmp_path: Path) -> None:
    first = lived_in(tmp_path / "first")
    file = tmp_path / "alma.json"
    said = alongside("export", "client", "C-1", "--data", first, "--out", file, "--json")
    assert said.code == 0, said.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    told = json.loads(file.read_text(encoding="utf-8"))
    assert len(told["rows"]["visits.visit"]) == 2 and "Bruno" not in file.read_text("utf-8")

    second = new_clinic(tmp_path / "second")
    said = alongside("import", "client", file, "--data", second, "--json")
    assert (said.code, said.facts) == (0, {"client": "C-1", "n_visits": 2}), said.err
    again = alongside("import", "client", file, "--data", second)
    assert again.code == 1 and "is here already" in again.err
    back = tmp_path / "back.json"
    assert alongside("export", "client", "C-1", "--data", second, "--out", back).code == 0
    assert json.loads(back.read_text("utf-8"))["rows"] == told["rows"]
    assert [row["deed"] for row in opened(first)["audit_auditevent"]].count("copy_own_record") == 1


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    folder = lived_in(tmp_path / "clinic")
    nobody = alongside("export", "client", "C-9", "--data", folder)
    assert nobody.code == 1 and "no client with the number C-9" in nobody.err
    standing = tmp_path / "standing.json"
    standing.write_text("mine")
    there = alongside("export", "client", "C-1", "--data", folder, "--out", standing)
    assert there.code == 3 and standing.read_text() == "mine"
    broken = alongside("import", "client", standing, "--data", folder)
    assert broken.code == 1 and "no client’s record" in broken.err
    gone = alongside("import", "client", tmp_path / "gone.json", "--data", folder)
    assert gone.code != 0 and "gone.json" in gone.err
    for wanted in ("read", "tables"):
        out = tmp_path / wanted
        said = alongside(
            "export", "client", "C-1", "--format", wanted, "--data", folder, "--out", out
        )
        assert said.code == 0, said.err
        assert out.read_bytes()[:4] == (b"%PDF" if wanted == "read" else b"PK\x03\x04")
