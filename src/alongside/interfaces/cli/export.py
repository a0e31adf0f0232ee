"""`alongside export …`: what belongs to a client, for them to take along."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_urlsafe

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house
from alongside.interfaces.cli.refused_rows import CannotWrite
from alongside.methods.vocabulary.errors import AlongsideError

FORMATS = ("portable", "read", "tables")


class NoClient(AlongsideError):
    """There is no client with the number {code}."""


@click.group(name="export")
@of_a_clinic
def command() -> None:
    """Give a client what is theirs, as a file."""


@command.command(name="client")
@click.argument("code")
@click.option(
    "--format",
    "wanted",
    type=click.Choice(FORMATS),
    default="portable",
    show_default=True,
    help="A file that another clinic can take in, a PDF to read, or tables.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The file; else a name that says nothing of anybody, here.",
)
@of_a_clinic
@pass_house
def client(house: House, code: str, wanted: str, out: Path | None) -> None:
    """Write everything that is kept of the client with the number CODE, for them alone.

    It holds answers that no therapist may see. Hand it to the client and delete it. The client
    sees on their own page that this was done.

    \b
    Example:
      alongside export client C-12 --format portable --out for-the-client.json
    """
    clinic_in(house.folder())
    from alongside.clinic.audit.actor import OPERATOR
    from alongside.clinic.disclosures.own_copy import OwnFormat, make_own_copy
    from alongside.clinic.people.models import Client

    found = Client.objects.numbered(code).first()
    if found is None:
        raise NoClient(code=code)
    left = make_own_copy(
        client=found,
        wanted=OwnFormat(wanted),
        language=found.language,
        request_key=token_urlsafe(16),
        by=OPERATOR,
        now=datetime.now(UTC),
    )
    path = out or Path(left.package.name)
    write_new(path, left.package.content)
    house.tell(
        f"The record is in {path}. Hand it to the client and delete it.",
        {"client": code, "file": path, "sha256_of_manifest": left.package.manifest_sha256},
    )


def write_new(path: Path, content: bytes) -> None:
    """The content in a new file that only its owner can read.

    Raises: CannotWrite.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    except OSError as error:
        raise CannotWrite(path=path, problem=error.strerror or error) from None
