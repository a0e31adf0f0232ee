"""`alongside import questionnaire`: an instrument from a FHIR Questionnaire and its scoring."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house
from alongside.interfaces.cli.tables import NoFile

PURPOSES = ("visit_feedback", "therapist_rating", "weekly_check")
ATTESTED = {"who": "holder", "licence": "licence", "until": "until"}


@click.command(name="questionnaire")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--scoring",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The scoring sidecar, JSON.",
)
@click.option("--purpose", type=click.Choice(PURPOSES), help="What the clinic uses it for.")
@click.option(
    "--attestation",
    metavar="who=…,licence=…,until=…",
    help="Who holds the licence, which one and until what day, if it ends; for instruments with an "
    "owner.",
)
@of_a_clinic
@pass_house
def questionnaire(
    house: House, file: Path, scoring: Path, purpose: str | None, attestation: str | None
) -> None:
    """Bring an instrument in from FILE, a FHIR R4 Questionnaire, with its scoring sidecar.

    A version that is here never changes: a changed questionnaire needs a new version number.

    \b
    Example:
      alongside import questionnaire mood.json --scoring mood.scoring.json \\
        --purpose weekly_check --attestation "who=River House,licence=A-12,until=2027-12-31"
    """
    attested = read_attestation(attestation)
    document, sidecar = _bytes_of(file), _bytes_of(scoring)
    clinic_in(house.folder())
    from alongside.clinic.audit.actor import OPERATOR
    from alongside.clinic.instruments.actions import import_instrument
    from alongside.clinic.instruments.models import InstrumentVersion, Purpose

    n_before = InstrumentVersion.objects.count()
    version = import_instrument(
        document=document,
        scoring=sidecar,
        purpose=Purpose(purpose) if purpose else None,
        attestation=attested,
        by=OPERATOR,
        now=datetime.now(UTC),
    )
    is_new = InstrumentVersion.objects.count() > n_before
    url = version.instrument.url
    serves = f" It serves {purpose.replace('_', ' ')}." if purpose else ""
    house.tell(
        f"{version.title}, version {version.version}, is "
        f"{'now here' if is_new else 'here already'}: {url}.{serves}",
        {
            "url": url,
            "version": version.version,
            "role": version.role,
            "is_new": is_new,
            "purpose": purpose,
        },
    )


def read_attestation(text: str | None) -> dict[str, str] | None:
    """Who holds the licence, which one, until when; a comma parts them. The action judges it."""
    if text is None:
        return None
    parts = [part.partition("=") for part in text.split(",")]
    if sorted(name.strip() for name, _, _ in parts) != sorted(ATTESTED):
        raise click.BadParameter(
            "Write it as who=…,licence=…,until=…, each once and without a comma in it.",
            param_hint="--attestation",
        )
    return {ATTESTED[name.strip()]: value.strip() for name, _, value in parts}


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NoFile(path=path, problem=error.strerror or error) from None
