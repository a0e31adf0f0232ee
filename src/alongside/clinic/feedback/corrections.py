"""What was typed in or imported wrongly is put right, and all that follows from it as well.

What clients gave themselves is theirs: nobody here changes it or takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.alliance.corrected import follow_correction
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor, ActorKind
from alongside.clinic.instruments.actions import Given, HandedIn, answers_record
from alongside.clinic.instruments.bridge import given_answers, questionnaire_of
from alongside.clinic.instruments.corrections import keep_what_stood, put_in_place
from alongside.clinic.instruments.models import (
    Correction,
    CorrectionKind,
    Respondent,
    Response,
    Slot,
    WayIn,
)
from alongside.clinic.progress.actions import follow_corrected_check
from alongside.clinic.visits.actions import take_as_cancelled
from alongside.clinic.visits.models import Visit
from alongside.methods.instruments.answers import write_answer
from alongside.methods.instruments.scoring import InstrumentRole
from alongside.methods.vocabulary.errors import AlongsideError


class GivenByClient(AlongsideError):
    """The client gave these answers themselves, so nobody else can change them or take them back.
    Talk about it at the next visit: what they answer then counts from then on."""


class CorrectedByImport(AlongsideError):
    """These answers came from a file. They are corrected there: the mended file comes in again with
    "alongside import … --correct"."""


class WhyIsMissing(AlongsideError):
    """Please say why, in a few words. The client can read it in their copy of the record."""


class TakenBackMeanwhile(AlongsideError):
    """These answers were taken back meanwhile. Please load the page again."""


def correct_response(
    *,
    response: Response,
    given: Iterable[Given],
    why: str,
    by: Actor,
    now: datetime,
    filled_on: date | None = None,
    submitted_at: datetime | None = None,
) -> Response:
    """The response with these answers in place of all that it held, and everything that follows.

    What it held before is kept, sealed. Who sees an answer and from when stays as it was.
    Raises: NotFound, GivenByClient, CorrectedByImport, WhyIsMissing, TakenBackMeanwhile,
    InvalidAnswer.
    """
    by = _check_may_correct(response, why, by=by, now=now)
    with transaction.atomic():
        response = _as_it_stands(response)
        keep_what_stood(response, CorrectionKind.CORRECTED, why.strip(), by=by, now=now)
        response.filled_on = filled_on or response.filled_on
        stands = put_in_place(response, given, submitted_at=submitted_at, now=now)
        audit(
            "correct_response",
            by=by,
            now=now,
            subject=response,
            client_id=response.client_id,
            way_in=response.way_in,
        )
        _follow(response.slot, stands, by=by, now=now)
    return response


def take_back_response(
    *, response: Response, why: str, is_theirs: bool = False, by: Actor, now: datetime
) -> Correction:
    """The response, which counts no more; its slot is as open or closed as it was before it.

    What it held is kept, sealed, and shown to nobody; to the client where the words are theirs.
    A visit that only the import told of did not take place.
    Raises: NotFound, GivenByClient, CorrectedByImport, WhyIsMissing, TakenBackMeanwhile.
    """
    by = _check_may_correct(response, why, by=by, now=now)
    kind = CorrectionKind.TAKEN_BACK if is_theirs else CorrectionKind.OF_ANOTHER
    with transaction.atomic():
        response = _as_it_stands(response)
        slot = response.slot
        kept = keep_what_stood(response, kind, why.strip(), by=by, now=now)
        response.delete()
        if kept.way_in == WayIn.IMPORTED:
            slot.closed_at = now
            slot.save(update_fields=["closed_at"])
        audit(
            "take_back_response",
            by=by,
            now=now,
            subject=kept,
            client_id=kept.client_id,
            way_in=kept.way_in,
        )
        _follow(Slot.objects.select_related("version").get(pk=slot.pk), None, by=by, now=now)
    return kept


def _check_may_correct(response: Response, why: str, *, by: Actor, now: datetime) -> Actor:
    by = check(by, Deed.RECORD, answers_record(response.slot), now=now)
    is_own = response.slot.respondent != Respondent.CLIENT
    if is_own or response.way_in not in (WayIn.PAPER, WayIn.IMPORTED):
        raise GivenByClient
    if response.way_in == WayIn.IMPORTED and by.kind is not ActorKind.OPERATOR:
        raise CorrectedByImport
    if not why.strip():
        raise WhyIsMissing
    return by


def _as_it_stands(response: Response) -> Response:
    """The response in this transaction.

    Raises: TakenBackMeanwhile.
    """
    found = Response.objects.select_related("slot__version").filter(pk=response.pk).first()
    if found is None or found.submitted_at is None:
        raise TakenBackMeanwhile
    return found


def _follow(slot: Slot, stands: HandedIn | None, *, by: Actor, now: datetime) -> None:
    """Course, progress and repairs by the answers as they now stand."""
    match InstrumentRole(slot.version.role):
        case InstrumentRole.ALLIANCE:
            visit = Visit.objects.filter(feedback_slot=slot).first()
            if visit is not None:
                if stands is None:
                    take_as_cancelled(visit, by=by, now=now)
                follow_correction(visit, stands, by=by, now=now)
        case InstrumentRole.PROGRESS:
            follow_corrected_check(slot, now=now)


def paper_of(viewer: Viewer, visit: Visit) -> Response:
    """What was typed in from paper for a visit of this therapist, with its answers.

    Raises: NotFound.
    """
    responses = Response.objects.select_related("slot__version").prefetch_related("answers")
    response = responses.filter(
        slot=visit.feedback_slot_id, way_in=WayIn.PAPER, submitted_at__isnull=False
    ).first()
    if response is None:
        raise NotFound
    viewer.see(replace(answers_record(response.slot), is_released=True))
    return response


def typed_in_paper(response: Response, *, now: datetime) -> dict[str, str]:
    """Every answer as it was typed in, by its linkId, as far as its therapist may see it."""
    rows = [row for row in response.answers.all() if row.released_at and row.released_at <= now]
    given = given_answers(rows, questionnaire_of(response.slot.version))
    return {each.link_id: write_answer(each.value) for each in given if each.value is not None}
