"""A client's wish to be forgotten, before a privacy officer decides about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django import forms
from django.utils.translation import gettext

from alongside.clinic.disclosures.kept import KEPT
from alongside.clinic.disclosures.models import Erasure, ErasureRequest
from alongside.interfaces.privacy.sharing_pages import back, component_of
from alongside.interfaces.shared.component import Component
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.components.table import Column, Row, Table
from alongside.interfaces.shared.dates import long_date, short_date
from alongside.interfaces.shared.tones import Tone


@dataclass(frozen=True)
class ErasurePage:
    """One wish, what hinders it, and the decision."""

    back: Breadcrumbs
    heading: str
    about: SummaryList
    held: Notice | None
    first: Notice
    stays: Disclosure
    mistakes: ErrorSummary | None
    fields: tuple[Component, ...]
    button: Button


def erasure_page(request: ErasureRequest, form: forms.Form, *, is_held: bool) -> ErasurePage:
    """A wish at this moment."""
    asked = (
        gettext("On paper, written down by {name}").format(name=request.recorded_by.display_name)
        if request.recorded_by
        else gettext("Here, by the client")
    )
    return ErasurePage(
        back=back(),
        heading=gettext("{name} asks to be forgotten").format(name=request.client.display_name),
        about=SummaryList(
            (
                SummaryRow(gettext("Asked on"), long_date(request.asked_at)),
                SummaryRow(gettext("How"), asked),
                SummaryRow(
                    gettext("What goes"),
                    gettext(
                        "Name, contact, visits, answers, notes, consents, the way to sign in, and "
                        "the key that opens them. Care here ends with it."
                    ),
                ),
            )
        ),
        held=(
            Notice(
                gettext("It cannot go now"),
                gettext(
                    "A demand for this record is open. What a court may ask for must not be "
                    "deleted. Close the demand first."
                ),
                tone=Tone.WARNING,
            )
            if is_held
            else None
        ),
        first=Notice(
            gettext("Speak with the client first"),
            gettext(
                "Ask whether they want a copy. Afterwards nothing here knows how to reach them, so "
                "tell them yourself that it is done."
            ),
        ),
        stays=Disclosure(
            gettext("What stays, and why"), tuple(f"{each.what}. {each.why}" for each in KEPT)
        ),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        fields=tuple(component_of(bound) for bound in form),
        button=Button(gettext("Decide"), ButtonKind.DANGER),
    )


@dataclass(frozen=True)
class WishOnPaperPage:
    """A wish that came on paper, to be written down."""

    back: Breadcrumbs
    mistakes: ErrorSummary | None
    fields: tuple[Component, ...]
    button: Button


def wish_on_paper_page(form: forms.Form) -> WishOnPaperPage:
    """The form of a wish on paper."""
    return WishOnPaperPage(
        back=back(),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        fields=tuple(component_of(bound) for bound in form),
        button=Button(gettext("Write it down")),
    )


def forgotten(rows: Iterable[Erasure]) -> Table | None:
    """Who was forgotten, without a trace of who it was; nothing while it was nobody."""
    lines = tuple(
        Row(
            (
                short_date(row.erased_at),
                short_date(row.asked_at) if row.asked_at else "–",
                row.erased_by.display_name if row.erased_by else "–",
                gettext("Gone, with its key")
                if row.finished_at
                else gettext("Gone; its key is being destroyed"),
            )
        )
        for row in rows
    )
    if not lines:
        return None
    return Table(
        caption=gettext("Records that were deleted"),
        columns=(
            Column(gettext("Day")),
            Column(gettext("Asked on")),
            Column(gettext("By")),
            Column(gettext("How far")),
        ),
        rows=lines,
    )
