"""Names and passwords: whoever is at the door, the same is asked and the same work is done."""

from __future__ import annotations

from alongside.clinic.credentials.hashing import is_right
from alongside.clinic.credentials.queries import is_demo, passwords_open
from alongside.clinic.people.models import Person, StaffRole


def person_with_password(name: str, password: str, *, may_try: bool) -> Person | None:
    """The person whom this name and password let in.

    Passwords are for staff; in a demo they are for everybody.
    """
    person = _person_called(name)
    works_here = StaffRole.objects.filter(person_id=person.pk if person else 0).exists()
    clinic_lets_all = is_demo()  # asked for every name: the same work for all
    may_come_so = works_here or clinic_lets_all
    encoded = ""
    if person is not None and may_try and person.is_active and may_come_so:
        encoded = person.password if person.has_usable_password() else ""
    return person if is_right(password, encoded) else None


def _person_called(name: str) -> Person | None:
    try:
        return Person.objects.get_by_natural_key(name)
    except Person.DoesNotExist:
        return None


def may_change_password(person: Person) -> bool:
    """Whether the person has a password that lets them in."""
    return person.has_usable_password() and passwords_open(person)


def is_password_of(person: Person, password: str, *, may_try: bool) -> bool:
    """Whether this is the person's password. It takes as long when nothing may be tried."""
    return is_right(password, person.password if may_try else "")
