"""The promise about pictures: whoever cannot see them can read them, and they load on bad data.

`make pictures` takes them anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"
LARGEST, LARGEST_TOGETHER = 90_000, 1_000_000
A_SENTENCE = 20  # an alt text is what is seen, not a file's name
IN_MARKDOWN = re.compile(r"!\[(?P<alt>[^\]]*)\]\((?P<path>[^)\s]+)\)")
IN_HTML = re.compile(r"<img\b[^>]*>")
ATTRIBUTE = re.compile(r'\b(src|alt)="([^"]*)"')


@dataclass(frozen=True)
class Shown:
    """A picture where a page of the docs shows it, with what it says to those who do not see."""

    page: Path
    path: Path
    alt: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}: {self.path.name}"


def shown_in(page: Path) -> Iterator[Shown]:
    """Every picture that a page of the docs names."""
    text = page.read_text(encoding="utf-8")
    named = [(each["path"], each["alt"]) for each in IN_MARKDOWN.finditer(text)]
    for tag in IN_HTML.findall(text):
        attributes = dict(ATTRIBUTE.findall(tag))
        named.append((attributes["src"], attributes.get("alt", "")))
    for path, alt in named:
        yield Shown(page, (page.parent / path).resolve(), alt)


PAGES = sorted((*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")))
SHOWN = [shown for page in PAGES for shown in shown_in(page)]


@pytest.mark.parametrize("shown", SHOWN, ids=str)
def test_a_picture_is_there_and_says_what_it_shows(shown: Shown) -> None:
    assert shown.path.is_file()
    assert len(shown.alt) >= A_SENTENCE


def test_pictures_are_small_and_each_is_shown() -> None:
    pictures = {path: path.stat().st_size for path in PICTURES.iterdir()}
    assert pictures
    assert [path.name for path, size in pictures.items() if size >= LARGEST] == []
    assert sum(pictures.values()) < LARGEST_TOGETHER
    assert pictures.keys() - {shown.path for shown in SHOWN} == set()
