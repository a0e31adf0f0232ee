"""What the clinic uses an instrument for: which fit, and which one serves."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from alongside.clinic.access.checks import NotFound, check
from alongside.clinic.access.policy import Deed, Record, Segment
from alongside.clinic.audit.actions import audit
from alongside.clinic.audit.actor import Actor
from alongside.clinic.instruments.bridge import scoring_of
from alongside.clinic.instruments.models import Instrument, Purpose
from alongside.methods.instruments.scoring import InstrumentRole, Respondent, Scoring
from alongside.methods.vocabulary.errors import AlongsideError

NEEDS: dict[Purpose, tuple[InstrumentRole, Respondent]] = {
    Purpose.VISIT_FEEDBACK: (InstrumentRole.ALLIANCE, Respondent.CLIENT),
    Purpose.THERAPIST_RATING: (InstrumentRole.ALLIANCE, Respondent.THERAPIST),
    Purpose.WEEKLY_CHECK: (InstrumentRole.PROGRESS, Respondent.CLIENT),
}


class DoesNotServe(AlongsideError):
    """This instrument does not fit there: its scoring file says that its role is {role} and that
    the {respondent} answers."""


def purposes_for(scoring: Scoring) -> tuple[Purpose, ...]:
    """What an instrument with this scoring can serve."""
    return tuple(
        purpose for purpose, needs in NEEDS.items() if needs == (scoring.role, scoring.respondent)
    )


def check_serves(purpose: str | None, scoring: Scoring) -> None:
    """Nothing, when an instrument with this scoring can serve the purpose, or serves none.

    Raises: DoesNotServe.
    """
    if purpose is not None and purpose not in purposes_for(scoring):
        raise DoesNotServe(role=scoring.role, respondent=scoring.respondent)


def choose_instrument(
    *, instrument: Instrument, purpose: Purpose, by: Actor, now: datetime
) -> Instrument:
    """The instrument in the service of this purpose from now on; forms already made stay.

    Raises: NotFound, DoesNotServe.
    """
    by = check(by, Deed.RECORD, Record(Segment.INSTRUMENTS), now=now)
    with transaction.atomic():
        put_to_use(instrument, purpose, by=by, now=now)
    return instrument


def put_to_use(instrument: Instrument, purpose: Purpose, *, by: Actor, now: datetime) -> None:
    """The same, inside the transaction of the action that calls it.

    Raises: NotFound, DoesNotServe.
    """
    version = instrument.current
    if version is None:
        raise NotFound
    check_serves(purpose, scoring_of(version))
    if instrument.purpose == purpose:
        return
    Instrument.objects.filter(purpose=purpose).update(purpose=None)
    instrument.purpose = purpose
    instrument.save(update_fields=["purpose"])
    audit("choose_instrument", by=by, now=now, subject=instrument, purpose=purpose)
