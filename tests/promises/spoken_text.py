"""What a page says to its reader, by eye or by ear, with the language it says it in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser

from babel.messages.catalog import Catalog

from tests.promises.plain_words import VOID_ELEMENTS

SPOKEN_ATTRIBUTES = ("title", "aria-label", "placeholder", "alt", "aria-description")
UNSPOKEN_ELEMENTS = {"script", "style", "template"}
OF_NO_LANGUAGE = "-"
PLACE = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
# Fewer letters than this between the places of a message would match nearly anything.
LEAST_LETTERS = 4
# Words that English needs and Spanish has not: one of them outside a name is left English.
ENGLISH_WORDS = frozenset(
    """
    the you your yours and with this that these those what which is are was were been not for
    from when where they them their we our us will would have who whose of it its to in on at by
    yet today now never still does did client clients therapist visit visits feedback
    """.split()  # noqa: SIM905  # a list of words is read as a text
)


class _Spoken(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.said: list[tuple[str, str]] = []

    @property
    def language(self) -> str:
        return self.open[-1][1] if self.open else ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        language = given.get("lang", self.language)
        if given.get("translate") == "no":
            language = OF_NO_LANGUAGE
        names = [name for name in SPOKEN_ATTRIBUTES if name in given]
        if tag == "input" and given.get("type") in ("submit", "button"):
            names.append("value")
        self.said.extend((language, given[name]) for name in names)
        if tag not in VOID_ELEMENTS:
            self.open.append((tag, language))

    def handle_endtag(self, tag: str) -> None:
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                break

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] not in UNSPOKEN_ELEMENTS:
            self.said.append((self.language, data))


def said_in(html: str, language: str) -> list[str]:
    """The texts of a page in its language: what is marked as another language is left out."""
    spoken = _Spoken()
    spoken.feed(html)
    spoken.close()
    texts = (" ".join(text.split()) for found, text in spoken.said if found in ("", language))
    return [text for text in texts if re.search(r"[^\W\d_]", text)]


def english_of(catalogue: Catalog) -> re.Pattern[str]:
    """A pattern that an English message matches whole, where its translation is another text."""
    patterns = set()
    for message in catalogue:
        sources = message.id if isinstance(message.id, list | tuple) else (message.id,)
        strings = message.string if isinstance(message.string, list | tuple) else (message.string,)
        for source in sources:
            letters = re.findall(r"[^\W\d_]", PLACE.sub("", source))
            if source and source not in strings and len(letters) >= LEAST_LETTERS:
                parts = (
                    re.escape(re.sub(r"\s+", " ", part)) for part in PLACE.split(source.strip())
                )
                patterns.add(".+".join(parts))
    return re.compile("|".join(sorted(patterns, key=len, reverse=True)))


def left_english(
    texts: Iterable[str], english: re.Pattern[str], names: frozenset[str]
) -> Iterator[str]:
    """The texts that are English: a known message, or words that Spanish does not have."""
    for text in texts:
        bare = text
        for name in names:
            bare = bare.replace(name, "")
        words = set(re.findall(r"[^\W\d_]+", bare.lower()))
        if english.fullmatch(text.strip()) or words & ENGLISH_WORDS:
            yield text
