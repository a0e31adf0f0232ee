"""The mark of a demo in its folder, which also a page that asks no database can see."""

from __future__ import annotations

from pathlib import Path
from typing import Final

SIGN_INS: Final = "demo-sign-ins.json"


def holds_a_demo(folder: Path) -> bool:
    """Whether the clinic in this folder is a demo; only a demo keeps a list of its sign-ins."""
    return (folder / SIGN_INS).is_file()
