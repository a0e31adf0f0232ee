"""Before the visit: one sheet for two minutes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from alongside.clinic.caseload.attention import Reason
from alongside.clinic.caseload.queries import ClientRecord
from alongside.clinic.people.models import Person
from alongside.clinic.visits.models import Visit, VisitState
from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.component import Words
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.sparkline import Sparkline
from alongside.interfaces.shared.components.table import Column, Row, Table
from alongside.interfaces.shared.dates import long_moment, short_date
from alongside.interfaces.shared.progress_words import progress_words
from alongside.interfaces.therapist.guidance import Guidance
from alongside.interfaces.therapist.pages.client import (
    STATES,
    reason_notice,
    style_notes,
)
from alongside.interfaces.therapist.pages.facets import NOT_SHARED, relief
from alongside.interfaces.therapist.pages.repair import repair_blocks
from alongside.interfaces.therapist.pages.words import WordsGroup, words_by_question
from alongside.interfaces.therapist.wording import sparkline_of

LAST: Final = 3
MOST_WORDS: Final = 2

BEGIN_WITH_IT: Final = _("Begin with it: talk about what happened, before anything else.")
FIRST_STEPS: Final[dict[Reason, Words]] = {
    Reason.CONCERN: BEGIN_WITH_IT,
    Reason.REACH_OUT: _("Say that you are glad to see {name}. The missed visits can wait."),
    Reason.UNREPAIRED: _("Ask {name} what is still in the way, and take it to supervision."),
    Reason.STRAIN: BEGIN_WITH_IT,
    Reason.NOT_TALKED_ABOUT: BEGIN_WITH_IT,
    Reason.WAITING_FOR_CLIENT: _("Ask {name} how it has been since you talked about it."),
    Reason.COMING_BACK: _("Keep to what you agreed on, and ask {name} if it helps."),
    Reason.AWAY: _("Ask {name} how the weeks without a visit were, and if the times still suit."),
    Reason.SILENT: _("Ask {name} which way to give feedback would be easiest."),
    Reason.WORSE: _("Look at the progress graph together, and ask what the last weeks were like."),
    Reason.OFF_COURSE: _("Look at the progress graph together, and ask where it sticks."),
    Reason.MAY_DRIFT: _("Ask {name} what would make it easier to come next time."),
    Reason.WORDS_WAITING: _("Tell {name} what you will change after what they wrote."),
    Reason.VISIT_UNTOLD: _("Say whether the last visit with {name} took place."),
    Reason.SET_ASIDE: _("You let something rest. Ask {name} if it still can."),
    Reason.NOTHING: _("Nothing presses. Ask {name} what this visit should be about."),
}


@dataclass(frozen=True)
class OpenMatter:
    """One open strain or concern, with what to try."""

    title: str
    signal: str
    guidance: Guidance | None
    is_confirmed: bool


@dataclass(frozen=True)
class BeforePage:
    """What the sheet shows."""

    name: str
    way_back: Breadcrumbs
    when: str
    nth: str
    next_step: str
    notice: Notice | None
    matters: tuple[OpenMatter, ...]
    words: tuple[WordsGroup, ...]
    sparkline: Sparkline
    last_visits: Table
    ratings: str
    style_notes: tuple[str, ...]
    progress: tuple[str, ...]
    after: Button


def before_page(
    record: ClientRecord, visit: Visit, therapist: Person, *, zone: ZoneInfo
) -> BeforePage:
    """The sheet for one visit."""
    client, alliance = record.client, record.alliance
    name = client.display_name
    earlier = [
        each
        for each in record.visits
        if each.therapist_id == therapist.pk and each.starts_at < visit.starts_at
    ]
    n_held = sum(each.state == VisitState.HELD for each in earlier)
    blocks = repair_blocks(alliance, name, zone, bound={}, work={})
    return BeforePage(
        name=name,
        way_back=Breadcrumbs(
            (
                Crumb(gettext("Caseload"), reverse("caseload")),
                Crumb(name, reverse("client_record", args=[client.public_id])),
            )
        ),
        when=capfirst(long_moment(visit.starts_at, zone)),
        nth=ngettext("{n} visit together so far", "{n} visits together so far", n_held).format(
            n=n_held
        ),
        next_step=next_step(record),
        notice=reason_notice(record, zone),
        matters=tuple(
            OpenMatter(block.title, block.signal, block.guidance, block.is_confirmed)
            for block in blocks
            if block.is_open
        ),
        words=words_by_question(alliance.words[:MOST_WORDS], name, zone, {}),
        sparkline=sparkline_of(alliance.summary),
        last_visits=_last_visits(record, earlier, zone),
        ratings=_ratings_words(record),
        style_notes=style_notes(alliance, name),
        progress=tuple(progress_words(course)[0] for course in record.progress),
        after=Button(
            gettext("After the visit"), href=reverse("after_visit", args=[visit.public_id])
        ),
    )


def next_step(record: ClientRecord) -> str:
    """The one thing to do in this visit."""
    return str(FIRST_STEPS[record.standing.reason]).format(name=record.client.display_name)


def _last_visits(record: ClientRecord, earlier: Sequence[Visit], zone: ZoneInfo) -> Table:
    scores = {point.visit_id: point.score for point in record.alliance.course.points}
    reliefs = {each.visit.pk: each.relief for each in record.alliance.ratings}
    shown = [each for each in earlier if each.state in (VisitState.HELD, VisitState.MISSED)]
    rows = []
    for each in shown[:LAST]:
        cells: tuple[Words, Words] = (STATES[VisitState.MISSED], "–")
        if each.state == VisitState.HELD:
            score, felt = scores.get(each.pk), reliefs.get(each.pk)
            cells = (
                NOT_SHARED if score is None else gettext("{n} of 100").format(n=figure(score)),
                NOT_SHARED if felt is None else relief(felt),
            )
        rows.append(Row((short_date(each.starts_at, zone), *cells)))
    return Table(
        caption=gettext("The last visits"),
        columns=(
            Column(gettext("Visit")),
            Column(gettext("Rating")),
            Column(gettext("Relief")),
        ),
        rows=tuple(rows),
        empty=EmptyState(gettext("This is the first visit.")),
        is_caption_hidden=True,
    )


def _ratings_words(record: ClientRecord) -> str:
    rated = [point for point in record.alliance.course.points if point.score is not None]
    if not rated:
        return gettext("No ratings yet.")
    if rated[-1].is_strain:
        words = gettext("The last rating is lower than usual.")
    elif rated[-1].signal is not None:
        words = gettext("The last rating is within what is usual.")
    else:
        words = gettext("Too few ratings to say what is usual.")
    return words + ngettext(" Rests on {n} rating.", " Rests on {n} ratings.", len(rated)).format(
        n=len(rated)
    )
