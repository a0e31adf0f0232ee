"""A page of the docs that a tool writes: written anew, or told whether it is fresh."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import django


def keep(page: Path, made: Callable[[], str], arguments: list[str], *, command: str) -> int:
    """The exit code of `write` or `check`. `command` is what brings the page up to date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "alongside.config.settings")
    django.setup()
    if arguments == ["write"]:
        page.write_text(made(), encoding="utf-8")
        return 0
    if arguments == ["check"]:
        is_fresh = page.is_file() and page.read_text(encoding="utf-8") == made()
        if not is_fresh:
            print(f"{page.name} is not what it is made from. Run: {command}")
        return 0 if is_fresh else 1
    print(f"{sys.argv[0]} write | check")
    return 2
