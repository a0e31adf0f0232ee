"""What the machine tells Alongside: where the clinic lives, its secret, its address."""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from alongside.methods.vocabulary.errors import AlongsideError

SHORTEST_SECRET: Final = 50
FEWEST_SIGNS: Final = 16
MADE_TO_TRY: Final = "django-insecure-"
LOOPBACK: Final = ("127.0.0.1", "::1")


class SecretTooOpen(AlongsideError):
    """Others on this machine can read {file}. Let its owner alone read it: chmod 600 {file}"""


class SecretTooShort(AlongsideError):
    """The secret in {file} is damaged or too short. Put the one from the last backup back. A new
    one signs everybody out and ends every feedback link that was sent."""


class SecretGuessable(AlongsideError):
    """The secret in {file} can be guessed, and with it anybody could make links and sessions. Make
    a new one, which signs everybody out and ends every feedback link that was sent:
    (umask 077; head -c 48 /dev/urandom | base64 > {file})"""


@dataclass(frozen=True)
class Environment:
    """Where one clinic lives and how it is reached."""

    data: Path
    keys: Path
    secret_key: str
    has_lasting_secret: bool
    base_url: str
    allowed_hosts: tuple[str, ...]
    is_secure: bool
    proxies: tuple[str, ...]
    mail_from: str
    witnesses: tuple[Path, ...]
    witness_email: str

    @property
    def database(self) -> Path:
        return self.data / "clinic.sqlite3"

    @property
    def keyring(self) -> Path:
        return self.data / "keyring.sqlite3"

    @property
    def outbox(self) -> Path:
        return self.data / "outbox"


def keys_folder(data: Path) -> Path:
    """Where the clinic's keys are: on a mount of their own in production."""
    return Path(os.environ.get("ALONGSIDE_KEYS") or data / "keys").absolute()


def witnesses_in(folders: str) -> tuple[Path, ...]:
    """The folders that keep checkpoints of the audit, which stand with colons between them."""
    return tuple(Path(folder).absolute() for folder in folders.split(":") if folder)


def read_secret(file: Path) -> str:
    """The secret that signs sessions and links.

    Raises: SecretTooOpen, SecretTooShort, SecretGuessable.
    """
    if file.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise SecretTooOpen(file=file)
    secret = file.read_text().strip()
    if len(secret) < SHORTEST_SECRET:
        raise SecretTooShort(file=file)
    if len(set(secret)) < FEWEST_SIGNS or secret.startswith(MADE_TO_TRY):
        raise SecretGuessable(file=file)
    return secret


def read_environment() -> Environment:
    """The environment of this process; a clinic that is not yet made gets a passing secret.

    Raises: SecretTooOpen, SecretTooShort, SecretGuessable.
    """
    data = Path(os.environ.get("ALONGSIDE_DATA", "clinic-data")).absolute()
    keys = keys_folder(data)
    kept = keys / "secret"
    lasting = kept.is_file()
    base_url = os.environ.get("ALONGSIDE_URL", "http://127.0.0.1:8000").rstrip("/")
    host = base_url.split("://", 1)[1].rsplit(":", 1)[0] if "://" in base_url else base_url
    is_secure = base_url.startswith("https://")
    proxies = os.environ.get("ALONGSIDE_PROXY", ",".join(LOOPBACK) if is_secure else "")
    return Environment(
        data=data,
        keys=keys,
        secret_key=read_secret(kept) if lasting else secrets.token_urlsafe(64),
        has_lasting_secret=lasting,
        base_url=base_url,
        allowed_hosts=(host, "localhost", "127.0.0.1", "[::1]"),
        is_secure=is_secure,
        mail_from=os.environ.get("ALONGSIDE_MAIL_FROM", f"notebook@{host}"),
        proxies=tuple(part.strip() for part in proxies.split(",") if part.strip()),
        witnesses=witnesses_in(os.environ.get("ALONGSIDE_WITNESS", "")),
        witness_email=os.environ.get("ALONGSIDE_WITNESS_EMAIL", ""),
    )
