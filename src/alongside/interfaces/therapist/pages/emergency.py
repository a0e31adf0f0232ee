"""A record opened in an emergency: who it is, whom to call, when they come, how they are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext

from alongside.clinic.access.models import Emergency
from alongside.clinic.people.models import Client, Person
from alongside.clinic.progress.queries import ProgressCourse
from alongside.clinic.visits.models import Visit, VisitState
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.dates import clock_time, long_moment
from alongside.interfaces.shared.progress_words import progress_words
from alongside.interfaces.shared.sentences import told
from alongside.interfaces.shared.tones import Tone

MOST_VISITS = 5
STATES = {
    VisitState.BOOKED: lambda: gettext("booked"),
    VisitState.HELD: lambda: gettext("held"),
    VisitState.MISSED: lambda: gettext("missed"),
    VisitState.CANCELLED: lambda: gettext("cancelled"),
}


@dataclass(frozen=True)
class AskPage:
    """The form that opens one record."""

    way_back: Breadcrumbs
    warning: Notice
    called: Field
    reason: ChoiceList
    words: Field
    button: Button
    mistakes: ErrorSummary | None


@dataclass(frozen=True)
class EmergencyPage:
    """What may be read, until when, and who is told."""

    way_back: Breadcrumbs
    title: str
    mark: Notice
    reach: SummaryList
    visits: SummaryList
    progress: SummaryList | None


def ask_page(form: forms.Form, *, way_back: Breadcrumbs) -> AskPage:
    """The form, with what will follow from it said before."""
    return AskPage(
        way_back=way_back,
        warning=Notice(
            gettext("Only in an emergency"),
            (
                gettext(
                    "You open the record of one client, to read, for one hour: their name and "
                    "phone, their visits and the course of their weekly checks."
                ),
                gettext(
                    "The client reads that you did, and why. The privacy officer checks it within "
                    "three days."
                ),
            ),
            Tone.WARNING,
        ),
        called=Field.of(form["called"]),
        reason=ChoiceList.of(form["reason"]),
        words=Field.of(form["words"]),
        button=Button(gettext("Open the record"), ButtonKind.DANGER),
        mistakes=ErrorSummary.of(form) if form.errors else None,
    )


def emergency_page(
    emergency: Emergency,
    visits: Sequence[Visit],
    courses: Iterable[ProgressCourse],
    team: Iterable[Person],
    *,
    by: Person,
    zone: ZoneInfo,
    way_back: Breadcrumbs,
) -> EmergencyPage:
    """The record as far as an emergency opens it."""
    client = emergency.client
    until = clock_time(emergency.ends_at, zone)
    return EmergencyPage(
        way_back=way_back,
        title=client.display_name,
        mark=Notice(
            gettext("Opened in an emergency by {name}, until {time}").format(
                name=by.display_name, time=until
            ),
            gettext("To read only. The client and the privacy officer are told."),
            Tone.ATTENTION,
        ),
        reach=reach_list(client, team),
        visits=visits_list(visits, zone),
        progress=progress_list(courses),
    )


def reach_list(client: Client, team: Iterable[Person]) -> SummaryList:
    """Who it is and how to reach them."""
    names = ", ".join(person.display_name for person in team)
    return SummaryList(
        (
            SummaryRow(gettext("Record number"), client.code),
            SummaryRow(gettext("Phone"), client.phone or gettext("none on record")),
            SummaryRow(gettext("E-mail"), client.email or gettext("none on record")),
            SummaryRow(gettext("In care with"), names or gettext("nobody now")),
        )
    )


def visits_list(visits: Sequence[Visit], zone: ZoneInfo) -> SummaryList:
    """The latest visits and what became of each."""
    return SummaryList(
        tuple(
            SummaryRow(
                capfirst(long_moment(visit.starts_at, zone)), STATES[VisitState(visit.state)]()
            )
            for visit in visits[:MOST_VISITS]
        )
    )


def progress_list(courses: Iterable[ProgressCourse]) -> SummaryList | None:
    """What the weekly checks say, in words. Missing: None without any that were shared."""
    rows = tuple(
        SummaryRow(told(course.title), tuple(progress_words(course))) for course in courses
    )
    return SummaryList(rows) if rows else None
