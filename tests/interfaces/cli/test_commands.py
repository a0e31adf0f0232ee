"""Commands in a shell: what they make, what they say, and the number that they end with."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from alongside.config.environment import keys_folder
from alongside.interfaces.cli import clinic_folder
from tests.interfaces.cli.shell import PASSWORD, alongside, new_clinic, rows_of

LIBRARY = Path(clinic_folder.__file__).parents[2] / "clinic" / "instruments" / "library"


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_init_makes_a_clinic_that_only_its_owner_can_read(tmp_path: Path) -> None:
    folder = new_clinic(tmp_path / "a" / "clinic", "Europe/Madrid")
    assert mode_of(folder) == 0o700
    assert keys_folder(folder) == clinic_folder.keys_of(folder)
    assert mode_of(keys_folder(folder) / "secret") == 0o600
    assert mode_of(folder / "clinic.sqlite3") == 0o600
    assert rows_of(folder, "select name, time_zone, is_demo from people_clinic") == [
        ("River House", "Europe/Madrid", 0)
    ]
    assert rows_of(folder, "select role from people_staffrole") == [("administrator",)]
    purposes = rows_of(folder, "select purpose from instruments_instrument order by purpose")
    assert [purpose for (purpose,) in purposes] == [
        "therapist_rating",
        "visit_feedback",
        "weekly_check",
    ]

    # A second clinic in the same folder is refused, and the secret stays what it was.
    secret = (keys_folder(folder) / "secret").read_text()
    said = alongside("--json", "init", "--data", folder, "--name", "B", "--administrator", "b")
    assert (said.code, said.facts["error"]) == (3, "ClinicStands")
    assert (keys_folder(folder) / "secret").read_text() == secret


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--time-zone", "Mars/Olympus"), "NoSuchZone"),
        (("--password", "1234"), "PasswordTooWeak"),
    ],
)
def test_an_init_that_is_refused_leaves_no_clinic(
    tmp_path: Path, arguments: tuple[str, ...], error: str
) -> None:
    said = alongside(
        *("--json", "--data", tmp_path / "c", "init", "--name", "B", "--administrator", "b"),
        *arguments,
    )
    assert (said.code, said.facts["error"]) == (1, error)
    assert rows_of(tmp_path / "c", "select count(*) from people_clinic") == [(0,)]
    assert rows_of(tmp_path / "c", "select count(*) from instruments_instrument") == [(0,)]


def test_the_folder_may_stand_before_or_after_the_command_or_in_the_environment(
    tmp_path: Path,
) -> None:
    folder = new_clinic(tmp_path / "clinic")
    elsewhere = {"ALONGSIDE_DATA": str(tmp_path / "elsewhere")}
    for arguments, more in (
        (("--data", folder, "worker", "--once", "--json"), elsewhere),
        (("--json", "worker", "--once", "--data", folder), elsewhere),
        (("worker", "--once", "--json"), {"ALONGSIDE_DATA": str(folder)}),
    ):
        said = alongside(*arguments, more=more)
        assert said.code == 0, said.err
        assert said.facts["n_messages_sent"] == 0
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("worker", "--once"),
        ("audit",),
        ("verify-audit",),
        ("serve",),
        ("import", "visits", "rows.csv"),
        ("report", "client", "C-1", "--as", "dana"),
    ],
)
def test_without_a_clinic_nothing_is_made_and_the_way_out_is_named(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    said = alongside(*arguments, "--data", tmp_path / "none")
    assert said.code == 3
    assert "alongside init" in said.err
    assert "Traceback" not in said.err
    assert not (tmp_path / "none").exists()


def test_a_wrong_question_ends_with_two() -> None:
    assert alongside("serve", "--port", "0").code == 2
    assert alongside("nonsense").code == 2
    assert alongside("import", "questionnaire", "x.json").code == 2


@pytest.mark.parametrize(
    "words",
    [
        ("demo",),
        ("serve",),
        ("init",),
        ("worker",),
        ("score",),
        ("import", "visits"),
        ("import", "responses"),
        ("import", "questionnaire"),
        ("report", "client"),
        ("audit",),
        ("verify-audit",),
        ("sign-out",),
    ],
)
def test_every_command_shows_an_example_answers_in_json_and_says_how_it_ends(
    words: tuple[str, ...],
) -> None:
    said = alongside(*words, "--help")
    assert said.code == 0
    assert "Example" in said.out
    assert "--json" in said.out
    assert "Ends with 0: done, 1: something was refused" in said.out


def test_an_instrument_comes_in_once_and_a_changed_version_is_refused(tmp_path: Path) -> None:
    folder = new_clinic(tmp_path / "clinic")
    document = json.loads((LIBRARY / "weekly-check.questionnaire.json").read_text())
    scoring = json.loads((LIBRARY / "weekly-check.scoring.json").read_text())
    document["url"] = scoring["instrument"]["url"] = "https://site.example/check"
    asked, sidecar = tmp_path / "q.json", tmp_path / "s.json"
    sidecar.write_text(json.dumps(scoring))

    def bring_in(**changes: str) -> tuple[int, dict[str, object]]:
        asked.write_text(json.dumps(document | changes))
        said = alongside(
            *("import", "questionnaire", asked, "--scoring", sidecar, "--data", folder, "--json"),
            *("--purpose", "weekly_check"),
        )
        return said.code, said.facts

    assert bring_in() == (
        0,
        {
            "url": "https://site.example/check",
            "version": document["version"],
            "role": "progress",
            "is_new": True,
            "purpose": "weekly_check",
        },
    )
    assert bring_in()[1]["is_new"] is False
    code, facts = bring_in(publisher="Somebody else")
    assert (code, facts["error"]) == (1, "VersionChanged")
    code, facts = bring_in(copyright="© Its owner", version="9")
    assert code == 1
    asked.write_text("{")
    said = alongside("import", "questionnaire", asked, "--scoring", sidecar, "--data", folder)
    assert said.code == 1
    assert "not valid JSON, line 1" in said.err


def test_an_attestation_is_kept_as_pages_read_it_or_refused_with_what_is_missing(
    tmp_path: Path,
) -> None:
    folder = new_clinic(tmp_path / "clinic")
    document = json.loads((LIBRARY / "weekly-check.questionnaire.json").read_text())
    scoring = json.loads((LIBRARY / "weekly-check.scoring.json").read_text())
    document["url"] = scoring["instrument"]["url"] = "https://owner.example/check"
    asked, sidecar = tmp_path / "q.json", tmp_path / "s.json"
    asked.write_text(json.dumps(document | {"copyright": "© Its owner"}))
    sidecar.write_text(json.dumps(scoring))

    for attestation, code, words in (
        ("yes", 2, "who=…,licence=…,until=…"),
        ("who=A,who=B,licence=C,until=", 2, "each once"),
        ("who=River House,licence=,until=2027-12-31", 1, "leaves out which licence"),
        ("who=River House,licence=A-12,until=soon", 1, "leaves out until when"),
        ("who=River House,licence=A-12,until=2027-12-31", 0, ""),
    ):
        said = alongside(
            *("import", "questionnaire", asked, "--scoring", sidecar, "--data", folder),
            *("--attestation", attestation),
        )
        assert said.code == code, said.err
        assert words in said.err
    kept = rows_of(
        folder, "select attestation from instruments_instrumentversion where attestation <> '{}'"
    )
    assert [json.loads(text) for (text,) in kept] == [
        {"holder": "River House", "licence": "A-12", "until": "2027-12-31"}
    ]


def test_the_password_of_the_first_administrator_is_kept_nowhere_in_clear(tmp_path: Path) -> None:
    folder = new_clinic(tmp_path / "clinic")
    for path in folder.rglob("*"):
        if path.is_file():
            assert PASSWORD.encode() not in path.read_bytes()
