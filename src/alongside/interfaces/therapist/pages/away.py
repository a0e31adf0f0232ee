"""Being away: who stands in, and a client in other hands for good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django import forms
from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.access.models import Cover
from alongside.clinic.people.models import Client, Person
from alongside.clinic.progress.queries import ProgressCourse
from alongside.clinic.visits.models import Visit
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.summary_list import SummaryList
from alongside.interfaces.shared.dates import long_moment
from alongside.interfaces.shared.tones import Tone
from alongside.interfaces.therapist.pages.emergency import (
    progress_list,
    reach_list,
    visits_list,
)


@dataclass(frozen=True)
class CoverLine:
    """One cover that is open or to come, and the button that ends it."""

    words: str
    action: str
    button: Button


@dataclass(frozen=True)
class AwayPage:
    """Who stands in, and the form that arranges it."""

    way_back: Breadcrumbs
    covers: tuple[CoverLine, ...]
    fields: tuple[Field, ...]
    button: Button
    mistakes: ErrorSummary | None
    about: Disclosure


@dataclass(frozen=True)
class HandOverPage:
    """A client in other hands: to whom and from when."""

    way_back: Breadcrumbs
    name: str
    fields: tuple[Field, ...]
    button: Button
    mistakes: ErrorSummary | None
    about: tuple[str, ...]


@dataclass(frozen=True)
class CoverRecordPage:
    """What somebody who stands in may read."""

    way_back: Breadcrumbs
    title: str
    mark: Notice
    reach: SummaryList
    visits: SummaryList
    progress: SummaryList | None


def away_page(covers: Iterable[Cover], form: forms.Form, zone: ZoneInfo) -> AwayPage:
    """The page of a therapist who will be away."""
    return AwayPage(
        way_back=_caseload(),
        covers=tuple(
            CoverLine(
                gettext("{name} stands in from {begin} until {end}.").format(
                    name=cover.covering.display_name,
                    begin=long_moment(cover.starts_at, zone),
                    end=long_moment(cover.ends_at, zone),
                ),
                reverse("end_cover", args=[cover.pk]),
                Button(
                    gettext("End it"), ButtonKind.QUIET, hidden_context=cover.covering.display_name
                ),
            )
            for cover in covers
        ),
        fields=tuple(Field.of(bound) for bound in form),
        button=Button(gettext("Arrange it")),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        about=Disclosure(
            gettext("What they can read, and what they cannot"),
            (
                gettext(
                    "They can read who your clients are and how to reach them, their visits, and "
                    "the course of their weekly checks. It ends by itself."
                ),
                gettext(
                    "They cannot read ratings and words about you, and they change nothing. Each "
                    "of your clients is told when their record is opened."
                ),
            ),
        ),
    )


def hand_over_page(client: Client, form: forms.Form, way_back: Breadcrumbs) -> HandOverPage:
    """The form that gives a client into other hands."""
    return HandOverPage(
        way_back=way_back,
        name=client.display_name,
        fields=tuple(Field.of(bound) for bound in form),
        button=Button(gettext("Hand over")),
        mistakes=ErrorSummary.of(form) if form.errors else None,
        about=(
            gettext(
                "From that day on the client is in your colleague’s care, and no longer in yours."
            ),
            gettext(
                "They see visits and weekly checks. What the client rated and wrote about you "
                "stays between the two of you."
            ),
            gettext("The client reads it on their first page. Tell them yourself before."),
        ),
    )


def cover_record_page(
    client: Client,
    visits: list[Visit],
    courses: Iterable[ProgressCourse],
    team: Iterable[Person],
    zone: ZoneInfo,
) -> CoverRecordPage:
    """The record as far as standing in opens it."""
    return CoverRecordPage(
        way_back=_caseload(),
        title=client.display_name,
        mark=Notice(
            gettext("You stand in"),
            gettext("To read only. The client is told that you opened their record."),
            Tone.INFO,
        ),
        reach=reach_list(client, team),
        visits=visits_list(visits, zone),
        progress=progress_list(courses),
    )


def cover_cards(covered: Iterable[tuple[Cover, tuple[Client, ...]]], zone: ZoneInfo) -> list[Card]:
    """A card for each client of each therapist for whom the viewer stands in."""
    return [
        Card(
            client.display_name,
            gettext("For {name}, until {end}.").format(
                name=cover.absent.display_name, end=long_moment(cover.ends_at, zone)
            ),
            href=reverse("cover_record", args=[client.public_id]),
            level=3,
        )
        for cover, clients in covered
        for client in clients
    ]


def _caseload() -> Breadcrumbs:
    return Breadcrumbs((Crumb(gettext("Caseload"), reverse("caseload")),))
