"""What the machine tells Alongside: where the clinic lives, its secret, its address."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Environment:
    """Where one clinic lives and how it is reached."""

    data: Path
    secret_key: str
    has_lasting_secret: bool
    base_url: str
    allowed_hosts: tuple[str, ...]
    is_secure: bool

    @property
    def database(self) -> Path:
        return self.data / "clinic.sqlite3"

    @property
    def outbox(self) -> Path:
        return self.data / "outbox"


def secret_file(data: Path) -> Path:
    return data / "keys" / "secret"


def read_environment() -> Environment:
    """The environment of this process; a clinic that is not yet made gets a passing secret."""
    data = Path(os.environ.get("ALONGSIDE_DATA", "clinic-data")).absolute()
    kept = secret_file(data)
    lasting = kept.is_file()
    base_url = os.environ.get("ALONGSIDE_URL", "http://127.0.0.1:8000").rstrip("/")
    host = base_url.split("://", 1)[1].rsplit(":", 1)[0] if "://" in base_url else base_url
    return Environment(
        data=data,
        secret_key=kept.read_text() if lasting else secrets.token_urlsafe(64),
        has_lasting_secret=lasting,
        base_url=base_url,
        allowed_hosts=(host, "localhost", "127.0.0.1", "[::1]"),
        is_secure=base_url.startswith("https://"),
    )
