"""How hard a page is to read.

English is measured by the Flesch-Kincaid grade, Spanish by two published Spanish formulas, all
computed by textstat from syllables that its packages carry: nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

from textstat import textstat

# Source: Kincaid and others, 1975. The promise is grade 6.
HIGHEST_GRADE_EN = 6.0
# Source: Fernández Huerta, 1959: 70 to 80 is "algo fácil", sixth grade; 80 to 90 is fifth grade.
# Pyphen splits no vowel from the edge of a word ("a-yer" counts one), so it counted 4.6 % too few
# syllables in 130 words of our own Spanish, which is worth 5 points. The promise is met at 70 + 5.
LOWEST_FERNANDEZ_HUERTA = 75.0
# Source: Barrio-Cantalejo and others, 2008 (INFLESZ, on Szigriszt-Pazos, 1993): from 65 a text is
# "bastante fácil", the level of primary school. The same 5 points are added.
LOWEST_INFLESZ = 70.0

UNSEEN_ELEMENTS = {"script", "style", "template", "svg", "head", "datalist"}
VOID_ELEMENTS = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "wbr"}
INLINE_ELEMENTS = {
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd",
    "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr",
}  # fmt: skip


@dataclass(frozen=True)
class LevelES:
    """How easy a Spanish text is; higher is easier on both scales."""

    fernandez_huerta: float
    inflesz: float

    @property
    def is_plain(self) -> bool:
        """Whether the text is as easy as sixth grade."""
        return self.fernandez_huerta >= LOWEST_FERNANDEZ_HUERTA and self.inflesz >= LOWEST_INFLESZ


class _VisibleText(HTMLParser):
    """Collects what a person sees, broken where a block begins or ends."""

    def __init__(self) -> None:
        super().__init__()
        self.fragments: list[str] = [""]
        self.open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag not in INLINE_ELEMENTS:
            self.fragments.append("")
        if tag in VOID_ELEMENTS:
            return
        unseen = tag in UNSEEN_ELEMENTS or "hidden" in given or given.get("aria-hidden") == "true"
        unseen = unseen or given.get("translate") == "no"
        self.open.append((tag, unseen))

    def handle_endtag(self, tag: str) -> None:
        if tag not in INLINE_ELEMENTS:
            self.fragments.append("")
        # HTML lets some end tags out; whatever was left open inside this one ends with it.
        for place in range(len(self.open) - 1, -1, -1):
            if self.open[place][0] == tag:
                del self.open[place:]
                break

    def handle_data(self, data: str) -> None:
        if not any(unseen for _, unseen in self.open):
            self.fragments[-1] += data


def readable_text(html: str) -> str:
    """What a person reads on a page, each heading, label and list item as a sentence of its own.

    Hidden elements, drawings, codes and names that are in no language, and fragments without a
    letter ("7", "10:30") are left out.
    """
    reader = _VisibleText()
    reader.feed(html)
    reader.close()
    sentences = []
    for fragment in reader.fragments:
        text = " ".join(fragment.split())
        if re.search(r"[^\W\d_]", text):
            sentences.append(text if re.search(r"[.!?…:]['\"»”)]*$", text) else f"{text}.")
    return "\n".join(re.sub(r":$", ".", sentence) for sentence in sentences)


def n_words(text: str) -> int:
    """The number of words in a text."""
    return int(textstat.lexicon_count(text))


def grade_en(text: str) -> float:
    """The school grade that an English text asks of its reader, by Flesch and Kincaid."""
    textstat.set_lang("en_US")
    return float(textstat.flesch_kincaid_grade(text))


def level_es(text: str) -> LevelES:
    """How easy a Spanish text is, by Fernández Huerta and by Szigriszt-Pazos (INFLESZ)."""
    textstat.set_lang("es")
    return LevelES(
        fernandez_huerta=float(textstat.fernandez_huerta(text)),
        inflesz=float(textstat.szigriszt_pazos(text)),
    )


def is_plain(text: str, language: str) -> bool:
    """Whether a text is at grade 6 or easier, in English ("en") or Spanish ("es").

    Assumes: a whole page or questionnaire; on a handful of words the formulas swing wildly.
    """
    return level_es(text).is_plain if language == "es" else grade_en(text) <= HIGHEST_GRADE_EN
