"""The client's own first page: what changed, what is asked, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from alongside.clinic.access.caseloads import new_hands
from alongside.clinic.access.models import Emergency
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.models import Repair, RepairSource
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.feedback.own_courses import OwnCourse, own_visit_courses
from alongside.clinic.feedback.queries import (
    Due,
    agreed_in,
    changes_for,
    concerns_of,
    forms_due,
    next_visit,
    questions_of_repair,
)
from alongside.clinic.instruments.asking import title_of
from alongside.clinic.people.models import Care, Client
from alongside.clinic.supervision.models import SupervisionNote
from alongside.clinic.supervision.queries import supervision_answers
from alongside.clinic.transparency.reviews import recent_emergencies
from alongside.clinic.visits.models import Visit
from alongside.interfaces.client.pages.changes import you_said
from alongside.interfaces.client.words import duration
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.sparkline import Sparkline
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.components.you_said import YouSaid
from alongside.interfaces.shared.dates import (
    clock_time,
    long_date,
    long_moment,
    until_moment,
    weekday_date,
)
from alongside.interfaces.shared.tones import Tone

MOST_EARLIER_CHANGES = 10


@dataclass(frozen=True)
class TalkNote:
    """What the therapist wrote down of a talk, for both."""

    said_by: str
    words: str


@dataclass(frozen=True)
class RepairQuestion:
    """The therapist says that it was talked about; the client says whether that is so."""

    question: str
    about: str
    notes: tuple[TalkNote, ...]
    action: str
    buttons: tuple[Button, ...]


@dataclass(frozen=True)
class Concern:
    """Something that felt wrong to the client: where it stands, who knows, who could be told."""

    heading: str
    who_knows: SummaryList
    answers: tuple[Card, ...] = ()
    tell_action: str = ""
    tell_words: str = ""


@dataclass(frozen=True)
class HomePage:
    """In the order of the page. `nothing` stands alone where there is nothing yet."""

    heading: str
    notices: tuple[Notice, ...]
    new_changes: tuple[YouSaid, ...]
    new_answers: tuple[Card, ...]
    repair_questions: tuple[RepairQuestion, ...]
    due: tuple[Card, ...]
    next_visit: Card | None
    graphs: tuple[Card, ...]
    concerns: tuple[Concern, ...]
    earlier_changes: Disclosure | None
    nothing: EmptyState | None


def home_page(viewer: Viewer, client: Client, *, language: str) -> HomePage:
    """The client's home at this moment."""
    changes = changes_for(client, by=viewer.actor, now=viewer.now)
    new = tuple(you_said(change) for change in changes if change.seen_at is None)
    seen = tuple(you_said(change) for change in changes if change.seen_at is not None)
    answers = tuple(supervision_answers(client))
    page = HomePage(
        heading=gettext("Hello, {name}").format(name=client.display_name.partition(" ")[0]),
        notices=(
            *(_emergency(each) for each in recent_emergencies(client, now=viewer.now)),
            *(_new_hands(each, viewer.today) for each in new_hands(client, viewer.today)),
        ),
        new_changes=new,
        new_answers=tuple(_answer(note) for note in answers if note.seen_at is None),
        repair_questions=tuple(_asked(repair, viewer) for repair in questions_of_repair(viewer)),
        due=tuple(_due(due, language) for due in forms_due(client, now=viewer.now)),
        next_visit=_visit(next_visit(client, now=viewer.now)),
        graphs=_graphs(own_visit_courses(viewer)),
        concerns=tuple(_concern(repair, answers, viewer) for repair in concerns_of(viewer)),
        earlier_changes=(
            Disclosure(gettext("What changed before"), seen[:MOST_EARLIER_CHANGES])
            if seen
            else None
        ),
        nothing=None,
    )
    return page if _holds_something(page) else _empty(page.heading)


def _holds_something(page: HomePage) -> bool:
    return any(
        (
            page.notices,
            page.new_changes,
            page.new_answers,
            page.repair_questions,
            page.due,
            page.next_visit,
            page.graphs,
            page.concerns,
            page.earlier_changes,
        )
    )


def _empty(heading: str) -> HomePage:
    nothing = EmptyState(
        gettext("Nothing waits for you"),
        gettext("Your next visit and your forms will show up here."),
    )
    return HomePage(heading, (), (), (), (), (), None, (), (), None, nothing)


def _new_hands(care: Care, today: date) -> Notice:
    name, day = care.therapist.display_name, long_date(care.starts_on)
    said = (
        gettext("From {day} on, {name} is your therapist")
        if care.starts_on > today
        else gettext("Since {day}, {name} is your therapist")
    )
    return Notice(
        said.format(day=day, name=name),
        gettext(
            "They can see your visits and the scores of your weeks. What you said and rated about "
            "your therapist before stays between the two of you."
        ),
    )


def _emergency(emergency: Emergency) -> Notice:
    return Notice(
        gettext("{name} opened your record in an emergency").format(
            name=emergency.person.display_name
        ),
        gettext("On {time}. You can read why, and ask about it.").format(
            time=long_moment(emergency.opened_at)
        ),
        Tone.ATTENTION,
        actions=(Button(gettext("Read more"), ButtonKind.QUIET, href=reverse("who_looked")),),
    )


