"""What waits for a privacy officer: wishes to decide, demands from outside, what has left."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.consent.form import RecipientKind, SharingPurpose
from alongside.clinic.consent.segments import TITLES, RecordSegment, in_order
from alongside.clinic.consent.wording import KINDS as RECIPIENTS
from alongside.clinic.consent.wording import PURPOSE_NAMES
from alongside.clinic.disclosures.actions import must_agree
from alongside.clinic.disclosures.basis import Basis
from alongside.clinic.disclosures.demands import Shut, why_shut
from alongside.clinic.disclosures.models import (
    Disclosure,
    ErasureRequest,
    LegalDemand,
    RestrictionRequest,
)
from alongside.interfaces.privacy.sharing_forms import KINDS
from alongside.interfaces.shared.component import Component
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.components.table import Column, Row, Table
from alongside.interfaces.shared.components.timeline import Step, StepState, Timeline
from alongside.interfaces.shared.dates import long_date, short_date
from alongside.interfaces.shared.tones import Tone

CHOSEN: Final = (forms.RadioSelect, forms.CheckboxSelectMultiple, forms.CheckboxInput)
DEMAND_KINDS: Final[Mapping[str, object]] = dict(KINDS)


@dataclass(frozen=True)
class SharingPage:
    """In the order of what cannot wait."""

    back: Breadcrumbs
    demands: tuple[Card, ...]
    no_demands: EmptyState | None
    wishes: tuple[Card, ...]
    no_wishes: EmptyState | None
    erasures: tuple[Card, ...]
    no_erasures: EmptyState | None
    forgotten: Table | None
    left: Table


def sharing_page(
    demands: Iterable[LegalDemand],
    wishes: Iterable[RestrictionRequest],
    erasures: Iterable[ErasureRequest],
    left: Iterable[Disclosure],
    *,
    forgotten: Table | None,
) -> SharingPage:
    """Everything that waits, and what has left, without a word of what it said."""
    demand_cards = tuple(map(_demand_card, demands))
    wish_cards = tuple(map(_wish_card, wishes))
    erasure_cards = tuple(map(_erasure_card, erasures))
    return SharingPage(
        back=Breadcrumbs((Crumb(gettext("Privacy"), reverse("privacy")),)),
        demands=demand_cards,
        no_demands=None if demand_cards else EmptyState(gettext("Nobody demands anything")),
        wishes=wish_cards,
        no_wishes=None if wish_cards else EmptyState(gettext("No wish waits for you")),
        erasures=erasure_cards,
        no_erasures=None if erasure_cards else EmptyState(gettext("Nobody asks to be forgotten")),
        forgotten=forgotten,
        left=_left(left),
    )


def _erasure_card(request: ErasureRequest) -> Card:
    return Card(
        request.client.display_name,
        gettext("Asked to be forgotten on {day}.").format(day=long_date(request.asked_at)),
        href=reverse("forget", args=[request.public_id]),
        level=3,
    )


def _demand_card(demand: LegalDemand) -> Card:
    words, tone = _standing(demand)
    return Card(
        f"{DEMAND_KINDS[demand.kind]}: {demand.client.display_name}",
        (
            str(demand.words["who"]),
            gettext("Received on {day}").format(day=long_date(demand.received_on)),
        ),
        href=reverse("demand", args=[demand.public_id]),
        badge=Badge(words, tone),
        level=3,
    )


def _standing(demand: LegalDemand) -> tuple[str, Tone]:
    shut = why_shut(demand)
    if Shut.CLOSED in shut:
        return gettext("Closed"), Tone.NEUTRAL
    if Shut.NO_ORDER in shut:
        return gettext("Opens nothing"), Tone.NEUTRAL
    return (
        (gettext("Opens what it names"), Tone.WARNING)
        if not shut
        else (
            gettext("Not opened yet"),
            Tone.INFO,
        )
    )


def _wish_card(request: RestrictionRequest) -> Card:
    return Card(
        request.client.display_name,
        (
            what_is_asked(request),
            gettext("Asked on {day}").format(day=long_date(request.asked_at)),
        ),
        href=reverse("decide_limit", args=[request.public_id]),
        badge=Badge(gettext("You have to agree"), Tone.WARNING) if must_agree(request) else None,
        level=3,
    )


def what_is_asked(request: RestrictionRequest) -> str:
    """What should not be shared, with whom and for what."""
    segments = in_order(frozenset(map(RecordSegment, request.segments)))
    parts = ["; ".join(str(TITLES[each]) for each in segments) or gettext("Everything")]
    if request.words.get("recipient"):
        parts.append(gettext("not to {name}").format(name=request.words["recipient"]))
    if request.purposes:
        purposes = ", ".join(str(PURPOSE_NAMES[SharingPurpose(each)]) for each in request.purposes)
        parts.append(gettext("not for: {purposes}").format(purposes=purposes))
    return " · ".join(parts)


BASES: Final[dict[str, Callable[[], str]]] = {
    Basis.CONSENT: lambda: gettext("Consent"),
    Basis.EMERGENCY: lambda: gettext("Emergency"),
    Basis.COURT_ORDER: lambda: gettext("Court order"),
    Basis.OWN_COPY: lambda: gettext("The client’s own copy"),
}


def _left(rows: Iterable[Disclosure]) -> Table:
    return Table(
        caption=gettext("What has left, without whom it is about"),
        columns=(
            Column(gettext("Day")),
            Column(gettext("On what it rests")),
            Column(gettext("To what kind of recipient")),
            Column(gettext("What for")),
            Column(gettext("What")),
            Column(gettext("Given by")),
        ),
        rows=tuple(
            Row(
                (
                    short_date(row.at),
                    BASES[row.basis](),
                    str(RECIPIENTS[RecipientKind(row.recipient_kind)])
                    if row.recipient_kind
                    else "–",
                    str(PURPOSE_NAMES[SharingPurpose(row.purpose)]),
                    "; ".join(
                        str(TITLES[each])
                        for each in in_order(frozenset(map(RecordSegment, row.segments)))
                    )
                    or "–",
                    # Whoever made their own copy would be named by it.
                    row.by.display_name if row.by and row.basis != Basis.OWN_COPY else "–",
                ),
                tone=Tone.WARNING if row.basis == Basis.EMERGENCY else None,
            )
            for row in rows
        ),
        empty=EmptyState(gettext("Nothing has left")),
    )


@dataclass(frozen=True)
class DecisionPage:
    """One wish, and the decision."""

    back: Breadcrumbs
    heading: str
    about: SummaryList
    must: Notice | None
    mistakes: ErrorSummary | None
    fields: tuple[Component, ...]
    button: Button


def decision_page(request: RestrictionRequest, form: forms.Form) -> DecisionPage:
    """What a client asks, and what may be answered."""
    rows = [SummaryRow(gettext("What should not be shared"), what_is_asked(request))]
    if request.words.get("reason"):
        rows.append(SummaryRow(gettext("What the client says"), request.words["reason"]))
    if request.is_paid_by_client:
        rows.append(SummaryRow(gettext("Paid"), gettext("By the client, in full")))
    return DecisionPage(
        back=back(),
        heading=request.client.display_name,
        about=SummaryList(tuple(rows)),
        must=(
            Notice(
                gettext("This one has to be agreed to"),
                gettext(
                    "It is about paying, and the client paid for it in full (42 CFR 2.26, 45 CFR "
                    "164.522(a)(1)(vi))."
                ),
                tone=Tone.WARNING,
            )
            if must_agree(request)
            else None
        ),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        fields=tuple(component_of(bound) for bound in form),
        button=Button(gettext("Decide")),
    )


@dataclass(frozen=True)
class AddDemandPage:
    """A demand to be written down."""

    back: Breadcrumbs
    mistakes: ErrorSummary | None
    fields: tuple[Component, ...]
    button: Button


def add_demand_page(form: forms.Form) -> AddDemandPage:
    """The form of a demand."""
    return AddDemandPage(
        back=back(),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        fields=tuple(component_of(bound) for bound in form),
        button=Button(gettext("Write it down")),
    )


@dataclass(frozen=True)
class DemandPage:
    """One demand: what came, how far it is, and what can be done next."""

    back: Breadcrumbs
    heading: str
    badge: Badge
    about: SummaryList
    steps: Timeline
    mistakes: ErrorSummary | None
    counsel: tuple[Component, ...]
    confirm: Button | None
    close: Button | None


def demand_page(demand: LegalDemand, form: forms.Form, *, person_id: int) -> DemandPage:
    """A demand at this moment, for this officer."""
    shut = why_shut(demand)
    words, tone = _standing(demand)
    is_open = Shut.CLOSED not in shut
    may_confirm = is_open and Shut.NO_SECOND_PERSON in shut
    segments = in_order(frozenset(map(RecordSegment, demand.segments)))
    return DemandPage(
        back=back(),
        heading=f"{DEMAND_KINDS[demand.kind]}: {demand.client.display_name}",
        badge=Badge(words, tone),
        about=SummaryList(
            (
                SummaryRow(gettext("Who demands it"), demand.words["who"]),
                SummaryRow(gettext("Received on"), long_date(demand.received_on)),
                SummaryRow(gettext("What it says"), demand.words["says"] or "–"),
                SummaryRow(
                    gettext("What of the record it names"),
                    tuple(str(TITLES[each]) for each in segments) or "–",
                ),
                SummaryRow(
                    gettext("The client"),
                    gettext("Is not told: a court forbids it")
                    if demand.is_sealed
                    else gettext("Sees on their own page that it came"),
                ),
            )
        ),
        steps=Timeline(gettext("How far it is"), _steps(demand, shut)),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        counsel=tuple(component_of(bound) for bound in form)
        if is_open and Shut.NO_COUNSEL in shut
        else (),
        confirm=(
            Button(gettext("I have read it: it is so"), field_name="what", value="confirm")
            if may_confirm and person_id != demand.recorded_by_id
            else None
        ),
        close=(
            Button(gettext("Close it"), ButtonKind.QUIET, field_name="what", value="close")
            if is_open
            else None
        ),
    )


def _steps(demand: LegalDemand, shut: tuple[Shut, ...]) -> tuple[Step, ...]:
    is_order = Shut.NO_ORDER not in shut
    opened = StepState.NOT_MET if not is_order else StepState.AHEAD if shut else StepState.CURRENT
    return (
        Step(
            gettext("Written down"),
            StepState.DONE,
            short_date(demand.recorded_at),
            gettext("By {name}").format(name=demand.recorded_by.display_name),
        ),
        Step(
            gettext("Counsel was asked"),
            StepState.DONE if demand.counsel_at else StepState.CURRENT,
            short_date(demand.counsel_at) if demand.counsel_at else "",
            demand.words.get("counsel", ""),
        ),
        Step(
            gettext("A second person read it"),
            StepState.DONE if demand.confirmed_by else StepState.AHEAD,
            short_date(demand.confirmed_at) if demand.confirmed_at else "",
            demand.confirmed_by.display_name if demand.confirmed_by else (),
        ),
        Step(
            gettext("The client’s therapist can give what it names"),
            opened,
            detail=(
                ()
                if is_order
                else gettext("Never: only a court’s order opens a record (42 CFR 2.61 to 2.67).")
            ),
        ),
    )


def component_of(bound: forms.BoundField) -> Component:
    """The field of a form as this room shows it."""
    if isinstance(bound.field.widget, CHOSEN):
        return ChoiceList.of(bound)
    return Field.of(bound, rows=3)


def back() -> Breadcrumbs:
    """The way back to everything that waits."""
    return Breadcrumbs((Crumb(gettext("Sharing and demands"), reverse("privacy_sharing")),))
