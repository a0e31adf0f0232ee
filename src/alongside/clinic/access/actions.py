"""What an administrator does: staff, their roles, who supervises whom. No clinical record."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from alongside.clinic.access.checks import check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actor import Actor
from alongside.clinic.people import actions as people
from alongside.clinic.people.models import Person, Role, Supervision
from alongside.clinic.people.queries import day_of

STAFF = Record(Segment.STAFF)


def admit_staff(
    *,
    sign_in_name: str,
    display_name: str,
    password: str,
    language: str,
    roles: Iterable[Role],
    by: Actor,
    now: datetime,
) -> Person:
    """A new member of staff with their roles.

    Raises: NotFound, NameTaken, PasswordTooWeak.
    """
    by = check(by, Deed.RECORD, STAFF, now=now)
    return people.add_person(
        sign_in_name=sign_in_name,
        display_name=display_name,
        password=password,
        language=language,
        roles=roles,
        by=by,
        now=now,
    )


def change_roles(*, person: Person, roles: Iterable[Role], by: Actor, now: datetime) -> None:
    """The person with exactly these roles.

    Raises: NotFound, LastAdministrator.
    """
    by = check(by, Deed.RECORD, STAFF, now=now)
    people.set_roles(person=person, roles=roles, by=by, now=now)


def keep_out(*, person: Person, by: Actor, now: datetime) -> None:
    """The person kept out from now on.

    Raises: NotFound, LastAdministrator.
    """
    by = check(by, Deed.RECORD, STAFF, now=now)
    people.set_active(person=person, is_active=False, by=by, now=now)


def let_in(*, person: Person, by: Actor, now: datetime) -> None:
    """The person let in again.

    Raises: NotFound.
    """
    by = check(by, Deed.RECORD, STAFF, now=now)
    people.set_active(person=person, is_active=True, by=by, now=now)


def assign_supervisor(
    *, supervisor: Person, therapist: Person, starts_on: date, by: Actor, now: datetime
) -> Supervision:
    """The therapist under the supervisor's eye from that day on.

    Raises: NotFound, OwnSupervisor.
    """
    by = check(by, Deed.RECORD, STAFF, now=now)
    return people.supervise(
        supervisor=supervisor, therapist=therapist, starts_on=starts_on, by=by, now=now
    )


def take_supervisor_away(*, supervision: Supervision, by: Actor, now: datetime) -> None:
    """The therapist no longer under this supervisor's eye, from this moment.

    Raises: NotFound.
    """
    by = check(by, Deed.RECORD, STAFF, now=now)
    yesterday = day_of(now) - timedelta(days=1)
    people.end_supervision(supervision=supervision, ends_on=yesterday, by=by, now=now)