def _asked(repair: Repair, viewer: Viewer) -> RepairQuestion:
    name = repair.series.therapist.display_name
    if repair.source == RepairSource.CONCERN:
        question = gettext("{name} says you two talked about what felt wrong. Did you?")
    else:
        question = gettext("{name} says you two talked about how things are between you. Did you?")
    day = weekday_date(repair.visit.starts_at)
    return RepairQuestion(
        question=question.format(name=name),
        about=gettext("It is about your visit on {day}.").format(day=day),
        notes=tuple(
            TalkNote(
                gettext("{name} wrote on {day}:").format(name=name, day=weekday_date(note.at)),
                note.note,
            )
            for note in agreed_in(repair, viewer)
        ),
        action=reverse("answer_repair", args=[repair.public_id]),
        buttons=(
            Button(gettext("Yes"), ButtonKind.QUIET, field_name="answer", value="yes"),
            Button(gettext("No"), ButtonKind.QUIET, field_name="answer", value="no"),
            Button(
                gettext("It is better now"), ButtonKind.QUIET, field_name="answer", value="better"
            ),
        ),
    )


def _due(due: Due, language: str) -> Card:
    facts = [duration(due.n_questions)]
    if due.n_saved:
        facts.append(
            ngettext("{n} answer is saved", "{n} answers are saved", due.n_saved).format(
                n=due.n_saved
            )
        )
    facts.append(gettext("open until {until}").format(until=until_moment(due.slot.expires_at)))
    about: tuple[str, ...] = ()
    if due.visit is not None and due.slot.therapist is not None:
        about = (
            gettext("Your visit with {name} on {day}").format(
                name=due.slot.therapist.display_name,
                day=weekday_date(due.visit.starts_at),
            ),
        )
    return Card(
        title_of(due.slot.version, language),
        (*about, " · ".join(facts)),
        actions=(
            Button(
                gettext("Go on") if due.n_saved else gettext("Start"),
                href=reverse("client_form", args=[due.slot.public_id]),
                hidden_context=title_of(due.slot.version, language),
            ),
        ),
    )


def _visit(visit: Visit | None) -> Card | None:
    if visit is None:
        return None
    starts = visit.starts_at
    return Card(
        gettext("Your next visit"),
        (
            gettext("{day} at {time}").format(
                day=capfirst(weekday_date(starts)), time=clock_time(starts)
            ),
            gettext("With {name}").format(name=visit.therapist.display_name),
        ),
    )


def _graphs(courses: Sequence[OwnCourse]) -> tuple[Card, ...]:
    return tuple(
        Card(
            gettext("Your visits with {name}").format(name=course.therapist),
            (
                format_html('<p class="quiet">{}</p>', _meaning(course)),
                Sparkline(
                    tuple(point.score for point in course.points if not point.is_missed),
                    lowest=course.lowest,
                    highest=course.highest,
                ),
            ),
            href=reverse("client_graph"),
        )
        for course in courses
        if course.n_scores
    )


def _meaning(course: OwnCourse) -> str:
    """What the line shows, without a judgement that it could not bear."""
    last = max(point.at for point in course.points if point.score is not None)
    says = ngettext(
        "How your visit on {day} was for you.",
        "How your visits were for you, up to {day}.",
        course.n_scores,
    ).format(day=weekday_date(last))
    if course.n_scores == 1:
        return says
    way = gettext("Higher is better.") if course.is_higher_better else gettext("Lower is better.")
    return f"{says} {way}"


def _answer(note: SupervisionNote) -> Card:
    day = weekday_date(note.repair.visit.starts_at)
    return Card(
        gettext("{name}, a supervisor, answers you").format(name=note.written_by.display_name),
        (note.words, gettext("It is about your visit on {day}.").format(day=day)),
        tone=Tone.INFO,
    )


def _concern(repair: Repair, answers: Sequence[SupervisionNote], viewer: Viewer) -> Concern:
    name = repair.series.therapist.display_name
    day = weekday_date(repair.visit.starts_at)
    is_told = repair.is_told_to_supervisor
    rows = (
        SummaryRow(gettext("Where it stands"), _standing(repair, name)),
        SummaryRow(name, _therapist_knows(repair, viewer)),
        SummaryRow(
            gettext("A supervisor"),
            gettext("Knows that something felt wrong.") if is_told else gettext("Does not know."),
        ),
    )
    return Concern(
        heading=gettext("Something felt wrong at your visit on {day}").format(day=day),
        who_knows=SummaryList(rows),
        answers=tuple(
            _answer(note)
            for note in answers
            if note.repair_id == repair.pk and note.seen_at is not None
        ),
        tell_action="" if is_told else reverse("tell_supervisor", args=[repair.public_id]),
        tell_words=gettext(
            "You can ask us to tell a supervisor. They learn that something felt wrong with "
            "{name}. They do not learn your name, and they do not read your words. They can "
            "answer you here."
        ).format(name=name),
    )


def _standing(repair: Repair, name: str) -> str:
    return {
        RepairState.NOTICED: gettext("You told us. It is still open."),
        RepairState.TALKED_ABOUT: gettext(
            "{name} says you two talked about it. You can say above if that is so."
        ),
        RepairState.CONFIRMED: gettext("You said that you two talked about it."),
        RepairState.NOT_CONFIRMED: gettext("You said that you two have not talked about it yet."),
        RepairState.REPAIRED: gettext("You said that it is better now."),
        RepairState.WITHDRAWN: gettext("It was put right: it is not what you said."),
    }[RepairState(repair.state)].format(name=name)


def _therapist_knows(repair: Repair, viewer: Viewer) -> str:
    sees_from = repair.therapist_sees_from
    if sees_from is None:
        return gettext("Does not see it. You chose that.")
    if sees_from <= viewer.now:
        return gettext("Can see it.")
    return gettext("Can see it from {day} on.").format(day=weekday_date(sees_from))
