"""The clients, therapists and care that rows of a file name, brought in as they are needed.

Client numbers and therapist names are two separate lists: a "7" in one is not the "7" in the other.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import date, datetime

from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.people.actions import add_client, add_person, take_into_care
from alongside.clinic.people.models import Care, Client, FormerRecord, Person, Role
from alongside.clinic.people.queries import the_clinic
from alongside.methods.vocabulary.errors import AlongsideError

LONGEST_CODE = 40
LONGEST_NAME = 80


class OddName(AlongsideError):
    """The {what} must be 1 to {longest} characters of text in one line."""


class NotATherapist(AlongsideError):
    """{name} is somebody here who is not a therapist. Give therapists a prefix of their own in the
    mapping."""


class ImportedPeople:
    """The people of some rows; those who are here already are read at once."""

    def __init__(
        self, codes: Collection[str], names: Collection[str], *, by: Actor, now: datetime
    ) -> None:
        self._by, self._now, self._language = by, now, the_clinic().language
        folded = {name.casefold() for name in names}
        former = FormerRecord.objects.filter(code_index__in=codes).select_related("client")
        self._clients = {each.code: each.client for each in former}
        self._clients |= {each.code: each for each in Client.objects.filter(code_index__in=codes)}
        persons = Person.objects.filter(sign_in_index__in=folded)
        self._persons = {each.sign_in_name: each for each in persons}
        therapists = persons.filter(staff_roles__role=Role.THERAPIST)
        self._therapists = set(therapists.values_list("pk", flat=True))
        self._care: dict[tuple[int, int], Care] = {}
        for care in Care.objects.filter(
            client__in=self._clients.values(), therapist__sign_in_index__in=folded
        ).order_by("-starts_on"):
            self._care[care.client_id, care.therapist_id] = care  # the earliest stays

    def known(self, code: str) -> Client | None:
        """The client with this number, if somebody has it."""
        return self._clients.get(code)

    def client(self, code: str) -> Client:
        """The client with this number, new if nobody has it.

        Raises: OddName.
        """
        known = self._clients.get(code)
        if known is None:
            _check_name(code, "client number", LONGEST_CODE)
            known = self._clients[code] = add_client(
                code=code,
                display_name=code,
                language=self._language,
                by=self._by,
                now=self._now,
            )
        return known

    def therapist(self, name: str) -> Person:
        """The therapist with this name, new if nobody has it; a new one cannot sign in yet.

        Raises: OddName, NotATherapist.
        """
        folded = name.casefold()
        known = self._persons.get(folded)
        if known is None:
            _check_name(folded, "name of the therapist", LONGEST_NAME)
            known = self._persons[folded] = add_person(
                sign_in_name=folded,
                display_name=name,
                password=None,
                language=self._language,
                roles=(Role.THERAPIST,),
                by=self._by,
                now=self._now,
            )
            self._therapists.add(known.pk)
        if known.pk not in self._therapists:
            raise NotATherapist(name=name)
        return known

    def care(self, client: Client, therapist: Person, *, since: date) -> None:
        """The client in the therapist's care at least since that day.

        A care that the clinic has ended stays ended; one that began later begins earlier now.
        """
        pair = client.pk, therapist.pk
        known = self._care.get(pair)
        if known is None:
            self._care[pair] = take_into_care(
                client=client, therapist=therapist, starts_on=since, by=self._by, now=self._now
            )
        elif since < known.starts_on:
            known.starts_on = since
            known.save(update_fields=["starts_on"])
            audit(
                "care_began_earlier",
                by=self._by,
                now=self._now,
                subject=known,
                client_id=client.pk,
            )


def _check_name(name: str, what: str, longest: int) -> None:
    is_control = any(unicodedata.category(mark) == "Cc" for mark in name)
    if not 1 <= len(name) <= longest or name != name.strip() or is_control:
        raise OddName(what=what, longest=longest)
