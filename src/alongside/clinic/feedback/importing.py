"""Rated visits and responses from a file, recorded as if they had been handed in here.

A file brings its own moments: a response is submitted and released when the file says so. What the
clinic does about it (who is told, when it was noticed) happens when it is imported, and so does the
audit. Rows are taken in the order of time, many in one transaction: a run that is cut short leaves
whole rows, and a run that is repeated finds them and changes nothing.
"""

from __future__ import annotations

import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import transaction
from django.db.models import Q

from alongside.clinic.access.checks import check
from alongside.clinic.access.policy import Deed
from alongside.clinic.alliance.actions import relearn_after_import
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.feedback.actions import take_in
from alongside.clinic.feedback.corrections import correct_response
from alongside.clinic.feedback.imported_people import ImportedPeople
from alongside.clinic.feedback.imported_rows import (
    ClientResponse,
    Fate,
    FeedbackBeforeVisit,
    ImportedDifferently,
    InTheFuture,
    NoAnswers,
    OddId,
    OfAnotherPair,
    Outcome,
    RatedVisit,
    WasTakenBack,
    WrongInstrument,
)
from alongside.clinic.instruments.actions import Given, hand_in, open_slot
from alongside.clinic.instruments.bridge import questionnaire_of, stored_value
from alongside.clinic.instruments.models import (
    InstrumentVersion,
    Respondent,
    Response,
    Slot,
    WayIn,
)
from alongside.clinic.people.models import Client, Person
from alongside.clinic.people.queries import day_of, the_clinic, wall_clock
from alongside.clinic.visits.actions import (
    LONGEST,
    SHORTEST,
    OddLength,
    attendance_record,
    move_visit,
)
from alongside.clinic.visits.models import Visit, VisitState
from alongside.methods.instruments.answers import Answer as AnswerGiven
from alongside.methods.instruments.answers import complete_answers, read_answer
from alongside.methods.instruments.scoring import InstrumentRole
from alongside.methods.vocabulary.errors import AlongsideError

ROWS_AT_ONCE = 100
TURN_OF_THE_OTHERS = 0.11
"""Seconds between two chunks. SQLite asks again every 0.1 s for whoever waits to write, so that all
who hand in answers meanwhile come in between."""
LONGEST_VISIT_ID = 80
BROUGHT_IN_AGAIN = "The file that it came from was corrected and brought in again."
A_DAY = timedelta(days=1)


Row = TypeVar("Row", RatedVisit, ClientResponse)


def import_visits(
    *,
    rows: Iterable[RatedVisit],
    version: InstrumentVersion,
    by: Actor,
    now: datetime,
    is_rehearsal: bool = False,
    corrects: bool = False,
) -> Iterator[Outcome]:
    """What became of each row, as they are taken in the order of time.

    Clients, therapists and care come in as they are needed. After the last row the courses are
    judged together by what all ratings teach, also when an earlier run was cut short before that.
    A rehearsal keeps nothing. A row that was imported differently is refused, unless it `corrects`
    what is here.
    Raises: WrongInstrument.
    """
    _check_role(version, (InstrumentRole.ALLIANCE,))
    in_order = sorted(rows, key=lambda row: (row.ends_at, row.row))
    opens_for = timedelta(hours=the_clinic().feedback_open_hours)
    yield from _in_chunks(
        in_order,
        lambda chunk: _VisitChunk(version, by, now, opens_for, chunk, corrects).take,
        is_rehearsal=is_rehearsal,
    )
    if not is_rehearsal:
        relearn_after_import(instrument=version.instrument, by=by, now=now)


def import_responses(
    *,
    rows: Iterable[ClientResponse],
    version: InstrumentVersion,
    by: Actor,
    now: datetime,
    is_rehearsal: bool = False,
    corrects: bool = False,
) -> Iterator[Outcome]:
    """What became of each row. A client has one response to an instrument at one time.

    Raises: WrongInstrument.
    """
    _check_role(version, (InstrumentRole.PROGRESS, InstrumentRole.OTHER))
    in_order = sorted(rows, key=lambda row: (row.at, row.row))
    return _in_chunks(
        in_order,
        lambda chunk: _ResponseChunk(version, by, now, chunk, corrects).take,
        is_rehearsal=is_rehearsal,
    )


def _check_role(version: InstrumentVersion, allowed: tuple[InstrumentRole, ...]) -> None:
    if version.role not in allowed:
        raise WrongInstrument(
            url=version.instrument.url, role=version.role, needed=" or ".join(allowed)
        )


