"""A text as it is written, with its translations beside it.

Instruments, scales and labels are written once and read in several languages. The writer's own
words are always there, so a language that nobody has translated yet still shows a text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Translated:
    """A text in the language it was written in, and the same text in other languages.

    `translations` holds (language tag, text) pairs in the order of the tags, so that equal texts
    are equal values.
    """

    default: str
    translations: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, default: str, translations: Mapping[str, str] | None = None) -> Translated:
        """The text with its translations in the order of their language tags."""
        return cls(default, tuple(sorted((translations or {}).items())))

    def in_language(self, language: str) -> str:
        """The text in a language: the exact tag, else the plain language, else as written."""
        wanted = language.replace("_", "-").lower()
        plain = wanted.split("-", 1)[0]
        nearest = self.default
        for tag, text in self.translations:
            if tag.lower() == wanted:
                return text
            if tag.lower() == plain:
                nearest = text
        return nearest

    @property
    def languages(self) -> tuple[str, ...]:
        """The tags of the translations, without the language it was written in."""
        return tuple(tag for tag, _ in self.translations)

    def __str__(self) -> str:
        return self.default


NO_TEXT = Translated("")
