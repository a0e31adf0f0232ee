"""Open a clinic, bring in its people, say who is in whose care.

Nothing here asks the policy, which stands above. Staff is changed through `access.actions`, which
asks it; clients and care come in by the command line alone, whose operator may record everything,
and only the demo ends care. A page for them needs an action there first.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.people.models import (
    Care,
    Client,
    Clinic,
    Language,
    Person,
    Role,
    StaffRole,
    Supervision,
    check_time_zone,
)
from alongside.clinic.people.queries import the_clinic
from alongside.methods.vocabulary.errors import AlongsideError

LONGEST_OUTWARD_NAME: Final = 30


class NameTaken(AlongsideError):
    """Someone here already signs in as {name}. Choose another name."""


class NameTooLong(AlongsideError):
    """That name is too long for a phone. Use at most {most} letters."""


class CodeTaken(AlongsideError):
    """The number {code} already belongs to a client. Choose another number."""


class PasswordTooWeak(AlongsideError):
    """This password is too easy to guess. Use at least 10 letters and signs, not a common word."""


class NoSuchZone(AlongsideError):
    """There is no time zone called {name}. Use a name like America/New_York."""


class LastAdministrator(AlongsideError):
    """Somebody has to be able to manage staff. Make another person an administrator first."""


class AlreadyInCare(AlongsideError):
    """This client is in the care of this therapist on one of these days already. End that care
    first, or choose days after it."""


class CareEndsTooEarly(AlongsideError):
    """Care that began on {starts_on} cannot end on {ends_on}. Choose its first day or a later
    one."""


class OwnSupervisor(AlongsideError):
    """Nobody can be their own supervisor. Choose another person."""


class ClientTwice(AlongsideError):
    """This person already has a record as a client, with the number {code}. Use that record."""


def open_clinic(
    *,
    name: str,
    language: str = Language.ENGLISH,
    time_zone: str = "UTC",
    is_demo: bool = False,
    by: Actor,
    now: datetime,
) -> Clinic:
    """The clinic of this installation, made once.

    Raises: NoSuchZone.
    """
    try:
        check_time_zone(time_zone)
    except ValidationError:
        raise NoSuchZone(name=time_zone) from None
    with transaction.atomic():
        clinic, is_new = Clinic.objects.get_or_create(
            pk=1,
            defaults={
                "name": name,
                "language": language,
                "time_zone": time_zone,
                "is_demo": is_demo,
            },
        )
        if is_new:
            audit("open_clinic", by=by, now=now, subject=clinic)
    return clinic


def choose_outward_name(*, name: str, by: Actor, now: datetime) -> Clinic:
    """The clinic with what strangers see of it; without a name, a plain word.

    For the command line.
    Raises: NameTooLong.
    """
    plain = " ".join(name.split())
    if len(plain) > LONGEST_OUTWARD_NAME:
        raise NameTooLong(most=LONGEST_OUTWARD_NAME)
    with transaction.atomic():
        clinic = the_clinic()
        clinic.outward_name = plain
        clinic.save(update_fields=["outward_name"])
        audit("choose_outward_name", by=by, now=now, subject=clinic)
    return clinic


def add_person(
    *,
    sign_in_name: str,
    display_name: str,
    password: str | None,
    language: str = Language.ENGLISH,
    roles: Iterable[Role] = (),
    by: Actor,
    now: datetime,
) -> Person:
    """A new person with their roles. Who may is decided by the action that calls this.

    Raises: NameTaken, PasswordTooWeak.
    """
    name = sign_in_name.strip().casefold()
    if password is not None:
        try:
            validate_password(password, Person(sign_in_name=name, display_name=display_name))
        except ValidationError:
            raise PasswordTooWeak from None
    with transaction.atomic():
        if Person.objects.filter(sign_in_index=name).exists():
            raise NameTaken(name=name)
        person = Person.objects.create_person(
            sign_in_name=name,
            display_name=display_name.strip(),
            password=password,
            language=language,
        )
        StaffRole.objects.bulk_create(StaffRole(person=person, role=role) for role in set(roles))
        audit("add_person", by=by, now=now, subject=person)
    return person


def set_roles(*, person: Person, roles: Iterable[Role], by: Actor, now: datetime) -> None:
    """The person with exactly these roles.

    Raises: LastAdministrator.
    """
    wanted = set(roles)
    with transaction.atomic():
        _keep_an_administrator(person, stays=Role.ADMINISTRATOR in wanted)
        person.staff_roles.exclude(role__in=wanted).delete()
        known = set(person.staff_roles.values_list("role", flat=True))
        StaffRole.objects.bulk_create(
            StaffRole(person=person, role=role) for role in wanted - known
        )
        audit("set_roles", by=by, now=now, subject=person, n_roles=len(wanted))


def set_active(*, person: Person, is_active: bool, by: Actor, now: datetime) -> None:
    """The person let in or kept out; whoever is kept out is signed out everywhere at once.

    Raises: LastAdministrator.
    """
    with transaction.atomic():
        if not is_active:
            _keep_an_administrator(person, stays=False)
        person.is_active = is_active
        person.save(update_fields=["is_active"])
        audit("let_in" if is_active else "keep_out", by=by, now=now, subject=person)


def _keep_an_administrator(person: Person, *, stays: bool) -> None:
    others = StaffRole.objects.filter(role=Role.ADMINISTRATOR, person__is_active=True).exclude(
        person=person
    )
    is_one = person.staff_roles.filter(role=Role.ADMINISTRATOR).exists()
    if is_one and not stays and not others.exists():
        raise LastAdministrator


def set_password(*, person: Person, password: str, by: Actor, now: datetime) -> None:
    """The person with a new password; other sessions of theirs end.

    Raises: PasswordTooWeak.
    """
    try:
        validate_password(password, person)
    except ValidationError:
        raise PasswordTooWeak from None
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        audit("set_password", by=by, now=now, subject=person)


def add_client(
    *,
    code: str,
    display_name: str,
    person: Person | None = None,
    language: str = Language.ENGLISH,
    phone: str = "",
    email: str = "",
    own_goal: str = "",
    by: Actor,
    now: datetime,
) -> Client:
    """A new client. For the command line.

    Raises: CodeTaken, ClientTwice.
    """
    with transaction.atomic():
        if Client.objects.numbered(code).exists():
            raise CodeTaken(code=code)
        standing = Client.objects.filter(person=person).first() if person else None
        if standing is not None:
            raise ClientTwice(code=standing.code)
        client = Client.objects.create(
            code=code,
            display_name=display_name,
            person=person,
            language=language,
            phone=phone,
            email=email,
            own_goal=own_goal,
        )
        audit("add_client", by=by, now=now, subject=client, client_id=client.pk)
    return client


def take_into_care(
    *, client: Client, therapist: Person, starts_on: date, by: Actor, now: datetime
) -> Care:
    """The client in the therapist's care from that day on. For the command line.

    Raises: AlreadyInCare.
    """
    with transaction.atomic():
        known = Care.objects.filter(client=client, therapist=therapist)
        if known.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=starts_on)).exists():
            raise AlreadyInCare
        care = Care.objects.create(client=client, therapist=therapist, starts_on=starts_on)
        audit("take_into_care", by=by, now=now, subject=care, client_id=client.pk)
    return care


def end_care(*, care: Care, ends_on: date, by: Actor, now: datetime) -> Care:
    """The care with its last day; after it the therapist reaches the client no more. For the
    demo.

    Raises: CareEndsTooEarly, AlreadyInCare.
    """
    if ends_on < care.starts_on:
        raise CareEndsTooEarly(starts_on=care.starts_on, ends_on=ends_on)
    with transaction.atomic():
        later = Care.objects.filter(client=care.client_id, therapist=care.therapist_id)
        if later.filter(starts_on__gt=care.starts_on, starts_on__lte=ends_on).exists():
            raise AlreadyInCare
        care.ends_on = ends_on
        care.save(update_fields=["ends_on"])
        audit("end_care", by=by, now=now, subject=care, client_id=care.client_id)
    return care


def supervise(
    *, supervisor: Person, therapist: Person, starts_on: date, by: Actor, now: datetime
) -> Supervision:
    """The therapist under the supervisor's eye from that day on.

    Raises: OwnSupervisor.
    """
    if supervisor == therapist:
        raise OwnSupervisor
    with transaction.atomic():
        supervision, is_new = Supervision.objects.get_or_create(
            supervisor=supervisor,
            therapist=therapist,
            ends_on=None,
            defaults={"starts_on": starts_on},
        )
        if is_new:
            audit("supervise", by=by, now=now, subject=supervision)
    return supervision


def end_supervision(*, supervision: Supervision, ends_on: date, by: Actor, now: datetime) -> None:
    """The supervision with its last day; one that would end before it began never was."""
    with transaction.atomic():
        audit("end_supervision", by=by, now=now, subject=supervision)
        if ends_on < supervision.starts_on:
            supervision.delete()
        else:
            supervision.ends_on = ends_on
            supervision.save(update_fields=["ends_on"])
