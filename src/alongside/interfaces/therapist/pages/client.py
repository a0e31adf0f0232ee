"""The page of one client: what needs doing, what they said, the graphs, the visits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy

from alongside.clinic.alliance.queries import Alliance
from alongside.clinic.caseload.attention import Holding, Reason
from alongside.clinic.caseload.queries import ClientRecord
from alongside.clinic.people.models import Person
from alongside.clinic.signals.models import Signal
from alongside.clinic.visits.models import Visit, VisitState
from alongside.clinic.visits.queries import FeedbackState, feedback_state, next_visit
from alongside.interfaces.shared.component import Words
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.gap_chart import GapChart
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.score_chart import ScoreChart
from alongside.interfaces.shared.components.table import Column, ColumnKind, Row, Table
from alongside.interfaces.shared.dates import long_moment, short_moment
from alongside.interfaces.shared.progress_words import progress_words
from alongside.interfaces.shared.sentences import told
from alongside.interfaces.therapist.forms import (
    ChangeForm,
    ReachedOutForm,
    SetAsideForm,
    TalkedAboutForm,
)
from alongside.interfaces.therapist.pages.facets import facets_of, relief_words
from alongside.interfaces.therapist.pages.graphs import (
    alliance_chart,
    progress_chart,
    two_views,
)
from alongside.interfaces.therapist.pages.outreach import OutreachBlock, outreach_block
from alongside.interfaces.therapist.pages.repair import RepairBlock, repair_blocks
from alongside.interfaces.therapist.pages.signals import Matter, matters_of, work_of_repairs
from alongside.interfaces.therapist.pages.words import WordsGroup, words_by_question
from alongside.interfaces.therapist.wording import reason_words

LAST_VISITS: Final = 4
SHOWN_VISITS: Final = 6
STATES: Final[dict[str, Words]] = {
    VisitState.BOOKED: gettext_lazy("Booked"),
    VisitState.HELD: gettext_lazy("Held"),
    VisitState.MISSED: gettext_lazy("Missed"),
    VisitState.CANCELLED: gettext_lazy("Cancelled"),
}
FEEDBACK: Final[dict[FeedbackState, Words]] = {
    FeedbackState.NOT_YET: gettext_lazy("opens when the visit ends"),
    FeedbackState.OPEN: gettext_lazy("open, not in yet"),
    FeedbackState.IN: gettext_lazy("received"),
    FeedbackState.OVER: gettext_lazy("closed without feedback"),
    FeedbackState.NONE: gettext_lazy("none is asked"),
}


@dataclass(frozen=True)
class Bound:
    """Forms that were sent and refused, by the thing that they are about."""

    talked_about: dict[str, TalkedAboutForm] = field(default_factory=dict)
    changes: dict[int, ChangeForm] = field(default_factory=dict)
    set_aside: dict[Signal, SetAsideForm] = field(default_factory=dict)
    reached_out: ReachedOutForm | None = None

    @property
    def mistakes(self) -> ErrorSummary | None:
        """Everything that has to be mended."""
        forms = (
            *self.talked_about.values(),
            *self.changes.values(),
            *self.set_aside.values(),
            *((self.reached_out,) if self.reached_out is not None else ()),
        )
        return ErrorSummary.of(*forms) if forms else None


@dataclass(frozen=True)
class ProgressBlock:
    """One graph of progress with what it means."""

    chart: ScoreChart
    words: tuple[str, ...]
    label: str


@dataclass(frozen=True)
class SupervisionBlock:
    """Whether the supervisor sees the ratings, and the button that changes it."""

    words: str
    action: str
    button: Button


@dataclass(frozen=True)
class ClientPage:
    """What the page of a client shows."""

    name: str
    code: str
    way_back: Breadcrumbs
    comes: str
    before: Button | None
    book: Button
    sharing: Button
    mistakes: ErrorSummary | None
    notice: Notice | None
    matters: tuple[Matter, ...]
    outreach: OutreachBlock | None
    repairs: tuple[RepairBlock, ...]
    words: tuple[WordsGroup, ...]
    no_words: EmptyState | None
    chart: ScoreChart
    style_notes: tuple[str, ...]
    facets: Disclosure | None
    relief: str
    gap: GapChart
    progress: tuple[ProgressBlock, ...]
    no_progress: EmptyState | None
    visits: Table
    older_visits: Disclosure | None
    supervision: SupervisionBlock | None
    invite_url: str
    invite: Button
    notes_url: str
    give_away_url: str


def client_page(
    record: ClientRecord, therapist: Person, *, zone: ZoneInfo, now: datetime, bound: Bound
) -> ClientPage:
    """The page of a client in this therapist's care."""
    client, alliance = record.client, record.alliance
    name = client.display_name
    own = [visit for visit in record.visits if visit.therapist_id == therapist.pk]
    ahead = next_visit(own, therapist, now=now)
    return ClientPage(
        name=name,
        code=client.code,
        way_back=Breadcrumbs((Crumb(gettext("Caseload"), reverse("caseload")),)),
        comes=(
            gettext("Next visit: {time}").format(time=long_moment(ahead.starts_at, zone))
            if ahead
            else gettext("No visit is booked.")
        ),
        before=(
            Button(
                gettext("Before the visit"),
                ButtonKind.QUIET,
                reverse("before_visit", args=[ahead.public_id]),
            )
            if ahead
            else None
        ),
        book=Button(
            gettext("Book a visit"),
            ButtonKind.QUIET,
            reverse("book_visit", args=[client.public_id]),
        ),
        sharing=Button(
            gettext("Sharing"), ButtonKind.QUIET, reverse("client_sharing", args=[client.public_id])
        ),
        mistakes=bound.mistakes,
        notice=None if _is_said_below(record.standing.pressing) else reason_notice(record, zone),
        outreach=outreach_block(
            record,
            therapist,
            zone=zone,
            now=now,
            bound=bound.reached_out,
            refused=bound.set_aside,
        ),
        matters=matters_of(record, zone, bound.set_aside),
        repairs=repair_blocks(
            alliance,
            name,
            zone,
            bound=bound.talked_about,
            work=work_of_repairs(record, bound.set_aside),
        ),
        words=words_by_question(alliance.words, name, zone, bound.changes),
        no_words=None
        if alliance.words
        else EmptyState(
            gettext("No words yet"),
            gettext("What {name} writes after a visit and shares shows here.").format(name=name),
        ),
        chart=alliance_chart(alliance, own, zone, name),
        style_notes=style_notes(alliance, name),
        facets=facets_of(alliance.ratings[:LAST_VISITS], zone, name),
        relief=relief_words(alliance.ratings[:LAST_VISITS], zone),
        gap=two_views(alliance, zone, name),
        progress=tuple(
            ProgressBlock(
                progress_chart(course, alliance, own, zone, number),
                progress_words(course),
                told(course.label),
            )
            for number, course in enumerate(record.progress)
        ),
        no_progress=None
        if record.progress
        else EmptyState(
            gettext("No weekly check yet"), gettext("The graph starts with the first one.")
        ),
        visits=visits_table(record.visits[:SHOWN_VISITS], therapist, zone, now),
        older_visits=(
            Disclosure(
                gettext("Earlier visits"),
                visits_table(record.visits[SHOWN_VISITS:], therapist, zone, now),
            )
            if len(record.visits) > SHOWN_VISITS
            else None
        ),
        supervision=supervision_block(alliance, name, client.public_id),
        invite_url=reverse("invite_client", args=[client.public_id]),
        invite=Button(gettext("Make a sign-in code"), ButtonKind.QUIET),
        notes_url=reverse("sealed_notes", args=[client.public_id]),
        give_away_url=reverse("give_away", args=[client.public_id]),
    )


