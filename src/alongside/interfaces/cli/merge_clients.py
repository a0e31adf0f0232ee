"""`alongside merge-clients`: two records of one person become one."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from alongside.interfaces.cli.clinic_folder import clinic_in
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house

if TYPE_CHECKING:
    from alongside.clinic.feedback.merging import Merged


@click.command(name="merge-clients")
@click.argument("stays")
@click.argument("goes")
@click.option("--rehearse", is_flag=True, help="Show what would move, and keep nothing.")
@of_a_clinic
@pass_house
def command(house: House, stays: str, goes: str, rehearse: bool) -> None:
    """Move all of the record GOES into the record STAYS, when both are one person's.

    \b
    The number GOES leads to STAYS from then on, also in files that are imported. There is no way
    back: rehearse it first.

    \b
    Example:
      alongside merge-clients C-7 C-19 --rehearse
    """
    clinic_in(house.folder())
    from alongside.clinic.audit.actor import OPERATOR
    from alongside.clinic.feedback.merging import client_with, merge_clients

    merged = merge_clients(
        stays=client_with(stays),
        goes=client_with(goes),
        by=OPERATOR,
        now=datetime.now(UTC),
        is_rehearsal=rehearse,
    )
    house.tell(_words(merged, is_rehearsal=rehearse), {**asdict(merged), "is_rehearsal": rehearse})


def _words(merged: Merged, *, is_rehearsal: bool) -> str:
    lines = [f"{merged.goes} is part of {merged.stays} now. Moved:"]
    lines += [f"  {n} {name}" for name, n in sorted(merged.moved.items())]
    if merged.n_overlapping:
        lines.append(
            f"{merged.n_overlapping} visits lie over one of {merged.stays}. Both are kept: "
            "cancel or take back the one that did not take place."
        )
    if merged.n_forms_closed:
        lines.append(
            f"Forms of this week that were open twice, now closed: {merged.n_forms_closed}."
        )
    if merged.is_sign_in_ended:
        lines.append(f"Only the way to sign in to {merged.stays} is left.")
    if is_rehearsal:
        lines.append("This was a rehearsal: nothing was kept.")
    return "\n".join(lines)
