"""Answers come in, by whichever way, and set in motion what their instrument is for."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed
from alongside.clinic.alliance.actions import take_in_feedback, take_in_therapist_rating
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.feedback.models import KioskCode
from alongside.clinic.feedback.tokens import code_hash, new_code
from alongside.clinic.instruments.actions import (
    Given,
    HandedIn,
    SlotNotOpen,
    answers_record,
    hand_in,
    save_answers,
)
from alongside.clinic.instruments.models import Respondent, Response, Slot, WayIn
from alongside.clinic.people.models import Person
from alongside.clinic.people.queries import day_of
from alongside.clinic.progress.actions import take_in_check
from alongside.methods.instruments.scoring import InstrumentRole
from alongside.methods.vocabulary.errors import AlongsideError

CODE_LASTS = timedelta(minutes=30)
OLDEST_PAPER = timedelta(days=60)

save_draft = save_answers


class CodeNotGood(AlongsideError):
    """This code does not open a form. Check the letters, or ask for a new code."""


class PaperDateOdd(AlongsideError):
    """Paper is entered with the day on which it was filled in: on or after the visit, within the
    last 60 days, and not in the future."""


def take_in(handed_in: HandedIn, *, by: Actor, now: datetime) -> None:
    """Set in motion what the instrument is for.

    Runs in the transaction that hands the answers in.
    """
    match InstrumentRole(handed_in.slot.version.role), Respondent(handed_in.slot.respondent):
        case InstrumentRole.ALLIANCE, Respondent.CLIENT:
            take_in_feedback(handed_in, by=by, now=now)
        case InstrumentRole.ALLIANCE, Respondent.THERAPIST:
            take_in_therapist_rating(handed_in, by=by, now=now)
        case InstrumentRole.PROGRESS, Respondent.CLIENT:
            take_in_check(handed_in, now=now)


def record_feedback(
    *,
    slot: Slot,
    given: Iterable[Given],
    way_in: WayIn,
    language: str,
    by: Actor,
    now: datetime,
    declines: bool = False,
) -> Response:
    """The response, handed in, with everything that follows from it in the same transaction.

    Raises: NotFound, SlotNotOpen, SlotExpired, AlreadyHandedIn, InvalidAnswer.
    """
    with transaction.atomic():
        handed_in = hand_in(
            slot=slot,
            given=given,
            way_in=way_in,
            language=language,
            by=by,
            now=now,
            declines=declines,
        )
        take_in(handed_in, by=by, now=now)
    return handed_in.response


def record_own_rating(
    *, slot: Slot, given: Iterable[Given], by: Actor, now: datetime, language: str
) -> Response:
    """The therapist's own rating of a visit, handed in.

    Raises: NotFound, SlotNotOpen, SlotExpired, AlreadyHandedIn, InvalidAnswer.
    """
    if slot.respondent != Respondent.THERAPIST or slot.therapist_id != by.person_id:
        raise NotFound
    with transaction.atomic():
        handed_in = hand_in(
            slot=slot,
            given=given,
            way_in=WayIn.SIGNED_IN,
            language=language,
            by=by,
            now=now,
            deed=Deed.RECORD,
        )
        take_in(handed_in, by=by, now=now)
    return handed_in.response


def enter_paper(
    *,
    slot: Slot,
    given: Iterable[Given],
    filled_on: date,
    entered_by: Person,
    language: str,
    by: Actor,
    now: datetime,
) -> Response:
    """The response from a paper form, with who typed it in and when it was filled in.

    Raises: NotFound, PaperDateOdd, SlotNotOpen, AlreadyHandedIn, InvalidAnswer.
    """
    is_in_anothers_name = by.person_id not in (None, entered_by.pk)
    if slot.respondent != Respondent.CLIENT or is_in_anothers_name:
        raise NotFound
    opened_on, today = day_of(slot.opens_at), day_of(now)
    if not max(opened_on, today - OLDEST_PAPER) <= filled_on <= today:
        raise PaperDateOdd
    with transaction.atomic():
        handed_in = hand_in(
            slot=slot,
            given=given,
            way_in=WayIn.PAPER,
            language=language,
            by=by,
            now=now,
            deed=Deed.RECORD,
            entered_by=entered_by,
            filled_on=filled_on,
            is_late_allowed=True,
        )
        take_in(handed_in, by=by, now=now)
    return handed_in.response


def issue_kiosk_code(*, slot: Slot, issued_by: Person, by: Actor, now: datetime) -> str:
    """A new code that opens the slot on the clinic's own device, once, for half an hour.

    Earlier codes of the slot stop working.
    Raises: NotFound, SlotNotOpen.
    """
    by = _check_may_lend(slot, by=by, now=now)
    code = new_code()
    with transaction.atomic():
        KioskCode.objects.filter(slot=slot, used_at__isnull=True).delete()
        row = KioskCode.objects.create(
            slot=slot,
            code_hash=code_hash(code),
            issued_by=issued_by,
            issued_at=now,
            expires_at=now + CODE_LASTS,
        )
        audit("issue_kiosk_code", by=by, now=now, subject=row, client_id=slot.client_id)
    return code


def use_kiosk_code(*, code: str, now: datetime) -> Slot:
    """The slot that the code opens. The code is spent by it.

    Raises: CodeNotGood.
    """
    with transaction.atomic():
        row = (
            KioskCode.objects.select_related("slot")
            .filter(code_hash=code_hash(code), used_at__isnull=True, expires_at__gt=now)
            .first()
        )
        if row is None or not Slot.objects.open_at(now).filter(pk=row.slot_id).exists():
            raise CodeNotGood
        row.used_at = now
        row.save(update_fields=["used_at"])
        audit(
            "use_kiosk_code",
            by=Actor.at_kiosk(row.slot_id, row.slot.client_id),
            now=now,
            subject=row,
            client_id=row.slot.client_id,
        )
    return row.slot


def hand_over_device(*, slot: Slot, by: Actor, now: datetime) -> None:
    """Remember that the therapist lends their device for this slot; the page signs them out.

    Raises: NotFound, SlotNotOpen.
    """
    by = _check_may_lend(slot, by=by, now=now)
    with transaction.atomic():
        audit("hand_over_device", by=by, now=now, subject=slot, client_id=slot.client_id)


def _check_may_lend(slot: Slot, *, by: Actor, now: datetime) -> Actor:
    by = check(by, Deed.RECORD, answers_record(slot), now=now)
    if slot.respondent != Respondent.CLIENT:
        raise NotFound
    if not Slot.objects.open_at(now).filter(pk=slot.pk).exists():
        raise SlotNotOpen
    return by
