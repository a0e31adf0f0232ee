"""What the client said before, and since when or from when their therapist can see it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext

from alongside.clinic.instruments.asking import Ask, answer_in_words, asks_of, title_of
from alongside.clinic.instruments.models import Answer, Release, Slot
from alongside.interfaces.shared.components.card import Card
from alongside.interfaces.shared.components.empty_state import EmptyState
from alongside.interfaces.shared.components.summary_list import SummaryList, SummaryRow
from alongside.interfaces.shared.dates import short_date, weekday_date


@dataclass(frozen=True)
class PastFormsPage:
    """The forms that were handed in, the latest first."""

    forms: tuple[Card, ...]
    nothing: EmptyState | None
    newer: str
    older: str


def past_forms_page(
    slots: Iterable[Slot], *, page: int, has_more: bool, language: str
) -> PastFormsPage:
    """A page of the list."""
    forms = tuple(
        Card(
            title_of(slot.version, language),
            (_about(slot), _sent(slot)),
            href=reverse("past_answer", args=[slot.public_id]),
        )
        for slot in slots
    )
    return PastFormsPage(
        forms=forms,
        nothing=(
            None
            if forms or page > 1
            else EmptyState(
                gettext("No answers yet"), gettext("What you send will be kept here for you.")
            )
        ),
        newer=f"?page={page - 1}" if page > 1 else "",
        older=f"?page={page + 1}" if has_more else "",
    )


@dataclass(frozen=True)
class PastFormPage:
    """One form as it was handed in."""

    heading: str
    about: str
    sent: str
    answers: SummaryList


def past_form_page(
    slot: Slot, answers: Iterable[Answer], *, language: str, now: datetime
) -> PastFormPage:
    """Each question with what was said, and who can see it."""
    rows = {answer.link_id: answer for answer in answers}
    return PastFormPage(
        heading=title_of(slot.version, language),
        about=_about(slot),
        sent=_sent(slot),
        answers=SummaryList(
            tuple(
                SummaryRow(ask.text, _said(ask, rows[ask.link_id], slot, now))
                for ask in asks_of(slot.version, language)
                if ask.is_question
                and ask.link_id in rows
                and rows[ask.link_id].state != "not_shown"
            )
        ),
    )


def _about(slot: Slot) -> str:
    visit = getattr(slot, "visit", None)
    if visit is None or slot.therapist is None:
        return gettext("For the week of {day}").format(day=weekday_date(slot.opens_at))
    return gettext("Your visit with {name} on {day}").format(
        name=slot.therapist.display_name,
        day=weekday_date(visit.starts_at),
    )


def _sent(slot: Slot) -> str:
    response = slot.response
    on: date | None = response.filled_on
    if on is not None:
        return gettext("Filled in on paper on {day}").format(day=short_date(on))
    sent: datetime | None = response.submitted_at
    return gettext("Sent on {day}").format(day=short_date(sent)) if sent else ""


def _said(ask: Ask, answer: Answer, slot: Slot, now: datetime) -> tuple[str, ...]:
    if answer.state == "declined":
        return (gettext("You left this out."),)
    if answer.state != "answered":
        return (gettext("No answer."),)
    return (answer_in_words(ask, answer.value), _seen(answer, slot, now))


def _seen(answer: Answer, slot: Slot, now: datetime) -> str:
    if slot.therapist is None:
        return _counts(answer, now)
    name = slot.therapist.display_name
    if answer.release == Release.WITHHELD or answer.released_at is None:
        return gettext("{name} does not see this.").format(name=name)
    day = short_date(answer.released_at)
    told = (
        gettext("{name} can see this since {day}.")
        if answer.released_at <= now
        else gettext("{name} can see this from {day} on.")
    )
    return told.format(name=name, day=day)


def _counts(answer: Answer, now: datetime) -> str:
    if answer.release == Release.WITHHELD or answer.released_at is None:
        return gettext("Counts only in your own score.")
    day = short_date(answer.released_at)
    told = (
        gettext("Counts since {day} in the score that your therapists see.")
        if answer.released_at <= now
        else gettext("Counts from {day} on in the score that your therapists see.")
    )
    return told.format(day=day)
