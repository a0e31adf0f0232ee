"""A therapist's own part in how their clients fare: their own page, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import tzinfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.access.policy import Segment
from alongside.clinic.people.models import Role
from alongside.clinic.people.queries import the_clinic
from alongside.clinic.progress.therapist_effects import OwnEffect, OwnPart, own_parts
from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.range_chart import RangeChart
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.dates import long_date
from alongside.interfaces.shared.declared import about, seeing
from alongside.interfaces.shared.doors import only_for
from alongside.interfaces.shared.middleware import viewer_of
from alongside.interfaces.shared.sentences import sentence_of, told

TENTH = 0.1


@dataclass(frozen=True)
class PartOnPage:
    """One scale: what is told, on what it rests; or why nothing is told."""

    anchor: str
    title: str
    chart: RangeChart | None
    facts: SummaryList | None
    nothing: EmptyState | None


@dataclass(frozen=True)
class OwnPartPage:
    """All scales."""

    way_back: Breadcrumbs
    parts: tuple[PartOnPage, ...]
    nothing: EmptyState | None
    how: Disclosure


@about(seeing(Segment.OWN_PART))
@only_for(Role.THERAPIST)
def own_part(request: HttpRequest) -> HttpResponse:
    """What the therapist's own part is in how their clients fare."""
    found = own_parts(viewer_of(request))
    page = OwnPartPage(
        way_back=Breadcrumbs((Crumb(gettext("Caseload"), reverse("caseload")),)),
        parts=tuple(_parts(found, the_clinic().zone)),
        nothing=None if found else _nothing_yet(),
        how=_how(),
    )
    return render(request, "therapist/own_part.html", {"page": page})


def _nothing_yet() -> EmptyState:
    return EmptyState(
        gettext("Nothing to tell yet"),
        gettext(
            "It is worked out once a month, where at least 50 people here have answered their "
            "checks."
        ),
    )


def _parts(found: tuple[OwnPart, ...], zone: tzinfo) -> Iterator[PartOnPage]:
    for number, part in enumerate(found, start=1):
        effect = part.found if isinstance(part.found, OwnEffect) else None
        yield PartOnPage(
            anchor=f"part-{number}",
            title=told(part.title),
            chart=_chart(part, effect, number) if effect else None,
            facts=SummaryList(tuple(_facts(part, effect, zone))) if effect else None,
            nothing=EmptyState(gettext("Not told yet"), sentence_of(part.found))
            if not isinstance(part.found, OwnEffect)
            else None,
        )


def _chart(part: OwnPart, effect: OwnEffect, number: int) -> RangeChart:
    return RangeChart(
        title=told(part.title),
        low=effect.low,
        middle=effect.points,
        high=effect.high,
        reach=TENTH * (part.highest - part.lowest),
        zero_label=gettext("as is usual here"),
        below_label=gettext("worse"),
        above_label=gettext("better"),
        summary=_summary(effect),
        chart_id=f"own-part-{number}",
    )


def _summary(effect: OwnEffect) -> str:
    if effect.low <= 0.0 <= effect.high:
        return gettext(
            "Your clients’ checks cannot be told from what is usual here for people who began like "
            "them: {effect} points, likely between {low} and {high}."
        ).format(effect=figure(effect.points), low=figure(effect.low), high=figure(effect.high))
    words = (
        gettext(
            "Your clients’ checks are about {effect} points better than is usual here for people "
            "who began like them. Likely between {low} and {high}."
        )
        if effect.points > 0.0
        else gettext(
            "Your clients’ checks are about {effect} points worse than is usual here for people "
            "who began like them. Likely between {low} and {high}."
        )
    )
    sign = 1.0 if effect.points > 0.0 else -1.0
    low, high = sorted((sign * effect.low, sign * effect.high))
    return words.format(effect=figure(abs(effect.points)), low=figure(low), high=figure(high))


def _facts(part: OwnPart, effect: OwnEffect, zone: tzinfo) -> Iterator[SummaryRow]:
    yield SummaryRow(
        gettext("Rests on"),
        gettext("About {n} clients of yours, learned on {day}.").format(
            n=effect.n_clients, day=long_date(part.learned_at, zone)
        ),
    )
    yield SummaryRow(
        gettext("How sure"),
        gettext(
            "The checks tell {percent} in 100 of your part. For the rest you are taken to be like "
            "everybody, so the true number may lie further out."
        ).format(percent=round(100.0 * effect.reliability)),
    )
    yield SummaryRow(
        gettext("Who your clients are"),
        (
            gettext("They began at {own} on average, all clients here at {all}.").format(
                own=figure(part.intake), all=figure(part.intake_of_all)
            ),
            gettext("A higher score is better.")
            if part.is_higher_better
            else gettext("A lower score is better."),
            gettext(
                "That is counted for as far as one first check can tell: clients who began with "
                "more trouble can still pull the number down. Work, health, housing and being "
                "sent by a court are not counted for."
            ),
        ),
    )
    yield SummaryRow(
        gettext("Not for"),
        gettext(
            "Praise or blame, or for anybody who decides about your work. It is a question for "
            "you: what do the people with whom it went well have in common?"
        ),
    )


def _how() -> Disclosure:
    return Disclosure(
        gettext("How it is worked out"),
        (
            gettext(
                "Each check is held against what is expected of people who began with the same "
                "score. What is left over and shared by your clients is your part, drawn towards "
                "nothing as far as few clients can tell little: n / (n + (1 − ρ) / ρ) of it for n "
                "clients, with ρ the share of what differs that lies between therapists."
            ),
            gettext(
                "That share is small: about 5 to 7 in 100 in large studies. The rest lies with the "
                "people, their lives and chance. So it takes more than 30 clients until much can "
                "be told, and nothing is shown before it is told to 70 in 100."
            ),
            gettext(
                "Source: Wampold and Brown 2005; Saxon and Barkham 2012. How well the ratings of "
                "your work together were does not count here: very high ones are no merit."
            ),
        ),
    )
