"""Demands from outside: what came, who looked at it, and whether it opens anything.

A subpoena alone compels nobody (42 CFR 2.61). Only a court's order under subpart E opens a record,
after counsel was asked and a second person confirmed what it covers.
"""

from __future__ import annotations

from enum import StrEnum

from alongside.clinic.disclosures.basis import OPENS, DemandKind
from alongside.clinic.disclosures.models import LegalDemand
from alongside.methods.vocabulary.errors import AlongsideError


class DemandStaysShut(AlongsideError):
    """This demand opens nothing. Only a court order does, after counsel was asked and a second
    person confirmed it."""


class Shut(StrEnum):
    """What keeps a demand from opening a record."""

    NO_ORDER = "no_order"
    NO_SCOPE = "no_scope"
    NO_COUNSEL = "no_counsel"
    NO_SECOND_PERSON = "no_second_person"
    CLOSED = "closed"


def why_shut(demand: LegalDemand) -> tuple[Shut, ...]:
    """Everything that keeps the demand from opening the record; nothing when it opens it."""
    holds = (
        (OPENS[DemandKind(demand.kind)], Shut.NO_ORDER),
        (bool(demand.segments), Shut.NO_SCOPE),
        (demand.counsel_at is not None, Shut.NO_COUNSEL),
        (
            demand.confirmed_by_id is not None and demand.confirmed_by_id != demand.recorded_by_id,
            Shut.NO_SECOND_PERSON,
        ),
        (demand.closed_at is None, Shut.CLOSED),
    )
    return tuple(why for is_so, why in holds if not is_so)
