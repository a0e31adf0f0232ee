"""Legal texts as versioned values: our own words for what the rule wants said.

Each lies in `notices/` with the date of the rule it was read from. None was checked by a lawyer
yet, and wherever one is shown it says so until `verified` is true in its file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Final

from alongside.methods.vocabulary.errors import AlongsideError
from alongside.methods.vocabulary.translated import Translated

FOLDER: Final = files("alongside.clinic.consent") / "notices"


class NoSuchText(AlongsideError):
    """There is no legal text called {name}."""


@dataclass(frozen=True)
class LegalText:
    """One text in its languages.

    `rule` says where its duty stands; `current_to` from when to when the rules it was written from
    were current (eCFR).
    """

    name: str
    version: int
    rule: str
    current_to: tuple[date, date]
    is_verified: bool
    words: Translated

    @property
    def key(self) -> str:
        """The text and its version, as a signed form remembers it."""
        return f"{self.name}/{self.version}"


def names_of_texts() -> tuple[str, ...]:
    """Every legal text that there is."""
    names = (file.name.removesuffix(".toml") for file in FOLDER.iterdir())
    return tuple(sorted(name for name in names if not name.startswith("_")))


@cache
def legal_text(name: str) -> LegalText:
    """The legal text of that name.

    Raises: NoSuchText.
    """
    if name not in names_of_texts():
        raise NoSuchText(name=name)
    told = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    words = {language: " ".join(text.split()) for language, text in told["words"].items()}
    return LegalText(
        name=name,
        version=told["version"],
        rule=told["rule"],
        current_to=(told["ecfr_date"][0], told["ecfr_date"][1]),
        is_verified=told["verified"],
        words=Translated.of(words.pop("en"), words),
    )
