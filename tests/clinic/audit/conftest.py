"""A clinic whose audit can be signed."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from alongside.clinic.audit.signing import make_key


@pytest.fixture
def keys(tmp_path: Path, settings: Settings) -> Path:
    """The keys folder, with the key that signs the audit."""
    folder = tmp_path / "keys"
    folder.mkdir()
    make_key(folder)
    settings.KEYS_FOLDER = folder
    return folder
