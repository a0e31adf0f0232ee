"""`alongside keys`: the keys that open a clinic's records, changed without losing one."""

from __future__ import annotations

from datetime import UTC, datetime
from time import sleep
from typing import TYPE_CHECKING

import click

from alongside.interfaces.cli.clinic_folder import clinic_in, keys_of
from alongside.interfaces.cli.house import House, of_a_clinic, pass_house

if TYPE_CHECKING:
    from alongside.clinic.people.models import Clinic


@click.group(name="keys")
def command() -> None:
    """Change the keys that open this clinic's records.

    \b
    Two kinds: one key-encryption key in the keys folder, and under it a data key for each client
    and each person, in keyring.sqlite3. Keep the keys folder apart from every backup.
    """


@command.command(name="rotate")
@of_a_clinic
@pass_house
def rotate(house: House) -> None:
    """Make a new key-encryption key and wrap every data key with it.

    The clinic may be in use meanwhile. If it is cut short, run it again: it goes on where it was.

    \b
    Example:
      alongside keys rotate --data /srv/clinic
    """
    folder = house.folder()
    clinic = clinic_in(folder)
    from alongside.clinic.vault.kek import file_of, key_numbers, make_key
    from alongside.clinic.vault.keyring import the_keyring

    keyring, keys = the_keyring(), keys_of(folder)
    newest = keyring.newest_kek()
    if not keyring.n_wrapped_by_older(newest):
        make_key(keys, newest + 1)
        newest += 1
    n = keyring.n_wrapped_by_older(newest)
    with house.progress("Wrapping the keys anew", n) as advance:
        while more := keyring.rewrap_some(newest):
            advance(more)
    _remember(clinic, "rotate_key_encryption_key", n_keys=n)
    older = [str(file_of(keys, number)) for number in key_numbers(keys) if number < newest]
    house.tell(
        f"All data keys are wrapped by {file_of(keys, newest)}. Copy it to where keys are kept, "
        f"apart from the backups.\nBackups of the key store from before still need: "
        f"{', '.join(older)}. Destroy these when the last such backup is gone.",
        {"key": file_of(keys, newest), "n_keys": n, "older": older},
    )


@command.command(name="renew")
@of_a_clinic
@pass_house
def renew(house: House) -> None:
    """Make a new data key for everyone and seal all their records with it.

    The clinic may be in use meanwhile: two minutes are waited until nobody holds an old key. If it
    is cut short, run it again: it goes on where it was.

    \b
    Example:
      alongside keys renew --data /srv/clinic
    """
    clinic = clinic_in(house.folder())
    from alongside.clinic.vault.keyring import the_keyring
    from alongside.clinic.vault.renewal import renew_keys

    with house.progress("Sealing anew", 2 * len(the_keyring().owners())) as advance:
        n = renew_keys(pause=sleep, told=lambda: advance(1))
    _remember(clinic, "renew_data_keys", n_owners=n)
    house.tell(f"{n} have a new key, and all their records are sealed with it.", {"n_owners": n})


def _remember(clinic: Clinic, deed: str, **detail: int) -> None:
    from django.db import transaction

    from alongside.clinic.audit.actions import audit
    from alongside.clinic.audit.actor import OPERATOR

    with transaction.atomic():
        audit(deed, by=OPERATOR, now=datetime.now(UTC), subject=clinic, **detail)
