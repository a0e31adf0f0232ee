"""Why something left, in a sentence and in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext

from alongside.clinic.consent.form import SharingPurpose
from alongside.clinic.consent.wording import PURPOSE_NAMES
from alongside.clinic.disclosures.basis import Basis


def why_it_left(basis: Basis, purpose: SharingPurpose) -> str:
    """What it was for, or what made it leave without the client's word."""
    if basis is Basis.EMERGENCY:
        return gettext("A medical emergency.")
    if basis is Basis.COURT_ORDER:
        return gettext("A court ordered it.")
    return str(PURPOSE_NAMES[purpose])
