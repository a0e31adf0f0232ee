"""`alongside init`: an empty clinic and the person who looks after it."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from alongside.interfaces.cli.clinic_folder import make_ready
from alongside.interfaces.cli.house import CannotRun, House, of_a_clinic, pass_house


class ClinicStands(CannotRun):
    """There is already a clinic called {name} in {folder}. Choose another folder with --data."""


@click.command(name="init")
@click.option("--name", required=True, help="What the clinic is called.")
@click.option(
    "--administrator",
    required=True,
    metavar="SIGN_IN_NAME",
    help="Who manages staff and instruments. Sees nothing of any client.",
)
@click.option("--time-zone", default="UTC", show_default=True, help="As in Europe/Madrid.")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True)
@click.option(
    "--password",
    prompt="Password of the administrator",
    hide_input=True,
    confirmation_prompt=True,
    envvar="ALONGSIDE_PASSWORD",
    help="Asked for when left out; from $ALONGSIDE_PASSWORD in scripts.",
)
@of_a_clinic
@pass_house
def command(
    house: House, name: str, administrator: str, time_zone: str, language: str, password: str
) -> None:
    """Make an empty clinic and its first administrator.

    \b
    Example:
      alongside init --data /srv/clinic --name "River House" \\
        --administrator ines --time-zone Europe/Madrid
    """
    folder = house.folder()
    make_ready(folder)
    from django.db import transaction

    from alongside.clinic.audit.actor import OPERATOR
    from alongside.clinic.instruments.own import install_own_instruments
    from alongside.clinic.people.actions import add_person, open_clinic
    from alongside.clinic.people.models import Clinic, Role

    standing = Clinic.objects.first()
    if standing is not None:
        raise ClinicStands(name=standing.name, folder=folder)
    now = datetime.now(UTC)
    with transaction.atomic():
        open_clinic(name=name, language=language, time_zone=time_zone, by=OPERATOR, now=now)
        install_own_instruments(by=OPERATOR, now=now)
        person = add_person(
            sign_in_name=administrator,
            display_name=administrator,
            password=password,
            language=language,
            roles=(Role.ADMINISTRATOR,),
            by=OPERATOR,
            now=now,
        )
    house.tell(
        f"{name} is ready in {folder}.\n"
        f"{person.sign_in_name} can sign in and bring in the staff.\n"
        f"Start it:  alongside serve --data {folder}",
        {"clinic": name, "folder": folder, "administrator": person.sign_in_name},
    )
