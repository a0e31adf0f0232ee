"""`alongside audit`: how well the audit is kept, and the public key that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house

if TYPE_CHECKING:
    from alongside.clinic.audit.queries import AuditState, WitnessState


@click.command(name="audit")
@of_a_clinic
@pass_house
def command(house: House) -> None:
    """Tell how well the audit is kept, and the public key by which others can check it.

    Keep the key where whoever manages this machine cannot change it: with it, and with what a
    witness kept, "alongside verify-audit" shows whether anything was changed. Witnesses are folders
    on other machines, in $ALONGSIDE_WITNESS with colons between them, and an address for one
    letter a day, in $ALONGSIDE_WITNESS_EMAIL.

    \b
    Example:
      alongside audit --data /srv/clinic
    """
    clinic_in(house.folder())
    from django.conf import settings

    from alongside.clinic.audit.queries import state_of_audit
    from alongside.clinic.audit.signing import read_key

    state = state_of_audit(settings.WITNESSES, now=datetime.now(UTC))
    key = read_key(settings.KEYS_FOLDER).public_text
    house.tell("\n".join((*_told(state), f"Public key: {key}")), {**asdict(state), "key": key})


def _told(state: AuditState) -> Iterator[str]:
    signed = f", the last {state.signed_at:%Y-%m-%d %H:%M} UTC" if state.signed_at else ""
    yield f"{state.n_entries:,} entries, {state.n_signed:,} of them signed{signed}."
    if not state.is_signed_in_time:
        yield 'Entries wait for their checkpoint. Is "alongside serve" running?'
    if not state.witnesses:
        yield (
            "No witness keeps the checkpoints outside of this machine. Until one does, whoever "
            "manages it could write the audit anew."
        )
    yield from map(_told_of_witness, state.witnesses)


def _told_of_witness(witness: WitnessState) -> str:
    if not witness.n_lacking:
        return f"Witness {witness.place}: has every checkpoint."
    why = f": {witness.problem}" if witness.problem else ""
    return (
        f"Witness {witness.place}: lacks {witness.n_lacking:,} checkpoints since "
        f"{witness.lacks_since:%Y-%m-%d %H:%M} UTC{why}."
    )
