"""`alongside check`: whether a clinic may run here, before anybody comes in."""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import Final

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import CannotRun, Exit, House, of_a_clinic, pass_house
from alongside.interfaces.cli.own_files import check_signing_key
from alongside.interfaces.cli.serve import ENVIRONMENT_URL

SAFE: Final = "https://"


class NoSafeAddress(CannotRun):
    """Beyond this machine people reach a clinic over TLS alone. Give the address that they will
    use: --url https://clinic.example"""


@dataclass(frozen=True)
class Warned:
    """One thing to put right, by the number that Django or Alongside gives it."""

    id: str
    says: str
    hint: str


@click.command(name="check")
@click.option(
    "--deploy", is_flag=True, help="Also what matters once people beyond this machine come in."
)
@click.option(
    "--url",
    metavar="URL",
    envvar=ENVIRONMENT_URL,
    help="The address in links, as clients see it: https://clinic.example",
)
@of_a_clinic
@pass_house
@click.pass_context
def command(context: click.Context, house: House, deploy: bool, url: str | None) -> None:
    """Say whether a clinic may run here: its files, keys, database and settings.

    \b
    Example:
      alongside check --deploy --data /srv/clinic --url https://clinic.example
    """
    if deploy and not (url or "").startswith(SAFE):
        raise NoSafeAddress
    if url:
        os.environ[ENVIRONMENT_URL] = url
    folder = house.folder()
    clinic_in(folder)
    check_signing_key()
    found = warnings(is_deployed=deploy)
    lines = [f"{each.id}: {each.says} {each.hint}".strip() for each in found]
    house.tell(
        "\n".join([*lines, f"{len(found)} warnings for the clinic in {folder}."]),
        {"n_warnings": len(found), "warnings": [asdict(each) for each in found]},
    )
    if found:
        context.exit(Exit.REFUSED)


def warnings(*, is_deployed: bool) -> list[Warned]:
    """What Django and Alongside have to say against the settings and the database in use."""
    from django.core.checks import run_checks

    return [
        Warned(str(each.id or "unnamed"), str(each.msg), str(each.hint or ""))
        for each in run_checks(databases=["default"], include_deployment_checks=is_deployed)
    ]
