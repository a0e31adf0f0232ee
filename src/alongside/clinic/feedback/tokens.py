"""What opens one slot without a sign-in: a link, a lent device, a short code.

A link is the slot's own random key with the clinic's signature. Nothing secret is stored, so a
copy of the database opens no form.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.utils.crypto import salted_hmac

from alongside.clinic.instruments.models import Slot, WayIn
from alongside.clinic.statements import Parameter, Select
from alongside.methods.vocabulary.errors import AlongsideError

SIGNED_WAYS = {WayIn.LINK: "l", WayIn.HANDED_OVER: "h", WayIn.KIOSK: "k"}
LASTS = {WayIn.HANDED_OVER: timedelta(hours=2), WayIn.KIOSK: timedelta(hours=2)}
"""An address left behind on a shared device opens nothing for the next one who uses it. A link in a
message lasts as long as its form."""
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 6

SLOT_BY_KEY = Select(
    lambda: (
        Slot.objects.select_related("version", "client")
        .defer("version__document", "version__scoring")
        .filter(link_key=Parameter("key"))
    )
)


class LinkNotGood(AlongsideError):
    """This link does not open a form. It may be cut off, used, or too old."""


@dataclass(frozen=True)
class Ticket:
    """One slot and the way by which somebody came to it."""

    slot: Slot
    way_in: WayIn


def _signer(way_in: WayIn) -> TimestampSigner:
    return TimestampSigner(salt=f"alongside.feedback.{way_in}", sep="~")


def token_for(slot: Slot, way_in: WayIn) -> str:
    """The secret part of an address that opens the slot in this way."""
    return SIGNED_WAYS[way_in] + _signer(way_in).sign(slot.link_key)


def link_for(slot: Slot) -> str:
    """The whole address that goes into a message."""
    return f"{settings.BASE_URL}/f/{token_for(slot, WayIn.LINK)}"


def ticket_from(token: str) -> Ticket:
    """The slot that a token opens.

    Raises: LinkNotGood.
    """
    way_in = next((way for way, mark in SIGNED_WAYS.items() if token[:1] == mark), None)
    if way_in is None:
        raise LinkNotGood
    try:
        link_key = _signer(way_in).unsign(token[1:], max_age=LASTS.get(way_in))
    except BadSignature:
        raise LinkNotGood from None
    slot = SLOT_BY_KEY.first(key=link_key)
    if slot is None:
        raise LinkNotGood
    return Ticket(slot, way_in)


def new_code() -> str:
    """A short code that can be read aloud and typed: no 0, 1, I, L or O."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def code_hash(code: str) -> str:
    """What is stored of a code. Spaces, dashes and case do not count."""
    plain = "".join(mark for mark in code.upper() if mark.isalnum())
    return salted_hmac("alongside.kiosk", plain, algorithm="sha256").hexdigest()
