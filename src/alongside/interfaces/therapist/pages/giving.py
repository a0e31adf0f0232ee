"""Giving something of a client away: what is to go, all of it to look at, and then it leaves."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext

from alongside.clinic.consent.bridge import form_of
from alongside.clinic.consent.evaluate import Reason
from alongside.clinic.consent.models import Consent
from alongside.clinic.consent.segments import TITLES, in_order
from alongside.clinic.consent.wording import PURPOSE_NAMES
from alongside.clinic.disclosures.gateway import Preview
from alongside.clinic.disclosures.record import Part, Sheet
from alongside.clinic.people.models import Client
from alongside.interfaces.shared.component import Component
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.choice_list import Choice, ChoiceList
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.components.table import Column, Row, Table
from alongside.interfaces.shared.dates import long_moment, short_date
from alongside.interfaces.therapist.pages.sharing import name_of, to_sharing

CHOSEN: Final = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@dataclass(frozen=True)
class GivingPage:
    """What is to go, before anybody looks at it."""

    back: Breadcrumbs
    heading: str
    lead: str
    about: SummaryList | None
    mistakes: ErrorSummary | None
    fields: tuple[Component, ...]
    button: Button


def giving_page(
    client: Client,
    form: forms.Form,
    *,
    heading: str,
    lead: str,
    about: SummaryList | None = None,
) -> GivingPage:
    """The form of one way of giving."""
    return GivingPage(
        back=to_sharing(client),
        heading=heading,
        lead=lead,
        about=about,
        mistakes=ErrorSummary.of(form) if form.errors else None,
        fields=tuple(_component(bound) for bound in form),
        button=Button(gettext("Look at it first")),
    )


def about_consent(consent: Consent) -> SummaryList:
    """The consent that something is given by."""
    held = form_of(consent)
    return SummaryList(
        (
            SummaryRow(gettext("Who may get it"), name_of(consent)),
            SummaryRow(
                gettext("What may be given"),
                tuple(str(TITLES[each]) for each in in_order(held.segments)),
            ),
            SummaryRow(
                gettext("What it is for"), tuple(str(PURPOSE_NAMES[each]) for each in held.purposes)
            ),
        )
    )


def _component(bound: forms.BoundField) -> Component:
    if isinstance(bound.field.widget, CHOSEN):
        return ChoiceList.of(bound)
    return Field.of(bound, rows=3)


@dataclass(frozen=True)
class SeenPart:
    """One segment as it would leave: its tables, and words that go only with a tick each."""

    heading: str
    tables: tuple[Table, ...]
    nothing: str
    words: ChoiceList | None


@dataclass(frozen=True)
class PreviewPage:
    """Everything that would leave, and the button by which it does."""

    back: Breadcrumbs
    facts: SummaryList
    left_out: tuple[str, ...]
    parts: tuple[SeenPart, ...]
    notices: Disclosure
    hidden: tuple[tuple[str, str], ...]
    button: Button


REASONS: Final[dict[Reason, Callable[[], str]]] = {
    Reason.RESTRICTED: lambda: gettext("the clinic agreed not to share it"),
    Reason.REVOKED: lambda: gettext("the consent was taken back"),
    Reason.ENDED: lambda: gettext("the consent has ended"),
    Reason.NOT_TOGETHER: lambda: gettext("it never leaves together with anything else"),
}


def preview_page(seen: Preview, sent: QueryDict, *, request_key: str) -> PreviewPage:
    """What would leave, in the language of the package."""
    wish = seen.wish
    left_out = [
        gettext("{what}: left out, because {why}.").format(
            what=TITLES[each],
            why=REASONS.get(reason, lambda: gettext("no consent in force covers it"))(),
        )
        for each, reason in seen.allowed.reasons.items()
        if reason is not Reason.ALLOWED
    ]
    return PreviewPage(
        back=to_sharing(wish.client),
        facts=SummaryList(
            (
                SummaryRow(
                    gettext("Given to"),
                    tuple(filter(None, (wish.recipient.name, wish.recipient.address))),
                ),
                SummaryRow(gettext("What it is for"), _why(seen)),
                SummaryRow(gettext("What they may do with it"), _words(seen, 1)),
            )
        ),
        left_out=tuple(left_out),
        parts=tuple(_seen(part) for part in seen.parts),
        notices=Disclosure(gettext("The notice that goes with it"), _words(seen, 0)),
        hidden=(
            *(
                (name, value)
                for name in sent
                if name not in ("csrfmiddlewaretoken", "stage", "words", "request_key")
                for value in sent.getlist(name)
            ),
            ("stage", "give"),
            ("request_key", request_key),
        ),
        button=Button(gettext("Give it: get the package")),
    )


def _why(seen: Preview) -> str:
    emergency = seen.wish.emergency
    return emergency.nature if emergency else str(PURPOSE_NAMES[seen.wish.is_for])


def _words(seen: Preview, place: int) -> str:
    return seen.notices[place].words.in_language(seen.wish.language)


def _seen(part: Part) -> SeenPart:
    words = None
    if part.paragraphs:
        words = ChoiceList(
            field_name="words",
            label=gettext("Words: tick each that goes too"),
            choices=tuple(
                Choice(
                    each.key,
                    each.words,
                    " · ".join(
                        filter(None, (short_date(each.said_on) if each.said_on else "", each.about))
                    ),
                )
                for each in part.paragraphs
            ),
            is_multiple=True,
            hint=gettext("What is not ticked stays here."),
        )
    return SeenPart(
        heading=str(TITLES[part.segment]),
        tables=tuple(_table(sheet) for sheet in part.sheets if sheet.rows),
        nothing=gettext("Nothing is kept of this.") if part.is_empty else "",
        words=words,
    )


def _table(sheet: Sheet) -> Table:
    return Table(
        caption=sheet.caption,
        columns=tuple(Column(column.label) for column in sheet.columns),
        rows=tuple(
            Row(tuple("–" if cell in (None, "") else str(cell) for cell in row))
            for row in sheet.rows
        ),
    )


@dataclass(frozen=True)
class SetAsidePage:
    """Before a consent is set aside: which one, and why."""

    back: Breadcrumbs
    about: SummaryList
    signed: str
    mistakes: ErrorSummary | None
    fields: tuple[Component, ...]
    button: Button = field(default_factory=lambda: Button(gettext("Set it aside")))


def set_aside_page(consent: Consent, form: forms.Form) -> SetAsidePage:
    """The consent that is known to be untrue."""
    assert consent.signed_at is not None
    return SetAsidePage(
        back=to_sharing(consent.client),
        about=about_consent(consent),
        signed=gettext("Signed {moment}").format(moment=long_moment(consent.signed_at)),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        fields=tuple(_component(bound) for bound in form),
    )
