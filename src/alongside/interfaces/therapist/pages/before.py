"""Before the visit: one sheet for two minutes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from alongside.clinic.people.models import Person
from alongside.clinic.progress.attention import Reason
from alongside.clinic.progress.queries import ClientRecord
from alongside.clinic.visits.models import Visit, VisitState
from alongside.interfaces.shared.charts.value_axis import figure
from alongside.interfaces.shared.components.breadcrumbs import Breadcrumbs, Crumb
from alongside.interfaces.shared.components.button import Button
from alongside.interfaces.shared.components.notice import Notice
from alongside.interfaces.shared.components.sparkline import Sparkline
from alongside.interfaces.therapist.guidance import Guidance
from alongside.interfaces.therapist.pages.client import (
    WordsBlock,
    reason_notice,
    relief_words,
    style_notes,
    words_block,
)
from alongside.interfaces.therapist.pages.graphs import progress_words
from alongside.interfaces.therapist.pages.repair import repair_blocks
from alongside.interfaces.therapist.wording import day, day_and_time, sparkline_of

LAST: Final = 3
MOST_WORDS: Final = 2


@dataclass(frozen=True)
class OpenMatter:
    """One open strain or concern, with what to try."""

    title: str
    signal: str
    guidance: Guidance | None


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
    words: tuple[WordsBlock, ...]
    sparkline: Sparkline
    ratings: str
    relief: str
    style_notes: tuple[str, ...]
    attendance: str
    progress: tuple[str, ...]
    after: Button


def before_page(
    record: ClientRecord, visit: Visit, therapist: Person, *, zone: ZoneInfo, now: datetime
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
    blocks = repair_blocks(alliance, name, zone, bound={})
    return BeforePage(
        name=name,
        way_back=Breadcrumbs(
            (
                Crumb(gettext("Caseload"), reverse("caseload")),
                Crumb(name, reverse("client_record", args=[client.public_id])),
            )
        ),
        when=day_and_time(visit.starts_at, zone),
        nth=ngettext("{n} visit together so far", "{n} visits together so far", n_held).format(
            n=n_held
        ),
        next_step=next_step(record, zone),
        notice=reason_notice(record, zone),
        matters=tuple(
            OpenMatter(block.title, block.signal, block.guidance)
            for block in blocks
            if block.is_open
        ),
        words=tuple(words_block(words, name, zone, {}) for words in alliance.words[:MOST_WORDS]),
        sparkline=sparkline_of(alliance.summary),
        ratings=_ratings_words(record, zone),
        relief=relief_words(alliance.ratings[:LAST], zone),
        style_notes=style_notes(alliance, name),
        attendance=_attendance_words(earlier, zone),
        progress=tuple(progress_words(course)[0] for course in record.progress),
        after=Button(
            gettext("After the visit"), href=reverse("after_visit", args=[visit.public_id])
        ),
    )


def next_step(record: ClientRecord, zone: ZoneInfo) -> str:
    """The one thing to do in this visit."""
    name, reason = record.client.display_name, record.standing.reason
    if reason in (Reason.CONCERN, Reason.STRAIN, Reason.NOT_TALKED_ABOUT):
        return gettext("Begin with it: talk about what happened, before anything else.")
    if reason is Reason.UNREPAIRED:
        return gettext("Ask {name} what is still in the way, and take it to supervision.").format(
            name=name
        )
    if reason is Reason.WAITING_FOR_CLIENT:
        return gettext("Ask {name} how it has been since you talked about it.").format(name=name)
    if reason is Reason.COMING_BACK:
        return gettext("Keep to what you agreed on, and ask if it helps.")
    if reason is Reason.SILENT:
        return gettext("Ask {name} which way to give feedback would be easiest.").format(name=name)
    if reason is Reason.WORSE:
        return gettext(
            "Look at the progress graph together, and ask what the last weeks were like."
        )
    if reason is Reason.WORDS_WAITING:
        return gettext("Tell {name} what you will change after what they wrote.").format(name=name)
    return gettext("Nothing presses. Ask {name} what this visit should be about.").format(name=name)


def _ratings_words(record: ClientRecord, zone: ZoneInfo) -> str:
    rated = [point for point in record.alliance.course.points if point.score is not None]
    if not rated:
        return gettext("No ratings yet.")
    last = rated[-LAST:]
    listed = ", ".join(
        gettext("{score} on {day}").format(
            score=figure(point.score or 0.0), day=day(point.time, zone)
        )
        for point in last
    )
    words = gettext("Of 100: {listed}.").format(listed=listed)
    if last[-1].is_strain:
        words += " " + gettext("The last one is lower than usual.")
    elif last[-1].signal is not None:
        words += " " + gettext("The last one is within what is usual.")
    else:
        words += " " + gettext("Too few to say what is usual.")
    return words + ngettext(" Rests on {n} rating.", " Rests on {n} ratings.", len(rated)).format(
        n=len(rated)
    )


def _attendance_words(earlier: list[Visit], zone: ZoneInfo) -> str:
    told = [visit for visit in earlier if visit.state in (VisitState.HELD, VisitState.MISSED)]
    if not told:
        return gettext("This is the first visit.")
    missed = [visit for visit in told[:LAST] if visit.state == VisitState.MISSED]
    if not missed:
        return gettext("The last visit was on {day}.").format(day=day(told[0].starts_at, zone))
    return gettext("Missed lately: {days}.").format(
        days=", ".join(day(visit.starts_at, zone) for visit in missed)
    )
