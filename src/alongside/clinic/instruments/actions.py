"""Bring an instrument in, open a slot, keep answers, hand them in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor, ActorKind
from alongside.clinic.instruments.attestation import attestation_of
from alongside.clinic.instruments.bridge import (
    Drafts,
    answer_row,
    questionnaire_of,
    scoring_of,
)
from alongside.clinic.instruments.models import (
    Answer,
    Instrument,
    InstrumentVersion,
    Purpose,
    Release,
    Respondent,
    Response,
    Slot,
    WayIn,
)
from alongside.clinic.instruments.purposes import check_serves, put_to_use
from alongside.clinic.instruments.reading import read_instrument
from alongside.clinic.people.models import Client, Person
from alongside.clinic.statements import Insert, Parameter, Select, Update
from alongside.methods.instruments.answers import Answer as AnswerGiven
from alongside.methods.instruments.answers import (
    AnswerState,
    RawAnswer,
    complete_answers,
    read_answer,
)
from alongside.methods.instruments.scoring import Score, score_answers
from alongside.methods.vocabulary.errors import AlongsideError

SLOT_AND_RESPONSE = Select(
    lambda: Slot.objects.select_related("response").filter(pk=Parameter("slot"))
)
NEW_RESPONSE = Insert(Response)
HANDED_IN = Update(
    Response, "submitted_at", "way_in", "language", "entered_by", "filled_on", "scores"
)
ANSWERS = Insert(Answer, once=("response", "link_id"))


class VersionChanged(AlongsideError):
    """Version {version} of {url} is already here with other content. Answers point to it, so it
    stays as it is. Give the changed questionnaire a new version number and import it again."""


class NoInstrument(AlongsideError):
    """No instrument is set up for {purpose}. An administrator can choose one."""


class SlotNotOpen(AlongsideError):
    """This form is not open now."""


class SlotExpired(AlongsideError):
    """This form has closed. What was saved before is kept."""


class AlreadyHandedIn(AlongsideError):
    """These answers are already in. Thank you."""


@dataclass(frozen=True)
class Given:
    """One answer as it came in: the raw text of a form or a file, and when it may be seen.

    A blank text takes an earlier answer back. Missing: `raw` None leaves the answer as it was saved
    before, and `release` None leaves its release so; without an earlier one that is now.
    """

    link_id: str
    raw: RawAnswer | None
    release: Release | None = None


@dataclass(frozen=True)
class HandedIn:
    """A response that was just handed in, with all its answers by linkId."""

    slot: Slot
    response: Response
    answers: Mapping[str, Answer] = field(repr=False)


def answers_record(slot: Slot) -> Record:
    """What the policy has to know of the answers in a slot."""
    return Record(
        Segment.ANSWERS,
        client_id=slot.client_id,
        therapist_id=slot.therapist_id,
        slot_id=slot.pk,
    )


def import_instrument(
    *,
    document: str | bytes,
    scoring: str | bytes,
    by: Actor,
    now: datetime,
    purpose: Purpose | None = None,
    attestation: Mapping[str, str] | None = None,
) -> InstrumentVersion:
    """The stored version. The same content imported twice is stored once.

    Raises: InvalidInstrument, VersionChanged, AttestationNeeded, DoesNotServe, NotFound.
    """
    by = check(by, Deed.RECORD, Record(Segment.INSTRUMENTS), now=now)
    read = read_instrument(document, scoring)
    questionnaire = read.questionnaire
    attested = attestation_of(read, attestation)
    with transaction.atomic():
        instrument, _ = Instrument.objects.get_or_create(url=questionnaire.url)
        check_serves(instrument.purpose, read.scoring)
        known = instrument.versions.filter(version=questionnaire.version).first()
        if known is not None and known.fingerprint != read.fingerprint:
            raise VersionChanged(url=questionnaire.url, version=questionnaire.version)
        if known is None:
            known = InstrumentVersion.objects.create(
                instrument=instrument,
                version=questionnaire.version,
                title=questionnaire.title.default,
                document=read.document_text,
                scoring=read.scoring_text,
                fingerprint=read.fingerprint,
                role=read.scoring.role,
                attestation=attested,
                imported_at=now,
                imported_by_id=by.person_id,
            )
            audit("import_instrument", by=by, now=now, subject=known)
        if purpose is not None:
            put_to_use(instrument, purpose, by=by, now=now)
    return known


def version_for(purpose: Purpose) -> InstrumentVersion:
    """The version that serves a purpose now.

    Raises: NoInstrument.
    """
    version = InstrumentVersion.objects.filter(instrument__purpose=purpose).order_by("-pk").first()
    if version is None:
        raise NoInstrument(purpose=purpose.label)
    return version


def open_slot(
    *,
    client: Client,
    therapist: Person | None,
    version: InstrumentVersion,
    respondent: Respondent,
    opens_at: datetime,
    expires_at: datetime,
) -> Slot:
    """A new occasion to answer. Called by the action that owns the occasion, which audits it."""
    return Slot.objects.create(
        client=client,
        therapist=therapist,
        version=version,
        respondent=respondent,
        opens_at=opens_at,
        expires_at=expires_at,
    )


def _check_may_answer(slot: Slot, deed: Deed, *, by: Actor, now: datetime) -> Actor:
    """The actor, when the answers of this slot are theirs to give.

    A client answers for themselves alone: the slot of their therapist's own rating is not theirs.
    """
    is_stranger = by.kind in (ActorKind.PERSON, ActorKind.BEARER)
    if is_stranger and deed is Deed.ANSWER and slot.respondent != Respondent.CLIENT:
        raise NotFound
    return check(by, deed, answers_record(slot), now=now)


def _check_open(slot: Slot, now: datetime, *, is_late_allowed: bool = False) -> None:
    if slot.closed_at is not None or now < slot.opens_at:
        raise SlotNotOpen
    if now >= slot.expires_at and not is_late_allowed:
        raise SlotExpired


def _response_in(
    slot: Slot,
    *,
    way_in: WayIn,
    language: str,
    at: datetime,
    now: datetime,
    is_late_allowed: bool = False,
) -> Response:
    """The draft in the slot as both stand in this transaction, or a new one, not saved yet.

    The visit may just have been called off, or the same answers handed in over another line.
    Raises: SlotNotOpen, SlotExpired, AlreadyHandedIn.
    """
    seen = SLOT_AND_RESPONSE.first(slot=slot.pk)
    if seen is None:
        raise SlotNotOpen
    slot.opens_at, slot.expires_at, slot.closed_at = seen.opens_at, seen.expires_at, seen.closed_at
    _check_open(slot, now, is_late_allowed=is_late_allowed)
    response: Response | None = getattr(seen, "response", None)
    if response is None:
        return Response(
            slot=slot, client_id=slot.client_id, started_at=at, way_in=way_in, language=language
        )
    if response.submitted_at is not None:
        raise AlreadyHandedIn
    response.slot = slot
    return response


def read_given(slot: Slot, given: Iterable[Given]) -> dict[str, tuple[AnswerGiven | None, Given]]:
    questionnaire = questionnaire_of(slot.version)
    read: dict[str, tuple[AnswerGiven | None, Given]] = {}
    for answer in given:
        item = questionnaire.question(answer.link_id)
        if answer.raw is None:
            value = None
        elif isinstance(answer.raw, str) and not answer.raw.strip():
            value = AnswerGiven.skipped(answer.link_id)
        else:
            value = AnswerGiven.answered(answer.link_id, read_answer(item, answer.raw))
        read[answer.link_id] = (value, answer)
    return read


def _write(
    response: Response, answers: Iterable[tuple[AnswerGiven, Release]], *, now: datetime
) -> None:
    ANSWERS.many(answer_row(response, answer, release, saved_at=now) for answer, release in answers)


def save_answers(
    *,
    slot: Slot,
    given: Iterable[Given],
    way_in: WayIn,
    language: str,
    by: Actor,
    now: datetime,
) -> Response:
    """The draft with these answers kept in it; other answers in it stay.

    Raises: NotFound, SlotNotOpen, SlotExpired, AlreadyHandedIn, InvalidAnswer (then nothing of
    this call is kept).
    """
    by = _check_may_answer(slot, Deed.ANSWER, by=by, now=now)
    _check_open(slot, now)
    read = read_given(slot, given)
    with transaction.atomic():
        response = _response_in(slot, way_in=way_in, language=language, at=now, now=now)
        drafts = Drafts.of(response)
        if response.pk is None:
            NEW_RESPONSE.one(response)
        kept = [
            (
                answer or drafts.answers.get(link_id) or AnswerGiven.skipped(link_id),
                drafts.with_release(link_id, raw.release),
            )
            for link_id, (answer, raw) in read.items()
        ]
        _write(response, kept, now=now)
        audit(
            "save_answers",
            by=by,
            now=now,
            subject=response,
            client_id=slot.client_id,
            n_answers=len(read),
        )
    return response


def hand_in(
    *,
    slot: Slot,
    given: Iterable[Given],
    way_in: WayIn,
    language: str,
    by: Actor,
    now: datetime,
    deed: Deed = Deed.ANSWER,
    declines: bool = False,
    entered_by: Person | None = None,
    filled_on: date | None = None,
    submitted_at: datetime | None = None,
    is_late_allowed: bool = False,
) -> HandedIn:
    """The finished response: drafts and these answers together, completed, scored and released.

    Every question gets a row: what was left out is skipped; what its condition hides is not
    shown. `declines` says no to the whole form: nothing that was saved before goes out.
    `is_late_allowed` is for paper and imports, which arrive after the fact;
    `submitted_at` is for imports, which bring the moment with them.

    Raises: NotFound, SlotNotOpen, SlotExpired, AlreadyHandedIn, InvalidAnswer.
    """
    by = _check_may_answer(slot, deed, by=by, now=now)
    _check_open(slot, now, is_late_allowed=is_late_allowed)
    at = submitted_at or now
    version = slot.version
    questionnaire, sidecar = questionnaire_of(version), scoring_of(version)
    read = read_given(slot, given)
    with transaction.atomic(savepoint=False):
        response = _response_in(
            slot,
            way_in=way_in,
            language=language,
            at=at,
            now=now,
            is_late_allowed=is_late_allowed,
        )
        drafts = Drafts.of(response)
        known, released = dict(drafts.answers), dict(drafts.releases)
        for link_id, (answer, raw) in read.items():
            if answer and (answer.state is AnswerState.ANSWERED or link_id not in known):
                known[link_id] = answer
            released[link_id] = drafts.with_release(link_id, raw.release)
        if declines:
            known = {
                question.link_id: AnswerGiven.declined(question.link_id)
                for question in questionnaire.questions
            }
        completed = complete_answers(questionnaire, known.values())
        response.submitted_at = at
        response.way_in, response.language = way_in, language
        response.entered_by = entered_by
        response.filled_on = filled_on
        response.scores = scores_of(questionnaire_answers=completed, slot=slot)
        if response.pk is None:
            NEW_RESPONSE.one(response)
        else:
            HANDED_IN.one(response)
        rows = [
            answer_row(
                response,
                answer,
                released.get(answer.link_id, Release.NOW),
                saved_at=now,
                handed_in_at=at,
            )
            for answer in completed
        ]
        ANSWERS.many(rows)
        audit(
            "hand_in_answers",
            by=by,
            now=now,
            subject=response,
            client_id=slot.client_id,
            way_in=way_in,
            n_answered=sum(answer.state is AnswerState.ANSWERED for answer in completed),
            role=sidecar.role,
        )
    return HandedIn(slot=slot, response=response, answers={row.link_id: row for row in rows})


def scores_of(*, questionnaire_answers: Iterable[AnswerGiven], slot: Slot) -> dict[str, float]:
    """Every scale that could be scored, by name.

    Missing: a scale with too few answers is absent.
    """
    questionnaire, sidecar = questionnaire_of(slot.version), scoring_of(slot.version)
    scores = score_answers(questionnaire, sidecar, tuple(questionnaire_answers))
    return {name: score.value for name, score in scores.items() if isinstance(score, Score)}
