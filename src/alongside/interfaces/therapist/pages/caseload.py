"""The caseload board: today's visits, then who needs attention and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from alongside.clinic.caseload.attention import Standing
from alongside.clinic.visits.models import Visit, VisitState
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.field import Field, FieldKind
from alongside.interfaces.shared.dates import clock_time, short_moment
from alongside.interfaces.shared.tones import Tone
from alongside.interfaces.therapist.components.caseload_list import CaseloadList, CaseloadRow
from alongside.interfaces.therapist.wording import (
    reason_words,
    sparkline_of,
)


@dataclass(frozen=True)
class TodaysVisit:
    """One visit of today: when, with whom, and the sheet for this moment."""

    time: str
    name: str
    href: str
    badge: Badge | None
    action: Button


@dataclass(frozen=True)
class CaseloadPage:
    """What the board shows."""

    today: tuple[TodaysVisit, ...]
    search: Field
    is_searched: bool
    found: str
    pressing: CaseloadList | None
    others: CaseloadList | None
    pressing_title: str
    others_title: str
    empty: EmptyState | None
    covered: tuple[Card, ...]


def caseload_page(
    standings: Iterable[Standing],
    todays: Iterable[Visit],
    *,
    covered: Iterable[Card] = (),
    named: str,
    zone: ZoneInfo,
    now: datetime,
) -> CaseloadPage:
    """The board. `standings` come in their order."""
    standings = tuple(standings)
    pressing = tuple(_row(each, zone) for each in standings if each.needs_a_deed)
    others = tuple(_row(each, zone) for each in standings if not each.needs_a_deed)
    pressing_title, others_title = gettext("Needs you now"), gettext("Nothing to do now")
    return CaseloadPage(
        today=tuple(_todays_visit(visit, zone, now) for visit in todays),
        search=Field(
            "q",
            gettext("Find a client"),
            FieldKind.SEARCH,
            named,
            hint=gettext("Part of the name or number"),
            is_required=True,
            is_short=True,
            max_length=80,
        ),
        is_searched=bool(named),
        found=ngettext(
            "{n} client found for “{named}”.", "{n} clients found for “{named}”.", len(standings)
        ).format(n=len(standings), named=named),
        pressing=CaseloadList(pressing_title, pressing) if pressing else None,
        others=CaseloadList(others_title, others) if others else None,
        pressing_title=f"{pressing_title} ({len(pressing)})",
        others_title=f"{others_title} ({len(others)})",
        empty=None if standings else _empty(named),
        covered=tuple(covered),
    )


def _row(standing: Standing, zone: ZoneInfo) -> CaseloadRow:
    words = reason_words(standing, zone)
    return CaseloadRow(
        name=standing.client.display_name,
        href=f"clients/{standing.client.public_id}/",
        reason=words.title,
        detail=words.detail,
        tone=words.tone if standing.needs_a_deed else Tone.NEUTRAL,
        sparkline=sparkline_of(standing.summary),
        comes=(
            gettext("Next: {time}").format(time=short_moment(standing.comes_at, zone))
            if standing.comes_at
            else gettext("No visit booked")
        ),
    )


def _todays_visit(visit: Visit, zone: ZoneInfo, now: datetime) -> TodaysVisit:
    name = visit.client.display_name
    has_begun = now >= visit.starts_at
    badge = None
    if visit.state == VisitState.HELD:
        badge = Badge(gettext("Held"), Tone.SUCCESS)
    elif visit.state == VisitState.MISSED:
        badge = Badge(gettext("Missed"))
    elif has_begun:
        badge = Badge(gettext("To be noted"), Tone.INFO)
    route = "after_visit" if has_begun else "before_visit"
    return TodaysVisit(
        time=clock_time(visit.starts_at, zone),
        name=name,
        href=reverse("client_record", args=[visit.client.public_id]),
        badge=badge,
        action=Button(
            gettext("After the visit") if has_begun else gettext("Before the visit"),
            ButtonKind.QUIET,
            reverse(route, args=[visit.public_id]),
            hidden_context=name,
        ),
    )


def _empty(named: str) -> EmptyState:
    if named:
        return EmptyState(
            gettext("Nobody in your care by that name"),
            gettext("Try fewer letters, or look at everyone."),
            Button(gettext("Show everyone"), ButtonKind.QUIET, reverse("caseload")),
        )
    return EmptyState(
        gettext("Nobody is in your care yet"),
        gettext("Clients show here as soon as they are in your care."),
    )
