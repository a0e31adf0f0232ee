"""What happens between a client and a therapist: feedback, repairs, changes, supervision."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.alliance.bridge import point_in, population_for, yardstick_for
from alongside.clinic.alliance.course import client_point
from alongside.clinic.alliance.models import (
    AllianceSeries,
    Change,
    CoursePoint,
    LearnedPopulation,
    Repair,
)
from alongside.clinic.alliance.noticing import (
    ends_in_strain,
    is_due_for_supervision,
    move_repairs_on,
    notice_concern,
    send_to_supervision_if_due,
)
from alongside.clinic.alliance.repair_states import CLIENT_EVENTS, RepairEvent
from alongside.clinic.alliance.repairs import repair_record, take_step
from alongside.clinic.alliance.series import follow_anew, rebuild, series_of, take_in_point
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.clinic.instruments.actions import HandedIn
from alongside.clinic.instruments.bridge import questionnaire_of
from alongside.clinic.instruments.models import Answer, Instrument, Respondent, WayIn
from alongside.clinic.people.models import Client
from alongside.clinic.statements import Parameter, Select
from alongside.clinic.visits.actions import take_as_held
from alongside.clinic.visits.models import Visit
from alongside.methods.alliance.population import Population, population_of
from alongside.methods.instruments.answers import AnswerState
from alongside.methods.instruments.questionnaire import ItemType
from alongside.methods.instruments.scoring import InstrumentRole
from alongside.methods.vocabulary.errors import AlongsideError

logger = logging.getLogger(__name__)

RELEARN_AFTER = timedelta(days=30)
FAULTS_OF_ONE_SERIES = (AlongsideError, ArithmeticError, LookupError, TypeError, ValueError)
"""What ends a computation over one series' own answers; a fault of the database is none of them."""
VISIT_OF_SLOT = Select(lambda: Visit.objects.filter(feedback_slot=Parameter("slot")))
OWN_WORDS = (ItemType.STRING, ItemType.TEXT)


class NothingWritten(AlongsideError):
    """Please write a few words first."""


class AlreadyAnswered(AlongsideError):
    """You have already told the client what changes because of these words."""


def take_in_feedback(handed_in: HandedIn, *, by: Actor, now: datetime) -> AllianceSeries | None:
    """The series of the pair with this visit in it, its strains noticed, its repairs moved on.

    Runs inside the transaction that hands the answers in. Of imported visits, which are history,
    nothing is noticed one by one: `relearn_population` judges them together.
    """
    slot = handed_in.slot
    visit = VISIT_OF_SLOT.first(slot=slot.pk)
    if visit is None:
        return None
    take_as_held(visit, by=by, now=now)
    series = series_of(visit, slot.version.instrument_id)
    point, next_release = client_point(visit, slot.version, handed_in.answers.values(), now=now)
    take_in_point(series, point, next_release=next_release)
    if handed_in.response.way_in != WayIn.IMPORTED:
        notice_concern(series, visit, handed_in, by=by, now=now)
        move_repairs_on(series, now=now)
    return series


def take_in_therapist_rating(
    handed_in: HandedIn, *, by: Actor, now: datetime
) -> AllianceSeries | None:
    """The series with the therapist's own rating beside the client's.

    Runs inside the transaction that hands the answers in.
    """
    visit = (
        Visit.objects.select_related("feedback_slot__version")
        .filter(therapist_slot=handed_in.slot)
        .first()
    )
    if visit is None or visit.feedback_slot is None:
        return None
    take_as_held(visit, by=by, now=now)
    series = series_of(visit, visit.feedback_slot.version.instrument_id)
    rebuild(series, now=now)
    if handed_in.response.way_in != WayIn.IMPORTED:
        # Computing anew also takes in answers whose day has come since the clock last turned.
        move_repairs_on(series, now=now)
    return series


def refresh_series(series: AllianceSeries, *, now: datetime) -> None:
    """The series computed anew from everything released by now."""
    with transaction.atomic():
        series = AllianceSeries.objects.get(pk=series.pk)
        rebuild(series, now=now)
        audit("refresh_alliance", by=SYSTEM, now=now, subject=series, client_id=series.client_id)
        move_repairs_on(series, now=now)


def refresh_due_series(*, now: datetime) -> int:
    """How many series had answers whose day has come, now computed anew."""
    return refresh_each(AllianceSeries.objects.filter(refresh_due_at__lte=now), now=now)


def refresh_each(waiting: Iterable[AllianceSeries], *, now: datetime) -> int:
    """How many of these series were computed anew.

    One with something wrong in itself does not hold up the others: it stays as it was, and due.
    """
    n_done = 0
    for series in list(waiting):
        try:
            refresh_series(series, now=now)
        except FAULTS_OF_ONE_SERIES as problem:
            logger.error("series %d cannot be refreshed: %s", series.pk, type(problem).__name__)
        else:
            n_done += 1
    return n_done


