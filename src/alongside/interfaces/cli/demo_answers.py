"""Drawn answers as the clinic takes them in: by linkId, and by the way they came."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from alongside.clinic.audit.actor import Actor
from alongside.clinic.feedback.actions import (
    enter_paper,
    hand_over_device,
    issue_kiosk_code,
    record_feedback,
    use_kiosk_code,
)
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import InstrumentVersion, Release, Response, Slot, WayIn
from alongside.clinic.people.models import Person
from alongside.lab.synthetic_clinic import FACETS, Showing, SyntheticWeek, VisitAnswers, Way
from alongside.lab.weekly_checks import ASKED


def links_of(version: InstrumentVersion) -> dict[str, str]:
    """The linkId of every facet and of every role of an instrument."""
    uses = scoring_of(version).item_uses
    return {use.role: use.link_id for use in uses if use.role} | {
        use.facet: use.link_id for use in uses if use.facet
    }


def given_of(version: InstrumentVersion, answers: VisitAnswers) -> list[Given]:
    """A client's answers after a visit, by linkId."""
    links = links_of(version)

    def release(name: str) -> Release:
        return Release(answers.showing_of.get(name, answers.showing))

    given = [
        Given(links[facet], rating, release(facet))
        for facet, rating in zip(FACETS, answers.ratings, strict=True)
    ]
    given.append(Given(links["relief"], answers.relief, release("relief")))
    if answers.words is not None:
        given.append(Given(links["open_question"], answers.words.said, release("words")))
    wrong = answers.wrong
    shown = Release(wrong.showing if wrong else Showing.NOW)
    given.append(Given(links["respect_flag"], wrong is not None, shown))
    if wrong is not None:
        given.append(Given(links["respect_text"], wrong.words, shown))
        given.append(Given(links["respect_supervisor"], wrong.is_told_to_supervisor, shown))
    return given


def given_of_ratings(version: InstrumentVersion, ratings: Iterable[int]) -> list[Given]:
    """A therapist's own ratings, by linkId."""
    links = links_of(version)
    return [Given(links[facet], rating) for facet, rating in zip(FACETS, ratings, strict=True)]


def given_of_week(version: InstrumentVersion, week: SyntheticWeek) -> list[Given]:
    """A client's weekly check, by linkId."""
    links = links_of(version)
    given = [Given(links[facet], answer) for facet, answer in zip(ASKED, week.answers, strict=True)]
    return [*given, Given(links["open_question"], week.words)] if week.words else given


def hand_in_by(
    way: Way,
    *,
    slot: Slot,
    given: Iterable[Given],
    language: str,
    client: Actor,
    therapist: Actor,
    therapist_person: Person,
    on: date,
    now: datetime,
) -> Response:
    """The response, handed in by the way that this client uses."""
    by = Actor.bearer_of(slot.pk)
    match way:
        case Way.PAPER:
            return enter_paper(
                slot=slot,
                given=given,
                filled_on=on,
                entered_by=therapist_person,
                language=language,
                by=therapist,
                now=now,
            )
        case Way.KIOSK:
            code = issue_kiosk_code(slot=slot, issued_by=therapist_person, by=therapist, now=now)
            use_kiosk_code(code=code, now=now)
            by = Actor.at_kiosk(slot.pk, slot.client_id)
        case Way.HANDED_OVER:
            hand_over_device(slot=slot, by=therapist, now=now)
        case Way.SIGNED_IN:
            by = client
    return record_feedback(
        slot=slot, given=given, way_in=WayIn(way), language=language, by=by, now=now
    )
