"""What somebody typed while their page locked: kept for them, and given back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alongside.clinic.credentials.limits import KEPT_FORM
from alongside.clinic.credentials.models import KeptForm
from alongside.clinic.people.models import Person


@dataclass(frozen=True)
class Typed:
    """What was typed, and for which address. What was not sent belongs back on its page."""

    address: str
    fields: tuple[tuple[str, str], ...]
    was_sent: bool


def keep_form(*, person: Person, typed: Typed, now: datetime) -> KeptForm:
    """What was typed, in the place of what waited for the same address."""
    for waiting in person.kept_forms.all():
        if typed_in(waiting).address == typed.address or is_over(waiting, now=now):
            waiting.delete()
    return KeptForm.objects.create(
        person=person,
        content={
            "address": typed.address,
            "fields": [list(pair) for pair in typed.fields],
            "was_sent": typed.was_sent,
        },
        kept_at=now,
    )


def typed_in(kept: KeptForm) -> Typed:
    """What waits in a row."""
    fields: Iterable[list[str]] = kept.content["fields"]
    return Typed(
        address=kept.content["address"],
        fields=tuple((name, value) for name, value in fields),
        was_sent=kept.content["was_sent"],
    )


def is_over(kept: KeptForm, *, now: datetime) -> bool:
    """Whether it waited too long."""
    return now - kept.kept_at >= KEPT_FORM


def kept_form(person: Person, public_id: str, *, now: datetime) -> KeptForm | None:
    """One form that waits for this person."""
    kept = person.kept_forms.filter(public_id=public_id).first()
    return None if kept is None or is_over(kept, now=now) else kept


def kept_for(person: Person, address: str, *, now: datetime) -> KeptForm | None:
    """What was typed and not sent on the page at this address."""
    for kept in person.kept_forms.all():
        typed = typed_in(kept)
        if typed.address == address and not typed.was_sent and not is_over(kept, now=now):
            return kept
    return None
