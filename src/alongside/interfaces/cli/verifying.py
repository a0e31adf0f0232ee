"""`alongside verify-audit`: `verify_audit.py`, which needs no clinic, asked about this clinic."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import click

from alongside.interfaces.cli.clinic_folder import enter
from alongside.interfaces.cli.house import CannotRun, Exit, House, of_a_clinic, pass_house
from alongside.interfaces.cli.own_files import DATABASE
from alongside.interfaces.cli.verify_audit import (
    CannotCheck,
    Changed,
    Report,
    read_key,
    told,
    verify,
)


class NotChecked(CannotRun):
    """The audit could not be checked. {problem}"""


@click.command(name="verify-audit")
@click.option(
    "--checkpoints",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    multiple=True,
    metavar="FILE",
    help="What a witness kept. May be given again. Else: what every witness of this clinic has.",
)
@click.option("--key", metavar="FILE-OR-TEXT", help="The public key. Else: this clinic's own.")
@of_a_clinic
@pass_house
@click.pass_context
def command(
    context: click.Context, house: House, checkpoints: Sequence[Path], key: str | None
) -> None:
    """Check that no entry of the audit was changed, taken out or put in.

    Whoever does not trust this machine checks a copy of the database elsewhere: copy the file
    interfaces/cli/verify_audit.py as well, which needs nothing of Alongside.

    \b
    Examples:
      alongside verify-audit --data /srv/clinic
      alongside verify-audit --checkpoints /mnt/witness/checkpoints --key audit-key.txt
    """
    folder = house.folder()
    enter(folder)
    from django.conf import settings

    from alongside.clinic.audit import signing

    try:
        own_key = key or signing.read_key(settings.KEYS_FOLDER).public_text
        with tempfile.TemporaryDirectory() as scratch:
            files = checkpoints or _kept(settings.WITNESSES) or [_own_checkpoints(Path(scratch))]
            report = _verified(house, folder / DATABASE, files, own_key)
    except Changed as change:
        house.tell(
            f"Something was changed. {change}",
            {"is_unchanged": False, "first_wrong": change.seq, "what": str(change)},
        )
        context.exit(Exit.REFUSED)
    except CannotCheck as problem:
        raise NotChecked(problem=problem) from None
    words = [*told(report, read_key(own_key))]
    if not (checkpoints or _kept(settings.WITNESSES)):
        words.append("These checkpoints are this machine's own: no witness outside keeps them.")
    facts = {**report._asdict(), "last": report.last and report.last.size}
    house.tell("\n".join(words), {"is_unchanged": True, **facts})


def _verified(house: House, database: Path, files: Sequence[Path], key: str) -> Report:
    from alongside.clinic.audit.checkpoints import n_entries

    n_all, done = n_entries(), 0
    with house.progress("Checking", n_all) as advance:

        def show(so_far: int, _all: int) -> None:
            nonlocal done
            advance(so_far - done)
            done = so_far

        return verify(database, files, read_key(key), show)


def _kept(witnesses: Sequence[Path]) -> list[Path]:
    """What the witnesses of this clinic keep, as far as they can be reached."""
    from alongside.clinic.audit.witnesses import FILE

    return [file for place in witnesses if (file := place / FILE).is_file()]


def _own_checkpoints(scratch: Path) -> Path:
    from alongside.clinic.audit.models import AuditCheckpoint

    file = scratch / "the clinic's own"
    file.write_text("\n\n".join(AuditCheckpoint.objects.values_list("note", flat=True)))
    return file
