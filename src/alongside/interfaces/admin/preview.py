"""One version of an instrument as it will be read: its facts, and every question side by side."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext, gettext_lazy, ngettext

from alongside.clinic.instruments.previews import InstrumentPreview, PreviewItem, PreviewScale
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.methods.vocabulary.translated import Translated

ROLE_WORDS: Final = {
    "alliance": gettext_lazy("Working together"),
    "progress": gettext_lazy("Progress"),
    "other": gettext_lazy("Nothing: answers are only kept"),
}
KIND_WORDS: Final = {
    "boolean": gettext_lazy("Yes or no"),
    "choice": gettext_lazy("One of these"),
    "string": gettext_lazy("A few words"),
    "text": gettext_lazy("Own words"),
    "group": gettext_lazy("Heading"),
    "display": gettext_lazy("Text to read"),
}


@dataclass(frozen=True)
class InOneLanguage:
    """The texts of an item in one language; without a translation it says so."""

    tag: str
    text: str
    ends: str
    options: tuple[str, ...]
    is_missing: bool


@dataclass(frozen=True)
class PreviewLine:
    """One item: what it is, and its texts in each language of the house."""

    link_id: str
    kind: str
    when: str
    is_below: bool
    languages: tuple[InOneLanguage, ...]


@dataclass(frozen=True)
class InstrumentFacts:
    """What is known of the version, and how it is scored."""

    about: SummaryList
    scales: SummaryList


def facts_of(preview: InstrumentPreview) -> InstrumentFacts:
    """The facts as two lists."""
    rows = [
        SummaryRow(gettext("Version"), preview.version),
        SummaryRow(gettext("Answered by"), _respondent(preview)),
        SummaryRow(gettext("Feeds"), str(ROLE_WORDS[preview.role])),
        SummaryRow(gettext("Standing"), _here(preview.label)),
        SummaryRow(gettext("Licence"), preview.licence),
    ]
    if preview.copyright:
        rows.append(SummaryRow(gettext("Copyright"), preview.copyright))
    rows.append(SummaryRow(gettext("Sources"), preview.sources or gettext("none named")))
    rows.append(SummaryRow(gettext("Address"), preview.url))
    return InstrumentFacts(
        SummaryList(tuple(rows)),
        SummaryList(
            tuple(SummaryRow(_here(scale.title), _scale_words(scale)) for scale in preview.scales)
        ),
    )


def lines_of(preview: InstrumentPreview) -> tuple[PreviewLine, ...]:
    """Every item in order, in every language of the house."""
    written_in = preview.language or "en"
    return tuple(
        PreviewLine(
            link_id=item.link_id,
            kind=_kind(item),
            when=gettext("Shown depending on {items}").format(items=", ".join(item.waits_for))
            if item.waits_for
            else "",
            is_below=item.level > 0,
            languages=tuple(
                _in_language(item, tag, written_in=written_in) for tag, _ in settings.LANGUAGES
            ),
        )
        for item in preview.items
    )


def missing_languages(preview: InstrumentPreview) -> tuple[str, ...]:
    """The languages of the house in which some text is missing, by their own names."""
    return tuple(str(name) for tag, name in settings.LANGUAGES if not preview.is_written_in(tag))


def _in_language(item: PreviewItem, tag: str, *, written_in: str) -> InOneLanguage:
    is_missing = bool(item.text.default) and tag not in (written_in, *item.text.languages)
    low, high = item.low_label, item.high_label
    ends = f"{low.in_language(tag)} – {high.in_language(tag)}" if low and high else ""
    return InOneLanguage(
        tag=tag,
        text=item.text.in_language(tag),
        ends=ends,
        options=tuple(option.in_language(tag) for option in item.options),
        is_missing=is_missing,
    )


def _kind(item: PreviewItem) -> str:
    if not item.is_asked and item.kind not in ("group", "display"):
        return gettext("Filled in by other software, never asked here")
    if item.lowest is not None and item.highest is not None:
        return gettext("A number from {lowest} to {highest}").format(
            lowest=_figure(item.lowest), highest=_figure(item.highest)
        )
    return str(KIND_WORDS.get(item.kind, gettext_lazy("A number")))


def _scale_words(scale: PreviewScale) -> tuple[str, ...]:
    words = [
        ngettext(
            "{lowest} to {highest}, from {n} question; scored when {needed} is answered.",
            "{lowest} to {highest}, from {n} questions; scored when {needed} are answered.",
            scale.n_items,
        ).format(
            lowest=_figure(scale.lowest),
            highest=_figure(scale.highest),
            n=scale.n_items,
            needed=scale.minimum_answered,
        ),
        gettext("Higher is better.") if scale.higher_is_better else gettext("Lower is better."),
    ]
    words += [
        gettext("Cut-off {value}: {title} ({source})").format(
            value=_figure(value), title=_here(title), source=source
        )
        for title, value, source in scale.cut_offs
    ]
    return tuple(words)


def _respondent(preview: InstrumentPreview) -> str:
    return gettext("The client") if preview.respondent == "client" else gettext("The therapist")


def _here(text: Translated) -> str:
    return text.in_language(get_language() or "en")


def _figure(number: int | Decimal) -> str:
    return str(number_format(number))