def reason_notice(record: ClientRecord, zone: ZoneInfo) -> Notice | None:
    """The most pressing reason; None when there is none, or a repair on the page says it."""
    if record.standing.reason is Reason.NOTHING or record.standing.repair is not None:
        return None
    words = reason_words(record.standing, zone)
    return Notice(words.title, words.detail, words.tone)


def _is_said_below(pressing: Holding) -> bool:
    """Whether a block of the page says the reason, with what can be done about it."""
    return pressing.signal is not None or pressing.reason is Reason.REACH_OUT


def style_notes(alliance: Alliance, name: str) -> tuple[str, ...]:
    """What the way of answering asks for; never a fault of the client."""
    notes = []
    if alliance.summary.get("asks_for_more"):
        notes.append(
            gettext(
                "The last three ratings or more were at the very top. High marks can be "
                "politeness. Ask {name} what would have made it a little better."
            ).format(name=name)
        )
    if alliance.summary.get("straight_lining"):
        notes.append(
            gettext(
                "On the last four visits or more, every question got the same answer. The form "
                "may have lost its meaning. Ask {name} if another way would say more."
            ).format(name=name)
        )
    return tuple(notes)


def visits_table(
    visits: Iterable[Visit], therapist: Person, zone: ZoneInfo, now: datetime
) -> Table:
    """Every visit of the client, the latest first, with the way to note what became of it."""
    rows = []
    for visit in visits:
        is_own = visit.therapist_id == therapist.pk
        has_begun = now >= visit.starts_at
        action: Words = ""
        if is_own:
            route = "after_visit" if has_begun else "before_visit"
            action = format_html(
                '<a class="foot-link" href="{}">{}<span class="visually-hidden"> {}</span></a>',
                reverse(route, args=[visit.public_id]),
                gettext("After the visit") if has_begun else gettext("Before the visit"),
                capfirst(short_moment(visit.starts_at, zone, now=now)),
            )
        rows.append(
            Row(
                (
                    capfirst(short_moment(visit.starts_at, zone, now=now)),
                    STATES[visit.state],
                    FEEDBACK[feedback_state(visit, now=now)]
                    if is_own
                    else gettext("with {therapist}").format(therapist=visit.therapist),
                    action,
                )
            )
        )
    return Table(
        caption=gettext("Visits"),
        columns=(
            Column(gettext("When")),
            Column(gettext("Visit")),
            Column(gettext("Feedback")),
            Column(gettext("To do"), ColumnKind.ACTION, is_label_hidden=True),
        ),
        rows=tuple(rows),
        empty=EmptyState(gettext("No visits yet"), gettext("Book the first one.")),
        is_caption_hidden=True,
    )


def supervision_block(alliance: Alliance, name: str, public_id: str) -> SupervisionBlock | None:
    """What supervision sees; None before there is anything to see."""
    if alliance.series is None:
        return None
    is_open = alliance.is_open_to_supervision
    return SupervisionBlock(
        words=(
            gettext("Your supervisor can see the ratings of {name}.")
            if is_open
            else gettext(
                "Your supervisor sees only whether a strain is open, not the ratings of {name}."
            )
        ).format(name=name),
        action=reverse("open_to_supervision", args=[public_id]),
        button=Button(
            gettext("Close them to supervision")
            if is_open
            else gettext("Open them to supervision"),
            ButtonKind.QUIET,
            field_name="is_open",
            value="no" if is_open else "yes",
        ),
    )
