"""What the pages about instruments say, as values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, tzinfo
from typing import Final

from django import forms
from django.urls import reverse
from django.utils.translation import get_language, gettext, gettext_lazy

from alongside.clinic.instruments.models import InstrumentVersion, Purpose
from alongside.clinic.instruments.previews import InstrumentPreview, StoredInstrument
from alongside.interfaces.admin.preview import (
    ROLE_WORDS,
    InstrumentFacts,
    PreviewLine,
    facts_of,
    lines_of,
    missing_languages,
)
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.person_line import PersonLine
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.components.table import Column, Row, Table
from alongside.interfaces.shared.dates import short_date
from alongside.interfaces.shared.tones import Tone

SHORT_PURPOSE: Final = {
    Purpose.VISIT_FEEDBACK: gettext_lazy("Visit feedback"),
    Purpose.THERAPIST_RATING: gettext_lazy("Therapist’s own rating"),
    Purpose.WEEKLY_CHECK: gettext_lazy("Weekly check"),
}


@dataclass(frozen=True)
class InstrumentsPage:
    """All instruments."""

    add: Button
    table: Table


@dataclass(frozen=True)
class UploadPage:
    """Two files to choose."""

    back: Breadcrumbs
    mistakes: ErrorSummary | None
    fields: tuple[Field, ...]
    button: Button


@dataclass(frozen=True)
class LookPage:
    """What two files hold, before they are kept."""

    back: Breadcrumbs
    mistakes: ErrorSummary | None
    title: str
    notices: tuple[Notice, ...]
    facts: InstrumentFacts
    lines: tuple[PreviewLine, ...]
    fields: tuple[Field | ChoiceList, ...]
    button: Button
    leave: Button


@dataclass(frozen=True)
class InstrumentPage:
    """One instrument that is kept."""

    back: Breadcrumbs
    mistakes: ErrorSummary | None
    title: str
    badge: Badge | None
    notices: tuple[Notice, ...]
    facts: InstrumentFacts
    lines: tuple[PreviewLine, ...]
    attestation: SummaryList | None
    versions: SummaryList
    use: ChoiceList | None
    use_url: str
    button: Button


def instruments_page(stored: Iterable[StoredInstrument]) -> InstrumentsPage:
    """The list, those in use first."""
    return InstrumentsPage(
        add=Button(gettext("Add an instrument"), href=reverse("instrument_upload")),
        table=Table(
            caption=gettext("Instruments"),
            is_caption_hidden=True,
            columns=(
                Column(gettext("Instrument")),
                Column(gettext("Used for")),
                Column(gettext("Feeds")),
                Column(gettext("Standing")),
                Column(gettext("Licence")),
            ),
            rows=tuple(_row(each) for each in stored),
            empty=EmptyState(gettext("No instruments yet")),
        ),
    )


def _row(stored: StoredInstrument) -> Row:
    preview = stored.preview
    return Row(
        (
            PersonLine(
                _here(preview),
                detail=gettext("Version {version}").format(version=preview.version),
                href=reverse("instrument", kwargs={"number": stored.row.pk}),
            ),
            str(SHORT_PURPOSE[preview.serves]) if preview.serves else gettext("not in use"),
            str(ROLE_WORDS[preview.role]),
            _standing(preview),
            (preview.licence, _attested(stored.versions[0]))
            if preview.needs_attestation
            else preview.licence,
        )
    )


def upload_page(form: forms.Form) -> UploadPage:
    """The form for the two files."""
    return UploadPage(
        back=_back(),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        fields=tuple(Field.of(bound) for bound in form),
        button=Button(gettext("Look at it first")),
    )


def look_page(preview: InstrumentPreview, form: forms.Form) -> LookPage:
    """What was uploaded, with what it would change."""
    return LookPage(
        back=Breadcrumbs(
            (
                Crumb(gettext("Instruments"), reverse("instruments")),
                Crumb(gettext("Choose files"), reverse("instrument_upload")),
            )
        ),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        title=_here(preview),
        notices=(*_what_would_change(preview), *_language_notices(preview)),
        facts=facts_of(preview),
        lines=lines_of(preview),
        fields=tuple(
            ChoiceList.of(bound)
            if isinstance(bound.field, forms.ChoiceField)
            else Field.of(bound, is_short=True)
            for bound in form
        ),
        button=Button(gettext("Keep this instrument")),
        leave=Button(gettext("Leave it"), ButtonKind.QUIET, href=reverse("instruments")),
    )


def instrument_page(stored: StoredInstrument, form: forms.Form, *, zone: tzinfo) -> InstrumentPage:
    """One instrument in its newest version."""
    preview = stored.preview
    use = ChoiceList.of(form["purpose"])
    return InstrumentPage(
        back=_back(),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        title=_here(preview),
        badge=Badge(str(SHORT_PURPOSE[preview.serves]), Tone.SUCCESS)
        if preview.serves
        else Badge(gettext("Not in use"), Tone.NEUTRAL),
        notices=_language_notices(preview),
        facts=facts_of(preview),
        lines=lines_of(preview),
        attestation=_attestation(stored.versions[0]),
        versions=SummaryList(
            tuple(
                SummaryRow(
                    version.version,
                    gettext("Since {day}").format(day=short_date(version.imported_at, zone))
                    + (f", {version.imported_by.display_name}" if version.imported_by else ""),
                )
                for version in stored.versions
            )
        ),
        use=use if use.choices else None,
        use_url=reverse("instrument_use", kwargs={"number": stored.row.pk}),
        button=Button(gettext("Use it")),
    )


def _what_would_change(preview: InstrumentPreview) -> tuple[Notice, ...]:
    if preview.version_row is not None:
        return (
            Notice(
                gettext("This version is already here"),
                gettext("The files are the same, so nothing will be added."),
            ),
        )
    if preview.serves is not None:
        return (
            Notice(
                gettext("This is a new version of an instrument in use"),
                gettext(
                    "Once kept, new forms ask it for: {purpose}. Forms already made keep the "
                    "version they have."
                ).format(purpose=SHORT_PURPOSE[preview.serves]),
                Tone.WARNING,
            ),
        )
    return ()


def _language_notices(preview: InstrumentPreview) -> tuple[Notice, ...]:
    return tuple(
        Notice(
            gettext("Not every text is in {language}").format(language=name),
            gettext("Where it is missing, people read it in the language it was written in."),
            Tone.WARNING,
        )
        for name in missing_languages(preview)
    )


def _attestation(version: InstrumentVersion) -> SummaryList | None:
    said = version.attestation
    if not said:
        return None
    return SummaryList(
        (
            SummaryRow(gettext("Who holds the licence"), str(said.get("holder", "–"))),
            SummaryRow(gettext("Which licence"), str(said.get("licence", "–"))),
            SummaryRow(gettext("Valid until"), _until(said.get("until", ""))),
        )
    )


def _attested(version: InstrumentVersion) -> str:
    said = version.attestation
    if not said:
        return gettext("(not attested)")
    if said.get("until"):
        return gettext("(attested until {day})").format(day=_until(said["until"]))
    return gettext("(attested)")


def _until(text: str) -> str:
    try:
        return short_date(date.fromisoformat(text))
    except ValueError:
        return text or gettext("no end named")


def _standing(preview: InstrumentPreview) -> str:
    return preview.label.in_language(get_language() or "en")


def _here(preview: InstrumentPreview) -> str:
    return preview.title.in_language(get_language() or "en")


def _back() -> Breadcrumbs:
    return Breadcrumbs((Crumb(gettext("Instruments"), reverse("instruments")),))
