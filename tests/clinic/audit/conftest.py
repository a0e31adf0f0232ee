"""A clinic whose audit can be signed."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings

from alongside.clinic.audit.signing import make_key


@pytest.fixture
def keys() -> Path:
    """The keys folder, with the key that signs the audit."""
    folder = Path(settings.KEYS_FOLDER)
    folder.mkdir(parents=True, exist_ok=True)
    make_key(folder)
    return folder
