"""Someone who looks: the only door from a page to a client's record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from django.db.models import QuerySet

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.looks import Looks
from alongside.clinic.access.policy import Deed, Record, Relation, Segment
from alongside.clinic.audit.actor import Actor, ActorKind
from alongside.clinic.people.models import Client, Person, Role, Supervision
from alongside.clinic.people.queries import day_of


@dataclass(frozen=True)
class Viewer:
    """A signed-in person at one moment. What is not theirs to see is not found."""

    person: Person
    now: datetime
    looks: Looks = field(default_factory=Looks, compare=False, repr=False)

    def see(self, record: Record) -> None:
        """Nothing, when this person may see the record. Its client will be told that they did.

        Raises: NotFound.
        """
        reader = check(self.actor, Deed.SEE, record, now=self.now)
        if record.client_id is not None:
            self.looks.at_record(record.client_id, record.segment, Relation(reader.acting_as))

    @cached_property
    def today(self) -> date:
        """The day on the clinic's calendar."""
        return day_of(self.now)

    @cached_property
    def roles(self) -> frozenset[str]:
        return frozenset(self.person.staff_roles.values_list("role", flat=True))

    @cached_property
    def own_client(self) -> Client | None:
        """Their own record as a client, if they are one."""
        return Client.objects.filter(person=self.person).first()

    @cached_property
    def actor(self) -> Actor:
        return Actor(
            kind=ActorKind.PERSON,
            person_id=self.person.pk,
            client_id=self.own_client.pk if self.own_client else None,
            roles=self.roles,
        )

    def is_a(self, role: Role) -> bool:
        return role in self.roles

    @property
    def clients(self) -> QuerySet[Client]:
        """The clients in this person's care today."""
        if not self.is_a(Role.THERAPIST):
            return Client.objects.none()
        return Client.objects.in_care_of(self.person.pk, self.today)

    def client(self, public_id: str) -> Client:
        """One client in this person's care today.

        Raises: NotFound.
        """
        found = self.clients.filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        self.see(Record(Segment.IDENTITY, client_id=found.pk))
        return found

    @property
    def therapists(self) -> QuerySet[Person]:
        """The therapists whom this person supervises today."""
        if not self.is_a(Role.SUPERVISOR):
            return Person.objects.none()
        supervised = Supervision.objects.on(self.today).filter(supervisor=self.person)
        return Person.objects.filter(pk__in=supervised.values("therapist_id"))
