"""What an import of rows is asked for: the options that visits and responses share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house
from alongside.interfaces.cli.refused_rows import check_other_file
from alongside.methods.vocabulary.errors import AlongsideError


class ImportStopped(AlongsideError):
    """The import was stopped before its end. The rows that came in are whole and stay. Run the same
    import again, and it takes in the rest."""


@dataclass(frozen=True)
class ImportRequest:
    """The file of an import and how it is to be read; `home` is the clinic's own zone."""

    file: Path
    mapping: Path | None
    instrument: str | None
    refused: Path | None
    dry_run: bool
    correct: bool
    home: ZoneInfo


def asks_for_import(
    *, instrument: str
) -> Callable[[Callable[[House, ImportRequest], None]], Callable[..., None]]:
    """The command with the options of an import; it runs with the clinic open.

    `instrument` says which one the rows answer when none is named.
    """
    options = (
        click.argument("file", type=click.Path(path_type=Path, dir_okay=False)),
        click.option(
            "--mapping", type=click.Path(path_type=Path), help="A TOML file for other headings."
        ),
        click.option("--instrument", metavar="URL", help=instrument),
        click.option(
            "--refused", type=click.Path(path_type=Path), help="Where refused rows go, as CSV."
        ),
        click.option("--dry-run", is_flag=True, help="Check every row and keep nothing."),
        click.option("--correct", is_flag=True, help="Rows that differ replace what is here."),
        of_a_clinic,
        pass_house,
    )

    def asking(command: Callable[[House, ImportRequest], None]) -> Callable[..., None]:
        @wraps(command)
        def begin(house: House, file: Path, refused: Path | None, **how: Any) -> None:
            check_other_file(refused, file)
            clinic = clinic_in(house.folder())
            asked = ImportRequest(file=file, refused=refused, home=clinic.zone, **how)
            try:
                command(house, asked)
            except KeyboardInterrupt:
                if asked.dry_run:
                    raise
                raise ImportStopped from None

        asks: Callable[..., None] = begin
        for option in reversed(options):
            asks = option(asks)
        return asks

    return asking
