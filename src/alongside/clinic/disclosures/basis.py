"""On what a disclosure rests, and what its recipient may then do with it.

Source: 42 CFR 2.33(b), 2.51 and 2.61 to 2.67 as amended by 89 FR 12472, read as current to
10 Jun - 14 Jul 2026, and not yet checked by a lawyer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Final

from django.db import models

from alongside.clinic.consent.form import RecipientKind, SharingPurpose
from alongside.methods.vocabulary.errors import AlongsideError


class Basis(models.TextChoices):
    """Why something may leave."""

    CONSENT = "consent"
    EMERGENCY = "emergency"
    COURT_ORDER = "court_order"
    OWN_COPY = "own_copy"


class Redisclosure(StrEnum):
    """What a recipient may do further, by the name of its legal text."""

    HIPAA = "redisclosure-hipaa"
    BY_CONSENT = "redisclosure-by-consent"
    CONTRACTORS = "redisclosure-contractors"
    PARTICIPANTS = "redisclosure-participants"
    BY_ORDER = "redisclosure-by-order"
    NONE = "redisclosure-none"


class Use(StrEnum):
    """The purposes that the rule tells apart."""

    ALL_CARE = "all_care"
    PAYMENT_OR_OPERATIONS = "payment_or_operations"
    OTHER = "other"


def use_of(purpose: SharingPurpose) -> Use:
    """Which of the rule's purposes this one is."""
    if purpose is SharingPurpose.ALL_CARE:
        return Use.ALL_CARE
    is_money = purpose in (SharingPurpose.PAYMENT, SharingPurpose.OPERATIONS)
    return Use.PAYMENT_OR_OPERATIONS if is_money else Use.OTHER


REDISCLOSURE: Final[Mapping[tuple[RecipientKind, Use], Redisclosure]] = {
    (RecipientKind.COVERED_ENTITY, Use.ALL_CARE): Redisclosure.HIPAA,
    (RecipientKind.COVERED_ENTITY, Use.PAYMENT_OR_OPERATIONS): Redisclosure.BY_CONSENT,
    (RecipientKind.COVERED_ENTITY, Use.OTHER): Redisclosure.BY_CONSENT,
    (RecipientKind.BUSINESS_ASSOCIATE, Use.ALL_CARE): Redisclosure.HIPAA,
    (RecipientKind.BUSINESS_ASSOCIATE, Use.PAYMENT_OR_OPERATIONS): Redisclosure.BY_CONSENT,
    (RecipientKind.BUSINESS_ASSOCIATE, Use.OTHER): Redisclosure.BY_CONSENT,
    (RecipientKind.PART_2_PROGRAM, Use.ALL_CARE): Redisclosure.BY_CONSENT,
    (RecipientKind.PART_2_PROGRAM, Use.PAYMENT_OR_OPERATIONS): Redisclosure.BY_CONSENT,
    (RecipientKind.PART_2_PROGRAM, Use.OTHER): Redisclosure.BY_CONSENT,
    (RecipientKind.INTERMEDIARY, Use.ALL_CARE): Redisclosure.PARTICIPANTS,
    (RecipientKind.INTERMEDIARY, Use.PAYMENT_OR_OPERATIONS): Redisclosure.PARTICIPANTS,
    (RecipientKind.INTERMEDIARY, Use.OTHER): Redisclosure.PARTICIPANTS,
    (RecipientKind.OTHER, Use.ALL_CARE): Redisclosure.CONTRACTORS,
    (RecipientKind.OTHER, Use.PAYMENT_OR_OPERATIONS): Redisclosure.CONTRACTORS,
    (RecipientKind.OTHER, Use.OTHER): Redisclosure.NONE,
}


def redisclosure_under_consent(
    kind: RecipientKind, consented: frozenset[SharingPurpose]
) -> Redisclosure:
    """What a recipient of this kind may do with what it got by a consent for these purposes."""
    if SharingPurpose.ALL_CARE in consented:
        return REDISCLOSURE[kind, Use.ALL_CARE]
    uses = {use_of(purpose) for purpose in consented}
    return REDISCLOSURE[kind, Use.OTHER if Use.OTHER in uses else Use.PAYMENT_OR_OPERATIONS]


class EmergencyNotWritten(AlongsideError):
    """Without consent a record leaves in a medical emergency only, and only once it is written down
    who gets it and where they belong, who gives it, when, and what the emergency is."""


@dataclass(frozen=True)
class MedicalEmergency:
    """What 42 CFR 2.51(c) wants written down at once. Missing: empty or None."""

    recipient: str = ""
    discloser: str = ""
    at: datetime | None = None
    nature: str = ""

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that are still empty."""
        return tuple(
            field.name for field in fields(self) if not str(getattr(self, field.name) or "").strip()
        )


class DemandKind(models.TextChoices):
    """What somebody came with who wants a record against or without the client's will."""

    SUBPOENA = "subpoena"
    WARRANT = "warrant"
    LETTER = "letter"
    ORDER_CIVIL = "order_2_64"
    ORDER_CRIMINAL = "order_2_65"


OPENS: Final[Mapping[DemandKind, bool]] = {
    DemandKind.SUBPOENA: False,
    DemandKind.WARRANT: False,
    DemandKind.LETTER: False,
    DemandKind.ORDER_CIVIL: True,
    DemandKind.ORDER_CRIMINAL: True,
}
"""Whether it can open a record: only a court's order under subpart E does; nothing else compels."""
