"""Whoever runs the clinic ends sign-ins from the command line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.interfaces.cli.shell import alongside, environment, new_clinic, opened

TWO_SIGN_INS = """
import django; django.setup()
from datetime import UTC, datetime
from alongside.clinic.audit.actor import OPERATOR
from alongside.clinic.credentials.sign_ins import Manner, begin_sign_in
from alongside.clinic.people.actions import add_client, add_person
now = datetime(2026, 3, 2, 9, tzinfo=UTC)
for name in ("dana", "alma"):
    person = add_person(sign_in_name=name, display_name=name, password=None, by=OPERATOR, now=now)
    if name == "alma":
        add_client(code="C-1", display_name="Alma", person=person, by=OPERATOR, now=now)
    begin_sign_in(person=person, key_hash=name, content={}, manner=Manner(), now=now)
"""


def n_open(folder: Path) -> int:
    return sum(row["ended_at"] is None for row in opened(folder)["credentials_signin"])


def test_one_person_or_everybody(tmp_path: Path) -> None:
    folder = new_clinic(tmp_path / "clinic")
    more = {"ALONGSIDE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "alongside.config.settings"}
    made = [sys.executable, "-c", TWO_SIGN_INS]
    subprocess.run(made, env={**environment(), **more}, check=True)
    assert n_open(folder) == 2
    said = alongside("sign-out", "--name", "nobody", "--data", folder)
    assert said.code == 1 and "Nobody here is called nobody" in said.err
    assert alongside("sign-out", "--data", folder).code == 2
    assert n_open(folder) == 2
    said = alongside("sign-out", "--name", "C-1", "--data", folder, "--json")
    assert said.facts == {"n_people": 1}, said.err
    assert n_open(folder) == 1
    assert alongside("sign-out", "--everybody", "--data", folder).code == 0
    assert n_open(folder) == 0
