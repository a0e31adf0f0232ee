"""A consent form as a value, one field an element of 42 CFR 2.31(a).

What is missing is empty. Whether a form may be acted on is said by `elements`, and what it then
allows by `evaluate`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from alongside.clinic.consent.segments import RecordSegment


class SharingPurpose(StrEnum):
    """What something is shared for."""

    ALL_CARE = "tpo"  # once for all future treatment, payment and health care operations
    TREATMENT = "treatment"
    PAYMENT = "payment"
    OPERATIONS = "operations"
    RESEARCH = "research"
    OWN_REQUEST = "own_request"
    LEGAL_PROCEEDING = "legal_proceeding"


CARE: Final = frozenset(
    {SharingPurpose.TREATMENT, SharingPurpose.PAYMENT, SharingPurpose.OPERATIONS}
)
"""What a consent for all care stands for."""


class RecipientKind(StrEnum):
    """What a recipient is by law, on which it hangs what they may do with a record."""

    COVERED_ENTITY = "covered_entity"
    BUSINESS_ASSOCIATE = "business_associate"
    PART_2_PROGRAM = "part_2_program"
    INTERMEDIARY = "intermediary"
    OTHER = "other"


TREATING_CLASS: Final = frozenset(
    {
        RecipientKind.COVERED_ENTITY,
        RecipientKind.BUSINESS_ASSOCIATE,
        RecipientKind.PART_2_PROGRAM,
    }
)
"""Who can belong to the class of recipients that a consent for all care names."""


@dataclass(frozen=True)
class Recipient:
    """Who gets it. A class has no address; an intermediary names those whom it passes it on to."""

    kind: RecipientKind
    name: str
    address: str = ""
    is_class: bool = False
    participants: str = ""

    @property
    def key(self) -> tuple[RecipientKind, str]:
        """What makes two recipients the same."""
        return self.kind, " ".join(self.name.split()).casefold()


class Until(StrEnum):
    """What ends a consent that nobody revokes."""

    DATE = "date"
    END_OF_TREATMENT = "end_of_treatment"
    NONE = "none"


@dataclass(frozen=True)
class Expiry:
    """When a consent ends; `on` is its last day."""

    until: Until
    on: date | None = None


class Statement(StrEnum):
    """What the form says besides, by the name of its text in `notices/`."""

    RIGHT_TO_REVOKE = "right-to-revoke"
    ALL_CARE_REDISCLOSURE = "all-care-redisclosure"
    ALL_CARE_REFUSAL = "all-care-refusal"
    NOT_A_CONDITION = "not-a-condition"


@dataclass(frozen=True)
class ConsentForm:
    """What a client lets the clinic give to somebody. Missing: whatever is empty or None."""

    client_name: str = ""
    discloser: str = ""
    segments: frozenset[RecordSegment] = frozenset()
    recipient: Recipient | None = None
    purposes: frozenset[SharingPurpose] = frozenset()
    statements: frozenset[Statement] = frozenset()
    expiry: Expiry | None = None
    signature: str = ""
    signed_on: date | None = None


def needed_statements(
    segments: frozenset[RecordSegment], purposes: frozenset[SharingPurpose]
) -> frozenset[Statement]:
    """What a form of this content has to say besides its elements."""
    needed = {Statement.RIGHT_TO_REVOKE}
    if SharingPurpose.ALL_CARE in purposes:
        needed |= {Statement.ALL_CARE_REDISCLOSURE, Statement.ALL_CARE_REFUSAL}
    if RecordSegment.SEALED_NOTES in segments:
        needed.add(Statement.NOT_A_CONDITION)
    return frozenset(needed)
