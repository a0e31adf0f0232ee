"""Instruments as an administrator looks at them: every question in every language, and no answer.

A preview is made in the same way of a stored version and of files that are not yet kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.instruments.actions import VersionChanged
from alongside.clinic.instruments.bridge import questionnaire_of, scoring_of
from alongside.clinic.instruments.models import Instrument, InstrumentVersion, Purpose
from alongside.clinic.instruments.purposes import check_serves, purposes_for
from alongside.clinic.instruments.reading import read_instrument
from alongside.methods.instruments.questionnaire import Item, Questionnaire
from alongside.methods.instruments.scoring import Scale, Scoring
from alongside.methods.instruments.sidecar_check import needs_attestation
from alongside.methods.vocabulary.translated import Translated


@dataclass(frozen=True)
class PreviewItem:
    """One item as it will be asked. `kind` is its FHIR type; `level` 0 stands at the top."""

    link_id: str
    kind: str
    text: Translated
    level: int
    options: tuple[Translated, ...]
    lowest: int | Decimal | None
    highest: int | Decimal | None
    low_label: Translated | None
    high_label: Translated | None
    waits_for: tuple[str, ...]
    is_asked: bool


@dataclass(frozen=True)
class PreviewScale:
    """One score of the instrument, with its cut-offs as (title, value, source)."""

    title: Translated
    n_items: int
    minimum_answered: int
    lowest: Decimal
    highest: Decimal
    higher_is_better: bool
    is_main: bool
    cut_offs: tuple[tuple[Translated, Decimal, str], ...]


@dataclass(frozen=True)
class InstrumentPreview:
    """All that can be said of one version before anyone is asked.

    `serves` is what its instrument serves now. Missing: `version_row` is None while it is not kept.
    """

    url: str
    version: str
    title: Translated
    language: str
    role: str
    respondent: str
    is_validated: bool
    label: Translated
    licence: str
    copyright: str
    needs_attestation: bool
    sources: tuple[str, ...]
    items: tuple[PreviewItem, ...]
    scales: tuple[PreviewScale, ...]
    fits: tuple[Purpose, ...]
    serves: Purpose | None
    version_row: InstrumentVersion | None

    def is_written_in(self, language: str) -> bool:
        """Whether every question has its own text in a language."""
        return all(
            language in (self.language or "en", *item.text.languages)
            for item in self.items
            if item.text.default
        )


@dataclass(frozen=True)
class StoredInstrument:
    """One instrument with its newest version in full and the older ones beside it."""

    row: Instrument
    preview: InstrumentPreview
    versions: tuple[InstrumentVersion, ...]


def instruments_for(viewer: Viewer) -> tuple[StoredInstrument, ...]:
    """All instruments of the clinic, those in use first.

    Raises: NotFound.
    """
    _check_may_see(viewer)
    rows = Instrument.objects.prefetch_related("versions__imported_by")
    stored = [_stored(row) for row in rows if row.versions.all()]
    return tuple(
        sorted(stored, key=lambda each: (each.row.purpose is None, each.preview.title.default))
    )


def instrument_for(viewer: Viewer, number: int) -> StoredInstrument:
    """One instrument.

    Raises: NotFound.
    """
    _check_may_see(viewer)
    row = Instrument.objects.prefetch_related("versions__imported_by").filter(pk=number).first()
    if row is None or not row.versions.all():
        raise NotFound
    return _stored(row)


def preview_upload(
    viewer: Viewer, document: str | bytes, scoring: str | bytes
) -> InstrumentPreview:
    """What two files hold, checked as an import checks them; nothing is kept.

    Raises: NotFound, InvalidInstrument, VersionChanged, DoesNotServe.
    """
    _check_may_see(viewer)
    read = read_instrument(document, scoring)
    questionnaire = read.questionnaire
    row = Instrument.objects.filter(url=questionnaire.url).first()
    known = row.versions.filter(version=questionnaire.version).first() if row else None
    if known is not None and known.fingerprint != read.fingerprint:
        raise VersionChanged(url=questionnaire.url, version=questionnaire.version)
    serves = Purpose(row.purpose) if row and row.purpose else None
    check_serves(serves, read.scoring)
    return _preview(questionnaire, read.scoring, serves=serves, version_row=known)


def _check_may_see(viewer: Viewer) -> None:
    check(viewer.actor, Deed.SEE, Record(Segment.INSTRUMENTS), now=viewer.now)


def _stored(row: Instrument) -> StoredInstrument:
    versions = tuple(sorted(row.versions.all(), key=lambda version: version.pk, reverse=True))
    newest = versions[0]
    preview = _preview(
        questionnaire_of(newest),
        scoring_of(newest),
        serves=Purpose(row.purpose) if row.purpose else None,
        version_row=newest,
    )
    return StoredInstrument(row, preview, versions)


def _preview(
    questionnaire: Questionnaire,
    scoring: Scoring,
    *,
    serves: Purpose | None,
    version_row: InstrumentVersion | None,
) -> InstrumentPreview:
    return InstrumentPreview(
        url=questionnaire.url,
        version=questionnaire.version,
        title=questionnaire.title,
        language=questionnaire.language,
        role=scoring.role,
        respondent=scoring.respondent,
        is_validated=scoring.is_validated,
        label=scoring.label,
        licence=scoring.licence,
        copyright=questionnaire.copyright,
        needs_attestation=needs_attestation(questionnaire, scoring),
        sources=scoring.sources,
        items=tuple(_items(questionnaire)),
        scales=tuple(_scale(scale) for scale in scoring.scales),
        fits=purposes_for(scoring),
        serves=serves,
        version_row=version_row,
    )


def _items(questionnaire: Questionnaire) -> Iterator[PreviewItem]:
    waiting: list[tuple[Item, int]] = [(item, 0) for item in reversed(questionnaire.items)]
    while waiting:
        item, level = waiting.pop()
        yield PreviewItem(
            link_id=item.link_id,
            kind=item.type,
            text=item.text,
            level=level,
            options=tuple(option.display for option in item.options),
            lowest=item.lowest,
            highest=item.highest,
            low_label=item.low_label,
            high_label=item.high_label,
            waits_for=tuple(dict.fromkeys(each.question for each in item.enable_when)),
            is_asked=item.is_question,
        )
        waiting.extend((below, level + 1) for below in reversed(item.items))


def _scale(scale: Scale) -> PreviewScale:
    return PreviewScale(
        title=scale.title,
        n_items=len(scale.items),
        minimum_answered=scale.minimum_answered,
        lowest=scale.lowest,
        highest=scale.highest,
        higher_is_better=scale.direction == "higher_is_better",
        is_main=scale.is_main,
        cut_offs=tuple((cut.title, cut.value, cut.source) for cut in scale.cut_offs),
    )
