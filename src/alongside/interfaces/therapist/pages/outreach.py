"""Somebody who may be drifting away: why, by when to reach out, what to try, and the form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy

from alongside.clinic.caseload.attention import Reason
from alongside.clinic.caseload.queries import ClientRecord
from alongside.clinic.engagement.models import ReachedOut, Way
from alongside.clinic.engagement.queries import Drifting
from alongside.clinic.people.models import Person
from alongside.interfaces.shared.component import Words
from alongside.interfaces.shared.components.badge import Badge
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.field import Field
from alongside.interfaces.shared.components.undo_notice import UndoNotice
from alongside.interfaces.shared.dates import weekday_date
from alongside.interfaces.shared.sentences import sentence_of
from alongside.interfaces.shared.tones import Tone
from alongside.interfaces.therapist.forms import ReachedOutForm
from alongside.interfaces.therapist.guidance import STAYING_AWAY, Guidance
from alongside.interfaces.therapist.pages.signals import Refused, SignalWork, signal_work
from alongside.interfaces.therapist.wording import (
    away_words,
    chance_words,
    due_words,
    missed_words,
)

DONE: Final[dict[str, Words]] = {
    Way.CALLED: gettext_lazy("{who} called, {day}."),
    Way.WROTE: gettext_lazy("{who} wrote, {day}."),
    Way.SAW: gettext_lazy("{who} saw {name}, {day}."),
    Way.SOMEBODY_ELSE: gettext_lazy("Somebody else reached out, {day}. {who} noted it."),
}


@dataclass(frozen=True)
class ReachedOutForms:
    """The form that says that somebody reached out."""

    action: str
    way: Field
    note: Field
    button: Button


@dataclass(frozen=True)
class ReachedLine:
    """One time that somebody reached out, and the way to take it back while that is possible."""

    words: str
    note: str
    undo: UndoNotice | None


@dataclass(frozen=True)
class OutreachBlock:
    """Why somebody should reach out and how sure that is; after it, that it was done."""

    title: str
    badge: Badge
    lines: tuple[str, ...]
    why: tuple[str, ...]
    sure: tuple[str, ...]
    reached: tuple[ReachedLine, ...]
    guidance: tuple[Guidance, ...]
    form: ReachedOutForms | None
    work: SignalWork | None


def outreach_block(
    record: ClientRecord,
    therapist: Person,
    *,
    zone: ZoneInfo,
    now: datetime,
    bound: ReachedOutForm | None,
    refused: Refused,
) -> OutreachBlock | None:
    """The block of a client; None where nobody needs to reach out and nobody has."""
    drifting, name = record.standing.drifting, record.client.display_name
    today = now.astimezone(zone).date()
    reached = tuple(
        _reached(each, name, therapist, is_today=each.at.astimezone(zone).date() == today)
        for each in record.reached_out
    )
    if drifting is None and not reached:
        return None
    work = _work(record, refused)
    rests = work is not None and work.resting is not None
    return OutreachBlock(
        title=gettext("Reach out to {name}").format(name=name)
        if drifting
        else gettext("Staying in touch"),
        badge=_badge(drifting),
        lines=_lines(drifting, name, is_booked=record.standing.comes_at is not None),
        why=tuple(sentence_of(reason) for reason in drifting.why) if drifting else (),
        sure=_sure(drifting) if drifting else (),
        reached=reached,
        guidance=STAYING_AWAY if drifting and not rests else (),
        form=_form(record.client.public_id, bound) if drifting and not rests else None,
        work=work,
    )


def _work(record: ClientRecord, refused: Refused) -> SignalWork | None:
    """What can be done about a chance; what the rule asks for cannot rest."""
    found = [
        each.signal
        for each in record.standing.holdings
        if each.reason in (Reason.MAY_DRIFT, Reason.AWAY) and each.signal
    ]
    return signal_work(found[0], record, refused) if found else None


def _badge(drifting: Drifting | None) -> Badge:
    if drifting is None:
        return Badge(gettext("Reached out"), Tone.SUCCESS)
    if drifting.away_since:
        return Badge(gettext("Gone quiet"), Tone.WARNING)
    if drifting.is_overdue:
        return Badge(gettext("Waiting"), Tone.ATTENTION)
    return Badge(gettext("Due"), Tone.ATTENTION) if drifting.is_by_rule else Badge(gettext("Maybe"))


def _lines(drifting: Drifting | None, name: str, *, is_booked: bool) -> tuple[str, ...]:
    if drifting is None and not is_booked:
        return (gettext("No visit is booked. It comes up again in two weeks."),)
    if drifting is None:
        return (gettext("It comes up again if {name} misses the next visit.").format(name=name),)
    if drifting.away_since:
        return (away_words(drifting), gettext("No visit is booked."))
    if not drifting.is_by_rule:
        return (
            gettext(
                "No rule asks for it yet. A few words now may be easier than after two missed "
                "visits."
            ),
        )
    days = gettext("Missed: {days}.").format(
        days="; ".join(weekday_date(day) for day in drifting.missed_on)
    )
    rule = gettext(
        "After two missed visits in a row, somebody reaches out within two working days, whatever "
        "a forecast says."
    )
    return (f"{missed_words(drifting)} {due_words(drifting)}", days, rule)


def _sure(drifting: Drifting) -> tuple[str, ...]:
    if drifting.chance is None:
        return ()
    rests = (
        gettext("Rests on {n} earlier visits of this clinic, and on published studies.")
        if drifting.chance.is_own
        else gettext("Rests on {n} weeks of care in published studies, not on this clinic.")
    ).format(n=number_format(drifting.chance.n, 0, force_grouping=True))
    return (
        chance_words(drifting),
        f"{rests} " + gettext("It says nothing certain about one person."),
    )


def _reached(reached: ReachedOut, name: str, therapist: Person, *, is_today: bool) -> ReachedLine:
    is_own = reached.by_id == therapist.pk
    words = str(DONE[reached.way]).format(
        who=gettext("You") if is_own else reached.by.display_name,
        name=name,
        day=weekday_date(reached.at),
    )
    undo = None
    if is_own and is_today:
        undo = UndoNotice(
            words,
            reverse("reached_out", args=[reached.client.public_id]),
            "take_back",
            reached.public_id,
            gettext("until midnight"),
        )
    return ReachedLine(words, reached.note, undo)


def _form(public_id: str, bound: ReachedOutForm | None) -> ReachedOutForms:
    form = bound or ReachedOutForm(prefix="reached")
    return ReachedOutForms(
        action=reverse("reached_out", args=[public_id]),
        way=Field.of(form["way"], is_short=True),
        note=Field.of(form["note"], rows=2),
        button=Button(gettext("Note that it is done")),
    )