def _in_chunks(
    rows: Sequence[Row],
    begin: Callable[[Sequence[Row]], Callable[[Row], Outcome]],
    *,
    is_rehearsal: bool,
) -> Iterator[Outcome]:
    for start in range(0, len(rows), ROWS_AT_ONCE):
        if start:
            time.sleep(TURN_OF_THE_OTHERS)
        chunk = rows[start : start + ROWS_AT_ONCE]
        outcomes: list[Outcome] = []
        with transaction.atomic():
            take = begin(chunk)
            for row in chunk:
                try:
                    with transaction.atomic():
                        outcomes.append(take(row))
                except AlongsideError as refusal:
                    outcomes.append(Outcome(row.row, Fate.REFUSED, refusal=refusal))
                    # The refused row may have brought people who went with it.
                    take = begin(chunk)
            if is_rehearsal:
                transaction.set_rollback(True)
        yield from outcomes


class _VisitChunk:
    """Rows of visits that are taken in one transaction, with what is known of them at its start."""

    def __init__(
        self,
        version: InstrumentVersion,
        by: Actor,
        now: datetime,
        opens_for: timedelta,
        rows: Sequence[RatedVisit],
        corrects: bool,
    ) -> None:
        self.version, self.by, self.now, self.opens_for = version, by, now, opens_for
        self.corrects = corrects
        self.people = ImportedPeople(
            {row.client for row in rows}, {row.therapist for row in rows}, by=by, now=now
        )
        standing = (
            Visit.objects.filter(imported_index__in={row.visit_id for row in rows})
            .select_related("client", "therapist", "feedback_slot__response")
            .prefetch_related("feedback_slot__response__answers")
        )
        self.standing = {visit.imported_id: visit for visit in standing}

    def take(self, row: RatedVisit) -> Outcome:
        _check_visit_row(row, self.now)
        known = self.standing.get(row.visit_id)
        if known is not None:
            return self._compare(known, row)
        client = self.people.client(row.client)
        therapist = self.people.therapist(row.therapist)
        check(self.by, Deed.RECORD, attendance_record(client, therapist), now=self.now)
        self.people.care(client, therapist, since=day_of(row.starts_at))
        visit = self._record_visit(row, client, therapist)
        assert visit.feedback_slot is not None
        response = _record_response(
            visit.feedback_slot, row.answers, at=row.submitted_at, by=self.by, now=self.now
        )
        self.standing[row.visit_id] = visit
        pair = client.pk, therapist.pk
        return Outcome(row.row, Fate.ACCEPTED, scores=response.scores, pair=pair)

    def _record_visit(self, row: RatedVisit, client: Client, therapist: Person) -> Visit:
        slot = open_slot(
            client=client,
            therapist=therapist,
            version=self.version,
            respondent=Respondent.CLIENT,
            opens_at=row.ends_at,
            expires_at=row.ends_at + self.opens_for,
        )
        visit = Visit.objects.create(
            client=client,
            therapist=therapist,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            state=VisitState.HELD,
            feedback_slot=slot,
            imported_id=row.visit_id,
        )
        audit("import_visit", by=self.by, now=self.now, subject=visit, client_id=client.pk)
        return visit

    def _compare(self, visit: Visit, row: RatedVisit) -> Outcome:
        """The row as already there, when it says again what it said before."""
        slot, what = visit.feedback_slot, f"Visit {row.visit_id}"
        assert slot is not None
        if not hasattr(slot, "response"):
            raise WasTakenBack(what=what)
        is_of_pair = (
            visit.client == self.people.known(row.client)
            and visit.therapist.sign_in_name == row.therapist.casefold()
            and slot.version_id == self.version.pk
        )
        is_same = (
            (visit.starts_at, visit.ends_at) == (row.starts_at, row.ends_at)
            and slot.response.submitted_at == row.submitted_at
            and _stored(slot.response) == _would_store(self.version, row.answers)
        )
        pair = visit.client_id, visit.therapist_id
        if is_of_pair and is_same:
            return Outcome(row.row, Fate.ALREADY_THERE, scores=slot.response.scores, pair=pair)
        if not self.corrects:
            raise ImportedDifferently(what=what)
        if not is_of_pair:
            raise OfAnotherPair(what=what)
        move_visit(visit, row.starts_at, row.ends_at, by=self.by, now=self.now)
        response = _correct(
            slot.response, row.answers, at=row.submitted_at, by=self.by, now=self.now
        )
        slot.response = response
        return Outcome(row.row, Fate.CORRECTED, scores=response.scores, pair=pair)


