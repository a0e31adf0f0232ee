"""A clinic whose secrets are open, missing, damaged or guessable does not start, and says the cure.

Each fault is made in a clinic that starts without it, and each is told by `worker` and by `serve`.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.interfaces.cli.shell import Said, alongside, new_clinic
from tests.interfaces.cli.test_serve import answers, free_port, serving, wait_for

pytestmark = pytest.mark.timeout(180)

FILES = {
    "clinic.sqlite3": "600",
    "keyring.sqlite3": "600",
    "keys/secret": "600",
    "keys/kek-1": "400",
    "keys/audit-signing-key": "400",
}


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clinic that ran for a while: its audit is signed."""
    folder = new_clinic(tmp_path_factory.mktemp("sound") / "clinic")
    turned = alongside("worker", "--once", "--data", folder, "--json")
    assert turned.facts["n_checkpoints_signed"] == 1
    return folder


@pytest.fixture
def clinic(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sound, tmp_path / "clinic"))


def starts(folder: Path) -> dict[str, Said]:
    """What `worker` and `serve` say when they cannot start, which both find before they begin."""
    return {
        "worker": alongside("worker", "--once", "--data", folder, "--json"),
        "serve": alongside("serve", "--data", folder, "--port", free_port(), "--json"),
    }


def refusal(folder: Path) -> tuple[str, str]:
    """The one refusal of both, by its name and its words."""
    said = starts(folder)
    assert {each.code for each in said.values()} == {3}, said
    (refused,) = {(each.facts["error"], each.facts["message"]) for each in said.values()}
    assert " ".join(refused[1].split()) in " ".join(said["serve"].err.split())
    return refused


def runs_again(folder: Path) -> bool:
    return alongside("worker", "--once", "--data", folder).code == 0


@pytest.mark.parametrize(
    ("name", "bit"),
    [*((name, 0o004) for name in FILES), ("keys/secret", 0o040), ("keys/secret", 0o002)],
)
def test_a_file_that_others_can_read_refuses_to_start_and_its_cure_cures(
    clinic: Path, name: str, bit: int
) -> None:
    file = clinic / name
    file.chmod(file.stat().st_mode | bit)
    error, message = refusal(clinic)
    cure = f"chmod {FILES[name]} {file}"
    assert error == "FileTooOpen" and message.endswith(cure)
    assert file.stat().st_mode & bit, "nothing is put right in silence"
    subprocess.run(cure.split(), check=True)
    assert runs_again(clinic)


def test_a_folder_of_keys_into_which_others_can_put_theirs_refuses_to_start(clinic: Path) -> None:
    keys = clinic / "keys"
    keys.chmod(0o777)
    error, message = refusal(clinic)
    assert (error, message.endswith(f"chmod 700 {keys}")) == ("FolderTooOpen", True)
    keys.chmod(0o755)
    assert runs_again(clinic), "a mount whose names can be listed will do"


def test_the_log_of_a_database_is_looked_at_as_well(clinic: Path) -> None:
    log = clinic / "clinic.sqlite3-wal"
    log.touch(mode=0o644)
    log.chmod(0o644)
    assert refusal(clinic)[1].endswith(f"chmod 600 {log}")


MISSING = {
    "keys/secret": "SecretMissing",
    "keys/kek-1": "KeyMissing",
    "keys/audit-signing-key": "SigningKeyMissing",
    "keyring.sqlite3": "KeyringMissing",
}


@pytest.mark.parametrize("name", MISSING)
def test_a_key_that_is_missing_refuses_to_start_and_is_not_made_anew(
    clinic: Path, name: str
) -> None:
    kept = (clinic / name).rename(clinic.parent / "kept")
    error, message = refusal(clinic)
    assert error == MISSING[name] and str(clinic / name) in message
    assert not (clinic / name).exists()
    kept.rename(clinic / name)
    assert runs_again(clinic)


def test_a_folder_without_its_database_holds_no_clinic(clinic: Path) -> None:
    (clinic / "clinic.sqlite3").unlink()
    assert refusal(clinic)[0] == "NoClinicHere"


