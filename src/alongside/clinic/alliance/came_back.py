"""At which visit a repaired strain came back, so that every graph marks the same one.

Not read from the moment of closing alone: an import closes old repairs on one day.
"""

from __future__ import annotations

from collections.abc import Iterable

from alongside.clinic.alliance.course import Point
from alongside.clinic.alliance.models import Repair, RepairSource
from alongside.clinic.alliance.repair_states import RepairState
from alongside.methods.alliance.repair import repair_of


def visits_that_came_back(repairs: Iterable[Repair], points: Iterable[Point]) -> frozenset[int]:
    """The visits to mark, one for each repaired strain.

    The first later visit rated as high as before the strain; else the last one rated before the
    client's own word that it is better. Missing: a strain without either has none.
    """
    rated = [point for point in points if point.score is not None]
    strains = (
        repair
        for repair in repairs
        if repair.source == RepairSource.STRAIN and repair.state == RepairState.REPAIRED
    )
    found = (_visit_that_came_back(repair, rated) for repair in strains)
    return frozenset(visit_id for visit_id in found if visit_id is not None)


def _visit_that_came_back(repair: Repair, rated: list[Point]) -> int | None:
    signal = next((point.signal for point in rated if point.visit_id == repair.visit_id), None)
    later = [point for point in rated if point.at > repair.visit.ends_at]
    if signal is not None:
        level = repair_of(signal, ()).level
        back = next((point for point in later if (point.score or 0.0) >= level), None)
        if back is not None:
            return back.visit_id
    closed_at = repair.closed_at
    before = [point for point in later if closed_at is not None and point.at <= closed_at]
    return before[-1].visit_id if before else None
