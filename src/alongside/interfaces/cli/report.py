"""`alongside report …`: what may be printed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house
from alongside.interfaces.cli.refused_rows import CannotWrite
from alongside.methods.vocabulary.errors import AlongsideError


class NoTherapist(AlongsideError):
    """Nobody here signs in as {name} and works as a therapist."""


class NotInCare(AlongsideError):
    """{name} has no client {code} in care today."""


@click.group(name="report")
@of_a_clinic
def command() -> None:
    """Print what is known, for paper or for a file."""


@command.command(name="client")
@click.argument("code")
@click.option(
    "--as",
    "sign_in_name",
    required=True,
    metavar="SIGN_IN_NAME",
    help="The therapist who reads it. Nothing is shown that they may not see.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    help="The file, or - for the screen; else report-CODE.html here.",
)
@of_a_clinic
@pass_house
def client(house: House, code: str, sign_in_name: str, out: Path | None) -> None:
    """Write the report of the client with the number CODE, as one page of HTML to print.

    It holds the ratings with what they mean, progress with reliable change, and both as tables,
    from answers that the client has released. That it was made is on record.

    \b
    Example:
      alongside report client C-12 --as dana --out c-12.html
    """
    clinic = clinic_in(house.folder())
    from django.utils import translation

    from alongside.clinic.access.checks import NotFound
    from alongside.clinic.access.viewer import Viewer
    from alongside.clinic.people.models import Person, Role
    from alongside.interfaces.cli.client_report import make_client_report

    person = Person.objects.filter(
        sign_in_index=sign_in_name.strip().casefold(), is_active=True
    ).first()
    if person is None or not person.staff_roles.filter(role=Role.THERAPIST).exists():
        raise NoTherapist(name=sign_in_name)
    viewer = Viewer(person, datetime.now(UTC))
    with translation.override(person.language):
        try:
            report = make_client_report(viewer, code, clinic)
        except NotFound:
            raise NotInCare(name=sign_in_name, code=code) from None
        page = report.html()
    if out == Path("-"):
        house.tell(page.rstrip("\n"), {"client": code, **report.facts})
        return
    path = out or Path(f"report-{_as_file_name(code)}.html")
    try:
        path.touch(mode=0o600)
        path.write_text(page, encoding="utf-8")
    except OSError as error:
        raise CannotWrite(path=path, problem=error.strerror or error) from None
    house.tell(f"The report is in {path}.", {"client": code, "file": path, **report.facts})


def _as_file_name(code: str) -> str:
    return "".join(mark if mark.isalnum() or mark in "-_" else "-" for mark in code)
