"""What a consent form must have before anybody may act on it.

Source: 42 CFR 2.31(a) to (d) as amended by 89 FR 12472, read as current to 10 Jun - 14 Jul 2026,
and not yet checked by a lawyer. Where this table is narrower than the rule, it says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from alongside.clinic.consent.form import (
    CARE,
    ConsentForm,
    RecipientKind,
    SharingPurpose,
    Statement,
    Until,
)
from alongside.clinic.consent.segments import APART, RecordSegment


class Deficiency(StrEnum):
    """What is wrong with a form; the first nine are missing elements."""

    CLIENT = "client"
    DISCLOSER = "discloser"
    INFORMATION = "information"
    RECIPIENT = "recipient"
    PURPOSE = "purpose"
    RIGHT_TO_REVOKE = "right_to_revoke"
    EXPIRY = "expiry"
    SIGNATURE = "signature"
    DATE = "date"
    ALL_CARE_REDISCLOSURE = "all_care_redisclosure"
    ALL_CARE_REFUSAL = "all_care_refusal"
    ALL_CARE_APART = "all_care_apart"
    PROCEEDINGS_APART = "proceedings_apart"
    PARTICIPANTS = "participants"
    RECIPIENT_BY_NAME = "recipient_by_name"
    NOTES_APART = "notes_apart"
    NOTES_BY_ALL_CARE = "notes_by_all_care"
    NOTES_CONDITION = "notes_condition"
    OPEN_ENDED = "open_ended"
    ENDS_BEFORE_SIGNED = "ends_before_signed"


@dataclass(frozen=True)
class Requirement:
    """One thing that must hold of a form, and what to say where it does not."""

    deficiency: Deficiency
    holds: Callable[[ConsentForm], bool]
    sentence: Promise


def _recipient_is_named(form: ConsentForm) -> bool:
    """Whether a recipient is named, or a class under a consent for all care.

    The rule lets any consent name a class; who belongs to it nobody could check, so only the
    consent for which the rule foresees one may here. An intermediary is always named.
    """
    recipient = form.recipient
    if recipient is None or not recipient.is_class:
        return True
    is_all_care = SharingPurpose.ALL_CARE in form.purposes
    return is_all_care and recipient.kind is not RecipientKind.INTERMEDIARY


def _has_participants(form: ConsentForm) -> bool:
    recipient = form.recipient
    is_intermediary = recipient is not None and recipient.kind is RecipientKind.INTERMEDIARY
    return not is_intermediary or bool(recipient and recipient.participants.strip())


def _has_expiry(form: ConsentForm) -> bool:
    expiry = form.expiry
    return expiry is not None and (expiry.until is not Until.DATE or expiry.on is not None)


def _may_be_open_ended(form: ConsentForm) -> bool:
    """Whether the form ends on a day, or is for care alone.

    The rule also lets research end with its study. Nobody tells us of that, so here it needs a day.
    """
    has_date = form.expiry is None or form.expiry.until is Until.DATE
    return has_date or form.purposes <= CARE | {SharingPurpose.ALL_CARE}


def _ends_after_signing(form: ConsentForm) -> bool:
    ends_on = form.expiry.on if form.expiry else None
    return ends_on is None or form.signed_on is None or ends_on >= form.signed_on


def _stands_alone(form: ConsentForm, purpose: SharingPurpose) -> bool:
    return purpose not in form.purposes or len(form.purposes) == 1


def _is_all_care(form: ConsentForm) -> bool:
    return SharingPurpose.ALL_CARE in form.purposes


REQUIREMENTS: Final[tuple[Requirement, ...]] = (
    Requirement(
        Deficiency.CLIENT,
        lambda form: bool(form.client_name.strip()),
        gettext_lazy("It does not say whose record it is."),
    ),
    Requirement(
        Deficiency.DISCLOSER,
        lambda form: bool(form.discloser.strip()),
        gettext_lazy("It does not say who may give the record."),
    ),
    Requirement(
        Deficiency.INFORMATION,
        lambda form: bool(form.segments),
        gettext_lazy("It does not say what may be given."),
    ),
    Requirement(
        Deficiency.RECIPIENT,
        lambda form: form.recipient is not None and bool(form.recipient.name.strip()),
        gettext_lazy("It does not say who may get it."),
    ),
    Requirement(
        Deficiency.PURPOSE,
        lambda form: bool(form.purposes),
        gettext_lazy("It does not say what it is for."),
    ),
    Requirement(
        Deficiency.RIGHT_TO_REVOKE,
        lambda form: Statement.RIGHT_TO_REVOKE in form.statements,
        gettext_lazy("It does not say that it can be taken back, and how."),
    ),
    Requirement(
        Deficiency.EXPIRY,
        _has_expiry,
        gettext_lazy("It does not say when it ends."),
    ),
    Requirement(
        Deficiency.SIGNATURE,
        lambda form: bool(form.signature.strip()),
        gettext_lazy("It is not signed."),
    ),
    Requirement(
        Deficiency.DATE,
        lambda form: form.signed_on is not None,
        gettext_lazy("It has no date."),
    ),
    Requirement(
        Deficiency.ALL_CARE_REDISCLOSURE,
        lambda form: not _is_all_care(form) or Statement.ALL_CARE_REDISCLOSURE in form.statements,
        gettext_lazy("It does not say that the record can be passed on and lose its protection."),
    ),
    Requirement(
        Deficiency.ALL_CARE_REFUSAL,
        lambda form: not _is_all_care(form) or Statement.ALL_CARE_REFUSAL in form.statements,
        gettext_lazy("It does not say what follows from not signing."),
    ),
    Requirement(
        Deficiency.ALL_CARE_APART,
        lambda form: _stands_alone(form, SharingPurpose.ALL_CARE),
        gettext_lazy("A consent for all care cannot be for anything else as well."),
    ),
    Requirement(
        Deficiency.PROCEEDINGS_APART,
        lambda form: _stands_alone(form, SharingPurpose.LEGAL_PROCEEDING),
        gettext_lazy("A consent for a legal case cannot be for anything else as well."),
    ),
    Requirement(
        Deficiency.PARTICIPANTS,
        _has_participants,
        gettext_lazy("It does not say to which treating providers the intermediary passes it on."),
    ),
    Requirement(
        Deficiency.RECIPIENT_BY_NAME,
        _recipient_is_named,
        gettext_lazy("This recipient has to be named."),
    ),
    Requirement(
        Deficiency.NOTES_APART,
        lambda form: not form.segments & APART or len(form.segments) == 1,
        gettext_lazy("Sealed notes and talks written down need a consent of their own."),
    ),
    Requirement(
        Deficiency.NOTES_BY_ALL_CARE,
        lambda form: not _is_all_care(form) or not form.segments & APART,
        gettext_lazy("A consent for all care never covers sealed notes or talks written down."),
    ),
    Requirement(
        Deficiency.NOTES_CONDITION,
        lambda form: (
            RecordSegment.SEALED_NOTES not in form.segments
            or Statement.NOT_A_CONDITION in form.statements
        ),
        gettext_lazy("It does not say that treatment does not depend on it."),
    ),
    Requirement(
        Deficiency.OPEN_ENDED,
        _may_be_open_ended,
        gettext_lazy("A consent for this purpose needs a last day."),
    ),
    Requirement(
        Deficiency.ENDS_BEFORE_SIGNED,
        _ends_after_signing,
        gettext_lazy("Its last day lies before the day on which it was signed."),
    ),
)

SENTENCES: Final = {each.deficiency: each.sentence for each in REQUIREMENTS}

MISSING_UNTIL_SIGNED: Final = frozenset({Deficiency.SIGNATURE, Deficiency.DATE})


def deficiencies(
    form: ConsentForm, requirements: Iterable[Requirement] = REQUIREMENTS
) -> tuple[Deficiency, ...]:
    """Everything that is wrong with the form; none when it may be acted on."""
    return tuple(each.deficiency for each in requirements if not each.holds(form))
