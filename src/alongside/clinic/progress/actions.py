"""Follow how a client is doing, from one check to the next."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from alongside.clinic.alliance.actions import FAULTS_OF_ONE_SERIES, refresh_each
from alongside.clinic.alliance.models import AllianceSeries
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import SYSTEM, Actor
from alongside.clinic.instruments.actions import HandedIn, open_slot
from alongside.clinic.instruments.bridge import given_answers, questionnaire_of, scoring_of
from alongside.clinic.instruments.models import (
    Answer,
    Instrument,
    InstrumentVersion,
    Purpose,
    Respondent,
    Response,
    Slot,
)
from alongside.clinic.people.models import Care, Client
from alongside.clinic.people.queries import the_clinic, wall_clock
from alongside.clinic.progress.bridge import cut_off_of, main_scale_of, norms_of
from alongside.clinic.progress.courses import judge, last_learned
from alongside.clinic.progress.learning import keep_learned
from alongside.clinic.progress.models import LearnedCourse, ProgressSeries
from alongside.clinic.statements import Parameter, SelectValues
from alongside.methods.instruments.scoring import Scale, Score, score_answers
from alongside.methods.progress.reliable_change import ChangeReport, change_report

logger = logging.getLogger(__name__)

RELEARN_AFTER = timedelta(days=30)

ANY_ALLIANCE_DUE = SelectValues(
    lambda: AllianceSeries.objects.filter(refresh_due_at__lte=Parameter("now")).values_list("pk")[
        :1
    ]
)
ANY_PROGRESS_DUE = SelectValues(
    lambda: ProgressSeries.objects.filter(refresh_due_at__lte=Parameter("now")).values_list("pk")[
        :1
    ]
)


def take_in_check(handed_in: HandedIn, *, now: datetime) -> ProgressSeries | None:
    """The client's course on the instrument's main scale with this check in it.

    Runs inside the transaction that hands the answers in.
    """
    slot = handed_in.slot
    scale = scoring_of(slot.version).main_scale
    if scale is None:
        return None
    series, _ = ProgressSeries.objects.get_or_create(
        client_id=slot.client_id, instrument_id=slot.version.instrument_id, scale=scale.name
    )
    entry = _entry(
        slot, handed_in.response, handed_in.answers.values(), scale, the_clinic().zone, now=now
    )
    points = [point for point in series.points if point["slot"] != slot.pk]
    if entry is not None:
        points.append(entry)
    _keep(series, points, scale)
    releases = [
        row.released_at
        for row in handed_in.answers.values()
        if row.released_at and row.released_at > now
    ]
    due = [moment for moment in (series.refresh_due_at, *releases) if moment]
    series.refresh_due_at = min(due, default=None)
    series.save()
    return series


def follow_corrected_check(slot: Slot, *, now: datetime) -> None:
    """The client's course by the checks as they now stand.

    Runs inside the transaction that corrects one of them or takes it back.
    """
    scale = scoring_of(slot.version).main_scale
    series = ProgressSeries.objects.filter(
        client_id=slot.client_id,
        instrument_id=slot.version.instrument_id,
        scale=scale.name if scale else "",
    ).first()
    if series is not None:
        rebuild_progress(series, now=now)


def refresh_due_progress(*, now: datetime) -> int:
    """How many series had answers whose day has come, now computed anew."""
    return _refresh(ProgressSeries.objects.filter(refresh_due_at__lte=now), now=now)


def bring_up_to_date(*, clients: QuerySet[Client], now: datetime) -> int:
    """How many series of these clients had answers whose day has come, now computed anew.

    A page calls this before it reads, so that answers show on their day even when the clock
    has stopped.
    """
    if not (ANY_ALLIANCE_DUE.all(now=now) or ANY_PROGRESS_DUE.all(now=now)):
        return 0
    due = AllianceSeries.objects.filter(client__in=clients, refresh_due_at__lte=now)
    return refresh_each(due, now=now) + _refresh(
        ProgressSeries.objects.filter(client__in=clients, refresh_due_at__lte=now), now=now
    )


def _refresh(waiting: QuerySet[ProgressSeries], *, now: datetime) -> int:
    n_done = 0
    for series in list(waiting):
        try:
            with transaction.atomic():
                rebuild_progress(series, now=now)
                audit(
                    "refresh_progress",
                    by=SYSTEM,
                    now=now,
                    subject=series,
                    client_id=series.client_id,
                )
        except FAULTS_OF_ONE_SERIES as problem:
            logger.error("series %d cannot be refreshed: %s", series.pk, type(problem).__name__)
        else:
            n_done += 1
    return n_done


def rebuild_progress(series: ProgressSeries, *, now: datetime) -> None:
    """The series computed anew from everything released by now."""
    slots = (
        Slot.objects.filter(
            client_id=series.client_id,
            version__instrument_id=series.instrument_id,
            response__submitted_at__isnull=False,
        )
        .select_related("version", "response")
        .prefetch_related("response__answers")
        .order_by("opens_at", "pk")
    )
    points: list[dict[str, Any]] = []
    releases: list[datetime] = []
    zone, latest = the_clinic().zone, None
    for slot in slots:
        scale = scoring_of(slot.version).main_scale
        if scale is None or scale.name != series.scale:
            continue
        latest = scale
        rows = list(slot.response.answers.all())
        releases += [row.released_at for row in rows if row.released_at and row.released_at > now]
        entry = _entry(slot, slot.response, rows, scale, zone, now=now)
        if entry is not None:
            points.append(entry)
    if latest is not None:
        _keep(series, points, latest)
    else:
        series.points, series.change, series.standing = [], None, None
    series.refresh_due_at = min(releases, default=None)
    series.save()


def _entry(
    slot: Slot,
    response: Response,
    answers: Iterable[Answer],
    scale: Scale,
    zone: ZoneInfo,
    *,
    now: datetime,
) -> dict[str, Any] | None:
    questionnaire = questionnaire_of(slot.version)
    released = [row for row in answers if row.released_at is not None and row.released_at <= now]
    found = score_answers(
        questionnaire, scoring_of(slot.version), given_answers(released, questionnaire)
    )[scale.name]
    if not isinstance(found, Score):
        return None
    on = response.filled_on or (response.submitted_at or now).astimezone(zone).date()
    return {"slot": slot.pk, "on": on.isoformat(), "score": found.value}


def _keep(series: ProgressSeries, points: list[dict[str, Any]], scale: Scale) -> None:
    points.sort(key=lambda point: (point["on"], point["slot"]))
    series.points = points
    series.change = _change(points, scale)
    judge(series, scale)


def _change(points: list[dict[str, Any]], scale: Scale) -> dict[str, Any] | None:
    norms = norms_of(scale)
    if norms is None or len(points) < 2:
        return None
    report = change_report(
        points[0]["score"], points[-1]["score"], norms, cut_off=cut_off_of(scale, norms)
    )
    if not isinstance(report, ChangeReport):
        return None
    return {
        "category": report.main.category,
        "index": report.main.index,
        "critical": report.main.critical,
        "sensitivity": report.sensitivity.category,
        "sensitivity_index": report.sensitivity.index,
        "methods_agree": report.methods_agree,
    }


def learn_course(*, instrument: Instrument, by: Actor, now: datetime) -> LearnedCourse | None:
    """The course that clients' checks on the instrument's main scale teach, each judged by it anew.

    None for an instrument without a main scale, or a scale without norms. While there are few
    clients, what the norms let assume stands in.
    """
    scale = main_scale_of(instrument)
    norms = norms_of(scale) if scale else None
    if scale is None or norms is None:
        return None
    every = ProgressSeries.objects.filter(instrument=instrument, scale=scale.name)
    with transaction.atomic():
        learned = keep_learned(instrument, scale, norms, every.iterator(), now)
        audit("learn_course", by=by, now=now, subject=learned, n=learned.n_clients)
    _follow_what_was_learned(learned, scale)
    return learned


def _follow_what_was_learned(learned: LearnedCourse, scale: Scale) -> None:
    """Every series judged by what was learned last, each in a transaction of its own.

    Nobody who hands in answers waits for all of them; cut short, it goes on where it stopped.
    """
    behind = ProgressSeries.objects.filter(
        ~Q(judged_by=learned) | Q(judged_by=None),
        instrument=learned.instrument_id,
        scale=learned.scale,
    )
    for pk in list(behind.values_list("pk", flat=True)):
        with transaction.atomic():
            series = ProgressSeries.objects.get(pk=pk)
            judge(series, scale)
            series.save(update_fields=["judged_by", "standing"])


def relearn_old_courses(*, now: datetime) -> int:
    """How many instruments had a course that was learned a month ago or never, now learned anew."""
    n_learned = 0
    with_checks = ProgressSeries.objects.values("instrument_id")
    for instrument in Instrument.objects.filter(pk__in=with_checks):
        scale = main_scale_of(instrument)
        last = last_learned(instrument.pk, scale) if scale else None
        if scale is not None and last is not None and last.learned_at > now - RELEARN_AFTER:
            _follow_what_was_learned(last, scale)
        else:
            n_learned += learn_course(instrument=instrument, by=SYSTEM, now=now) is not None
    return n_learned


def open_weekly_checks(*, now: datetime) -> int:
    """How many clients in care got this week's check: one a week, open from Monday to Sunday.

    A client who has it already keeps the one they have. A clinic without a weekly check opens
    none.
    """
    version = InstrumentVersion.objects.filter(instrument__purpose=Purpose.WEEKLY_CHECK).last()
    if version is None:
        return 0
    here = wall_clock(now)
    today = here.date()
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    opens_at = midnight - timedelta(days=today.weekday())
    expires_at = opens_at + timedelta(days=7)
    in_care = Care.objects.on(today).values("client_id")
    this_week = Slot.objects.filter(
        version__instrument__purpose=Purpose.WEEKLY_CHECK, expires_at__gt=now
    )
    # Two conditions on slots in one exclude() may be met by two different slots: hence Exists.
    waiting = Client.objects.filter(
        ~Exists(this_week.filter(client=OuterRef("pk"))), pk__in=in_care
    ).order_by("pk")
    n_opened = 0
    for client in waiting:
        with transaction.atomic():
            if this_week.filter(client=client).exists():
                continue  # another clock was quicker
            slot = open_slot(
                client=client,
                therapist=None,
                version=version,
                respondent=Respondent.CLIENT,
                opens_at=opens_at,
                expires_at=expires_at,
            )
            audit("open_weekly_check", by=SYSTEM, now=now, subject=slot, client_id=client.pk)
        n_opened += 1
    return n_opened
