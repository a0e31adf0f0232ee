"""`alongside sign-out`: somebody's sign-ins ended from here, or everybody's."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house


@click.command(name="sign-out")
@click.option("--name", help="The sign-in name of one person, or the number of one client.")
@click.option("--everybody", is_flag=True, help="Everybody, on every device.")
@of_a_clinic
@pass_house
def command(house: House, name: str | None, everybody: bool) -> None:
    """End sign-ins at once: for a device that was lost, or when something went wrong.

    \b
    They can come in again as they usually do. To keep somebody out, an administrator does so on
    the page of that person.

    \b
    Example:
      alongside sign-out --name dana --data /srv/clinic
    """
    if everybody == bool(name):
        raise click.UsageError("Say either --name NAME or --everybody.")
    clinic_in(house.folder())
    from alongside.clinic.audit.actor import OPERATOR
    from alongside.clinic.credentials.sign_ins import end_sign_ins
    from alongside.clinic.people.models import Person
    from alongside.clinic.people.queries import person_called

    found = list(Person.objects.all()) if everybody else [person_called(name or "")]
    for person in found:
        end_sign_ins(person=person, by=OPERATOR, now=datetime.now(UTC))
    house.tell(f"Signed out everywhere: {len(found)}.", {"n_people": len(found)})
