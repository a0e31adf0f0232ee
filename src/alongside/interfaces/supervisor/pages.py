"""What the pages of a supervisor say, as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import tzinfo
from itertools import groupby
from typing import Final

from django import forms
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from alongside.clinic.alliance.repair_states import RepairEvent
from alongside.clinic.people.models import Person
from alongside.clinic.supervision.queries import Board, Note, Opened, Waiting
from alongside.clinic.supervision.totals import Totals
from alongside.interfaces.shared.charts.score_drawing import Mark, ScorePoint
from alongside.interfaces.shared.component import Component
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.score_chart import ScoreChart
from alongside.interfaces.shared.components.stat import Stat
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.components.you_said import YouSaid
from alongside.interfaces.shared.dates import short_date
from alongside.interfaces.shared.tones import Tone
from alongside.interfaces.supervisor.figures import figures_of, why_no_figures, withheld_of

EVENT_WORDS: Final = {
    RepairEvent.NOTICED: gettext_lazy("Noticed"),
    RepairEvent.TALKED_ABOUT: gettext_lazy("The therapist talked about it with the client"),
    RepairEvent.CLIENT_CONFIRMS: gettext_lazy("The client says: yes, we talked about it"),
    RepairEvent.CLIENT_DENIES: gettext_lazy("The client says: we have not talked about it yet"),
    RepairEvent.CLIENT_FEELS_BETTER: gettext_lazy("The client says: it is better now"),
    RepairEvent.RATINGS_CAME_BACK: gettext_lazy("Ratings came back"),
    RepairEvent.SENT_TO_SUPERVISION: gettext_lazy("Came to supervision after three visits"),
    RepairEvent.HOLDS_NO_MORE: gettext_lazy("Withdrawn: it no longer holds"),
    RepairEvent.NOTICED_AGAIN: gettext_lazy("Noticed again"),
}
STEPS_TAKEN: Final = frozenset(RepairEvent) - {
    RepairEvent.NOTICED,
    RepairEvent.SENT_TO_SUPERVISION,
    RepairEvent.HOLDS_NO_MORE,
    RepairEvent.NOTICED_AGAIN,
}


@dataclass(frozen=True)
class TherapistSection:
    """What waits about one therapist."""

    name: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class BoardPage:
    """The first page of a supervisor."""

    lead: str
    concerns: tuple[Card, ...]
    sections: tuple[TherapistSection, ...]
    nothing_for: str
    empty: EmptyState | None
    figures: tuple[Stat, ...]
    withheld: tuple[str, ...]
    why_no_figures: str
    about: Disclosure


@dataclass(frozen=True)
class WaitingPage:
    """One strain or one concern."""

    back: Breadcrumbs
    title: str
    lead: str
    mistakes: ErrorSummary | None
    closed: Notice | None
    said: Component | None
    answers: tuple[YouSaid, ...]
    history: SummaryList
    notes: SummaryList | None
    answer_field: Field | None
    answer_button: Button
    answer_url: str
    note_field: Field
    note_button: Button
    note_url: str


@dataclass(frozen=True)
class OpenedPage:
    """The ratings of one pair."""

    back: Breadcrumbs
    title: str
    lead: str
    chart: ScoreChart


def board_page(board: Board, totals: Totals, *, zone: tzinfo) -> BoardPage:
    """The board as it is shown: concerns first, then each therapist from A to Z."""
    pairs: list[tuple[Person, Card]] = [
        *((each.therapist, _strain_card(each, zone)) for each in board.strains),
        *(
            (
                each.therapist,
                Card(
                    gettext("A client has gone quiet"),
                    ngettext(
                        "No answer after {n} visit, since the one on {day}.",
                        "No answer after {n} visits in a row, since the one on {day}.",
                        each.n_visits,
                    ).format(n=each.n_visits, day=short_date(each.since, zone)),
                    badge=Badge(gettext("Quiet"), Tone.INFO),
                    level=3,
                ),
            )
            for each in board.silences
        ),
        *((each.therapist, _opened_card(each, zone)) for each in board.opened),
    ]
    order = {person.pk: place for place, person in enumerate(board.therapists)}
    pairs.sort(key=lambda pair: order[pair[0].pk])
    sections = tuple(
        TherapistSection(person.display_name, tuple(card for _, card in group))
        for person, group in groupby(pairs, key=lambda pair: pair[0])
    )
    busy = {person.pk for person, _ in pairs} | {each.therapist.pk for each in board.concerns}
    quiet = [person.display_name for person in board.therapists if person.pk not in busy]
    return BoardPage(
        lead=_board_lead(board),
        concerns=tuple(_concern_card(each, zone) for each in board.concerns),
        sections=sections,
        nothing_for=", ".join(quiet),
        empty=None
        if board.therapists
        else EmptyState(
            gettext("You do not look after a therapist yet"),
            gettext("An administrator can set this under Staff. It shows here at once."),
        ),
        figures=figures_of(totals) if board.therapists else (),
        withheld=withheld_of(totals),
        why_no_figures=why_no_figures(),
        about=Disclosure(
            gettext("What you see here, and what you do not"),
            (
                gettext("That something waits, since when, and which steps were taken."),
                gettext("No names of clients. The therapist knows from the dates who it is."),
                gettext(
                    "No ratings, unless the client or the therapist has opened them to you. They "
                    "can close them again."
                ),
                gettext(
                    "A concern shows only when the client asked that a supervisor be told. The "
                    "therapist may not know of it. Please speak with the client first."
                ),
                gettext("Therapists stand in the order of the alphabet. Nobody is ranked."),
            ),
        ),
    )


def waiting_page(
    waiting: Waiting,
    note_form: forms.Form,
    answer_form: forms.Form,
    *,
    mistakes_in: forms.Form | None,
    zone: tzinfo,
) -> WaitingPage:
    """One strain or concern with its history, and room for a note and an answer."""
    answers = tuple(each for each in waiting.notes if each.is_for_client)
    notes = tuple(each for each in waiting.notes if not each.is_for_client)
    key = {"public_id": waiting.public_id}
    therapist = waiting.therapist.display_name
    return WaitingPage(
        back=Breadcrumbs((Crumb(gettext("Supervision"), reverse("supervision")),)),
        title=gettext("A concern from a client") if waiting.is_concern else gettext("A strain"),
        lead=(
            gettext("A client of {therapist} asked that a supervisor be told. {day}.")
            if waiting.is_concern
            else gettext("Between {therapist} and a client. Open since {day}.")
        ).format(therapist=therapist, day=short_date(waiting.noticed_at, zone)),
        mistakes=ErrorSummary.of(mistakes_in) if mistakes_in else None,
        closed=None
        if waiting.is_open
        else Notice(gettext("This is no longer open"), tone=Tone.SUCCESS),
        said=_said(waiting, zone) if waiting.is_concern else None,
        answers=tuple(_answer(each, zone) for each in answers),
        history=SummaryList(
            tuple(
                SummaryRow(EVENT_WORDS[step.event], short_date(step.at, zone))
                for step in waiting.tried
            )
        ),
        notes=SummaryList(
            tuple(
                SummaryRow(f"{each.by}, {short_date(each.at, zone)}", each.words) for each in notes
            )
        )
        if notes
        else None,
        answer_field=_answer_field(waiting, answer_form) if waiting.is_concern else None,
        answer_button=Button(gettext("Keep the answer")),
        answer_url=reverse("supervision_answer", kwargs=key),
        note_field=Field.of(note_form["note"]),
        note_button=Button(
            gettext("Keep the note"),
            ButtonKind.QUIET if waiting.is_concern else ButtonKind.PRIMARY,
        ),
        note_url=reverse("supervision_note", kwargs=key),
    )


def opened_page(opened: Opened, *, zone: tzinfo) -> OpenedPage:
    """The graph of one pair with who opened it."""
    opener = (
        gettext("The client opened these ratings to you on {day}.")
        if opened.is_opened_by_client
        else gettext("{therapist} opened these ratings to you on {day}.")
    )
    therapist = opened.therapist.display_name
    points = tuple(
        ScorePoint(
            point.at,
            point.score,
            tuple(
                mark
                for mark, is_so in (
                    (Mark.STRAIN, point.is_strain),
                    (Mark.REPAIR, point.visit_id in opened.repaired_visits),
                )
                if is_so
            ),
        )
        for point in opened.points
    )
    return OpenedPage(
        back=Breadcrumbs((Crumb(gettext("Supervision"), reverse("supervision")),)),
        title=gettext("A client of {therapist}").format(therapist=therapist),
        lead=opener.format(therapist=therapist, day=short_date(opened.opened_at, zone)),
        chart=ScoreChart(
            title=gettext("How the client rates working together"),
            points=points,
            zone=zone,
            direction=gettext("Higher is better."),
            note=gettext("Only answers that the client shared with the therapist are in it."),
        ),
    )


def _board_lead(board: Board) -> str:
    if not board.therapists:
        return ""
    counts = (
        (ngettext("{n} concern", "{n} concerns", len(board.concerns)), len(board.concerns)),
        (ngettext("{n} open strain", "{n} open strains", len(board.strains)), len(board.strains)),
        (
            ngettext("{n} client gone quiet", "{n} clients gone quiet", len(board.silences)),
            len(board.silences),
        ),
        (
            ngettext(
                "{n} client to reach out to, overdue",
                "{n} clients to reach out to, overdue",
                board.n_overdue,
            ),
            board.n_overdue,
        ),
    )
    found = [words.format(n=n) for words, n in counts if n]
    if not found:
        return gettext("Nothing is open now.")
    return gettext("Open now: {things}.").format(things=", ".join(found))


def _concern_card(concern: Waiting, zone: tzinfo) -> Card:
    answered = [each for each in concern.notes if each.is_for_client]
    return Card(
        gettext("A client of {therapist}").format(therapist=concern.therapist.display_name),
        gettext("Asked on {day} that a supervisor be told.").format(
            day=short_date(concern.noticed_at, zone)
        ),
        href=_href(concern),
        badge=Badge(gettext("Answered"), Tone.SUCCESS)
        if answered
        else Badge(gettext("Waits for an answer"), Tone.ATTENTION),
        tone=None if answered else Tone.ATTENTION,
        level=3,
    )


def _strain_card(strain: Waiting, zone: tzinfo) -> Card:
    steps = [
        f"{EVENT_WORDS[step.event]} ({short_date(step.at, zone)})"
        for step in strain.tried
        if step.event in STEPS_TAKEN
    ]
    body = [
        gettext("Noticed on {day}, and still open after three visits.").format(
            day=short_date(strain.noticed_at, zone)
        ),
        gettext("Steps so far: {steps}.").format(steps="; ".join(steps))
        if steps
        else gettext("No step is noted yet."),
    ]
    if strain.notes:
        last = strain.notes[-1]
        body.append(
            gettext("Last note by {who}, {day}.").format(who=last.by, day=short_date(last.at, zone))
        )
    return Card(
        gettext("A strain since {day}").format(day=short_date(strain.noticed_at, zone)),
        tuple(body),
        href=_href(strain),
        badge=Badge(gettext("Noted"), Tone.NEUTRAL)
        if strain.notes
        else Badge(gettext("Strain"), Tone.STRAIN),
        tone=None if strain.notes else Tone.STRAIN,
        level=3,
    )


def _opened_card(opened: Opened, zone: tzinfo) -> Card:
    return Card(
        gettext("Ratings opened to you"),
        (
            gettext("By the client, on {day}.")
            if opened.is_opened_by_client
            else gettext("By the therapist, on {day}.")
        ).format(day=short_date(opened.opened_at, zone)),
        href=reverse(
            "supervision_opened",
            kwargs={
                "therapist_key": opened.therapist.public_id,
                "client_key": opened.client_key,
            },
        ),
        badge=Badge(gettext("Opened"), Tone.NEUTRAL),
        level=3,
    )


def _said(concern: Waiting, zone: tzinfo) -> Component:
    if not concern.words:
        return Notice(
            gettext("No words are shown"),
            gettext("The client asked that you know of it. There are no words for you to read."),
        )
    is_answered = any(each.is_for_client for each in concern.notes)
    return YouSaid(
        concern.words,
        said_when=short_date(concern.noticed_at, zone),
        said_label=gettext("The client wrote"),
        changed_label=gettext("Your answer"),
        waiting=gettext("Answered below.") if is_answered else gettext("No answer yet."),
    )


def _answer_field(concern: Waiting, form: forms.Form) -> Field:
    field = Field.of(form["answer"])
    if concern.can_be_read_by_client:
        return field
    return replace(
        field,
        hint=gettext(
            "This client has no sign-in yet, and can read it only once they have one. The "
            "therapist does not see it."
        ),
    )


def _answer(answer: Note, zone: tzinfo) -> YouSaid:
    return YouSaid(
        answer.words,
        said_when=short_date(answer.at, zone),
        said_label=gettext("{who} answered").format(who=answer.by),
        changed_label=gettext("Has it been read?"),
        waiting=gettext("The client read it on {day}.").format(day=short_date(answer.seen_at, zone))
        if answer.seen_at
        else gettext("The client has not read it yet."),
    )


def _href(waiting: Waiting) -> str:
    return reverse("supervision_waiting", kwargs={"public_id": waiting.public_id})
