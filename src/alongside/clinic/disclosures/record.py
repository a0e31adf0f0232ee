"""A client's record by segments, as one who discloses it may see it: tables, and words apart.

Whatever a client did not release is not here, nor is what is about another therapist. Words that
somebody wrote are paragraphs with a key each, so that each needs a person's tick before it leaves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from django.utils.translation import gettext

from alongside.clinic.alliance.bridge import course_of
from alongside.clinic.alliance.models import AllianceSeries, Change, Repair, RepairStep
from alongside.clinic.alliance.repair_states import RepairState
from alongside.clinic.consent.segments import RecordSegment
from alongside.clinic.instruments.asking import WRITTEN, asks_of, title_of
from alongside.clinic.instruments.models import Answer, Respondent
from alongside.clinic.people.models import Client, Language
from alongside.clinic.people.queries import clinic_zone, wall_clock
from alongside.clinic.progress.models import ProgressSeries
from alongside.clinic.visits.models import Visit, VisitState
from alongside.methods.instruments.scoring import InstrumentRole

Cell = str | int | float | None


@dataclass(frozen=True)
class Column:
    """A column by the name that programs read, and by the one that people do."""

    key: str
    label: str


@dataclass(frozen=True)
class Sheet:
    """One table of a record."""

    key: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Paragraph:
    """Words that somebody wrote, about what. Missing: `said_on` None where no day is known."""

    key: str
    said_on: date | None
    about: str
    words: str


@dataclass(frozen=True)
class Part:
    """What a record holds of one segment."""

    segment: RecordSegment
    sheets: tuple[Sheet, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.paragraphs and not any(sheet.rows for sheet in self.sheets)


@dataclass(frozen=True)
class Reading:
    """Whose record is read, by which therapist, when, and in which language."""

    client: Client
    therapist_id: int | None
    now: datetime
    language: str


def parts_of(reading: Reading, segments: frozenset[RecordSegment]) -> tuple[Part, ...]:
    """The segments that are asked for and kept here, in their order."""
    return tuple(SOURCES[each](reading) for each in RecordSegment if each in segments & HELD)


def _identity(reading: Reading) -> Part:
    client = reading.client
    facts = (
        ("name", gettext("Name"), client.display_name),
        ("number", gettext("Record number"), client.code),
        ("phone", gettext("Phone"), client.phone),
        ("email", gettext("E-mail"), client.email),
        ("language", gettext("Language"), Language(client.language).label),
    )
    columns = tuple(Column(key, label) for key, label, _ in facts)
    row = tuple(str(value) for _, _, value in facts)
    caption = gettext("Name and how to be reached")
    return Part(RecordSegment.IDENTITY, (Sheet("identity", caption, columns, (row,)),))


STATES: Final[Mapping[str, Callable[[], str]]] = {
    VisitState.BOOKED: lambda: gettext("booked"),
    VisitState.HELD: lambda: gettext("took place"),
    VisitState.MISSED: lambda: gettext("did not come"),
    VisitState.CANCELLED: lambda: gettext("called off"),
}


def _attendance(reading: Reading) -> Part:
    visits = Visit.objects.filter(client=reading.client).select_related("therapist")
    rows = tuple(
        (
            *_day_and_time(visit.starts_at),
            visit.therapist.display_name,
            STATES[visit.state](),
        )
        for visit in visits.order_by("starts_at", "pk")
    )
    columns = (
        Column("on", gettext("Day")),
        Column("at", gettext("Time")),
        Column("with", gettext("With")),
        Column("state", gettext("What became of it")),
    )
    return Part(RecordSegment.ATTENDANCE, (Sheet("visits", gettext("Visits"), columns, rows),))


def _outcomes(reading: Reading) -> Part:
    """Scores from released answers alone, as every therapist of the client sees them."""
    sheets = []
    followed = ProgressSeries.objects.filter(client=reading.client).select_related("instrument")
    for number, series in enumerate(followed.order_by("pk"), start=1):
        version = series.instrument.current
        caption = title_of(version, reading.language) if version else series.scale
        columns = (Column("on", gettext("Day")), Column("score", gettext("Score")))
        rows = tuple((point["on"], round(point["score"], 2)) for point in series.points)
        sheets.append(Sheet(f"outcomes-{number}", caption, columns, rows))
    return Part(RecordSegment.OUTCOMES, tuple(sheets))


def _alliance(reading: Reading) -> Part:
    series = (
        AllianceSeries.objects.filter(client=reading.client, therapist_id=reading.therapist_id)
        .select_related("therapist")
        .first()
    )
    if series is None:
        return Part(RecordSegment.ALLIANCE)
    name = series.therapist.display_name
    ratings = tuple(
        (
            wall_clock(point.at).date().isoformat(),
            None if point.score is None else round(point.score, 1),
        )
        for point in course_of(series).points
    )
    repairs = tuple(
        (
            wall_clock(repair.visit.starts_at).date().isoformat(),
            REPAIRS[RepairState(repair.state)](),
        )
        for repair in _repairs(series, reading)
    )
    sheets = (
        Sheet(
            "ratings",
            gettext("How visits with {name} felt, 0 to 100").format(name=name),
            (Column("on", gettext("Day")), Column("score", gettext("Score"))),
            ratings,
        ),
        Sheet(
            "repairs",
            gettext("When it was hard, and what became of it"),
            (Column("on", gettext("Day")), Column("state", gettext("Where it stands"))),
            repairs,
        ),
    )
    return Part(RecordSegment.ALLIANCE, sheets, tuple(_alliance_words(series, reading)))


REPAIRS: Final[Mapping[RepairState, Callable[[], str]]] = {
    RepairState.NOTICED: lambda: gettext("noticed"),
    RepairState.TALKED_ABOUT: lambda: gettext("talked about"),
    RepairState.CONFIRMED: lambda: gettext("talked about, as both say"),
    RepairState.NOT_CONFIRMED: lambda: gettext("not yet talked about"),
    RepairState.REPAIRED: lambda: gettext("repaired"),
    RepairState.WITHDRAWN: lambda: gettext("withdrawn: it no longer holds"),
}


def _repairs(series: AllianceSeries, reading: Reading) -> Iterator[Repair]:
    shown = Repair.objects.filter(series=series).shown_to_therapist(reading.now)
    yield from shown.select_related("visit").order_by("visit__starts_at", "pk")


def _alliance_words(series: AllianceSeries, reading: Reading) -> Iterator[Paragraph]:
    """What was written about visits with this therapist, in the order of the days."""
    found = [
        *_answers_in_words(series, reading),
        *_changes(series),
        *_notes_of_talks(series, reading),
    ]
    yield from sorted(found, key=lambda each: (str(each.said_on), each.key))


def _answers_in_words(series: AllianceSeries, reading: Reading) -> Iterator[Paragraph]:
    answers = (
        Answer.objects.released_by(reading.now)
        .filter(
            client=reading.client,
            response__slot__therapist_id=series.therapist_id,
            response__slot__respondent=Respondent.CLIENT,
            response__slot__version__role=InstrumentRole.ALLIANCE,
            response__submitted_at__isnull=False,
            state="answered",
        )
        .select_related("response__slot__version", "response__slot__visit")
    )
    for answer in answers:
        slot = answer.response.slot
        asks = {ask.link_id: ask for ask in asks_of(slot.version, reading.language)}
        asked = asks.get(answer.link_id)
        if asked is None or asked.kind not in WRITTEN:
            continue
        visit = getattr(slot, "visit", None)
        moment = visit.starts_at if visit else slot.opens_at
        yield Paragraph(
            f"answer:{slot.public_id}:{answer.link_id}",
            moment.astimezone(clinic_zone()).date(),
            asked.text,
            str(answer.value),
        )


def _changes(series: AllianceSeries) -> Iterator[Paragraph]:
    changes = Change.objects.filter(client=series.client_id, therapist=series.therapist_id)
    for change in changes:
        yield Paragraph(
            f"change:{change.public_id}",
            wall_clock(change.written_at).date(),
            gettext("What changed because of it"),
            change.what_changes,
        )


def _notes_of_talks(series: AllianceSeries, reading: Reading) -> Iterator[Paragraph]:
    shown = [repair.pk for repair in _repairs(series, reading)]
    steps = RepairStep.objects.filter(repair__in=shown)
    for step in steps:
        if step.note:
            yield Paragraph(
                f"talk:{step.public_id}",
                wall_clock(step.at).date(),
                gettext("Note on a talk about it"),
                step.note,
            )


def _plan(reading: Reading) -> Part:
    goal = reading.client.own_goal
    words = (Paragraph("goal", None, gettext("Own goal"), goal),) if goal else ()
    return Part(RecordSegment.PLAN, (), words)


def _day_and_time(moment: datetime) -> tuple[str, str]:
    here = wall_clock(moment)
    return here.date().isoformat(), here.strftime("%H:%M")


SOURCES: Final[Mapping[RecordSegment, Callable[[Reading], Part]]] = {
    RecordSegment.ATTENDANCE: _attendance,
    RecordSegment.IDENTITY: _identity,
    RecordSegment.OUTCOMES: _outcomes,
    RecordSegment.ALLIANCE: _alliance,
    RecordSegment.PLAN: _plan,
}
HELD: Final = frozenset(SOURCES)
"""The segments of which this clinic's record has anything to give."""
