"""Who is who."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from alongside.clinic.people.models import Client, Clinic, Person
from alongside.clinic.statements import Select
from alongside.methods.vocabulary.errors import AlongsideError

ZONE = Select(lambda: Clinic.objects.only("time_zone"))


class NoClinic(AlongsideError):
    """There is no clinic here yet. Make one with "alongside demo" or "alongside init"."""


class NobodyCalled(AlongsideError):
    """Nobody here is called {name}. Give a sign-in name, or the number of a client."""


def person_called(name: str) -> Person:
    """The person who signs in by this name, or the client with this number.

    Raises: NobodyCalled.
    """
    by_name = Q(sign_in_index=name.strip().casefold())
    by_number = Q(client__in=Client.objects.numbered(name))
    person = Person.objects.filter(by_name).first() or Person.objects.filter(by_number).first()
    if person is None:
        raise NobodyCalled(name=name)
    return person


def the_clinic() -> Clinic:
    """The one clinic of this installation.

    Raises: NoClinic.
    """
    clinic = Clinic.objects.first()
    if clinic is None:
        raise NoClinic
    return clinic


def clinic_zone() -> ZoneInfo:
    """The time zone of the clinic's wall clock, which every page needs.

    Raises: NoClinic.
    """
    clinic = ZONE.first()
    if clinic is None:
        raise NoClinic
    return ZoneInfo(clinic.time_zone)


def wall_clock(moment: datetime) -> datetime:
    """The moment as the clocks on the clinic's walls show it, whatever zone the process is in.

    Raises: NoClinic.
    """
    return moment.astimezone(clinic_zone())


def day_of(moment: datetime) -> date:
    """The day on the clinic's calendar.

    Raises: NoClinic.
    """
    return wall_clock(moment).date()
