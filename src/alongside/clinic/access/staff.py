"""The people who work here, as an administrator sees them. No client is among them."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from alongside.clinic.access.actions import STAFF
from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed
from alongside.clinic.access.viewer import Viewer
from alongside.clinic.people.models import Person, Role, Supervision


@dataclass(frozen=True)
class StaffMember:
    """One person who works here. `supervised_by` holds today's supervisions of them."""

    person: Person
    roles: frozenset[Role]
    supervised_by: tuple[Supervision, ...]

    @property
    def is_without_supervisor(self) -> bool:
        """A therapist with nobody whom a concern about them could reach."""
        return (
            Role.THERAPIST in self.roles and self.person.is_active and not self.active_supervisors
        )

    @property
    def active_supervisors(self) -> tuple[Person, ...]:
        """Those who supervise them today and can sign in."""
        return tuple(
            each.supervisor
            for each in self.supervised_by
            if each.supervisor.is_active
            and any(held.role == Role.SUPERVISOR for held in each.supervisor.staff_roles.all())
        )


def staff_of(viewer: Viewer) -> tuple[StaffMember, ...]:
    """Everyone who works here, by name.

    Raises: NotFound.
    """
    members = [_member(person) for person in _staff(viewer)]
    return tuple(
        sorted(members, key=lambda each: (each.person.display_name.casefold(), each.person.pk))
    )


def staff_member(viewer: Viewer, public_id: str) -> StaffMember:
    """One of them. A client is not found here.

    Raises: NotFound.
    """
    person = _staff(viewer).filter(public_id=public_id).first()
    if person is None:
        raise NotFound
    return _member(person)


def supervision_of(viewer: Viewer, therapist_key: str, number: int) -> Supervision:
    """One of today's supervisions of a therapist.

    Raises: NotFound.
    """
    member = staff_member(viewer, therapist_key)
    found = next((each for each in member.supervised_by if each.pk == number), None)
    if found is None:
        raise NotFound
    return found


def possible_supervisors(viewer: Viewer, member: StaffMember) -> tuple[Person, ...]:
    """Who could supervise this person besides those who do, by name.

    Raises: NotFound.
    """
    taken = {each.supervisor_id for each in member.supervised_by} | {member.person.pk}
    return tuple(
        each.person
        for each in staff_of(viewer)
        if Role.SUPERVISOR in each.roles and each.person.is_active and each.person.pk not in taken
    )


def _staff(viewer: Viewer) -> QuerySet[Person]:
    check(viewer.actor, Deed.SEE, STAFF, now=viewer.now)
    today = Supervision.objects.on(viewer.today).select_related("supervisor")
    return (
        Person.objects.filter(Q(staff_roles__isnull=False) | Q(client__isnull=True))
        .distinct()
        .prefetch_related(
            "staff_roles",
            Prefetch("supervised", today.prefetch_related("supervisor__staff_roles")),
        )
    )


def _member(person: Person) -> StaffMember:
    return StaffMember(
        person,
        roles=frozenset(Role(held.role) for held in person.staff_roles.all()),
        supervised_by=tuple(
            sorted(
                person.supervised.all(), key=lambda each: each.supervisor.display_name.casefold()
            )
        ),
    )
