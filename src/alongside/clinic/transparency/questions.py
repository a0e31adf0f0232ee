"""A client asks about a look; the privacy officer answers within five working days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from alongside.clinic.access.checks import NotFound, can, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.people.models import Client, Person, Role
from alongside.clinic.people.queries import day_of
from alongside.clinic.transparency.log import looks_of
from alongside.clinic.transparency.models import Question
from alongside.methods.vocabulary.errors import AlongsideError

WORKING_DAYS = 5
LONGEST_WORDS = 2000
SATURDAY = 5


class AlreadyAsked(AlongsideError):
    """You have asked about this already. The answer will stand here."""


class NothingToSay(AlongsideError):
    """Write an answer first."""


class AnsweredBefore(AlongsideError):
    """This question was answered a moment ago. That answer stays."""


def ask_about_look(
    *,
    client: Client,
    about: Person | None,
    looked_on: date | None,
    words: str,
    by: Actor,
    now: datetime,
) -> Question:
    """The client's question, with the day by which it will be answered.

    Raises: NotFound, AlreadyAsked.
    """
    by = check(by, Deed.RECORD, questions_record(client.pk), now=now)
    if about is not None and looked_on is not None:
        if looks_of(client.pk, about.pk, looked_on) is None:
            raise NotFound
    elif about is not None or looked_on is not None:
        raise NotFound
    with transaction.atomic():
        same = Question.objects.open().filter(client=client, about=about, looked_on=looked_on)
        if same.exists():
            raise AlreadyAsked
        question = Question.objects.create(
            client=client,
            about=about,
            looked_on=looked_on,
            words=words.strip()[:LONGEST_WORDS],
            asked_at=now,
            due_on=working_days_after(day_of(now), WORKING_DAYS),
        )
        audit("ask_about_look", by=by, now=now, subject=question, client_id=client.pk)
    return question


def answer_question(*, question: Question, answer: str, by: Actor, now: datetime) -> None:
    """The answer, kept for the client.

    Raises: NotFound, NothingToSay, AnsweredBefore.
    """
    by = check(by, Deed.RECORD, questions_record(question.client_id), now=now)
    words = answer.strip()[:LONGEST_WORDS]
    if not words:
        raise NothingToSay
    if by.person_id in (None, question.about_id) or by.client_id == question.client_id:
        raise NotFound
    with transaction.atomic():
        kept = Question.objects.get(pk=question.pk)
        if kept.answered_at is not None:
            raise AnsweredBefore
        kept.answer, kept.answered_at, kept.answered_by_id = words, now, by.person_id
        kept.save(update_fields=["answer", "answered_at", "answered_by"])
        audit("answer_question", by=by, now=now, subject=kept, client_id=kept.client_id)


def question_of(viewer: Viewer, public_id: str) -> Question:
    """One question, for the privacy officer. Not one about themselves, nor one of their own.

    Raises: NotFound.
    """
    question = (
        Question.objects.select_related("client", "about", "answered_by")
        .filter(public_id=public_id)
        .first()
    )
    if question is None or not _may_answer(viewer, question):
        raise NotFound
    viewer.see(questions_record(question.client_id))
    return question


def open_questions(viewer: Viewer) -> tuple[Question, ...]:
    """The questions that wait for this privacy officer, the most urgent first.

    Raises: NotFound.
    """
    if not viewer.is_a(Role.PRIVACY_OFFICER):
        raise NotFound
    waiting = Question.objects.open().select_related("client", "about")
    return tuple(
        each
        for each in waiting
        if _may_answer(viewer, each)
        and can(viewer.actor, Deed.SEE, questions_record(each.client_id), now=viewer.now)
    )


def questions_record(client_id: int) -> Record:
    """What the policy has to know of a client's questions."""
    return Record(Segment.QUESTIONS, client_id=client_id)


def working_days_after(day: date, n: int) -> date:
    """The day so many working days later: Saturdays and Sundays do not count."""
    while n:
        day += timedelta(days=1)
        n -= day.weekday() < SATURDAY
    return day


def _may_answer(viewer: Viewer, question: Question) -> bool:
    return viewer.is_a(Role.PRIVACY_OFFICER) and viewer.person.pk not in {
        question.about_id,
        question.client.person_id,
    }
