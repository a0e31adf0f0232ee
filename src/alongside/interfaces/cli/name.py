"""`alongside name`: what tabs, icons and keys on a phone say."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house


@click.command(name="name")
@click.argument("name")
@of_a_clinic
@pass_house
def command(house: House, name: str) -> None:
    """Choose a plain NAME for what strangers can see: tabs, icons, passkeys.

    \b
    Without one they say "Notebook", or "Cuaderno" in Spanish. An empty NAME goes back to that. The
    clinic's own name does not change.

    \b
    Example:
      alongside name "Green Book" --data /srv/clinic
    """
    clinic_in(house.folder())
    from alongside.clinic.audit.actor import OPERATOR
    from alongside.clinic.people.actions import choose_outward_name

    clinic = choose_outward_name(name=name, by=OPERATOR, now=datetime.now(UTC))
    house.tell(f"Outwardly this is {clinic.shown_name} now.", {"name": clinic.shown_name})
