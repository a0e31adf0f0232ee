"""Who has seen the client's record: each person on each day in plain words, the system apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import tzinfo

from django import forms
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext

from alongside.clinic.access.models import Emergency, EmergencyReason, Verdict
from alongside.clinic.access.policy import Relation, Segment
from alongside.clinic.transparency.log import AccessLog, Look, Occasion, SystemDeed
from alongside.clinic.transparency.models import Question
from alongside.interfaces.client.words import names_in_a_row
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.button import Button, ButtonKind
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.disclosure import Disclosure
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.error_summary import ErrorSummary
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.dates import clock_time, long_date, month_name
from alongside.interfaces.shared.tones import Tone


@dataclass(frozen=True)
class DayOfLooks:
    """All who looked on one day."""

    day: str
    cards: tuple[Card, ...]


@dataclass(frozen=True)
class WhoLookedPage:
    """The looks by day, the questions that were asked, and what the software did by itself."""

    days: tuple[DayOfLooks, ...]
    questions: tuple[Card, ...]
    system: Disclosure | None
    ask: Button
    nothing: EmptyState | None


@dataclass(frozen=True)
class AskPage:
    """The question about one look, or about the record as a whole."""

    title: str
    look: Card | None
    field: Field
    button: Button
    mistakes: ErrorSummary | None


def who_looked_page(log: AccessLog, zone: tzinfo) -> WhoLookedPage:
    """The log as the client reads it."""
    days: dict[str, list[Card]] = {}
    for look in log.looks:
        days.setdefault(capfirst(long_date(look.on)), []).append(look_card(look, zone))
    return WhoLookedPage(
        days=tuple(DayOfLooks(day, tuple(cards)) for day, cards in days.items()),
        questions=tuple(_question(each) for each in log.questions),
        system=_system(log.system) if log.system else None,
        ask=Button(
            gettext("Ask something else about my record"),
            ButtonKind.QUIET,
            href=reverse("ask_about_record"),
        ),
        nothing=None
        if log.looks
        else EmptyState(
            gettext("Nobody has looked yet"),
            gettext("When somebody who works here opens your record, it stands here at once."),
        ),
    )


def ask_page(look: Look | None, form: forms.Form, zone: tzinfo) -> AskPage:
    """The form for a question."""
    return AskPage(
        title=gettext("Ask about this") if look else gettext("Ask about my record"),
        look=look_card(look, zone, is_alone=True) if look else None,
        field=Field.of(form["words"]),
        button=Button(gettext("Send my question")),
        mistakes=ErrorSummary.of(form) if form.errors else None,
    )


def look_card(look: Look, zone: tzinfo, *, is_alone: bool = False) -> Card:
    """What one person saw on one day: in a list of days, or alone on the page where one asks."""
    body = [_when(look, zone)]
    if look.segments:
        kinds = sorted(SEGMENT_WORDS[each]() for each in look.segments if each in SEGMENT_WORDS)
        body.append(gettext("They could see: {things}.").format(things="; ".join(kinds)))
    body += [line for each in look.emergencies for line in _emergency(each, zone)]
    actions: tuple[Button, ...] = ()
    if not is_alone and look.question is None and look.person is not None:
        address = reverse("ask_about_look", args=[look.person.public_id, look.on.isoformat()])
        actions = (
            Button(
                gettext("Ask about this"),
                ButtonKind.QUIET,
                href=address,
                hidden_context=look.person.display_name,
            ),
        )
    return Card(
        _who(look),
        tuple(body),
        badge=_badge(look),
        actions=actions,
        tone=Tone.DANGER if look.is_emergency else None,
        level=2 if is_alone else 3,
    )


def _who(look: Look) -> str:
    name = look.person.display_name if look.person else gettext("Somebody at the computer itself")
    roles = [WORDS() for relation, WORDS in RELATION_WORDS.items() if relation in look.relations]
    return f"{name}, {roles[0]}" if roles else name


def _badge(look: Look) -> Badge | None:
    if look.is_emergency:
        return Badge(gettext("Emergency"), Tone.DANGER)
    if look.question is not None:
        is_open = look.question.answered_at is None
        return Badge(gettext("You asked") if is_open else gettext("Answered"), Tone.INFO)
    return None


def _when(look: Look, zone: tzinfo) -> str:
    first, last = clock_time(look.first_at, zone), clock_time(look.last_at, zone)
    if look.is_only_listed:
        return gettext("Your name stood on a list that they opened, first at {time}.").format(
            time=first
        )
    times = gettext("at {time}").format(time=first)
    if first != last:
        times = gettext("between {first} and {last}").format(first=first, last=last)
    opened = ngettext(
        "Opened your record {n} time, {times}.",
        "Opened your record {n} times, {times}.",
        look.n_records,
    ).format(n=look.n_records, times=times)
    if look.occasion is Occasion.VISIT:
        return f"{opened} {gettext('That was around your visit.')}"
    return opened


def _emergency(emergency: Emergency, zone: tzinfo) -> Iterable[str]:
    yield gettext("They opened it in an emergency and gave as reason: {reason}.").format(
        reason=REASON_WORDS[EmergencyReason(emergency.reason)]()
    )
    yield f"“{emergency.words}”"
    yield gettext("It was open to read until {time}.").format(
        time=clock_time(emergency.ends_at, zone)
    )
    if emergency.reviewed_at is None:
        yield gettext("The privacy officer will check within three days if this was right.")
    else:
        yield VERDICT_WORDS[Verdict(emergency.verdict)]()
        yield f"“{emergency.outcome}”"


def _question(question: Question) -> Card:
    asked = gettext("You asked on {day}.").format(day=long_date(question.asked_at))
    body = [asked]
    if question.words:
        body.append(f"“{question.words}”")
    if question.answered_at is None:
        body.append(
            gettext("You get an answer here by {day}.").format(day=long_date(question.due_on))
        )
    else:
        who = question.answered_by.display_name if question.answered_by else ""
        body.append(
            gettext("{who} answered on {day}:").format(who=who, day=long_date(question.answered_at))
        )
        body.append(f"“{question.answer}”")
    if question.about is not None and question.looked_on is not None:
        title = gettext("About {name} on {day}").format(
            name=question.about.display_name, day=long_date(question.looked_on)
        )
    else:
        title = gettext("About your record")
    is_open = question.answered_at is None
    badge = Badge(gettext("Waits for an answer") if is_open else gettext("Answered"), Tone.INFO)
    return Card(title, tuple(body), badge=badge, level=3)


def _system(deeds: Iterable[SystemDeed]) -> Disclosure:
    months: dict[str, dict[str, int]] = {}
    for each in deeds:
        words = system_words(each.deed)
        counts = months.setdefault(capfirst(month_name(each.month)), {})
        counts[words] = counts.get(words, 0) + each.n
    rows = tuple(
        SummaryRow(
            month,
            names_in_a_row(
                tuple(
                    ngettext("{what} ({n} time)", "{what} ({n} times)", n).format(what=what, n=n)
                    for what, n in counts.items()
                )
            ),
        )
        for month, counts in months.items()
    )
    return Disclosure(
        gettext("What the software did by itself"),
        (gettext("No person saw anything in these."), SummaryList(rows)),
    )


def system_words(deed: str) -> str:
    """What a deed of the software is to a client."""
    for beginning, words in SYSTEM_WORDS:
        if deed.startswith(beginning):
            return words()
    return gettext("kept your record in order")


SYSTEM_WORDS: tuple[tuple[str, Callable[[], str]], ...] = (
    ("repair_", lambda: gettext("looked at your shared scores for signs of trouble")),
    ("refresh_", lambda: gettext("drew your graphs anew")),
    ("open_weekly_check", lambda: gettext("opened a form for you")),
    ("flag_look", lambda: gettext("asked the privacy officer to check a look")),
    ("hand_in_answers", lambda: gettext("took in answers from elsewhere")),
    ("import_", lambda: gettext("took in answers from elsewhere")),
    ("visit_", lambda: gettext("noted what became of a visit")),
    ("book_visit", lambda: gettext("noted a visit")),
)
REASON_WORDS: dict[EmergencyReason, Callable[[], str]] = {
    EmergencyReason.CLIENT_IN_DANGER: lambda: gettext("you were in danger"),
    EmergencyReason.OTHERS_IN_DANGER: lambda: gettext("somebody else was in danger"),
    EmergencyReason.MEDICAL: lambda: gettext("a medical emergency"),
    EmergencyReason.NOBODY_ELSE: lambda: gettext(
        "it was urgent and no therapist of yours was here"
    ),
}
VERDICT_WORDS: dict[Verdict, Callable[[], str]] = {
    Verdict.JUSTIFIED: lambda: gettext("The privacy officer checked it and found it right:"),
    Verdict.NOT_JUSTIFIED: lambda: gettext(
        "The privacy officer checked it and found that it was not right:"
    ),
}
RELATION_WORDS: dict[Relation, Callable[[], str]] = {
    Relation.IN_EMERGENCY: lambda: gettext("in an emergency"),
    Relation.ABOUT: lambda: gettext("your therapist"),
    Relation.IN_CARE_OF: lambda: gettext("your therapist"),
    Relation.SUPERVISING: lambda: gettext("who supervises your therapist"),
    Relation.COVERING: lambda: gettext("standing in for your therapist"),
    Relation.PRIVACY_OFFICER: lambda: gettext("the privacy officer"),
}
SEGMENT_WORDS: dict[Segment, Callable[[], str]] = {
    Segment.IDENTITY: lambda: gettext("your name and how to reach you"),
    Segment.ATTENDANCE: lambda: gettext("your visits"),
    Segment.ANSWERS: lambda: gettext("answers that you shared"),
    Segment.ALLIANCE: lambda: gettext("scores that you shared"),
    Segment.STRAIN: lambda: gettext("that things got hard between you and your therapist"),
    Segment.CONCERN: lambda: gettext("that something felt wrong to you"),
    Segment.SIGNALS: lambda: gettext("what they did when something stood out"),
    Segment.CHANGES: lambda: gettext("what changed because of you"),
    Segment.PROGRESS: lambda: gettext("the scores of your weeks"),
    Segment.CARE: lambda: gettext("whose client you are"),
    Segment.SEALED_NOTES: lambda: gettext("their own notes, which nobody else can open"),
    Segment.QUESTIONS: lambda: gettext("your question about a look"),
    Segment.REVIEW: lambda: gettext("who looked at your record, to check it"),
}
