"""Who will read what a client says, and when: asked of the policy, never written beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alongside.clinic.access.policy import Deed, Record, Relation, Segment, who_may
from alongside.clinic.instruments.models import Slot
from alongside.clinic.people.models import Care, Client
from alongside.clinic.people.queries import day_of


class Reach(StrEnum):
    """On what it depends that someone sees a kind of record."""

    ALWAYS = "always"
    RELEASED = "released"  # once the client lets the therapist see it
    TOLD = "told"  # once the client asks that a supervisor knows
    OPENED = "opened"  # once the client or the therapist opens it
    NEVER = "never"


# The conditions from open to closed: the first record that lets someone in says what it takes.
RECORDS: dict[Reach, Callable[[Segment], Record]] = {
    Reach.ALWAYS: Record,
    Reach.RELEASED: lambda segment: Record(segment, is_released=True),
    Reach.TOLD: lambda segment: Record(segment, is_told_to_supervisor=True),
    Reach.OPENED: lambda segment: Record(segment, is_opened_to_supervision=True),
}


def reach(relation: Relation, segment: Segment) -> Reach:
    """What it takes for someone in this relation to see this kind of record."""
    for taken, record_of in RECORDS.items():
        if relation in who_may(Deed.SEE, record_of(segment)):
            return taken
    return Reach.NEVER


def about(segment: Segment) -> Reach:
    """What it takes for the therapist whom it is about, who has the client in care."""
    own = (reach(Relation.ABOUT, segment), reach(Relation.IN_CARE_OF, segment))
    return min(own, key=list(Reach).index)


def by_supervisor(segment: Segment) -> Reach:
    """What it takes for the supervisor of the therapist whom it is about."""
    own = (reach(Relation.SUPERVISING, segment), reach(Relation.SUPERVISOR, segment))
    return min(own, key=list(Reach).index)


@dataclass(frozen=True)
class WhoReads:
    """Who reads the answers of one form.

    `therapist` is the one whom the form is about; without one `team` holds those who have the
    client in care. `answers` is what a therapist needs in order to read single answers, `course`
    for the score over time, which rests on released answers alone.
    """

    therapist: str
    team: tuple[str, ...]
    answers: Reach
    course: Reach
    supervisor_answers: Reach
    supervisor_course: Reach
    supervisor_strain: Reach
    supervisor_concern: Reach
    administrator: Reach = field(default=Reach.NEVER)


def who_reads(slot: Slot, *, now: datetime) -> WhoReads:
    """Who will read what is put into this slot, by the policy as it stands."""
    if slot.therapist is not None:
        answers, course = about(Segment.ANSWERS), about(Segment.ALLIANCE)
        supervised = by_supervisor(Segment.ALLIANCE)
    else:
        answers = reach(Relation.IN_CARE_OF, Segment.ANSWERS)
        course = reach(Relation.IN_CARE_OF, Segment.PROGRESS)
        supervised = by_supervisor(Segment.PROGRESS)
    return WhoReads(
        therapist=slot.therapist.display_name if slot.therapist else "",
        team=() if slot.therapist else therapists_of(slot.client, now=now),
        answers=answers,
        course=course,
        supervisor_answers=by_supervisor(Segment.ANSWERS),
        supervisor_course=supervised,
        supervisor_strain=by_supervisor(Segment.STRAIN) if slot.therapist else Reach.NEVER,
        supervisor_concern=by_supervisor(Segment.CONCERN) if slot.therapist else Reach.NEVER,
        administrator=reach(Relation.ADMINISTRATOR, Segment.ANSWERS),
    )


def therapists_of(client: Client, *, now: datetime) -> tuple[str, ...]:
    """The names of those who have the client in care today, in the order in which they began."""
    care = Care.objects.on(day_of(now)).filter(client=client)
    began = care.select_related("therapist").order_by("starts_on", "pk")
    return tuple(dict.fromkeys(each.therapist.display_name for each in began))
