"""New data keys for everyone, and all that was sealed with the old ones sealed anew.

What is done so far is told by the key store and by the ciphertexts themselves, so a renewal that
was killed goes on where it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction

from alongside.clinic.vault.fields import HOUSE, INDEX, LASTING, Sealed, SealedField, sealed_columns
from alongside.clinic.vault.keyring import KEPT_IN_MEMORY, Keyring, the_keyring

ROWS_AT_ONCE = 200


def renew_keys(*, pause: Callable[[float], None], told: Callable[[], None] = lambda: None) -> int:
    """How many owners have a new key now; all rows of theirs are sealed with it.

    Goes on with a renewal that was cut short, else begins one. Other processes may go on sealing
    with the old keys as long as they hold them in memory, so that long is waited (`pause`) before
    the old keys are retired. The index key stays, because what is found by it would have to be
    opened, and so do the keys of the audit, whose rows are never written again.
    `told` is called for each owner twice.
    Raises: KeyMissing, KeyringDamaged.
    """
    keyring = the_keyring()
    if not unfinished(keyring):
        keyring.begin_generation()
    owners = unfinished(keyring)
    for owner in owners:
        if owner not in keyring.several():
            keyring.renew(owner)
        _seal_all_anew(owner, keyring)
        told()
    pause(2 * KEPT_IN_MEMORY)
    for owner in owners:
        keyring.retire(owner, before=_seal_all_anew(owner, keyring))
        told()
    return len(owners)


def unfinished(keyring: Keyring) -> list[str]:
    """The owners of whom something may still be sealed with an old key."""
    owners = {*keyring.behind(), *keyring.several()} - {INDEX}
    return sorted(owner for owner in owners if not owner.endswith(LASTING))


def _seal_all_anew(owner: str, keyring: Keyring) -> int:
    """The version of the key with which everything of the owner is sealed now."""
    newest = keyring.newest(owner).version
    for model in apps.get_models():
        for column in sealed_columns(model):
            if column.bound.is_lasting:
                continue
            for row in _rows_of(owner, model, column):
                _seal_anew(row, column, newest)
    return newest


def _rows_of(
    owner: str, model: type[models.Model], column: SealedField[Any]
) -> Iterator[models.Model]:
    """The rows whose column is sealed with the owner's key, some at a time."""
    kind, _, number = owner.partition(":")
    attribute = {"client": column.bound.client, "person": column.bound.person}.get(kind)
    rows = model._base_manager.filter(**{f"{column.name}__isnull": False}).order_by("pk")
    if attribute is not None:
        rows = rows.filter(**{attribute: int(number)})
    elif owner == HOUSE:
        named = column.bound.client or column.bound.person
        rows = rows.filter(**{f"{named}__isnull": True}) if named else rows
    else:
        return
    some = list(rows[:ROWS_AT_ONCE])
    while some:
        yield from some
        some = list(rows.filter(pk__gt=some[-1].pk)[:ROWS_AT_ONCE])


def _seal_anew(row: models.Model, column: SealedField[Any], newest: int) -> None:
    """The column sealed with the newest key, unless somebody has just written it anew."""
    sealed = row.__dict__[column.attname]
    if not isinstance(sealed, Sealed) or sealed.key_version >= newest:
        return
    anew = column.seal(column.open(sealed, row), row)
    same = type(row)._base_manager.filter(pk=row.pk)
    with transaction.atomic():
        now = same.only(column.name).get().__dict__[column.attname]
        if now == sealed:
            same.update(**{column.name: anew})