def relearn_population(*, instrument: Instrument, by: Actor, now: datetime) -> Population:
    """What all clients' ratings with this instrument teach, every course judged by it anew.

    While there are few, published values stand in. Strains that the last visits now show are
    noticed; those of visits further back only show in the course.
    """
    population = _population_in(_series_rated_with(instrument), instrument)
    with transaction.atomic():
        learned = LearnedPopulation.objects.create(
            instrument=instrument,
            learned_at=now,
            parameters=population.to_dict(),
            n_series=population.n_series,
        )
        audit("relearn_population", by=by, now=now, subject=learned, n=population.n_series)
    _follow_what_was_learned(instrument, now=now)
    return population


def _follow_what_was_learned(instrument: Instrument, *, now: datetime) -> None:
    """Every series of the instrument judged by what was learned last.

    Each in a transaction of its own, so that nobody who hands in answers waits for all of them;
    cut short, it goes on where it stopped.
    """
    yardstick = yardstick_for(instrument.pk)
    behind = _series_rated_with(instrument).exclude(population=yardstick.to_dict())
    waiting = list(behind.values_list("pk", flat=True))
    for pk in waiting:
        with transaction.atomic():
            series = AllianceSeries.objects.get(pk=pk)
            follow_anew(series, yardstick)
            move_repairs_on(series, now=now)
    learned = LearnedPopulation.objects.filter(instrument=instrument).last()
    if learned is not None and (waiting or learned.facts is None):
        learned.facts = _judged_with(instrument)
        learned.save(update_fields=["facts"])


def _judged_with(instrument: Instrument) -> dict[str, int]:
    """How many visits were judged, of how many clients, and how many of them stood out."""
    rows = CoursePoint.objects.filter(instrument=instrument)
    judged = [
        (row.client_id, signal.is_strain)
        for row in rows.iterator()
        if (signal := point_in(row).signal) is not None
    ]
    return {
        "n_judged": len(judged),
        "n_clients": len({client for client, _ in judged}),
        "n_strains": sum(is_strain for _, is_strain in judged),
    }


def follow_yardsticks(*, now: datetime) -> None:
    """Every series judged by what is learned and wished for now."""
    for instrument in Instrument.objects.filter(versions__role=InstrumentRole.ALLIANCE).distinct():
        _follow_what_was_learned(instrument, now=now)


def relearn_after_import(*, instrument: Instrument, by: Actor, now: datetime) -> None:
    """The population learned anew, unless what was imported taught nothing new.

    Either way the strains that the last visits show are noticed.
    """
    all_series = _series_rated_with(instrument)
    if _population_in(all_series, instrument).to_dict() != population_for(instrument.pk).to_dict():
        relearn_population(instrument=instrument, by=by, now=now)
    followed = set(Repair.objects.open().values_list("series_id", flat=True))
    for series in all_series:
        if series.pk in followed or ends_in_strain(series):
            with transaction.atomic():
                move_repairs_on(series, now=now)


def _series_rated_with(instrument: Instrument) -> QuerySet[AllianceSeries]:
    """The series whose last point was made with this instrument."""
    last = CoursePoint.objects.filter(series=OuterRef("pk")).order_by("-at", "-visit_id")
    return AllianceSeries.objects.annotate(
        instrument=Subquery(last.values("instrument_id")[:1])
    ).filter(instrument=instrument.pk)


def _population_in(all_series: QuerySet[AllianceSeries], instrument: Instrument) -> Population:
    rows = CoursePoint.objects.filter(series__in=all_series.values("pk"), instrument=instrument)
    scores: dict[int, list[float]] = defaultdict(list)
    for row in rows.iterator():
        score = point_in(row).score
        if score is not None:
            scores[row.series_id].append(score)
    return population_of(list(scores.values()))


def relearn_old_populations(*, now: datetime) -> int:
    """How many instruments were learned anew: those not looked at for a month."""
    n_learned = 0
    instruments = Instrument.objects.filter(versions__role=InstrumentRole.ALLIANCE).distinct()
    for instrument in instruments:
        learned = LearnedPopulation.objects.filter(instrument=instrument).last()
        if learned is None or learned.learned_at <= now - RELEARN_AFTER:
            relearn_population(instrument=instrument, by=SYSTEM, now=now)
            n_learned += 1
        else:
            _follow_what_was_learned(instrument, now=now)
    return n_learned


