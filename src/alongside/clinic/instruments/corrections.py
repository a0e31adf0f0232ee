"""What a response held before: kept, whenever other answers take its place or it is taken back.

Everything here runs inside the transaction of the action that calls it, which audits it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from alongside.clinic.audit.actor import Actor
from alongside.clinic.instruments.actions import (
    ANSWERS,
    Given,
    HandedIn,
    read_given,
    scores_of,
)
from alongside.clinic.instruments.bridge import Drafts, answer_row, questionnaire_of
from alongside.clinic.instruments.models import (
    Answer,
    Correction,
    CorrectionKind,
    Release,
    Response,
)
from alongside.methods.instruments.answers import AnswerState, complete_answers


def keep_what_stood(
    response: Response, kind: CorrectionKind, why: str, *, by: Actor, now: datetime
) -> Correction:
    """All that the response holds now, in a row that nothing is computed from."""
    return Correction.objects.create(
        slot_id=response.slot_id,
        client_id=response.client_id,
        kind=kind,
        way_in=response.way_in,
        before={
            "submitted_at": _written(response.submitted_at),
            "filled_on": _written(response.filled_on),
            "language": response.language,
            "entered_by": response.entered_by_id,
            "scores": response.scores,
            "answers": [_as_it_stood(row) for row in response.answers.order_by("pk")],
        },
        why=why,
        at=now,
        by_id=by.person_id,
    )


def _as_it_stood(row: Answer) -> dict[str, Any]:
    """One answer, and what the therapist said will change because of it."""
    stood = {"link_id": row.link_id, "state": row.state, "value": row.value, "release": row.release}
    change = getattr(row, "change", None)
    if change is None:
        return stood
    columns = ("what_changes", "therapist_id", "written_at", "seen_at")
    return {**stood, "change": {name: _written(getattr(change, name)) for name in columns}}


def _written(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def put_in_place(
    response: Response, given: Iterable[Given], *, submitted_at: datetime | None, now: datetime
) -> HandedIn:
    """The response with these answers in place of those that it held, completed, scored, released.

    What the client lets nobody see yet stays where nothing is given for it: whoever corrects does
    not know of it.

    Raises: InvalidAnswer.
    """
    slot = response.slot
    at = submitted_at or response.submitted_at or now
    drafts, read = Drafts.of(response), read_given(slot, given)
    known = {
        link_id: answer
        for link_id, answer in drafts.answers.items()
        if drafts.releases[link_id] is not Release.NOW
    }
    for link_id, (answer, _raw) in read.items():
        if answer and (answer.state is AnswerState.ANSWERED or link_id not in known):
            known[link_id] = answer
    completed = complete_answers(questionnaire_of(slot.version), known.values())
    rows = []
    for answer in completed:
        raw = read[answer.link_id][1] if answer.link_id in read else None
        release = drafts.with_release(answer.link_id, raw.release if raw else None)
        rows.append(answer_row(response, answer, release, saved_at=now, handed_in_at=at))
    response.submitted_at = at
    response.scores = scores_of(questionnaire_answers=completed, slot=slot)
    response.save(update_fields=["submitted_at", "scores"])
    ANSWERS.many(rows)
    return HandedIn(slot=slot, response=response, answers={row.link_id: row for row in rows})
