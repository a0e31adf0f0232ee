"""`alongside import client`: a client's whole record from another clinic of this software."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house
from alongside.interfaces.cli.tables import NoFile


@click.command(name="client")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--code", metavar="CODE", help="A number to take here instead of the old one.")
@of_a_clinic
@pass_house
def client(house: House, file: Path, code: str | None) -> None:
    """Take in FILE, a record that `export client` of another clinic wrote.

    Every row comes in as it was. The client's consents were given to the other clinic, so nothing
    leaves this one by them; therapists who are not here come along by name, without a way in.

    \b
    Example:
      alongside import client from-river-house.json --code H-104
    """
    try:
        data = file.read_bytes()
    except OSError as error:
        raise NoFile(path=file, problem=error.strerror or error) from None
    clinic_in(house.folder())
    from alongside.clinic.audit.actor import OPERATOR
    from alongside.clinic.disclosures.taking_in import take_in_client

    taken = take_in_client(data=data, code=code, by=OPERATOR, now=datetime.now(UTC))
    house.tell(
        f"The record is here now, with the number {taken.code}. Nobody has the client in care yet.",
        {"client": taken.code, "n_visits": taken.visits.count()},
    )