def send_unrepaired_to_supervision(*, now: datetime) -> int:
    """How many open repairs have now waited for three visits. Run by the clock."""
    waiting = (
        Repair.objects.open()
        .filter(supervision_since__isnull=True)
        .select_related("series", "visit")
        .defer("series__belief", "series__summary")
    )
    n_sent = 0
    for seen in waiting:
        if not is_due_for_supervision(seen.series, seen, now=now):
            continue
        with transaction.atomic():
            repair = waiting.filter(pk=seen.pk).first()
            if repair is None:
                continue  # repaired a moment ago
            send_to_supervision_if_due(repair.series, repair, now=now)
        n_sent += repair.supervision_since is not None
    return n_sent


def note_talked_about(*, repair: Repair, note: str, by: Actor, now: datetime) -> Repair:
    """The repair after the therapist says that it was talked about. The client is asked next.

    Raises: NotFound, NotNow.
    """
    by = check(by, Deed.RECORD, repair_record(repair, now=now), now=now)
    return take_step(repair, RepairEvent.TALKED_ABOUT, by=by, now=now, note=note.strip())


def confirm_repair(
    *, repair: Repair, event: RepairEvent, note: str = "", by: Actor, now: datetime
) -> Repair:
    """The repair after the client's word: it was talked about, it was not, or it is better now.

    Raises: NotFound, NotNow.
    """
    if event not in CLIENT_EVENTS or by.client_id != repair.series.client_id:
        raise NotFound
    by = check(by, Deed.RECORD, repair_record(repair, now=now), now=now)
    return take_step(repair, event, by=by, now=now, note=note.strip())


def tell_supervisor(*, repair: Repair, by: Actor, now: datetime) -> Repair:
    """The concern, told to a supervisor because the client says so now.

    Raises: NotFound.
    """
    if by.client_id is None or by.client_id != repair.series.client_id:
        raise NotFound
    by = check(by, Deed.RECORD, repair_record(repair, now=now), now=now)
    with transaction.atomic():
        repair.is_told_to_supervisor = True
        repair.save(update_fields=["is_told_to_supervisor"])
        audit(
            "tell_supervisor",
            by=by,
            now=now,
            subject=repair,
            client_id=repair.series.client_id,
        )
    return repair


def say_what_changes(*, answer: Answer, what_changes: str, by: Actor, now: datetime) -> Change:
    """The change that the therapist answers to a client's own words.

    Raises: NotFound, NothingWritten, AlreadyAnswered.
    """
    slot = answer.response.slot
    is_released = answer.released_at is not None and answer.released_at <= now
    is_own_words = (
        slot.respondent == Respondent.CLIENT
        and answer.state == AnswerState.ANSWERED
        and questionnaire_of(slot.version).item(answer.link_id).type in OWN_WORDS
    )
    if slot.therapist_id is None or not is_released or not is_own_words:
        raise NotFound
    record = Record(Segment.CHANGES, client_id=slot.client_id, therapist_id=slot.therapist_id)
    by = check(by, Deed.RECORD, record, now=now)
    words = what_changes.strip()
    if not words:
        raise NothingWritten
    with transaction.atomic():
        change, is_new = Change.objects.get_or_create(
            answer=answer,
            defaults={
                "client_id": slot.client_id,
                "therapist_id": slot.therapist_id,
                "what_changes": words,
                "written_at": now,
            },
        )
        if not is_new:
            raise AlreadyAnswered
        audit("say_what_changes", by=by, now=now, subject=change, client_id=slot.client_id)
    return change


def mark_changes_seen(*, client: Client, by: Actor, now: datetime) -> int:
    """How many changes the client has now seen for the first time.

    Raises: NotFound.
    """
    by = check(by, Deed.SEE, Record(Segment.CHANGES, client_id=client.pk), now=now)
    with transaction.atomic():
        unseen = list(Change.objects.filter(client=client, seen_at__isnull=True))
        for change in unseen:
            change.seen_at = now
            change.save(update_fields=["seen_at"])
            audit("see_change", by=by, now=now, subject=change, client_id=client.pk)
    return len(unseen)


def open_to_supervision(
    *, series: AllianceSeries, is_open: bool, by: Actor, now: datetime
) -> AllianceSeries:
    """The series, opened to the therapist's supervisor or closed again.

    Raises: NotFound.
    """
    record = Record(Segment.ALLIANCE, client_id=series.client_id, therapist_id=series.therapist_id)
    by = check(by, Deed.RECORD, record, now=now)
    with transaction.atomic():
        series.opened_to_supervision_at = now if is_open else None
        series.opened_to_supervision_by_id = by.person_id if is_open else None
        series.save(update_fields=["opened_to_supervision_at", "opened_to_supervision_by"])
        audit(
            "open_to_supervision" if is_open else "close_to_supervision",
            by=by,
            now=now,
            subject=series,
            client_id=series.client_id,
        )
    return series
