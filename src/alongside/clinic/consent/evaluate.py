"""What may leave: consents and restrictions in, allowed segments out. Pure; default no, no wins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from alongside.clinic.consent.elements import deficiencies
from alongside.clinic.consent.form import (
    CARE,
    TREATING_CLASS,
    ConsentForm,
    Recipient,
    SharingPurpose,
)
from alongside.clinic.consent.segments import APART, RecordSegment


@dataclass(frozen=True)
class StandingConsent:
    """A form as it stands: when it was signed, and when it ended or will end.

    `is_set_aside` is known to be untrue. Missing: `ends_at` is None while nothing ends it.
    """

    form: ConsentForm
    signed_at: datetime | None
    ends_at: datetime | None = None
    revoked_at: datetime | None = None
    is_set_aside: bool = False
    number: int = 0


@dataclass(frozen=True)
class Restriction:
    """What the clinic agreed not to share. Missing: an empty set stands for all of its kind."""

    segments: frozenset[RecordSegment] = frozenset()
    purposes: frozenset[SharingPurpose] = frozenset()
    recipient: str = ""

    def forbids(
        self, segment: RecordSegment, purpose: SharingPurpose, recipient: Recipient
    ) -> bool:
        names = " ".join(self.recipient.split()).casefold()
        return (
            (not self.segments or segment in self.segments)
            and (not self.purposes or bool(self.purposes & _covered_by(purpose)))
            and (not names or names == recipient.key[1])
        )


class Reason(StrEnum):
    """Why a segment may leave or may not, from what is nearest to yes."""

    ALLOWED = "allowed"
    RESTRICTED = "restricted"
    REVOKED = "revoked"
    ENDED = "ended"
    SET_ASIDE = "set_aside"
    DEFICIENT = "deficient"
    NOT_SIGNED = "not_signed"
    OTHER_RECIPIENT = "other_recipient"
    OTHER_PURPOSE = "other_purpose"
    OTHER_SEGMENT = "other_segment"
    NO_CONSENT = "no_consent"
    NOT_TOGETHER = "not_together"


@dataclass(frozen=True)
class Allowed:
    """The segments that may leave, by which consents, and the reason for each that was asked."""

    segments: frozenset[RecordSegment] = frozenset()
    reasons: Mapping[RecordSegment, Reason] = field(default_factory=dict)
    consents: tuple[StandingConsent, ...] = ()


def evaluate(
    consents: Iterable[StandingConsent],
    *,
    recipient: Recipient,
    purpose: SharingPurpose,
    segments: Iterable[RecordSegment],
    restrictions: Iterable[Restriction] = (),
    now: datetime,
) -> Allowed:
    """What may go to this recipient for this purpose at this moment, of what is asked for."""
    asked, known, forbidden = frozenset(segments), tuple(consents), tuple(restrictions)
    reasons: dict[RecordSegment, Reason] = {}
    used: dict[StandingConsent, None] = {}
    for segment in sorted(asked):
        if segment in APART and len(asked) > 1:
            reasons[segment] = Reason.NOT_TOGETHER
            continue
        found = {each: _reason(each, segment, purpose, recipient, now) for each in known}
        reasons[segment] = min(found.values(), key=list(Reason).index, default=Reason.NO_CONSENT)
        if reasons[segment] is not Reason.ALLOWED:
            continue
        if any(each.forbids(segment, purpose, recipient) for each in forbidden):
            reasons[segment] = Reason.RESTRICTED
            continue
        used.update(dict.fromkeys(each for each in known if found[each] is Reason.ALLOWED))
    allowed = frozenset(each for each, reason in reasons.items() if reason is Reason.ALLOWED)
    return Allowed(allowed, reasons, tuple(used))


def _reason(
    consent: StandingConsent,
    segment: RecordSegment,
    purpose: SharingPurpose,
    recipient: Recipient,
    now: datetime,
) -> Reason:
    form = consent.form
    checks = (
        (segment in form.segments, Reason.OTHER_SEGMENT),
        (_is_for(form, purpose), Reason.OTHER_PURPOSE),
        (_is_to(form, recipient), Reason.OTHER_RECIPIENT),
        (consent.signed_at is not None and consent.signed_at <= now, Reason.NOT_SIGNED),
        (not deficiencies(form), Reason.DEFICIENT),
        (not consent.is_set_aside, Reason.SET_ASIDE),
        (consent.ends_at is None or now < consent.ends_at, Reason.ENDED),
        (consent.revoked_at is None or now < consent.revoked_at, Reason.REVOKED),
    )
    return next((reason for holds, reason in checks if not holds), Reason.ALLOWED)


def _is_for(form: ConsentForm, purpose: SharingPurpose) -> bool:
    """Whether the form is for this purpose: one for all care is for each of its three."""
    if purpose in form.purposes:
        return True
    return SharingPurpose.ALL_CARE in form.purposes and purpose in CARE


def _is_to(form: ConsentForm, recipient: Recipient) -> bool:
    if form.recipient is None or recipient.is_class or not recipient.name.strip():
        return False
    if form.recipient.is_class:
        return recipient.kind in TREATING_CLASS
    return form.recipient.key == recipient.key


def _covered_by(purpose: SharingPurpose) -> frozenset[SharingPurpose]:
    """The purpose, with those that a restriction on it has to meet."""
    return CARE | {purpose} if purpose is SharingPurpose.ALL_CARE else frozenset({purpose})
