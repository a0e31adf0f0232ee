"""A small clinic of people with names and known relations.

Dana and Omar are therapists; Ruth supervises Dana; Ines administers. Alma is in Dana's care,
Bruno in Omar's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from alongside.clinic.access.viewer import Viewer
from alongside.clinic.audit.actor import OPERATOR, Actor
from alongside.clinic.feedback.actions import enter_paper, record_feedback
from alongside.clinic.feedback.corrections import correct_response
from alongside.clinic.instruments.actions import Given
from alongside.clinic.instruments.models import Release, Response, Slot, WayIn
from alongside.clinic.instruments.own import install_own_instruments
from alongside.clinic.people.actions import (
    add_client,
    add_person,
    open_clinic,
    supervise,
    take_into_care,
)
from alongside.clinic.people.models import Client, Clinic, Person, Role
from alongside.clinic.visits.actions import book_visit
from alongside.clinic.visits.models import Visit

PASSWORD = "a long walk by the river"
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCORED = ("safety", "heard", "direction", "way_of_working", "return")


@dataclass
class SmallClinic:
    """The clinic and its people; `now` is the moment at which its next deed happens."""

    clinic: Clinic
    dana: Person
    omar: Person
    ruth: Person
    ines: Person
    alma: Client
    bruno: Client
    now: datetime = field(default=START)

    def as_actor(self, person: Person) -> Actor:
        return Viewer(person, self.now).actor

    def visit(self, client: Client | None = None, therapist: Person | None = None) -> Visit:
        """A visit that has just ended, a week after the one before."""
        therapist = therapist or self.dana
        starts_at = self.now + timedelta(days=7)
        visit = book_visit(
            client=client or self.alma,
            therapist=therapist,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=50),
            by=self.as_actor(therapist),
            now=self.now,
        )
        self.now = visit.ends_at + timedelta(minutes=5)
        return visit

    def feedback(
        self,
        visit: Visit,
        score: int | Mapping[str, object],
        *,
        release: Release = Release.NOW,
        way_in: WayIn = WayIn.LINK,
        **more: object,
    ) -> Response:
        """Feedback for the visit: one number for all five scored items, or each by its linkId."""
        slot = visit.feedback_slot
        assert slot is not None
        answers = dict(score) if isinstance(score, Mapping) else scored(slot, score)
        return record_feedback(
            slot=slot,
            given=[Given(name, raw, release) for name, raw in {**answers, **more}.items()],
            way_in=way_in,
            language="en",
            by=Actor.bearer_of(slot.pk),
            now=self.now,
        )

    def paper(self, visit: Visit, score: int, **more: object) -> Response:
        """The same on paper, typed in by the visit's therapist."""
        slot = visit.feedback_slot
        assert slot is not None
        given = {**scored(slot, score), **more}
        return enter_paper(
            slot=slot,
            given=[Given(name, raw) for name, raw in given.items()],
            filled_on=self.now.date(),
            entered_by=visit.therapist,
            language="en",
            by=self.as_actor(visit.therapist),
            now=self.now,
        )

    def put_right(self, response: Response, score: int, **more: object) -> Response:
        """What was typed in from paper, corrected by who typed it in."""
        given = {**scored(response.slot, score), **more}
        assert response.entered_by is not None
        return correct_response(
            response=response,
            given=[Given(name, raw) for name, raw in given.items()],
            why="The 8 looked like a 3.",
            by=self.as_actor(response.entered_by),
            now=self.now,
        )


def scored(slot: Slot, number: int) -> dict[str, object]:
    """The same number for every scored item of the slot's instrument."""
    from alongside.clinic.instruments.bridge import scoring_of

    scale = scoring_of(slot.version).main_scale
    assert scale is not None
    return {item.link_id: number for item in scale.items}


def small_clinic(now: datetime = START) -> SmallClinic:
    """The small clinic, opened at `now`."""
    clinic = open_clinic(name="River House", time_zone="Europe/Madrid", by=OPERATOR, now=now)
    install_own_instruments(by=OPERATOR, now=now)

    def person(name: str, *roles: Role) -> Person:
        return add_person(
            sign_in_name=name.lower(),
            display_name=name,
            password=PASSWORD,
            roles=roles,
            by=OPERATOR,
            now=now,
        )

    dana, omar = person("Dana", Role.THERAPIST), person("Omar", Role.THERAPIST)
    ruth, ines = person("Ruth", Role.SUPERVISOR), person("Ines", Role.ADMINISTRATOR)
    supervise(supervisor=ruth, therapist=dana, starts_on=now.date(), by=OPERATOR, now=now)
    alma, bruno = (
        add_client(
            code=code,
            display_name=name,
            person=person(name),
            phone=phone,
            by=OPERATOR,
            now=now,
        )
        for code, name, phone in (("C-1", "Alma", "+1 555 0101"), ("C-2", "Bruno", ""))
    )
    for client, therapist in ((alma, dana), (bruno, omar)):
        take_into_care(
            client=client, therapist=therapist, starts_on=now.date(), by=OPERATOR, now=now
        )
    return SmallClinic(clinic, dana, omar, ruth, ines, alma, bruno, now)
