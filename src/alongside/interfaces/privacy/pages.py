"""What the privacy officer reads: facts about looks, and nothing clinical."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from django import forms
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from alongside.clinic.access.emergencies import REVIEWED_WITHIN
from alongside.clinic.access.models import Emergency, EmergencyReason
from alongside.clinic.access.policy import Relation
from alongside.clinic.transparency.log import looks_of
from alongside.clinic.transparency.models import Flag, OddLook, Question
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.choice_list import ChoiceList
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.dates import clock_time, long_date, long_moment, short_date
from alongside.interfaces.shared.tones import Tone


@dataclass(frozen=True)
class Section:
    """One kind of thing that waits."""

    key: str
    title: str
    cards: tuple[Card, ...]
    nothing: str


@dataclass(frozen=True)
class BoardPage:
    """All that waits, and what this page does not show."""

    sections: tuple[Section, ...]
    empty: EmptyState | None
    about: Disclosure


@dataclass(frozen=True)
class CasePage:
    """One thing to decide or to answer: its facts, and the form while it is open."""

    back: Breadcrumbs
    title: str
    lead: str
    facts: SummaryList
    choice: ChoiceList | None
    field: Field | None
    button: Button | None
    mistakes: ErrorSummary | None


def board_page(
    questions: Iterable[Question],
    emergencies: Iterable[Emergency],
    flags: Iterable[Flag],
    *,
    now: datetime,
    zone: tzinfo,
) -> BoardPage:
    """The board of the privacy officer."""
    today = now.astimezone(zone).date()
    sections = (
        Section(
            "emergencies",
            gettext("Opened in an emergency"),
            tuple(_emergency_card(each, now=now, zone=zone) for each in emergencies),
            gettext("No emergency waits for a review."),
        ),
        Section(
            "questions",
            gettext("Questions of clients"),
            tuple(
                Card(
                    _about(each),
                    gettext("Asked on {day}. Answer by {due}.").format(
                        day=short_date(each.asked_at, zone), due=long_date(each.due_on)
                    ),
                    href=reverse("privacy_question", args=[each.public_id]),
                    badge=Badge(gettext("Late"), Tone.DANGER) if each.is_late(today) else None,
                    tone=Tone.ATTENTION,
                    level=3,
                )
                for each in questions
            ),
            gettext("No question is open."),
        ),
        Section(
            "looks",
            gettext("Looks to think about"),
            tuple(
                Card(
                    RULE_TITLES[OddLook(each.rule)](),
                    gettext("{person}, on {day}").format(
                        person=each.person.display_name, day=long_date(each.looked_on)
                    ),
                    href=reverse("privacy_flag", args=[each.public_id]),
                    level=3,
                )
                for each in flags
            ),
            gettext("Nothing stands out."),
        ),
    )
    has_something = any(section.cards for section in sections)
    return BoardPage(
        sections=sections if has_something else (),
        empty=None
        if has_something
        else EmptyState(
            gettext("Nothing waits for you"),
            gettext(
                "Questions of clients, records opened in an emergency and looks that stand out "
                "will show up here."
            ),
        ),
        about=Disclosure(
            gettext("What you see here, and what you do not"),
            (
                gettext("Who looked at whose record, when and by which right."),
                gettext("No answers, no scores, no notes. Nothing clinical."),
                gettext("A client whose question you open is told that you read it."),
                gettext("What is about yourself goes to another privacy officer."),
            ),
        ),
    )


def question_page(question: Question, form: forms.Form, *, zone: tzinfo) -> CasePage:
    """One question with the look that it is about."""
    rows = [
        SummaryRow(gettext("Client"), question.client.display_name),
        SummaryRow(gettext("Asked"), long_moment(question.asked_at, zone)),
        SummaryRow(
            gettext("In the client’s words"), question.words or gettext("The client wrote nothing.")
        ),
        *_look_rows(question, zone),
    ]
    is_open = question.answered_at is None
    if not is_open:
        rows.append(SummaryRow(gettext("Answer"), question.answer))
    return CasePage(
        back=_back(),
        title=_about(question),
        lead=gettext("Answer by {day}.").format(day=long_date(question.due_on)) if is_open else "",
        facts=SummaryList(tuple(rows)),
        choice=None,
        field=Field.of(form["words"]) if is_open else None,
        button=Button(gettext("Send the answer")) if is_open else None,
        mistakes=ErrorSummary.of(form) if form.errors else None,
    )


def emergency_page(
    emergency: Emergency, form: forms.Form, *, now: datetime, zone: tzinfo
) -> CasePage:
    """One emergency with all that was said and seen."""
    rows = [
        SummaryRow(gettext("Client"), emergency.client.display_name),
        SummaryRow(gettext("Opened by"), emergency.person.display_name),
        SummaryRow(gettext("Opened"), long_moment(emergency.opened_at, zone)),
        SummaryRow(gettext("Open until"), clock_time(emergency.ends_at, zone)),
        SummaryRow(gettext("Reason"), REASONS[EmergencyReason(emergency.reason)]()),
        SummaryRow(gettext("In their words"), emergency.words),
    ]
    is_open = emergency.reviewed_at is None
    if not is_open:
        rows.append(SummaryRow(gettext("What was found"), emergency.outcome))
    due = emergency.opened_at + REVIEWED_WITHIN
    return CasePage(
        back=_back(),
        title=gettext("Opened in an emergency"),
        lead=gettext("Review by {time}.").format(time=long_moment(due, zone)) if is_open else "",
        facts=SummaryList(tuple(rows)),
        choice=ChoiceList.of(form["verdict"]) if is_open else None,
        field=Field.of(form["words"]) if is_open else None,
        button=Button(gettext("Keep the review")) if is_open else None,
        mistakes=ErrorSummary.of(form) if form.errors else None,
    )


def flag_page(flag: Flag, form: forms.Form, *, zone: tzinfo) -> CasePage:
    """One odd look with the reason why it stands out."""
    rows = [
        SummaryRow(gettext("Who looked"), flag.person.display_name),
        SummaryRow(gettext("Day"), long_date(flag.looked_on)),
    ]
    if flag.client is not None:
        rows.append(SummaryRow(gettext("Client"), flag.client.display_name))
    if flag.usual is not None:
        rows.append(
            SummaryRow(
                gettext("Records opened"),
                ngettext(
                    "{n} record; on the median day of the four weeks before, {usual:g}",
                    "{n} records; on the median day of the four weeks before, {usual:g}",
                    flag.n_records,
                ).format(n=flag.n_records, usual=flag.usual),
            )
        )
    is_open = flag.reviewed_at is None
    if not is_open:
        rows.append(SummaryRow(gettext("What was found out"), flag.outcome))
    return CasePage(
        back=_back(),
        title=RULE_TITLES[OddLook(flag.rule)](),
        lead=gettext("This proves nothing. It is a reason to ask, not to blame."),
        facts=SummaryList(tuple(rows)),
        choice=None,
        field=Field.of(form["words"]) if is_open else None,
        button=Button(gettext("Keep what I found out")) if is_open else None,
        mistakes=ErrorSummary.of(form) if form.errors else None,
    )


def _back() -> Breadcrumbs:
    return Breadcrumbs((Crumb(gettext("Privacy"), reverse("privacy")),))


def _about(question: Question) -> str:
    if question.about is None:
        return gettext("About the whole record")
    return gettext("About a look of {person}").format(person=question.about.display_name)


def _look_rows(question: Question, zone: tzinfo) -> Iterable[SummaryRow]:
    if question.about is None or question.looked_on is None:
        return
    look = looks_of(question.client_id, question.about.pk, question.looked_on)
    if look is None:
        return
    yield SummaryRow(gettext("Who looked"), question.about.display_name)
    yield SummaryRow(
        gettext("When"),
        gettext("{day}, {first} to {last}").format(
            day=long_date(look.on),
            first=clock_time(look.first_at, zone),
            last=clock_time(look.last_at, zone),
        ),
    )
    yield SummaryRow(
        gettext("How often"),
        ngettext("{n} page", "{n} pages", look.n_records).format(n=look.n_records)
        if look.n_records
        else gettext("Only the name on a list"),
    )
    rights = [words() for relation, words in RIGHTS.items() if relation in look.relations]
    if rights:
        yield SummaryRow(gettext("By which right"), ", ".join(dict.fromkeys(rights)))


RIGHTS: dict[Relation, Callable[[], str]] = {
    Relation.IN_EMERGENCY: lambda: gettext("in an emergency"),
    Relation.ABOUT: lambda: gettext("their therapist"),
    Relation.IN_CARE_OF: lambda: gettext("their therapist"),
    Relation.AUTHOR: lambda: gettext("wrote it"),
    Relation.COVERING: lambda: gettext("standing in for their therapist"),
    Relation.SUPERVISING: lambda: gettext("supervises their therapist"),
    Relation.SUPERVISOR: lambda: gettext("a supervisor"),
    Relation.CLINICIAN: lambda: gettext("a therapist or supervisor, on a list"),
    Relation.PRIVACY_OFFICER: lambda: gettext("the privacy officer"),
}


def _emergency_card(emergency: Emergency, *, now: datetime, zone: tzinfo) -> Card:
    due = emergency.opened_at + REVIEWED_WITHIN
    return Card(
        gettext("{person} opened a record").format(person=emergency.person.display_name),
        gettext("{time}. Review by {due}.").format(
            time=long_moment(emergency.opened_at, zone), due=long_moment(due, zone)
        ),
        href=reverse("privacy_emergency", args=[emergency.public_id]),
        badge=Badge(gettext("Late"), Tone.DANGER) if now > due else None,
        tone=Tone.DANGER,
        level=3,
    )


RULE_TITLES: dict[OddLook, Callable[[], str]] = {
    OddLook.SAME_SURNAME: lambda: gettext("Same surname as the client"),
    OddLook.COLLEAGUE: lambda: gettext("A colleague who is a client here"),
    OddLook.MANY_RECORDS: lambda: gettext("Many more records than usual"),
}
REASONS: dict[EmergencyReason, Callable[[], str]] = {
    EmergencyReason.CLIENT_IN_DANGER: lambda: gettext("The client was in danger"),
    EmergencyReason.OTHERS_IN_DANGER: lambda: gettext("Somebody else was in danger"),
    EmergencyReason.MEDICAL: lambda: gettext("A medical emergency"),
    EmergencyReason.NOBODY_ELSE: lambda: gettext("Urgent, and no therapist in care was here"),
}