class _ResponseChunk:
    """Rows of responses that are taken in one transaction."""

    def __init__(
        self,
        version: InstrumentVersion,
        by: Actor,
        now: datetime,
        rows: Sequence[ClientResponse],
        corrects: bool,
    ) -> None:
        self.version, self.by, self.now, self.corrects = version, by, now, corrects
        self.people = ImportedPeople(
            {row.client for row in rows},
            {row.therapist for row in rows if row.therapist is not None},
            by=by,
            now=now,
        )
        standing = (
            Slot.objects.filter(
                client__in=[client for row in rows if (client := self.people.known(row.client))],
                version__instrument_id=version.instrument_id,
            )
            .filter(
                Q(response__way_in=WayIn.IMPORTED)
                | Q(response=None, corrections__way_in=WayIn.IMPORTED)
            )
            .select_related("client", "response")
            .prefetch_related("response__answers")
        )
        self.standing = {(slot.client_id, slot.opens_at): slot for slot in standing}

    def take(self, row: ClientResponse) -> Outcome:
        if row.at > self.now:
            raise InTheFuture(time=_wall_clock(row.at))
        client = self.people.client(row.client)
        known = self.standing.get((client.pk, row.at))
        if known is not None:
            return self._compare(known, row)
        if row.therapist is not None:
            since = day_of(row.at)
            self.people.care(client, self.people.therapist(row.therapist), since=since)
        slot = open_slot(
            client=client,
            therapist=None,
            version=self.version,
            respondent=Respondent.CLIENT,
            opens_at=row.at,
            expires_at=row.at + A_DAY,
        )
        response = _record_response(slot, row.answers, at=row.at, by=self.by, now=self.now)
        self.standing[client.pk, row.at] = slot
        return Outcome(row.row, Fate.ACCEPTED, scores=response.scores)

    def _compare(self, slot: Slot, row: ClientResponse) -> Outcome:
        what = f"The response of {row.client} on {_wall_clock(row.at)}"
        if not hasattr(slot, "response"):
            raise WasTakenBack(what=what)
        is_same = slot.version_id == self.version.pk and (
            _stored(slot.response) == _would_store(self.version, row.answers)
        )
        if is_same:
            return Outcome(row.row, Fate.ALREADY_THERE, scores=slot.response.scores)
        if not self.corrects:
            raise ImportedDifferently(what=what)
        if slot.version_id != self.version.pk:
            raise OfAnotherPair(what=what)
        response = _correct(slot.response, row.answers, at=row.at, by=self.by, now=self.now)
        slot.response = response
        return Outcome(row.row, Fate.CORRECTED, scores=response.scores)


def _correct(
    response: Response, answers: Mapping[str, str], *, at: datetime, by: Actor, now: datetime
) -> Response:
    if not any(raw.strip() for raw in answers.values()):
        raise NoAnswers
    return correct_response(
        response=response,
        given=[Given(link_id, raw) for link_id, raw in answers.items()],
        why=BROUGHT_IN_AGAIN,
        submitted_at=at,
        by=by,
        now=now,
    )


def _record_response(
    slot: Slot, answers: Mapping[str, str], *, at: datetime, by: Actor, now: datetime
) -> Response:
    if not any(raw.strip() for raw in answers.values()):
        raise NoAnswers
    handed_in = hand_in(
        slot=slot,
        given=[Given(link_id, raw) for link_id, raw in answers.items()],
        way_in=WayIn.IMPORTED,
        language=slot.client.language,
        by=by,
        now=now,
        deed=Deed.RECORD,
        submitted_at=at,
        is_late_allowed=True,
    )
    take_in(handed_in, by=by, now=now)
    return handed_in.response


def _check_visit_row(row: RatedVisit, now: datetime) -> None:
    is_control = any(unicodedata.category(mark) == "Cc" for mark in row.visit_id)
    if not 1 <= len(row.visit_id) <= LONGEST_VISIT_ID or is_control:
        raise OddId(longest=LONGEST_VISIT_ID)
    if not SHORTEST <= row.ends_at - row.starts_at <= LONGEST:
        raise OddLength
    for moment in (row.ends_at, row.submitted_at):
        if moment > now:
            raise InTheFuture(time=_wall_clock(moment))
    if row.submitted_at < row.starts_at:
        raise FeedbackBeforeVisit(time=_wall_clock(row.submitted_at))


def _stored(response: Response) -> dict[str, object]:
    return {row.link_id: row.value for row in response.answers.all() if row.value is not None}


def _would_store(version: InstrumentVersion, answers: Mapping[str, str]) -> dict[str, object]:
    """The values that these cells would be stored as.

    Raises: InvalidAnswer.
    """
    questionnaire = questionnaire_of(version)
    given = [
        AnswerGiven.answered(link_id, read_answer(questionnaire.question(link_id), raw))
        for link_id, raw in answers.items()
        if raw.strip()
    ]
    return {
        answer.link_id: stored_value(answer.value)
        for answer in complete_answers(questionnaire, given)
        if answer.value is not None
    }


def _wall_clock(moment: datetime) -> str:
    return f"{wall_clock(moment):%Y-%m-%d %H:%M}"