def rewritten(name: str, text: str) -> Callable[[Path], Path]:
    def rewrite(folder: Path) -> Path:
        file = folder / name
        file.chmod(0o600)
        file.write_text(text)
        return file

    return rewrite


@pytest.mark.parametrize(
    ("spoil", "error"),
    [
        (rewritten("keys/secret", ""), "SecretTooShort"),
        (rewritten("keys/secret", "tooshort" * 6), "SecretTooShort"),
        (rewritten("keys/secret", "change-me-" * 9), "SecretGuessable"),
        (
            rewritten("keys/secret", "django-insecure-" + "abcdefghij0123456789" * 3),
            "SecretGuessable",
        ),
        (rewritten("keys/kek-1", "AAAA"), "KeyDamaged"),
        (rewritten("keys/kek-1", "A" * 43 + "="), "KeyGuessable"),
        (rewritten("keys/audit-signing-key", "PRIVATE+KEY+x+00+AAAA"), "SigningKeyDamaged"),
    ],
)
def test_a_key_that_is_short_or_damaged_or_guessable_refuses_to_start(
    clinic: Path, spoil: Callable[[Path], Path], error: str
) -> None:
    file = spoil(clinic)
    assert refusal(clinic)[0] == error
    assert str(file) in refusal(clinic)[1]


@pytest.mark.parametrize("error", ["SecretMissing", "SecretGuessable"])
def test_the_command_that_makes_a_new_secret_makes_one_that_starts(
    clinic: Path, error: str
) -> None:
    secret = clinic / "keys" / "secret"
    if error == "SecretMissing":
        secret.unlink()
    else:
        secret.write_text("s" * 80)
    found, message = refusal(clinic)
    command = re.search(r"\(umask .*\)$", message)
    assert found == error and command
    subprocess.run(["/bin/sh", "-c", command[0]], check=True)
    assert secret.stat().st_mode & 0o777 == 0o600
    assert runs_again(clinic)


def test_control_a_sound_clinic_starts(clinic: Path) -> None:
    assert runs_again(clinic)
    port = free_port()
    with serving(clinic, "--port", port):
        wait_for(lambda: answers(port))


def test_a_key_that_never_signed_anything_is_made_and_not_missed(tmp_path: Path) -> None:
    """A control: a clinic of an earlier version has none yet."""
    folder, port = new_clinic(tmp_path / "young"), free_port()
    key = folder / "keys" / "audit-signing-key"
    key.unlink()
    with serving(folder, "--port", port):
        wait_for(lambda: answers(port))
    assert key.is_file()


# --- alongside check


def test_the_settings_that_ship_have_nothing_against_them(clinic: Path) -> None:
    said = alongside(
        *("check", "--deploy", "--data", clinic, "--url", "https://clinic.example", "--json")
    )
    assert said.facts == {"n_warnings": 0, "warnings": []}, said.out
    assert said.code == 0
    assert alongside("check", "--data", clinic).code == 0


def test_a_deployment_without_tls_is_not_called_ready(clinic: Path) -> None:
    for url in ((), ("--url", "http://clinic.example")):
        said = alongside("check", "--deploy", "--data", clinic, *url, "--json")
        assert (said.code, said.facts["error"]) == (3, "NoSafeAddress")


def test_control_what_is_unsafe_is_told_and_ends_with_one(clinic: Path) -> None:
    said = alongside(
        *("check", "--deploy", "--data", clinic, "--url", "https://clinic.example", "--json"),
        more={"DJANGO_ALLOW_ASYNC_UNSAFE": "true"},
    )
    assert said.code == 1
    assert [each["id"] for each in said.facts["warnings"]] == ["async.E001"]


def test_check_refuses_what_serve_refuses(clinic: Path) -> None:
    (clinic / "keys" / "secret").chmod(0o644)
    said = alongside(
        *("check", "--deploy", "--data", clinic, "--url", "https://clinic.example", "--json")
    )
    assert (said.code, said.facts["error"]) == (3, "FileTooOpen")
