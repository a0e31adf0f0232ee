"""Our own instruments, in our own words, not yet validated."""

from __future__ import annotations

from datetime import datetime
from importlib.resources import files

from alongside.clinic.audit.actor import Actor
from alongside.clinic.instruments.actions import import_instrument
from alongside.clinic.instruments.models import InstrumentVersion, Purpose

OWN = {
    "visit-feedback": Purpose.VISIT_FEEDBACK,
    "visit-feedback-therapist": Purpose.THERAPIST_RATING,
    "weekly-check": Purpose.WEEKLY_CHECK,
}


def install_own_instruments(*, by: Actor, now: datetime) -> list[InstrumentVersion]:
    """Our instruments, each serving its purpose unless the clinic chose another for it."""
    library = files("alongside.clinic.instruments") / "library"
    return [
        import_instrument(
            document=(library / f"{name}.questionnaire.json").read_bytes(),
            scoring=(library / f"{name}.scoring.json").read_bytes(),
            purpose=(
                None
                if InstrumentVersion.objects.filter(instrument__purpose=purpose).exists()
                else purpose
            ),
            by=by,
            now=now,
        )
        for name, purpose in OWN.items()
    ]
